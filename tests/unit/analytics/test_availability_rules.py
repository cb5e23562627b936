"""What is needed, what is missing, and what counts as a visit."""

# ruff: noqa: DTZ001 - the clock on the wall has no zone

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.availability.rules import (
    USE,
    Need,
    Presence,
    Stay,
    gaps,
    stays,
    windows,
)
from patrols.planning.rules import instant
from patrols.rules import Status

BELGRADE = ZoneInfo("Europe/Belgrade")
MONDAY = datetime(2026, 11, 2, tzinfo=UTC)


def at(day, hour, minute=0):
    return instant(datetime(2026, 11, day, hour, minute), BELGRADE)


def need(units=1, starts=19, ends=7, **values):
    given = {"weekdays": frozenset(range(1, 8)), "valid_from": date(2026, 1, 1), "organisation": 1, "area": 0}
    return Need(1, units=units, starts=time(starts), ends=time(ends), **(given | values))


def there(unit, start, end, **values):
    return Presence(unit, **({"organisation": 1, "area": 0} | values), start=start, end=end)


def missing(need_, *present):
    below = {1: frozenset({1, 2})}
    found = gaps([need_], present, below=below, since=at(2, 12), until=at(3, 12), zone=BELGRADE)
    return [(gap.start, gap.end, gap.has) for gap in found]


def test_every_status_on_duty_counts_as_something():
    assert set(USE) == set(Status) - {Status.OFF_DUTY}


def test_an_empty_night_is_one_gap():
    assert missing(need()) == [(at(2, 19), at(3, 7), 0)]


def test_a_night_that_is_filled_is_none_and_a_late_start_is_just_that_long():
    assert missing(need(), there(1, at(2, 18), at(3, 8))) == []
    assert missing(need(), there(1, at(2, 19, 20), at(3, 7))) == [(at(2, 19), at(2, 19, 20), 0)]


def test_gaps_are_cut_where_their_depth_changes():
    present = there(1, at(2, 19), at(3, 7)), there(2, at(2, 22), at(3, 2))
    assert missing(need(3), *present) == [
        (at(2, 19), at(2, 22), 1),
        (at(2, 22), at(3, 2), 2),
        (at(3, 2), at(3, 7), 1),
    ]


def test_a_unit_counts_once_however_often_it_is_planned():
    assert missing(need(2), there(1, at(2, 18), at(3, 8)), there(1, at(2, 18), at(3, 8))) == [(at(2, 19), at(3, 7), 1)]


def test_only_units_of_the_node_and_below_of_the_area_and_with_the_skill_count():
    night = (at(2, 18), at(3, 8))
    assert missing(need(), there(1, *night, organisation=2)) == []
    assert missing(need(), there(1, *night, organisation=3)) != []
    assert missing(need(area=7), there(1, *night, area=7)) == []
    assert missing(need(area=7), there(1, *night, area=8)) != []
    assert missing(need(skill="k9"), there(1, *night, skills=frozenset({"k9"}))) == []
    assert missing(need(skill="k9"), there(1, *night)) != []


def test_a_night_belongs_to_the_day_on_which_it_begins():
    friday = need(weekdays=frozenset({5}))
    found = windows(friday, since=at(2, 0), until=at(9, 0), zone=BELGRADE)
    assert [(span.start, span.end) for span in found] == [(at(6, 19), at(7, 7))]


def test_a_night_that_began_before_the_period_is_cut_to_it():
    (first, _second) = windows(need(), since=at(2, 3), until=at(3, 0), zone=BELGRADE)
    assert (first.start, first.end) == (at(2, 3), at(2, 7))


@pytest.mark.parametrize(("day", "hours"), [(datetime(2026, 10, 25), 25), (datetime(2026, 3, 29), 23)])
def test_all_day_has_the_hours_that_the_day_has(day, hours):
    since, until = instant(day, BELGRADE), instant(day + timedelta(days=1), BELGRADE)
    (span,) = windows(need(starts=0, ends=0), since=since, until=until, zone=BELGRADE)
    assert span.end - span.start == timedelta(hours=hours)


def test_what_is_not_valid_yet_or_any_more_is_not_needed():
    assert missing(need(valid_from=date(2026, 11, 3))) == []
    assert missing(need(valid_to=date(2026, 11, 1))) == []


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(-5, 20), st.integers(1, 12)), max_size=10), st.integers(1, 3))
def test_gaps_equal_a_count_of_each_minute(drawn, units):
    present = [there(u, at(2, 12) + timedelta(hours=s), at(2, 12) + timedelta(hours=s + h)) for u, s, h in drawn]
    found = missing(need(units), *present)
    minute = at(2, 12)
    while minute < at(3, 12):
        has = len({one.unit for one in present if one.start <= minute < one.end})
        wanted = at(2, 19) <= minute < at(3, 7) and has < units
        assert [h for s, e, h in found if s <= minute < e] == ([has] if wanted else [])
        minute += timedelta(minutes=30)


# --- visits -------------------------------------------------------------------------------------------------------


def fixes(*rows):
    return [(MONDAY + timedelta(seconds=s), inside) for s, inside in rows]


def lengths(*rows):
    return [((s.end - s.start).total_seconds(), s.is_visit) for s in stays(fixes(*rows))]


def test_a_stay_lasts_from_the_first_fix_inside_to_the_last():
    assert lengths((0, False), (60, True), (120, True), (180, True), (240, False)) == [(120, True)]


def test_passing_through_is_no_visit_though_its_time_counts():
    assert lengths((0, False), (10, True), (70, True), (100, False)) == [(60, False)]


def test_a_silence_of_more_than_five_minutes_ends_a_stay():
    assert lengths((0, True), (300, True)) == [(300, True)]
    assert lengths((0, True), (301, True)) == [(0, False), (0, False)]


def test_going_out_and_coming_back_are_two_stays():
    assert lengths((0, True), (120, True), (150, False), (180, True), (300, True)) == [(120, True), (120, True)]


def test_no_fix_is_no_stay():
    assert stays([]) == []
    assert Stay(MONDAY, MONDAY).is_visit is False
