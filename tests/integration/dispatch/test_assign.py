"""Sending a unit: what follows from it, and what is refused."""

from datetime import timedelta

import pytest

from core.access import Viewer
from core.errors import Conflict, Forbidden, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from dispatch.services import advance_assignment, assign_unit
from incidents.models import TimelineEntry
from patrols.models import StatusChange
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


def test_a_unit_is_sent_and_everything_follows(incident, unit, viewer, frozen_clock):
    factories.LatestPositionFactory(unit=unit)
    job = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    unit.refresh_from_db()
    incident.refresh_from_db()
    assert (job.status, unit.status, incident.status) == ("dispatched", "dispatched", "assigned")
    assert incident.first_dispatched_at == frozen_clock()
    assert job.eta_s > 0
    assert [line.kind for line in TimelineEntry.objects.filter(incident=incident)] == ["unit_dispatched"]
    assert StatusChange.objects.get(unit=unit).assignment_id == job.pk
    assert AuditEntry.objects.filter(action="assignment.created", actor_name=viewer.name).count() == 1
    (event,) = LiveEvent.objects.all()
    assert event.kind == "UnitAssigned"
    assert {name: len(cards) for name, cards in event.payload["upserts"].items()} == {
        "incidents": 1,
        "assignments": 1,
        "units": 1,
    }


def test_unit_already_assigned_is_refused_with_its_current_job(incident, urgent, unit, viewer):
    job = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    with pytest.raises(Conflict) as refusal:
        assign_unit(incident_id=urgent.pk, unit_id=unit.pk, by=viewer)
    assert refusal.value.code == "unit_busy"
    assert refusal.value.state["assignment"] == job.pk
    assert refusal.value.state["number"] == "NS-1"
    unit.refresh_from_db()
    assert unit.status == "dispatched"


def test_assigning_a_busy_unit_does_not_reset_its_status(incident, urgent, unit, viewer):
    job = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    with pytest.raises(Conflict):
        assign_unit(incident_id=urgent.pk, unit_id=unit.pk, by=viewer)
    unit.refresh_from_db()
    assert unit.status == "on_scene"


def test_the_more_urgent_incident_may_take_a_unit_away(incident, urgent, unit, viewer, frozen_clock):
    first = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    advance_assignment(assignment_id=first.pk, status="en_route", by=viewer)
    frozen_clock.tick(60)
    second = assign_unit(incident_id=urgent.pk, unit_id=unit.pk, by=viewer, pre_empt=True)
    for row in (first, incident, urgent, unit):
        row.refresh_from_db()
    assert (first.status, first.ended_at, first.end_reason) == ("pre_empted", frozen_clock(), "NS-2")
    assert (incident.status, incident.first_dispatched_at) == ("waiting", None)
    assert (urgent.status, unit.status, second.status) == ("assigned", "dispatched", "dispatched")
    assert TimelineEntry.objects.filter(incident=incident, kind="unit_pre_empted").exists()
    event = LiveEvent.objects.latest("seq")
    assert (event.kind, event.payload["data"]["left_number"]) == ("UnitPreEmpted", "NS-1")
    assert {card["id"] for card in event.payload["upserts"]["assignments"]} == {first.pk, second.pk}


def test_a_less_urgent_incident_may_not_take_a_unit_away(incident, urgent, unit, viewer):
    assign_unit(incident_id=urgent.pk, unit_id=unit.pk, by=viewer)
    with pytest.raises(Conflict, match="unit_busy"):
        assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer, pre_empt=True)


def test_a_unit_is_not_taken_off_the_incident_it_is_on(incident, unit, viewer):
    assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    with pytest.raises(Conflict, match="unit_busy"):
        assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer, pre_empt=True)


def test_what_may_be_broken_off_needs_to_be_confirmed(incident, board, viewer):
    eating = factories.UnitFactory(board=board, status="meal")
    with pytest.raises(Conflict, match="unit_conditional"):
        assign_unit(incident_id=incident.pk, unit_id=eating.pk, by=viewer)
    job = assign_unit(incident_id=incident.pk, unit_id=eating.pk, by=viewer, pre_empt=True)
    advance_assignment(assignment_id=job.pk, status="cancelled", by=viewer)
    eating.refresh_from_db()
    assert eating.status == "meal"


@pytest.mark.parametrize("status", ["court", "transport", "out_of_service", "emergency"])
def test_a_unit_that_is_not_available_is_refused(incident, board, viewer, status):
    busy = factories.UnitFactory(board=board, status=status)
    with pytest.raises(Conflict, match="unit_unavailable"):
        assign_unit(incident_id=incident.pk, unit_id=busy.pk, by=viewer, pre_empt=True)


def test_a_unit_off_duty_is_refused(incident, board, viewer):
    away = factories.UnitFactory(board=board, status="off_duty", on_duty=False)
    with pytest.raises(Unprocessable, match="unit_off_duty"):
        assign_unit(incident_id=incident.pk, unit_id=away.pk, by=viewer)


def test_an_ended_incident_gets_no_unit(board, unit, viewer):
    ended = factories.IncidentFactory(board=board, status="closed")
    with pytest.raises(Conflict, match="incident_ended"):
        assign_unit(incident_id=ended.pk, unit_id=unit.pk, by=viewer)


def test_fewer_than_the_minimum_needs_a_reason_once_it_is_said_to_be_all(board, unit, viewer):
    fight = factories.IncidentFactory(board=board, min_units=2)
    with pytest.raises(Unprocessable, match="reason_needed"):
        assign_unit(incident_id=fight.pk, unit_id=unit.pk, by=viewer, is_all=True)
    job = assign_unit(incident_id=fight.pk, unit_id=unit.pk, by=viewer, is_all=True, reason="nobody else")
    assert job.short_reason == "nobody else"


def test_the_first_of_several_needs_no_reason(board, unit, viewer):
    fight = factories.IncidentFactory(board=board, min_units=2)
    assert assign_unit(incident_id=fight.pk, unit_id=unit.pk, by=viewer).short_reason == ""


def test_the_future_is_refused(incident, unit, viewer, frozen_clock):
    with pytest.raises(Unprocessable, match="in_future"):
        assign_unit(
            incident_id=incident.pk, unit_id=unit.pk, by=viewer, occurred_at=frozen_clock() + timedelta(minutes=5)
        )


def test_another_directorate_cannot_know_of_incident_or_unit(incident, unit, elsewhere):
    stranger = Viewer.of(person(Role.DISPATCHER, elsewhere))
    with pytest.raises(NotFound):
        assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=stranger)


def test_who_may_only_look_is_refused(incident, unit, directorate):
    with pytest.raises(Forbidden):
        assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=Viewer.of(person(Role.READ_ONLY, directorate)))


def test_a_unit_of_another_board_is_told_to_both(board, incident, elsewhere, service):
    foreign = factories.UnitFactory(board=elsewhere.board)
    commander = Viewer.of(person(Role.SHIFT_COMMANDER, service))
    assign_unit(incident_id=incident.pk, unit_id=foreign.pk, by=commander)
    ours, theirs = (LiveEvent.objects.get(board=one).payload["upserts"] for one in (board, elsewhere.board))
    assert (set(ours), set(theirs)) == ({"incidents", "assignments"}, {"assignments", "units"})
