"""Who is there when, what is missing, what is warned of; plan against fact."""

from datetime import time, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from analytics.availability import facts, selectors
from analytics.availability.models import StaffingWarning
from analytics.availability.services import warn_of_gaps
from core.access import Viewer
from core.models import LiveEvent
from core.rules import Role
from patrols.gps import partitions
from patrols.rules import Fix, Status
from patrols.services import store_fixes
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db
BY = Viewer.system("tests")
HOUR = timedelta(hours=1)
NIGHT = NOON + 6 * HOUR  # 19:00 in Belgrade
DAY = {"first": NOON.date().isoformat(), "last": NOON.date().isoformat()}


@pytest.fixture
def unit(board, frozen_clock):
    return factories.UnitFactory(board=board, call_sign="201")


@pytest.fixture
def client(client_of, directorate):
    return client_of(person(Role.SHIFT_COMMANDER, directorate, "commander"))


def published(unit, start=NIGHT, hours=12, **values):
    end = start + timedelta(hours=hours)
    return factories.PlannedShiftFactory(
        unit=unit, starts_at=start, ends_at=end, state="published", published_at=NOON, **values
    )


def asked(client, node, **values):
    answer = client.get("/api/v1/availability/", {"organisation": node.pk, **DAY, **values})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_answer_says_who_was_busy_with_what_and_the_curve_is_an_integral(unit, client, board):
    job = factories.AssignmentFactory(
        incident=factories.IncidentFactory(board=board, number="NS-7"), unit=unit, status="cleared", ended_at=NOON
    )
    factories.StatusChangeFactory(unit=unit, occurred_at=NOON - 2 * HOUR, status=Status.ON_PATROL)
    factories.StatusChangeFactory(unit=unit, occurred_at=NOON - HOUR / 2, status=Status.ON_SCENE, assignment_id=job.pk)
    got = asked(client, board.organisation)
    (row,) = got["units"]
    assert [(s["status"], s["number"]) for s in row["duty"]] == [("on_patrol", None), ("on_scene", "NS-7")]
    hours = {hour["start"][11:13]: hour["past"] for hour in got["hours"] if hour["past"]}
    assert hours["11"] == {"available": 0.5, "conditional": 0.0, "busy": 0.5, "out": 0.0}
    assert hours["09"]["available"] == 0
    assert (got["counts"]["on_duty"], got["counts"]["available"]) == (1, 1)


@pytest.mark.parametrize(("day", "hours"), [("2026-10-25", 25), ("2026-03-29", 23), ("2026-11-02", 24)])
def test_a_day_has_as_many_hours_as_it_has(unit, client, board, day, hours):
    assert len(asked(client, board.organisation, first=day, last=day)["hours"]) == hours


def test_tonight_s_gap_is_seen_and_closes_with_what_is_published(unit, client, board):
    factories.MinimumStaffingFactory(organisation=board.organisation, units=1)
    factories.PlannedShiftFactory(unit=unit, starts_at=NIGHT, ends_at=NIGHT + 12 * HOUR)
    (early, tonight) = asked(client, board.organisation)["gaps"]
    assert (tonight["start"], tonight["end"], tonight["has"], tonight["needs"]) == (
        "2026-11-02T18:00:00Z", "2026-11-02T23:00:00Z", 0, 1,
    )  # fmt: skip
    assert early["end"] == "2026-11-02T06:00:00Z"
    assert len(asked(client, board.organisation, drafts="true")["gaps"]) == 1
    published(factories.UnitFactory(board=board))
    assert asked(client, board.organisation)["gaps"] == [early]


def test_a_unit_on_duty_stays_until_its_planned_end(unit, client, board):
    factories.MinimumStaffingFactory(organisation=board.organisation, units=1, starts="13:00", ends="23:00")
    factories.StatusChangeFactory(unit=unit, occurred_at=NOON - HOUR, status=Status.ON_PATROL)
    factories.ShiftFactory(unit=unit, starts_at=NOON - HOUR, planned_end_at=NIGHT)
    (gap,) = asked(client, board.organisation)["gaps"]
    assert (gap["start"], gap["end"]) == ("2026-11-02T18:00:00Z", "2026-11-02T22:00:00Z")


def test_a_need_of_an_area_is_met_by_who_is_planned_there(unit, client, board):
    area = factories.AreaFactory(organisation=board.organisation, name="Лиман")
    factories.MinimumStaffingFactory(organisation=board.organisation, area=area, units=1, starts="20:00", ends="22:00")
    published(unit)
    (gap,) = asked(client, board.organisation)["gaps"]
    assert (gap["area"], gap["has"]) == ("Лиман", 0)
    published(factories.UnitFactory(board=board), sector=area)
    assert asked(client, board.organisation)["gaps"] == []


# --- warnings -----------------------------------------------------------------------------------------------------


def test_a_gap_is_warned_of_once_before_it_happens_and_again_when_it_grows(unit, board, frozen_clock, client):
    factories.MinimumStaffingFactory(organisation=board.organisation, units=2, warn_before_h=12)
    shift = published(unit)
    assert (warn_of_gaps(), warn_of_gaps()) == (1, 0)
    warning = StaffingWarning.objects.get()
    assert (warning.starts_at, warning.ends_at, warning.has, warning.needs) == (NIGHT, NIGHT + 12 * HOUR, 1, 2)
    event = LiveEvent.objects.get()
    assert (event.kind, event.board_id, event.payload["data"]["has"]) == ("StaffingGapWarned", board.pk, 1)
    assert [gap["warned_at"] is not None for gap in asked(client, board.organisation)["gaps"]] == [False, True]
    shift.delete()
    assert warn_of_gaps() == 1
    assert StaffingWarning.objects.get().has == 0


def test_a_warning_closes_when_the_gap_does(unit, board, frozen_clock):
    factories.MinimumStaffingFactory(organisation=board.organisation, units=1, warn_before_h=12)
    warn_of_gaps()
    published(unit)
    assert warn_of_gaps() == 0
    assert StaffingWarning.objects.get().closed_at == NOON
    assert LiveEvent.objects.count() == 1


def test_what_is_far_away_is_not_warned_of_yet(unit, board, frozen_clock):
    factories.MinimumStaffingFactory(organisation=board.organisation, units=1, warn_before_h=5)
    assert warn_of_gaps() == 0
    frozen_clock.tick(3600)
    assert warn_of_gaps() == 1


def test_a_desk_reads_the_gaps_of_now_and_of_the_next_twelve_hours(unit, board, client, frozen_clock):
    node = board.organisation
    factories.MinimumStaffingFactory(organisation=node, starts=time(19), ends=time(20))
    factories.MinimumStaffingFactory(organisation=node, starts=time(10), ends=time(23), units=5)
    factories.MinimumStaffingFactory(organisation=node, starts=time(6), ends=time(7), units=7)
    answer = client.get("/api/v1/availability/gaps/", {"organisation": node.pk})
    assert [(gap["has"], gap["needs"]) for gap in answer.json()] == [(0, 5), (0, 2)]


def test_a_minimum_without_an_operations_centre_is_on_the_page_all_the_same(service, frozen_clock):
    factories.MinimumStaffingFactory(organisation=service, units=1)
    assert warn_of_gaps() == 1
    assert LiveEvent.objects.count() == 0


# --- plan against fact --------------------------------------------------------------------------------------------


def outcome(unit, *, came=None, left=None, hours=2):
    start = NOON - 4 * HOUR
    published(unit, start, hours)
    if came is not None:
        end = None if left is None else start + timedelta(minutes=left)
        factories.ShiftFactory(unit=unit, starts_at=start + timedelta(minutes=came), ended_at=end)
    found = selectors.scope(BY, unit.organisation_id, NOON.date(), NOON.date())
    (row,) = facts.plan_and_fact(found)["shifts"]
    return row["outcome"], row["late_s"], row["early_s"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ("no_show", None, None)),
        ({"came": 0, "left": 120}, ("as_planned", 0, 0)),
        ({"came": -20, "left": 150}, ("as_planned", 0, 0)),
        ({"came": 5, "left": 120}, ("as_planned", 300, 0)),
        ({"came": 6, "left": 120}, ("late", 360, 0)),
        ({"came": 0, "left": 100}, ("early", 0, 1200)),
        ({"came": 10, "left": 100}, ("late_and_early", 600, 1200)),
        ({"came": 0}, ("as_planned", 0, 0)),
        ({"hours": 8}, ("not_yet", None, None)),
        ({"hours": 8, "came": 10}, ("late", 600, None)),
        ({"came": 121, "left": 200}, ("no_show", None, None)),
    ],
)
def test_late_early_and_no_show(unit, values, expected):
    assert outcome(unit, **values) == expected


def test_a_crew_that_stays_a_little_into_the_next_shift_does_not_serve_it_too(unit):
    start = NOON - 4 * HOUR
    published(unit, start, 2)
    factories.ShiftFactory(unit=unit, starts_at=start - 12 * HOUR, ended_at=start + timedelta(minutes=3))
    factories.ShiftFactory(unit=unit, starts_at=start + 2 * HOUR - timedelta(minutes=3), ended_at=NOON)
    (row,) = facts.plan_and_fact(selectors.scope(BY, unit.organisation_id, NOON.date(), NOON.date()))["shifts"]
    assert row["outcome"] == "no_show"


@pytest.fixture
def fixes(unit):
    """Writes fixes of the unit: so many minutes past, inside the sector or not."""
    partitions.make_partitions(now=NOON)

    def write(*rows):
        batch = [
            Fix(unit=unit.pk, lon=19.84 if inside else 19.95, lat=45.25, at=NOON - timedelta(minutes=ago))
            for ago, inside in rows
        ]
        assert store_fixes(batch, now=NOON).accepted == len(batch)

    yield write
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM patrols_fix")


def test_minutes_and_visits_come_from_positions(unit, board, fixes):
    area = factories.AreaFactory(organisation=board.organisation)
    other = factories.AreaFactory(organisation=board.organisation)
    other.geometry.transform(4326)
    shift = published(unit, NOON - 4 * HOUR, 4, sector=area)
    factories.PlannedTaskFactory(shift=shift, area=area, starts_at=NOON - 3 * HOUR, ends_at=NOON - 2 * HOUR, minutes=10)
    factories.PlannedTaskFactory(shift=shift, area=area, starts_at=NOON - 2 * HOUR, ends_at=NOON - HOUR, minutes=10)
    fixes(
        *((170 - 4 * n, True) for n in range(4)),  # 12 minutes
        (150, False),
        (100, True), (96, True),  # 4 minutes
        (80, True), (79, True), (70, False),  # passing through
    )  # fmt: skip
    got = facts.plan_and_fact(selectors.scope(BY, board.organisation_id, NOON.date(), NOON.date()))
    (row,) = got["shifts"]
    assert (row["sector_minutes"], row["sector_visits"]) == (17, 2)
    assert [(task["minutes"], task["visits"], task["outcome"]) for task in got["tasks"]] == [
        (12, 1, "done"),
        (5, 1, "partly"),
    ]
    assert {a["area"]: (a["shifts"], a["visits"], a["unvisited"]) for a in got["areas"]} == {
        area.pk: (1, 2, False),
        other.pk: (0, 0, False),
    }


def test_a_planned_sector_without_a_visit_is_named(unit, board, fixes):
    area = factories.AreaFactory(organisation=board.organisation)
    published(unit, NOON - 4 * HOUR, 4, sector=area)
    fixes((100, False))
    (row,) = facts.plan_and_fact(selectors.scope(BY, board.organisation_id, NOON.date(), NOON.date()))["areas"]
    assert row["unvisited"] is True


def test_a_coarse_fix_says_nothing_of_the_sector(unit, board, fixes):
    area = factories.AreaFactory(organisation=board.organisation)
    rows = [Fix(unit=unit.pk, lon=19.84, lat=45.25, at=NOON - timedelta(minutes=m), accuracy_m=500) for m in (9, 6, 3)]
    store_fixes(rows, now=NOON)
    assert area.geometry.contains(Point(19.84, 45.25))
    assert facts.stays(units=[unit.pk], areas=[area.pk], since=NOON - HOUR, until=NOON) == {}


def test_plan_and_fact_and_time_split_answer_over_http(unit, client, board):
    published(unit, NOON - 4 * HOUR, 2)
    factories.StatusChangeFactory(unit=unit, occurred_at=NOON - HOUR, status=Status.ON_PATROL)
    question = {"organisation": board.organisation_id, **DAY}
    assert client.get("/api/v1/availability/plan-and-fact/", question).json()["shifts"][0]["outcome"] == "no_show"
    got = client.get("/api/v1/availability/time-split/", {**question, "by": "unit"}).json()
    assert (got["total"]["total_s"], got["groups"][0]["seconds"]["free"]) == (3600, 3600)
    assert client.get("/api/v1/availability/", {**question, "first": "x"}).status_code == 400
