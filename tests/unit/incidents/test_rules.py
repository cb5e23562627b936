"""What may follow what, and when a target is due."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.rules import (
    ATTENDED,
    ENDED,
    OPEN,
    PROGRESS,
    REOPENABLE,
    TRANSITIONS,
    Status,
    TargetRow,
    choose_target,
    due_at,
    duplicate_score,
    may_follow,
    overdue_s,
)

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def expected(before: Status, after: Status) -> bool:
    """The table said again, in the words of the domain."""
    if before == after:
        return True
    if before == Status.MERGED:
        return False
    if before in (Status.CLOSED, Status.CANCELLED):
        return after == Status.WAITING
    return after != Status.ENTERING


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_the_whole_table(before, after):
    assert may_follow(after, before) is expected(before, after)


def test_every_status_is_in_the_table_and_either_open_or_ended():
    assert set(TRANSITIONS) == set(Status) == OPEN | ENDED
    assert not OPEN & ENDED
    assert REOPENABLE < ENDED
    assert ATTENDED < PROGRESS < OPEN


ROWS = [
    TargetRow(1, 1, 1200, date(2020, 1, 1)),
    TargetRow(2, 1, 900, date(2020, 1, 1)),
    TargetRow(2, 1, 600, date(2026, 1, 1)),
    TargetRow(2, 1, 300, date(2027, 1, 1)),
    TargetRow(3, 2, 1800, date(2020, 1, 1)),
    TargetRow(9, 1, 1, date(2020, 1, 1)),
]


@pytest.mark.parametrize(
    ("path", "priority", "day", "seconds"),
    [
        ([1, 2, 3], 1, date(2026, 11, 2), 600),
        ([1, 2, 3], 1, date(2025, 12, 31), 900),
        ([1, 2, 3], 1, date(2027, 1, 1), 300),
        ([1, 3], 1, date(2026, 11, 2), 1200),
        ([1, 2, 3], 2, date(2026, 11, 2), 1800),
        ([1, 2], 2, date(2026, 11, 2), None),
        ([1, 2], 1, date(2019, 12, 31), None),
        ([], 1, date(2026, 11, 2), None),
    ],
)
def test_the_nearest_node_wins_and_there_the_newest_in_force(path, priority, day, seconds):
    found = choose_target(ROWS, path=path, priority=priority, day=day)
    assert (found and found.seconds) == seconds


def test_a_target_is_due_so_many_seconds_after_the_call_across_the_change_of_the_clocks():
    received = datetime(2026, 10, 25, 0, 55, tzinfo=UTC)  # 02:55 in Belgrade, first of the two
    assert due_at(received, ROWS[0]) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


def test_overdue_grows_until_the_clock_stops():
    assert overdue_s(NOON, now=NOON - timedelta(seconds=1)) == 0
    assert overdue_s(NOON, now=NOON + timedelta(seconds=90)) == 90
    assert overdue_s(NOON, now=NOON + timedelta(hours=9), stopped=NOON + timedelta(seconds=5)) == 5


def test_the_likeliest_duplicate_is_here_now_and_of_this_kind():
    here = duplicate_score(distance_m=0, age=timedelta(0), same_type=True)
    assert here == 1
    assert duplicate_score(distance_m=500, age=timedelta(0), same_type=True) == 0
    assert duplicate_score(distance_m=0, age=timedelta(hours=2), same_type=True) == 0


@given(st.floats(0, 5000), st.floats(0, 5000), st.timedeltas(timedelta(0), timedelta(hours=3)), st.booleans())
def test_farther_is_never_likelier(one, other, age, same_type):
    near, far = sorted((one, other))
    assert (
        1
        >= duplicate_score(distance_m=near, age=age, same_type=same_type)
        >= duplicate_score(distance_m=far, age=age, same_type=same_type)
        >= 0
    )
