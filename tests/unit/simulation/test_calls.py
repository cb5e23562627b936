"""Who calls about what, and when."""

from itertools import islice
from random import Random
from statistics import mean

from simulation import demo
from simulation.rules import timing
from simulation.rules.calls import Callers


def callers(seed: int) -> Callers:
    return Callers(Random(seed), demo.kinds(), demo.talk())


def test_same_seed_gives_the_same_calls():
    first, second = callers(7), callers(7)
    assert [first.next() for _ in range(50)] == [second.next() for _ in range(50)]


def test_another_seed_gives_other_calls():
    first, second = callers(7), callers(8)
    assert [first.next() for _ in range(50)] != [second.next() for _ in range(50)]


def test_kinds_without_weight_are_never_called_in():
    line = callers(1)
    calls = [line.next() for _ in range(3000)]
    assert all(call.kind.weight > 0 for call in calls)
    assert {call.kind.priority for call in calls} == {1, 2, 3, 4}


def test_numbers_are_plainly_invented():
    line = callers(1)
    assert all(line.next().phone.startswith("064 000 ") for _ in range(200))


def gaps(open_now: int) -> float:
    rng = Random(1)
    gap_s = (timing.until_next_call_s(rng, 40, open_now=open_now, enough=12, too_many=16) for _ in iter(int, 1))
    return mean(islice(gap_s, 3000))


def test_calls_come_at_the_given_rate():
    assert 85 < gaps(open_now=10) < 95


def test_calls_come_faster_while_the_board_is_empty():
    assert gaps(open_now=0) < 30


def test_calls_nearly_stop_while_too_many_are_open():
    assert gaps(open_now=16) > 800


def test_action_is_taken_before_one_leaves():
    rng = Random(1)
    for _ in range(500):
        stay = timing.stay(rng, 10)
        assert 0 < stay.action_s < stay.clear_s <= 30 * 60
