"""When shifts begin, and what lines of the log are about."""

from datetime import date, datetime, time

import pytest

from dispatch.log.rules import Part, part_of, shift_began, shift_clocks

SEVEN, NINETEEN = time(7), time(19)


def at(day, hour):
    """A moment on the wall, in November."""
    return datetime.combine(date(2026, 11, day), time(hour))


def test_twelve_on_twenty_four_off_begins_by_day_and_by_night():
    assert shift_clocks([(SEVEN, [12, 24, 12, 48])]) == {SEVEN, NINETEEN}


def test_patterns_that_wander_give_every_hour_at_which_they_begin():
    assert shift_clocks([(time(6, 30), [8, 24])]) == {time(6, 30), time(14, 30), time(22, 30)}


def test_without_patterns_there_are_no_clocks():
    assert shift_clocks([]) == frozenset()


@pytest.mark.parametrize(
    ("now", "began"),
    [
        (at(2, 12), at(2, 7)),
        (at(2, 19), at(2, 19)),
        (at(2, 3), at(1, 19)),
    ],
)
def test_a_shift_began_at_the_last_clock_also_over_midnight(now, began):
    assert shift_began({SEVEN, NINETEEN}, now) == began


def test_without_clocks_it_began_twelve_hours_ago():
    assert shift_began([], at(2, 3)) == at(1, 15)


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("note", Part.NOTE),
        ("unit_dispatched", Part.SENDING),
        ("outcome_reported", Part.SENDING),
        ("unit_contact", Part.ALARM),
        ("welfare_overdue", Part.ALARM),
        ("handover_offered", Part.HANDOVER),
        ("closed", Part.INCIDENT),
        ("something_new", Part.INCIDENT),
    ],
)
def test_lines_of_timelines_have_their_part(kind, part):
    assert part_of(kind) == part
