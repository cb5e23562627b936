"""Welfare timers: which rule holds, when each stage begins, and that a timer never goes back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.welfare.rules import STAGES, TIMED, Rule, Stage, Terms, Times, later, terms_of

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
TERMS = Terms(600, 60, 120)
TIMES = Times.after(NOON, TERMS)
SECONDS = st.integers(5, 86_400)


def rule(node=1, status="on_scene", kind="", terms=TERMS):
    return Rule(node, status, kind, terms)


@pytest.mark.parametrize(
    ("after_s", "stage"),
    [
        (0, "running"), (599, "running"), (600, "unit"), (659, "unit"), (660, "dispatcher"), (779, "dispatcher"),
        (780, "commander"), (86_400, "commander"),
    ],
)  # fmt: skip
def test_each_stage_begins_when_its_time_has_come(after_s, stage):
    assert TIMES.stage(NOON + timedelta(seconds=after_s)) == stage


def test_the_next_stage_is_known_of_each_and_after_the_last_there_is_none():
    found = [TIMES.next_after(stage) for stage in Stage]
    assert found == [TIMES.due_at, TIMES.dispatcher_at, TIMES.commander_at, None]


@pytest.mark.parametrize("one", Stage)
@pytest.mark.parametrize("other", Stage)
def test_the_later_of_two_stages_is_the_one_further_on(one, other):
    assert STAGES.index(later(one, other)) == max(STAGES.index(one), STAGES.index(other))


@given(SECONDS, SECONDS, SECONDS, st.lists(st.integers(0, 400_000), min_size=2))
def test_as_time_goes_on_no_stage_goes_back(due, dispatcher, commander, moments):
    times = Times.after(NOON, Terms(due, dispatcher, commander))
    stages = [STAGES.index(times.stage(NOON + timedelta(seconds=s))) for s in sorted(moments)]
    assert stages == sorted(stages)


@given(st.tuples(SECONDS, SECONDS, SECONDS), st.tuples(SECONDS, SECONDS, SECONDS), st.integers(0, 3600))
def test_the_earlier_of_two_never_waits_longer_than_either(one, other, shift_s):
    first = Times.after(NOON, Terms(*one))
    second = Times.after(NOON + timedelta(seconds=shift_s), Terms(*other))
    both = first.earlier(second)
    assert both.due_at <= both.dispatcher_at <= both.commander_at
    for at in (first.due_at, second.dispatcher_at, first.commander_at, second.commander_at):
        assert STAGES.index(both.stage(at)) >= STAGES.index(later(first.stage(at), second.stage(at)))


def test_the_nearest_node_decides():
    near = Terms(60, 60, 60)
    found = terms_of([rule(node=3), rule(node=1, terms=near)], status="on_scene", kind="", nodes=[1, 2, 3])
    assert found == near


def test_a_rule_for_the_kind_goes_before_a_nearer_one_for_all():
    own = Terms(300, 60, 60)
    rules = [rule(node=1), rule(node=3, kind="domestic", terms=own)]
    assert terms_of(rules, status="on_scene", kind="domestic", nodes=[1, 2, 3]) == own
    assert terms_of(rules, status="on_scene", kind="theft", nodes=[1, 2, 3]) == TERMS


def test_a_node_may_want_no_timer():
    rules = [rule(node=3), rule(node=1, terms=None)]
    assert terms_of(rules, status="on_scene", kind="", nodes=[1, 2, 3]) is None


def test_rules_of_another_status_and_of_nodes_beside_say_nothing():
    assert terms_of([rule(status="meal"), rule(node=9)], status="on_scene", kind="", nodes=[1]) is None


def test_an_emergency_and_off_duty_have_no_timer():
    assert not {"emergency", "off_duty"} & set(TIMED)
