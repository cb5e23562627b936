"""Alarms from positions: each kind of rule, its window, whom it is about, and how an alarm ends."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from patrols.models import Unit, WatchAlarm, WatchRule, WatchState
from patrols.rules import Fix
from patrols.services import store_fixes
from patrols.watch.services import evaluate_watch_rules, take_watch_alarm
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

INSIDE, OUTSIDE = (19.84, 45.25), (19.80, 45.25)
NIGHT = {"begins": time(22), "ends": time(2), "after_s": 3600}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def unit(board) -> Unit:
    return factories.UnitFactory(board=board, call_sign="214", status_since=NOON - timedelta(days=400))


@pytest.fixture
def area(directorate):
    return factories.AreaFactory(organisation=directorate, kind="watch", name="Штранд")


@pytest.fixture
def rule_of(directorate):
    def make(kind: str, **fields) -> WatchRule:
        return factories.WatchRuleFactory(organisation=directorate, kind=kind, **{"after_s": 0, **fields})

    return make


@pytest.fixture
def world(frozen_clock):
    """Time goes on, units move, the rules are looked at."""

    class World:
        def set(self, now: datetime) -> None:
            frozen_clock.now = now

        def move(self, unit: Unit, place, seconds: float = 0, **fields) -> list[str]:
            """After some seconds the unit is at a place; what stands then."""
            frozen_clock.tick(seconds)
            store_fixes([Fix(unit.pk, *place, frozen_clock.now, **fields)], now=frozen_clock.now)
            return self.look()

        def look(self, seconds: float = 0) -> list[str]:
            """After some seconds; the kinds of the alarms that stand."""
            frozen_clock.tick(seconds)
            evaluate_watch_rules()
            return list(WatchAlarm.objects.filter(ended_at=None).order_by("pk").values_list("kind", flat=True))

    return World()


# --- areas ------------------------------------------------------------------------------------------------------------


def test_entering_an_area(unit, area, rule_of, world):
    rule_of("enter", area=area, name="Код фабрике")
    assert world.move(unit, OUTSIDE) == []
    assert world.move(unit, INSIDE, 10) == ["enter"]
    alarm = WatchAlarm.objects.get()
    assert (alarm.unit, alarm.since, alarm.area_name) == (unit, NOON + timedelta(seconds=10), "Штранд")
    assert world.move(unit, INSIDE, 10) == ["enter"]
    assert world.move(unit, OUTSIDE, 10) == []
    assert world.move(unit, INSIDE, 10) == ["enter"]
    assert WatchAlarm.objects.count() == 2
    assert WatchAlarm.objects.earliest("pk").ended_by == "cleared"


def test_who_is_inside_when_the_rule_begins_has_not_entered(unit, area, rule_of, world):
    rule_of("enter", area=area)
    assert world.move(unit, INSIDE) == []
    assert world.move(unit, OUTSIDE, 5) == []
    assert world.move(unit, INSIDE, 5) == ["enter"]


def test_leaving_an_area(unit, area, rule_of, world):
    rule_of("leave", area=area)
    assert world.move(unit, OUTSIDE) == []  # it never was inside
    assert world.move(unit, INSIDE, 5) == []
    assert world.move(unit, OUTSIDE, 5) == ["leave"]
    assert world.move(unit, INSIDE, 5) == []


def test_a_border_that_is_only_brushed_is_no_alarm(unit, area, rule_of, world):
    rule_of("leave", area=area, after_s=60)
    world.move(unit, INSIDE)
    assert world.move(unit, OUTSIDE, 5) == []
    assert world.move(unit, INSIDE, 50) == []
    assert world.move(unit, OUTSIDE, 5) == []
    assert world.look(60) == ["leave"]


def test_a_coarse_position_says_nothing_of_a_border(unit, area, rule_of, world):
    rule_of("enter", area=area)
    world.move(unit, OUTSIDE)
    assert world.move(unit, INSIDE, 5, accuracy_m=900) == []
    assert world.move(unit, INSIDE, 5, accuracy_m=20) == ["enter"]


def test_a_position_that_is_told_late_moves_nobody_over_a_border(unit, area, rule_of, world, frozen_clock):
    rule_of("enter", area=area)
    world.move(unit, OUTSIDE)
    store_fixes([Fix(unit.pk, *INSIDE, NOON - timedelta(minutes=5))], now=frozen_clock.now)
    assert world.look() == []


def test_outside_the_sector(unit, directorate, rule_of, world):
    factories.AreaFactory(organisation=directorate, kind="sector", code="S1", name="Лиман")
    Unit.objects.filter(pk=unit.pk).update(sector="Лиман")
    rule_of("sector", after_s=300, statuses=["on_patrol"])
    assert world.move(unit, OUTSIDE) == []
    assert world.look(299) == []
    assert world.look(1) == ["sector"]
    assert WatchAlarm.objects.get().area_name == "Лиман"
    assert world.move(unit, INSIDE, 5) == []


def test_a_job_takes_a_unit_out_of_its_sector_without_an_alarm(unit, directorate, rule_of, world):
    factories.AreaFactory(organisation=directorate, kind="sector", code="S1", name="Лиман")
    Unit.objects.filter(pk=unit.pk).update(sector="S1")
    rule_of("sector", statuses=["on_patrol"])
    assert world.move(unit, OUTSIDE) == ["sector"]
    Unit.objects.filter(pk=unit.pk).update(status="en_route")
    assert world.look(5) == []
    assert WatchAlarm.objects.get().ended_by == "cleared"


def test_a_sector_of_another_directorate_with_the_same_name_is_not_meant(unit, elsewhere, rule_of, world):
    factories.AreaFactory(organisation=elsewhere, kind="sector", code="S1", name="Лиман")
    Unit.objects.filter(pk=unit.pk).update(sector="Лиман")
    rule_of("sector")
    assert world.move(unit, OUTSIDE) == []


# --- movement and silence -----------------------------------------------------------------------------------------------


def test_a_unit_that_does_not_move(unit, rule_of, world):
    rule_of("still", after_s=600, radius_m=50)
    world.move(unit, INSIDE)
    near = (INSIDE[0] + 0.0003, INSIDE[1])  # 24 m
    assert world.move(unit, near, 300) == []
    assert world.move(unit, INSIDE, 299) == []
    assert world.move(unit, near, 1) == ["still"]
    assert WatchAlarm.objects.get().since == NOON
    assert world.move(unit, OUTSIDE, 5) == []


def test_a_unit_that_creeps_is_not_still(unit, rule_of, world):
    rule_of("still", after_s=600, radius_m=50)
    lon, lat = INSIDE
    for step in range(10):
        assert world.move(unit, (lon + step * 0.001, lat), 120) == []


def test_silence_is_not_stillness(unit, rule_of, world):
    rule_of("still", after_s=600)
    world.move(unit, INSIDE)
    assert world.look(3600) == []


def test_no_position_for_minutes(unit, rule_of, world):
    rule_of("silent", after_s=300)
    world.move(unit, INSIDE)
    assert world.look(299) == []
    assert world.look(1) == ["silent"]
    assert world.look(600) == ["silent"]
    assert WatchAlarm.objects.count() == 1
    assert world.move(unit, INSIDE) == []


def test_silence_counts_from_the_sign_on(board, rule_of, world, frozen_clock):
    fresh = factories.UnitFactory(board=board, status_since=NOON)
    factories.ShiftFactory(unit=fresh, starts_at=NOON)
    rule_of("silent", after_s=300)
    factories.LatestPositionFactory(unit=fresh, at=NOON - timedelta(hours=9))
    assert world.look(299) == []
    assert world.look(1) == ["silent"]


def test_a_unit_off_duty_is_not_watched(unit, rule_of, world):
    rule_of("silent", after_s=300)
    world.move(unit, INSIDE)
    assert world.look(301) == ["silent"]
    Unit.objects.filter(pk=unit.pk).update(on_duty=False, status="off_duty")
    assert world.look() == []
    assert not WatchState.objects.exists()


# --- coverage gap -------------------------------------------------------------------------------------------------------


@pytest.fixture
def coverage(area, board, rule_of):
    return rule_of("coverage", area=area, board=board, name="Обилазак Штранда", **NIGHT)


@pytest.mark.usefixtures("coverage")
def test_nobody_inside_for_an_hour_of_the_window_across_midnight(unit, world):
    world.set(utc("2026-11-02 20:00"))  # 21:00 in Belgrade
    assert world.move(unit, INSIDE) == []
    world.set(utc("2026-11-02 21:00"))
    assert world.look() == []
    assert world.look(3599) == []
    assert world.look(1) == ["coverage"]  # 23:00: a visit before the window does not count
    assert WatchAlarm.objects.get().unit is None
    assert world.move(unit, INSIDE, 600) == []  # 23:10
    assert world.look(3000) == []  # midnight: the window is one
    assert world.look(599) == []
    assert world.look(1) == ["coverage"]  # 00:10
    assert WatchAlarm.objects.count() == 2


@pytest.mark.usefixtures("coverage")
def test_the_time_starts_anew_with_each_window(world, unit):
    world.set(utc("2026-11-02 21:00"))
    world.look()
    assert world.look(3600) == ["coverage"]
    world.set(utc("2026-11-03 01:00"))
    assert world.look() == []
    assert WatchAlarm.objects.get().ended_by == "window"
    world.set(utc("2026-11-03 21:00"))
    assert world.look() == []
    assert world.look(3599) == []
    assert world.look(1) == ["coverage"]


@pytest.mark.usefixtures("coverage")
def test_a_window_after_an_outage_of_a_day_starts_anew(world, unit):
    world.set(utc("2026-11-02 21:00"))
    world.look()
    assert world.look(3600) == ["coverage"]
    world.set(utc("2026-11-03 21:30"))  # nobody looked in between
    assert world.look() == []
    assert world.look(1800) == ["coverage"]


@pytest.mark.usefixtures("coverage")
def test_a_drive_through_between_two_looks_is_a_visit(world, unit):
    world.set(utc("2026-11-02 21:00"))
    world.look()
    now = utc("2026-11-02 21:50")
    fixes = [Fix(unit.pk, *place, now + timedelta(seconds=n)) for n, place in enumerate((OUTSIDE, INSIDE, OUTSIDE))]
    store_fixes(fixes, now=now + timedelta(seconds=3))
    world.set(utc("2026-11-02 22:00"))
    assert world.look() == []
    assert world.look(50 * 60) == []
    assert world.look(1) == ["coverage"]


@pytest.mark.usefixtures("coverage")
def test_a_visit_that_is_told_late_ends_the_alarm(world, unit):
    world.set(utc("2026-11-02 21:00"))
    world.look()
    assert world.look(3600) == ["coverage"]
    store_fixes([Fix(unit.pk, *INSIDE, utc("2026-11-02 21:40"))], now=utc("2026-11-02 22:00"))
    assert world.look(5) == []
    assert world.look(40 * 60) == ["coverage"]


@pytest.mark.usefixtures("area")
def test_only_units_that_count_visit(board, coverage, unit, world):
    coverage.statuses = ["on_patrol"]
    coverage.save()
    at_meal = factories.UnitFactory(board=board, status="meal")
    world.set(utc("2026-11-02 21:00"))
    world.look()
    assert world.move(at_meal, INSIDE, 3000) == []
    assert world.look(600) == ["coverage"]
    assert world.move(unit, INSIDE, 5) == []


@pytest.mark.usefixtures("coverage")
def test_the_night_with_an_hour_twice_has_no_hour_without_a_timer(world, unit, coverage):
    """25 October 2026, until 02:30: the second 02:30 ends it, and sixty minutes are sixty minutes."""
    coverage.ends = time(2, 30)
    coverage.save()
    world.set(utc("2026-10-24 20:00"))
    world.look()
    world.set(utc("2026-10-25 00:20"))
    assert world.move(unit, INSIDE) == []  # 02:20, the first time
    assert world.look(3599) == []
    assert world.look(1) == ["coverage"]  # 02:20, the second time
    world.set(utc("2026-10-25 01:30"))
    assert world.look() == []


@pytest.mark.usefixtures("coverage")
def test_the_night_without_an_hour(world, unit):
    """29 March 2026: 22:00 to 02:00 are four hours; 02:00 is the moment of the jump."""
    world.set(utc("2026-03-29 00:00"))
    assert world.move(unit, INSIDE) == []  # 01:00
    assert world.look(3599) == []
    assert world.look(1) == []  # 03:00 on the wall: the window has closed


def test_always_open_does_not_start_anew_at_midnight(unit, area, board, rule_of, world):
    rule_of("coverage", area=area, board=board, after_s=3600)
    world.set(utc("2026-11-02 22:30"))
    assert world.move(unit, INSIDE) == []
    assert world.look(3599) == []  # past midnight in Belgrade
    assert world.look(1) == ["coverage"]


# --- the alarm ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def alarm(unit, rule_of, world) -> WatchAlarm:
    rule_of("silent", after_s=60, name="Без положаја")
    world.move(unit, INSIDE)
    world.look(60)
    return WatchAlarm.objects.get()


def test_it_is_taken_by_name_with_a_word_and_not_raised_again(alarm, viewer, world):
    take_watch_alarm(alarm_id=alarm.pk, words=" Батерија. ", by=viewer)
    alarm.refresh_from_db()
    assert (alarm.ended_by, alarm.taken_by_name, alarm.words) == ("taken", viewer.name, "Батерија.")
    assert world.look(600) == []
    assert AuditEntry.objects.filter(action="watch_alarm.ended", actor_id=viewer.user_id).count() == 1


def test_after_it_was_right_in_between_it_is_raised_again(alarm, viewer, world, unit):
    take_watch_alarm(alarm_id=alarm.pk, words="x", by=viewer)
    assert world.move(unit, INSIDE) == []
    assert world.look(60) == ["silent"]


def test_an_area_where_still_nobody_is_comes_back_after_another_such_time(area, board, rule_of, world, viewer, unit):
    rule_of("coverage", area=area, board=board, after_s=3600)
    world.look()
    world.look(3600)
    take_watch_alarm(alarm_id=WatchAlarm.objects.get().pk, words="Шаљем 203.", by=viewer)
    assert world.look(3599) == []
    assert world.look(1) == ["coverage"]


def test_two_dispatchers_one_alarm(alarm, viewer, directorate):
    take_watch_alarm(alarm_id=alarm.pk, words="x", by=viewer)
    with pytest.raises(Conflict) as refusal:
        take_watch_alarm(alarm_id=alarm.pk, words="y", by=Viewer.of(person(Role.DISPATCHER, directorate, "other")))
    assert (refusal.value.code, refusal.value.state["taken_by"]) == ("alarm_ended", viewer.name)


def test_a_word_is_needed_and_the_right(alarm, viewer, directorate):
    with pytest.raises(Invalid):
        take_watch_alarm(alarm_id=alarm.pk, words=" ", by=viewer)
    with pytest.raises(Forbidden):
        take_watch_alarm(alarm_id=alarm.pk, words="x", by=Viewer.of(person(Role.READ_ONLY, directorate)))


def test_a_rule_that_is_switched_off_or_removed_ends_its_alarms(alarm, world):
    WatchRule.objects.update(active=False)
    assert world.look() == []
    alarm.refresh_from_db()
    assert alarm.ended_by == "rule"


def test_a_removed_rule_ends_its_alarms_and_they_keep_its_name(alarm, world):
    WatchRule.objects.all().delete()
    assert world.look() == []
    alarm.refresh_from_db()
    assert (alarm.ended_by, alarm.name, alarm.rule) == ("rule", "Без положаја", None)


def test_nothing_is_told_twice(alarm, board, world):
    for _ in range(3):
        world.look(1)
    kinds = list(LiveEvent.objects.filter(board=board).values_list("kind", flat=True))
    assert kinds == ["WatchAlarmRaised"]


def test_a_rule_of_one_unit_is_about_no_other(board, unit, rule_of, world):
    other = factories.UnitFactory(board=board, status_since=NOON)
    rule_of("silent", after_s=60).units.add(other)
    assert world.look(61) == ["silent"]
    assert WatchAlarm.objects.get().unit == other


def test_a_rule_holds_below_its_node_and_nowhere_else(board, elsewhere, directorate, world):
    station = factories.OrganisationFactory(code="NS-1", parent=directorate)
    below = factories.UnitFactory(board=board, organisation=station, status_since=NOON)
    factories.UnitFactory(board=elsewhere.board, status_since=NOON)
    factories.WatchRuleFactory(organisation=directorate, kind="silent", after_s=60)
    world.look(61)
    assert [alarm.unit for alarm in WatchAlarm.objects.all()] == [below]


def test_a_thousand_units_cost_as_many_queries_as_one(
    board, area, rule_of, django_assert_max_num_queries, frozen_clock
):
    units = [factories.UnitFactory.build(board=board, organisation=board.organisation) for _ in range(1000)]
    Unit.objects.bulk_create(units)
    for kind in ("enter", "leave", "sector"):
        rule_of(kind, area=area)
    for kind in ("still", "silent"):
        rule_of(kind, after_s=3600)
    rule_of("coverage", area=area, board=board, after_s=3600)
    store_fixes([Fix(unit.pk, *INSIDE, NOON) for unit in units], now=NOON)
    with django_assert_max_num_queries(20):
        assert evaluate_watch_rules() == 0
    with django_assert_max_num_queries(20):
        assert evaluate_watch_rules() == 0


def test_a_rule_that_makes_no_sense_is_refused(directorate):
    for wrong in ({"kind": "coverage"}, {"kind": "enter"}, {"kind": "silent", "after_s": 0}, {"begins": time(22)}):
        rule = WatchRule(organisation=directorate, name="x", **{"kind": "silent", "after_s": 60, **wrong})
        with pytest.raises(ValidationError):
            rule.full_clean()


def test_one_at_a_time(alarm, world):
    """While another holds the lock nothing is done, and nothing fails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('patrols_watch'))")
        assert cursor.fetchone() == (True,)
    assert world.look() == ["silent"]
