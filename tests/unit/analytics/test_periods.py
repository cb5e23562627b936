"""Which periods regular reports are about, by clocks that change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rules.periods import MOST_MISSED, Occasion, a_year_before, before, occasions

BELGRADE = ZoneInfo("Europe/Belgrade")
SHIFTS = ("07:00-19:00", "19:00-07:00")


def local(*parts, fold=0):
    return datetime(*parts, tzinfo=BELGRADE, fold=fold).astimezone(UTC)


def names(every, after, now):
    return [one.name for one in occasions(every, after=after, now=now, zone=BELGRADE, shifts=SHIFTS)]


def test_a_day_is_over_when_the_next_one_begins():
    assert names("day", local(2026, 6, 1, 12), local(2026, 6, 1, 23, 59)) == []
    assert names("day", local(2026, 6, 1, 12), local(2026, 6, 2, 0, 0)) == ["2026-06-01"]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_day_of_a_clock_change_is_one_day(day):
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    found = names("day", noon - timedelta(days=1), noon + timedelta(days=1))
    assert found == [(day - timedelta(days=1)).isoformat(), day.isoformat()]


def test_a_week_begins_on_monday_and_a_month_on_its_first():
    assert names("week", local(2026, 5, 26), local(2026, 6, 8, 0)) == ["2026-05-25/2026-05-31", "2026-06-01/2026-06-07"]
    assert names("month", local(2026, 1, 5), local(2026, 3, 1, 0)) == ["2026-01-01/2026-01-31", "2026-02-01/2026-02-28"]


def test_the_shift_of_the_night_when_clocks_go_back_is_one_shift_of_thirteen_hours():
    found = names("shift", local(2026, 10, 24, 19), local(2026, 10, 25, 7))
    assert found == ["2026-10-24/19:00-07:00"]
    assert names("shift", local(2026, 10, 24, 19), local(2026, 10, 25, 7) - timedelta(seconds=1)) == []


def test_the_shift_of_the_night_when_clocks_go_forward_is_over_at_seven():
    found = names("shift", local(2026, 3, 28, 19), local(2026, 3, 29, 7))
    assert found == ["2026-03-28/19:00-07:00"]


def test_what_was_missed_is_made_up_for_but_not_for_ever():
    assert len(names("day", local(2026, 1, 1), local(2026, 6, 1))) == MOST_MISSED


@given(st.integers(0, 800), st.integers(0, 200), st.sampled_from(["shift", "day", "week", "month"]))
def test_asking_often_finds_each_period_once(start, hours, every):
    began = local(2026, 1, 1) + timedelta(hours=9 * start)
    moments = [began + timedelta(hours=hour) for hour in range(0, hours + 1, 5)]
    often = [name for a, b in pairwise(moments) for name in names(every, a, b)]
    assert often[-MOST_MISSED:] == names(every, moments[0], moments[-1])
    assert len(often) == len(set(often))


def test_the_period_before_and_the_one_a_year_before():
    assert before(Occasion(date(2026, 3, 1), date(2026, 3, 31)), "month") == (date(2026, 2, 1), date(2026, 2, 28))
    assert before(Occasion(date(2026, 6, 8), date(2026, 6, 14)), "week") == (date(2026, 6, 1), date(2026, 6, 7))
    assert before(Occasion(date(2026, 6, 8), date(2026, 6, 8), SHIFTS[0]), "shift") == (date(2026, 6, 1),) * 2
    assert a_year_before(date(2024, 2, 1), date(2024, 2, 29)) == (date(2023, 2, 1), date(2023, 2, 28))
