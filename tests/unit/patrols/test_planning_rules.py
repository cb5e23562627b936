"""The shift plan: patterns on the wall's clock, and what is wrong with a plan."""

# ruff: noqa: DTZ001 - the clock on the wall has no zone

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.planning.rules import (
    Absence,
    Limits,
    Person,
    Planned,
    Rule,
    Violation,
    days_later,
    duties,
    instant,
    still_overridden,
    violations,
    wall,
)

BELGRADE = ZoneInfo("Europe/Belgrade")
MONDAY = date(2026, 11, 2)
PEOPLE = {1: Person(1, "Марко", frozenset({"k9"})), 2: Person(2, "Ана")}


def at(day, hour, minute=0):
    return instant(datetime(2026, 11, day, hour, minute), BELGRADE)


def planned(pk, start, end, *, unit=1, officers=(1,), **values):
    return Planned(pk, unit, f"20{unit}", start, end, officers, **values)


def found(*shifts, absences=()):
    return [(v.rule, v.shift, round(v.amount, 3)) for v in violations(shifts, PEOPLE, absences)]


# --- patterns -----------------------------------------------------------------------------------------------------


def test_12_24_12_48_is_day_night_and_two_days_off():
    got = duties(
        (12, 24, 12, 48), anchor=MONDAY, starts=time(7), first=MONDAY, last=MONDAY + timedelta(days=7), zone=BELGRADE
    )
    assert [(wall(a, BELGRADE).strftime("%d %H"), wall(b, BELGRADE).strftime("%d %H")) for a, b in got] == [
        ("02 07", "02 19"),
        ("03 19", "04 07"),
        ("06 07", "06 19"),
        ("07 19", "08 07"),
    ]


def test_four_teams_a_day_apart_cover_every_hour_once():
    by_team = [
        duties(
            (12, 24, 12, 48),
            anchor=MONDAY + timedelta(days=n),
            starts=time(7),
            first=date(2026, 10, 1),
            last=date(2026, 12, 1),
            zone=BELGRADE,
        )
        for n in range(4)
    ]
    every = sorted(duty for team in by_team for duty in team)
    assert all(before[1] == after[0] for before, after in pairwise(every))


@pytest.mark.parametrize(
    ("night", "hours"), [(date(2026, 10, 24), 13), (date(2026, 3, 28), 11), (date(2026, 6, 1), 12)]
)
def test_a_night_is_as_long_as_the_clock_on_the_wall_makes_it(night, hours):
    ((start, end),) = duties((12, 12), anchor=night, starts=time(19), first=night, last=night, zone=BELGRADE)
    assert (wall(start, BELGRADE).hour, wall(end, BELGRADE).hour) == (19, 7)
    assert end - start == timedelta(hours=hours)


def test_an_hour_that_the_wall_shows_twice_is_its_first_and_one_that_it_never_shows_goes_on():
    assert instant(datetime(2026, 10, 25, 2, 30), BELGRADE) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(datetime(2026, 3, 29, 2, 30), BELGRADE) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("hours", [(), (12,), (12, 0), (0, 12), (12, 24, 12)])
def test_a_pattern_that_does_not_go_on_and_off_is_refused(hours):
    with pytest.raises(ValueError, match=r".*"):
        duties(hours, anchor=MONDAY, starts=time(7), first=MONDAY, last=MONDAY, zone=BELGRADE)


@given(
    hours=st.lists(st.integers(1, 72), min_size=2, max_size=8).filter(lambda found: len(found) % 2 == 0),
    back=st.integers(-400, 400),
    days=st.integers(0, 40),
)
def test_duties_do_not_depend_on_where_one_begins_to_look(hours, back, days):
    first = MONDAY + timedelta(days=back)
    both = {"anchor": MONDAY, "starts": time(7), "zone": BELGRADE}
    whole = duties(hours, first=first, last=first + timedelta(days=days), **both)
    parts = [
        duty
        for n in range(days + 1)
        for duty in duties(hours, first=first + timedelta(days=n), last=first + timedelta(days=n), **both)
    ]
    assert whole == parts
    assert all(first <= wall(start, BELGRADE).date() <= first + timedelta(days=days) for start, _ in whole)


def test_a_copied_night_keeps_its_times_on_the_wall():
    start, end = datetime(2026, 10, 17, 17, tzinfo=UTC), datetime(2026, 10, 18, 5, tzinfo=UTC)
    moved = days_later(start, 7, BELGRADE), days_later(end, 7, BELGRADE)
    assert moved[1] - moved[0] == timedelta(hours=13)


# --- what is wrong ------------------------------------------------------------------------------------------------


def test_enough_rest_is_no_violation_and_a_minute_less_is():
    assert found(planned(1, at(2, 7), at(2, 19)), planned(2, at(3, 7), at(3, 19))) == []
    assert found(planned(1, at(2, 7), at(2, 19)), planned(2, at(3, 6, 59), at(3, 19), unit=2)) == [
        (Rule.REST, 2, round(1 / 60, 3))
    ]


def test_rest_over_a_change_of_the_clock_is_counted_in_real_hours():
    evening = planned(1, instant(datetime(2026, 3, 28, 7), BELGRADE), instant(datetime(2026, 3, 28, 19), BELGRADE))
    morning = planned(2, instant(datetime(2026, 3, 29, 7), BELGRADE), instant(datetime(2026, 3, 29, 19), BELGRADE))
    assert found(evening, morning) == [(Rule.REST, 2, 1.0)]


def test_an_officer_on_two_patrols_at_once_is_named_with_the_other_patrol():
    (wrong,) = violations([planned(1, at(2, 7), at(2, 19)), planned(2, at(2, 18), at(3, 1), unit=2)], PEOPLE)
    assert (wrong.rule, wrong.shift, wrong.other, wrong.other_call_sign, wrong.name) == (
        Rule.OFFICER_TWICE, 2, 1, "201", "Марко",
    )  # fmt: skip
    assert (wrong.amount, wrong.may_be_overridden) == (1, False)


def test_a_short_shift_inside_a_long_one_hides_no_later_collision():
    shifts = (
        planned(1, at(2, 7), at(2, 21), officers=(1,)),
        planned(2, at(2, 8), at(2, 9), unit=2, officers=(1,)),
        planned(3, at(2, 20), at(2, 23), unit=3, officers=(1,)),
    )
    assert [(rule, pk) for rule, pk, _ in found(*shifts) if rule == Rule.OFFICER_TWICE] == [
        (Rule.OFFICER_TWICE, 2),
        (Rule.OFFICER_TWICE, 3),
    ]


def test_one_vehicle_or_unit_twice():
    shifts = (
        planned(1, at(2, 7), at(2, 19), vehicle=9, plate="P-1"),
        planned(2, at(2, 18), at(3, 1), unit=2, officers=(2,), vehicle=9, plate="P-1"),
        planned(3, at(2, 18, 30), at(3, 1), officers=(), limits=Limits(min_crew=0)),
    )
    assert found(*shifts) == [(Rule.UNIT_TWICE, 3, 0.5), (Rule.VEHICLE_TWICE, 2, 1.0)]


def test_shifts_that_touch_do_not_collide():
    shifts = (planned(1, at(2, 7), at(2, 19)), planned(2, at(2, 19), at(3, 7), officers=(2,)))
    assert found(*shifts) == []


def test_hours_a_week_are_cut_at_midnight_of_monday():
    nights = [planned(n, at(2 + n, 19), at(3 + n, 7)) for n in range(5)]
    assert [row for row in found(*nights) if row[0] == Rule.WEEK] == [(Rule.WEEK, 4, 12.0)]
    sunday = [planned(n, at(5 + n, 19), at(6 + n, 7)) for n in range(4)]  # Sunday's night has 5 hours in this week
    assert [row for row in found(*sunday) if row[0] == Rule.WEEK] == []


def test_a_skill_that_nobody_of_the_crew_has():
    assert found(planned(1, at(2, 7), at(2, 19), officers=(1, 2), skills_needed=frozenset({"k9"}))) == []
    (wrong,) = violations([planned(1, at(2, 7), at(2, 19), officers=(2,), skills_needed=frozenset({"k9"}))], PEOPLE)
    assert (wrong.rule, wrong.name, wrong.key) == (Rule.SKILL, "k9", "skill:k9")


def test_an_absence_counts_only_where_it_meets_the_shift():
    sick = Absence(1, at(3, 0), at(4, 0), "sick")
    assert found(planned(1, at(2, 19), at(3, 7)), absences=[sick]) == [(Rule.LEAVE, 1, 7.0)]
    assert found(planned(1, at(2, 7), at(2, 19)), absences=[sick]) == []
    assert found(planned(1, at(4, 0), at(4, 7)), absences=[sick]) == []


def test_too_long_without_crew_and_with_a_broken_vehicle():
    shift = planned(1, at(2, 7), at(2, 22), officers=(), vehicle=3, plate="P", vehicle_in_service=False)
    assert found(shift) == [(Rule.LENGTH, 1, 1.0), (Rule.NO_CREW, 1, 1), (Rule.VEHICLE_OUT, 1, 0)]


def test_a_reason_holds_until_it_gets_worse():
    short = Violation(Rule.REST, 1, 7, "Марко", amount=2)
    assert still_overridden(short, {"rest:7": 2})
    assert still_overridden(short, {"rest:7": 3})
    assert not still_overridden(short, {"rest:7": 1.9})
    assert not still_overridden(short, {"rest:8": 9})
    assert not still_overridden(Violation(Rule.OFFICER_TWICE, 1, 7, "Марко"), {"officer_twice:7": 9})


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20), st.integers(1, 3), st.integers(1, 2)), max_size=8))
def test_collisions_are_found_just_where_two_shifts_overlap(drawn):
    shifts = [
        Planned(n, unit, str(unit), at(2, 0) + timedelta(hours=s), at(2, 0) + timedelta(hours=s + h), (officer,))
        for n, (s, h, unit, officer) in enumerate(drawn, start=1)
    ]
    wrong = {v.shift for v in violations(shifts, PEOPLE) if v.rule == Rule.OFFICER_TWICE}
    naive = {
        max((b.starts_at, b.id), (a.starts_at, a.id))[1]
        for a in shifts
        for b in shifts
        if a.id < b.id and a.officers == b.officers and a.starts_at < b.ends_at and b.starts_at < a.ends_at
    }
    assert wrong == naive
