"""What the time on duty went into: SQL equals a plain reading of the history, DST nights included."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.availability import rules, selectors
from analytics.availability.rules import Change, Span, Use
from core.access import Viewer
from patrols.models import StatusChange
from patrols.rules import Status
from tests import factories

pytestmark = pytest.mark.django_db
BELGRADE = ZoneInfo("Europe/Belgrade")
AUTUMN, SPRING, PLAIN = (datetime(2026, *day, 22, tzinfo=UTC) for day in ((10, 24), (3, 28), (6, 1)))
BY = Viewer.system("tests")


def scope(unit, start, hours, now=None):
    """A period of so many hours from an instant, of one unit."""
    end = start + timedelta(hours=hours)
    return selectors.Scope(unit.organisation, [unit.organisation_id], [unit], start, end, now or end)


def split(found):
    return {(hour, Use(use)): seconds for _, hour, use, seconds in selectors.time_split(found)}


def by_use(found):
    totals = {}
    for (_, use), seconds in split(found).items():
        totals[use] = totals.get(use, 0) + seconds
    return {use: int(seconds) for use, seconds in totals.items()}


def note(unit, at, status, **values):
    factories.StatusChangeFactory(unit=unit, occurred_at=at, status=status, **values)


# --- random histories ---------------------------------------------------------------------------------------------

moments = st.builds(
    lambda minutes, micros: timedelta(minutes=minutes, microseconds=micros),
    st.integers(-300, 900),
    st.sampled_from([0, 0, 1, 999_999, 123_456]),
)
histories = st.lists(
    st.tuples(moments, st.sampled_from([s.value for s in Status]), st.sampled_from([None, False, True])),
    max_size=12,
)
tasks = st.lists(st.tuples(moments, st.integers(1, 300), st.booleans()), max_size=4)


@given(
    night=st.sampled_from([AUTUMN, SPRING, PLAIN]),
    history=histories,
    planned=tasks,
    hours=st.integers(1, 12),
    now=st.integers(0, 900),
)
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_equals_a_plain_reading_for_random_histories(board, night, history, planned, hours, now):
    with transaction.atomic():
        unit = factories.UnitFactory(board=board)
        jobs = {kind: _job(board, on_view=kind) for kind in (False, True)}
        ordered = sorted(history, key=lambda row: row[0])
        StatusChange.objects.bulk_create(
            StatusChange(
                unit=unit,
                status=status,
                occurred_at=night + at,
                recorded_at=night + at,
                source="console",
                assignment_id=jobs[on_view].pk if on_view is not None else None,
            )
            for at, status, on_view in ordered
        )
        for at, minutes, is_published in planned:
            _task(unit, night + at, minutes, is_published)
        found = scope(unit, night, hours, night + timedelta(minutes=now))

        changes = [Change(night + at, Status(status), on_view) for at, status, on_view in ordered]
        segments = rules.segments(changes, since=found.start, until=found.end, now=found.now)
        spans = [Span(night + at, night + at + timedelta(minutes=m)) for at, m, is_published in planned if is_published]
        expected = rules.split(segments, spans, zone=BELGRADE)

        got = split(found)
        assert got == {key: _seconds(length) for key, length in expected.items()}
        assert sum(got.values()) == sum((_seconds(s.end - s.start) for s in segments), Decimal(0))
        sql = selectors.segments(found).get(unit.pk, [])
        assert [(row["start"], row["end"], row["status"]) for row in sql] == [
            (s.start, s.end, s.status.value) for s in segments
        ]
        transaction.set_rollback(True)


def _seconds(length):
    return Decimal(length // timedelta(microseconds=1)) / 1_000_000


def _job(board, *, on_view):
    incident = factories.IncidentFactory(board=board, on_view=on_view)
    return factories.AssignmentFactory(incident=incident, status="cleared", ended_at=factories.NOON)


def _task(unit, start, minutes, is_published):
    values = {"state": "published", "published_at": start} if is_published else {}
    end = start + timedelta(minutes=minutes)
    shift = factories.PlannedShiftFactory(unit=unit, starts_at=start, ends_at=end, **values)
    factories.PlannedTaskFactory(shift=shift, starts_at=start, ends_at=end)


# --- by name ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("night", "hours"), [(AUTUMN, 13), (SPRING, 11), (PLAIN, 12)])
def test_a_night_of_the_change_of_the_clock_sums_to_its_real_hours(board, night, hours):
    unit = factories.UnitFactory(board=board)
    start = night.replace(hour=17) if night != SPRING else night.replace(hour=18)
    note(unit, start, Status.ON_PATROL)
    note(unit, start + timedelta(hours=hours), Status.OFF_DUTY)
    found = scope(unit, start, 24)
    assert by_use(found) == {Use.FREE: hours * 3600}
    assert len(split(found)) == hours


def test_the_hour_that_comes_twice_is_two_hours_and_one_line_by_hour_of_the_day(board):
    unit = factories.UnitFactory(board=board)
    note(unit, AUTUMN, Status.ON_PATROL)
    found = scope(unit, AUTUMN, 6)  # 00:00 to 05:00 in Belgrade, with 02 twice
    rows = selectors.time_split(found)
    groups = selectors.split_by(found, rows, "hour")
    assert [(group["key"], group["total_s"]) for group in groups] == [
        ("0", 3600), ("1", 3600), ("2", 7200), ("3", 3600), ("4", 3600),
    ]  # fmt: skip
    assert len(selectors.split_by(found, rows, "time")) == 6


def test_each_kind_of_time_goes_into_its_place(board):
    unit = factories.UnitFactory(board=board)
    called, came_upon = _job(board, on_view=False), _job(board, on_view=True)
    at = PLAIN
    for status, job in (
        (Status.ON_PATROL, None),
        (Status.EN_ROUTE, called),
        (Status.ON_SCENE, came_upon),
        (Status.TRAFFIC_STOP, None),
        (Status.REPORT_WRITING, None),
        (Status.OUT_OF_SERVICE, None),
        (Status.STAGING, None),
        (Status.OFF_DUTY, None),
    ):
        note(unit, at, status, assignment_id=job.pk if job else None)
        at += timedelta(minutes=10)
    _task(unit, PLAIN + timedelta(minutes=4), 30, is_published=True)
    assert by_use(scope(unit, PLAIN, 3)) == {
        Use.FREE: 240,
        Use.DIRECTED: 360 + 600,
        Use.CALLS: 600,
        Use.SELF_INITIATED: 1200,
        Use.ADMINISTRATIVE: 600,
        Use.OUT_OF_SERVICE: 600,
    }


def test_of_two_statuses_at_one_instant_the_last_row_counts(board):
    unit = factories.UnitFactory(board=board)
    note(unit, PLAIN - timedelta(hours=1), Status.MEAL)
    note(unit, PLAIN, Status.COURT)
    note(unit, PLAIN, Status.ON_PATROL)
    assert by_use(scope(unit, PLAIN, 1)) == {Use.FREE: 3600}


def test_a_history_written_out_of_order_is_read_in_order(board):
    unit = factories.UnitFactory(board=board)
    note(unit, PLAIN + timedelta(minutes=30), Status.MEAL)
    note(unit, PLAIN, Status.ON_PATROL)
    assert by_use(scope(unit, PLAIN, 1)) == {Use.FREE: 1800, Use.ADMINISTRATIVE: 1800}


def test_groups_by_unit_and_directorate_sum_to_the_same(board, frozen_clock):
    station = factories.OrganisationFactory(kind="station", parent=board.organisation, code="NS-1")
    units = [
        factories.UnitFactory(board=board, call_sign="201"),
        factories.UnitFactory(board=board, call_sign="202", organisation=station),
    ]
    for unit in units:
        note(unit, factories.NOON - timedelta(hours=3), Status.ON_PATROL)
    day = factories.NOON.date()
    found = selectors.scope(BY, board.organisation_id, day, day)
    rows = selectors.time_split(found)
    assert [g["total_s"] for g in selectors.split_by(found, rows, "unit")] == [10800, 10800]
    (top,) = selectors.split_by(found, rows, "directorate")
    assert (top["name"], top["total_s"]) == (board.organisation.name, 21600)
