"""A past period of a board: units as they moved and were, incidents as they came and went; bounded, thinned, audited."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from dispatch.replay import selectors
from dispatch.services import advance_assignment, assign_unit, close_incident
from incidents.services import reopen_incident
from patrols.models import Unit
from patrols.rules import Fix
from patrols.services import set_unit_status, store_fixes
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
URL = "/api/v1/boards/{}/replay/"


@pytest.fixture
def unit(board, frozen_clock) -> Unit:
    found = factories.UnitFactory(board=board, call_sign="214", status_since=NOON - timedelta(hours=3))
    factories.ShiftFactory(unit=found, starts_at=NOON - timedelta(hours=3))
    return found


@pytest.fixture
def api(client_of, dispatcher):
    return client_of(dispatcher)


def period(start_min: float, end_min: float, **more):
    return {
        "from": (NOON + timedelta(minutes=start_min)).isoformat(),
        "to": (NOON + timedelta(minutes=end_min)).isoformat(),
        **more,
    }


def drive(unit: Unit, start_min: float, count: int, every_s: float = 1) -> None:
    """A fix after another, each a little further east."""
    start = NOON + timedelta(minutes=start_min)
    fixes = [Fix(unit.pk, 19.8 + n * 1e-5, 45.25, start + timedelta(seconds=n * every_s)) for n in range(count)]
    store_fixes(fixes, now=NOON + timedelta(hours=9))


def test_a_night_as_it_was(board, unit, viewer, api, frozen_clock):
    incident = factories.IncidentFactory(board=board, priority=1, received_at=NOON)
    frozen_clock.tick(60)
    job = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    frozen_clock.tick(60)
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    frozen_clock.tick(600)
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    frozen_clock.tick(3600)
    set_unit_status(unit_id=unit.pk, status="meal", by=viewer)

    found = api.get(URL.format(board.pk), period(-5, 30)).json()

    (one,) = found["units"]
    assert [status["status"] for status in one["statuses"]][-3:] == ["dispatched", "on_scene", "on_patrol"]
    assert one["statuses"][-2]["at"] == "2026-11-02T12:02:00Z"
    (shown,) = found["incidents"]
    assert shown["open"] == [["2026-11-02T12:00:00Z", "2026-11-02T12:12:00Z"]]
    (sent,) = found["assignments"]
    assert (sent["unit"], sent["on_scene_at"], sent["ended_at"]) == (
        unit.pk,
        "2026-11-02T12:02:00Z",
        "2026-11-02T12:12:00Z",
    )


def test_what_was_over_before_or_began_after_is_not_there(board, unit, viewer, api, frozen_clock):
    incident = factories.IncidentFactory(board=board, received_at=NOON)
    frozen_clock.tick(600)
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    frozen_clock.tick(6000)
    assert len(api.get(URL.format(board.pk), period(5, 20)).json()["incidents"]) == 1
    for outside in (period(-20, -5), period(11, 20)):
        assert api.get(URL.format(board.pk), outside).json()["incidents"] == []


def test_an_incident_that_was_reopened_has_two_intervals(board, viewer, api, frozen_clock):
    incident = factories.IncidentFactory(board=board, received_at=NOON)
    frozen_clock.tick(60)
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    frozen_clock.tick(60)
    reopen_incident(incident_id=incident.pk, by=viewer, reason="они су се вратили")
    frozen_clock.tick(60)
    (shown,) = api.get(URL.format(board.pk), period(0, 3)).json()["incidents"]
    assert shown["open"] == [["2026-11-02T12:00:00Z", "2026-11-02T12:01:00Z"], ["2026-11-02T12:02:00Z", None]]


def test_the_status_at_the_start_is_the_one_from_before(board, unit, viewer, api, frozen_clock):
    set_unit_status(unit_id=unit.pk, status="meal", by=viewer)
    frozen_clock.tick(3600)
    set_unit_status(unit_id=unit.pk, status="on_patrol", by=viewer)
    frozen_clock.tick(3600)
    (one,) = api.get(URL.format(board.pk), period(30, 90)).json()["units"]
    assert [status["status"] for status in one["statuses"]] == ["meal", "on_patrol"]


def test_a_unit_that_has_signed_off_since_is_shown(board, unit, api, frozen_clock):
    unit.shifts.update(ended_at=NOON + timedelta(minutes=10))
    Unit.objects.filter(pk=unit.pk).update(on_duty=False, status="off_duty", status_since=NOON + timedelta(minutes=10))
    frozen_clock.tick(6000)
    assert [one["call_sign"] for one in api.get(URL.format(board.pk), period(0, 20)).json()["units"]] == ["214"]
    assert api.get(URL.format(board.pk), period(11, 20)).json()["units"] == []


def test_positions_come_thinned_with_the_one_before(board, unit, api, frozen_clock):
    frozen_clock.tick(6000)
    drive(unit, -1, 60 + 600)
    found = api.get(URL.format(board.pk) + "positions/", period(0, 10, step_s=10)).json()
    points = found["units"][str(unit.pk)]
    assert (found["step_s"], len(points)) == (10, 61)
    assert points[0] == [-1, 19.80059, 45.25, None]
    assert points[1][0] == 9
    assert [after for after, *_rest in points] == sorted(after for after, *_rest in points)


def test_many_units_show_fewer_positions_each(board, unit, viewer, frozen_clock, monkeypatch):
    frozen_clock.tick(6000)
    drive(unit, 0, 600)
    monkeypatch.setattr(selectors, "MOST_POINTS", 20)
    found = selectors.positions(viewer, board.pk, start=NOON, end=NOON + timedelta(minutes=10), step_s=1)
    assert found["step_s"] == 30
    assert len(found["units"][unit.pk]) == 20


def test_an_old_position_enters_no_slice(board, unit, api, frozen_clock):
    frozen_clock.tick(6000)
    drive(unit, -20, 1)
    assert api.get(URL.format(board.pk) + "positions/", period(0, 10)).json()["units"] == {}


def test_times_without_a_zone_are_those_of_the_wall(board, unit, api, frozen_clock):
    frozen_clock.tick(6000)
    wanted = {"from": "2026-11-02T13:00", "to": "2026-11-02T13:30"}
    found = api.get(URL.format(board.pk), wanted).json()
    assert (found["from"], found["to"]) == ("2026-11-02T12:00:00Z", "2026-11-02T12:30:00Z")


def test_the_end_is_now_at_the_latest(board, api, frozen_clock):
    found = api.get(URL.format(board.pk), period(-60, 60)).json()
    assert found["to"] == "2026-11-02T12:00:00Z"


@pytest.mark.parametrize(
    ("path", "wanted", "status", "code"),
    [
        ("", period(-60 * 25, 0), 422, "period_too_long"),
        ("positions/", period(-31, 0), 422, "slice_too_long"),
        ("", period(0, -1), 400, "empty_period"),
        ("", {"from": "x", "to": "y"}, 400, "invalid"),
        ("", {"from": "0001-01-01T00:00:00+14:00", "to": "9999-12-31T00:00:00-14:00"}, 400, "invalid"),
        ("", {"from": "9999-12-31T23:59", "to": "0001-01-01T00:00"}, 400, None),
        ("positions/", period(-5, 0, step_s=0), 400, None),
    ],
)
def test_what_cannot_be_shown_is_refused(board, api, frozen_clock, path, wanted, status, code):
    answer = api.get(URL.format(board.pk) + path, wanted)
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code


def test_each_look_is_audited(board, unit, api, frozen_clock, dispatcher):
    frozen_clock.tick(6000)
    api.get(URL.format(board.pk), period(0, 10))
    api.get(URL.format(board.pk) + "positions/", period(0, 10))
    rows = AuditEntry.objects.filter(actor_id=dispatcher.pk).order_by("pk")
    assert [row.action for row in rows] == ["board.replayed", "board.trails_viewed"]
    assert rows[0].detail["from"] == "2026-11-02T12:00:00+00:00"


def test_a_thousand_units_cost_as_many_queries_as_one(board, viewer, frozen_clock, django_assert_max_num_queries):
    units = [factories.UnitFactory.build(board=board, organisation=board.organisation) for _ in range(1000)]
    Unit.objects.bulk_create(units)
    for minute in range(3):
        store_fixes([Fix(unit.pk, 19.8, 45.2, NOON + timedelta(minutes=minute)) for unit in units], now=NOON)
    frozen_clock.tick(6000)
    end = NOON + timedelta(minutes=10)
    with django_assert_max_num_queries(12):
        assert len(selectors.what_happened(viewer, board.pk, start=NOON, end=end)["units"]) == 1000
    with django_assert_max_num_queries(4):
        assert len(selectors.positions(viewer, board.pk, start=NOON, end=end, step_s=5)["units"]) == 1000
