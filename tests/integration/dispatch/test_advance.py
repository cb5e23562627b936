"""The way of a job: every pair of states through the service, its times, its ends."""

from datetime import timedelta

import pytest

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from dispatch.models import Assignment, AssignmentChange
from dispatch.rules import ACTIVE, ENDED, TRANSITIONS, Status
from dispatch.services import (
    advance_assignment,
    assign_unit,
    cancel_incident,
    close_incident,
    undo_assignment,
)
from incidents.models import TimelineEntry
from incidents.services import reopen_incident
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(incident, unit, viewer):
    return assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)


def reached(job, status, viewer):
    """Bring the job to a state by the shortest way."""
    if status != Status.DISPATCHED:
        advance_assignment(assignment_id=job.pk, status=status, by=viewer)


@pytest.mark.parametrize("after", list(Status))
@pytest.mark.parametrize("before", list(Status))
def test_every_pair_of_states(job, viewer, before, after):
    reached(job, before, viewer)
    head = LiveEvent.objects.count()
    if after in TRANSITIONS[before]:
        assert advance_assignment(assignment_id=job.pk, status=after, by=viewer).status == after
        assert LiveEvent.objects.count() == head + 1
        return
    refusal = Conflict if before in ENDED or before == after else Unprocessable
    with pytest.raises(refusal) as error:
        advance_assignment(assignment_id=job.pk, status=after, by=viewer)
    assert error.value.state["status"] == before
    job.refresh_from_db()
    assert (job.status, LiveEvent.objects.count()) == (before, head)


def test_each_step_is_timed_and_carries_unit_and_incident(job, incident, unit, viewer, frozen_clock):
    began = frozen_clock()
    for seconds, status in enumerate(["acknowledged", "en_route", "on_scene", "action_taken", "cleared"], start=1):
        frozen_clock.tick(1)
        advance_assignment(assignment_id=job.pk, status=status, by=viewer)
        unit.refresh_from_db()
        incident.refresh_from_db()
        job.refresh_from_db()
        assert getattr(job, f"{status}_at") == began + timedelta(seconds=seconds)
    assert (unit.status, incident.status, job.ended_at) == ("on_patrol", "action_taken", frozen_clock())
    assert incident.first_en_route_at == began + timedelta(seconds=2)
    assert incident.first_on_scene_at == began + timedelta(seconds=3)
    assert incident.action_taken_at == began + timedelta(seconds=4)
    assert incident.last_cleared_at == began + timedelta(seconds=5)
    assert job.arrival_source == "console"
    assert AssignmentChange.objects.filter(assignment=job).count() == 6
    assert TimelineEntry.objects.filter(incident=incident).count() == 6
    assert AuditEntry.objects.filter(action__startswith="assignment.").count() == 6


def test_steps_that_were_not_reported_stay_unknown(job, viewer):
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    job.refresh_from_db()
    assert (job.acknowledged_at, job.en_route_at) == (None, None)


def test_a_field_unit_that_was_offline_reports_when_it_happened(job, incident, viewer, frozen_clock):
    frozen_clock.tick(600)
    truly = frozen_clock() - timedelta(seconds=300)
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer, occurred_at=truly, source="field")
    incident.refresh_from_db()
    change = AssignmentChange.objects.latest("pk")
    assert (incident.first_on_scene_at, change.occurred_at, change.recorded_at) == (truly, truly, frozen_clock())


def test_a_time_before_it_was_sent_or_in_the_future_is_refused(job, viewer, frozen_clock):
    for offset, code in ((-1, "before_dispatch"), (120, "in_future")):
        with pytest.raises(Unprocessable, match=code):
            advance_assignment(
                assignment_id=job.pk,
                status="en_route",
                by=viewer,
                occurred_at=frozen_clock() + timedelta(seconds=offset),
            )


def test_a_clock_a_little_ahead_means_now(job, viewer, frozen_clock):
    ahead = frozen_clock() + timedelta(seconds=30)
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer, occurred_at=ahead)
    job.refresh_from_db()
    assert job.en_route_at == frozen_clock()


def test_who_expects_another_state_is_told_the_present_one(job, viewer):
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    with pytest.raises(Conflict) as error:
        advance_assignment(assignment_id=job.pk, status="cleared", by=viewer, expected="en_route")
    assert (error.value.code, error.value.state["status"]) == ("state_changed", "on_scene")


def test_an_unknown_status_is_invalid(job, viewer):
    with pytest.raises(Invalid):
        advance_assignment(assignment_id=job.pk, status="vanished", by=viewer)


def test_an_emergency_of_the_unit_outlasts_the_steps_of_its_job(job, unit, viewer):
    type(unit).objects.filter(pk=unit.pk).update(status="emergency")
    for status in ("on_scene", "cleared"):
        advance_assignment(assignment_id=job.pk, status=status, by=viewer)
        unit.refresh_from_db()
        assert unit.status == "emergency"


def test_the_second_unit_keeps_the_incident_on_scene(job, incident, other_unit, viewer):
    second = assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    advance_assignment(assignment_id=second.pk, status="on_scene", by=viewer)
    advance_assignment(assignment_id=job.pk, status="cancelled", by=viewer, reason="not needed")
    incident.refresh_from_db()
    assert incident.status == "on_scene"


@pytest.mark.parametrize("end", ["cancelled", "refused", "pre_empted"])
def test_an_incident_that_lost_its_only_unit_waits_again(job, incident, viewer, end):
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    advance_assignment(assignment_id=job.pk, status=end, by=viewer)
    incident.refresh_from_db()
    assert (incident.status, incident.first_on_scene_at) == ("waiting", None)


# --- the crew -----------------------------------------------------------------------------------------------------


def test_the_crew_reports_its_own_job(job, crew):
    for status in ("acknowledged", "en_route", "on_scene", "action_taken", "cleared"):
        assert advance_assignment(assignment_id=job.pk, status=status, by=crew, source="field").status == status


def test_the_crew_may_refuse_and_not_cancel(job, crew):
    for status in ("cancelled", "pre_empted"):
        with pytest.raises(Forbidden):
            advance_assignment(assignment_id=job.pk, status=status, by=crew)
    assert advance_assignment(assignment_id=job.pk, status="refused", by=crew).status == "refused"


def test_another_crew_cannot_know_of_the_job(incident, other_unit, viewer, crew):
    other = assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    with pytest.raises(NotFound):
        advance_assignment(assignment_id=other.pk, status="en_route", by=crew)


def test_who_may_only_look_is_refused(job, directorate):
    looker = Viewer.of(person(Role.READ_ONLY, directorate))
    with pytest.raises(Forbidden):
        advance_assignment(assignment_id=job.pk, status="en_route", by=looker)


# --- undo, close, cancel, reopen ----------------------------------------------------------------------------------


def test_what_was_just_done_can_be_undone(job, incident, unit, viewer, frozen_clock):
    frozen_clock.tick(10)
    undone = undo_assignment(assignment_id=job.pk, by=viewer)
    unit.refresh_from_db()
    incident.refresh_from_db()
    assert (undone.status, undone.end_reason, unit.status, incident.status) == (
        "cancelled",
        "undone",
        "on_patrol",
        "waiting",
    )


def test_it_is_too_late_to_undo_after_a_while_or_an_answer(job, viewer, frozen_clock):
    frozen_clock.tick(10.1)
    with pytest.raises(Conflict, match="too_late"):
        undo_assignment(assignment_id=job.pk, by=viewer)


def test_it_is_too_late_to_undo_once_the_unit_answered(job, viewer):
    advance_assignment(assignment_id=job.pk, status="acknowledged", by=viewer)
    with pytest.raises(Conflict, match="too_late"):
        undo_assignment(assignment_id=job.pk, by=viewer)


@pytest.mark.parametrize("reached_status", sorted(ACTIVE))
def test_closing_clears_the_units_in_the_same_change(job, incident, unit, viewer, reached_status):
    reached(job, reached_status, viewer)
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    for row in (job, unit, incident):
        row.refresh_from_db()
    assert (job.status, unit.status, incident.status) == ("cleared", "on_patrol", "closed")
    assert job.ended_at is not None


def test_cancelling_calls_the_units_off(job, incident, unit, viewer):
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    cancel_incident(incident_id=incident.pk, by=viewer, reason="caller called back")
    for row in (job, unit, incident):
        row.refresh_from_db()
    assert (job.status, job.end_reason, unit.status, incident.status) == (
        "cancelled",
        "caller called back",
        "on_patrol",
        "cancelled",
    )


def test_a_call_taker_closes_only_what_has_no_units(job, incident, board, directorate):
    taker = Viewer.of(person(Role.CALL_TAKER, directorate))
    with pytest.raises(Forbidden):
        close_incident(incident_id=incident.pk, by=taker, disposition="handled")
    job.refresh_from_db()
    assert job.status == "dispatched"
    idle = factories.IncidentFactory(board=board)
    assert close_incident(incident_id=idle.pk, by=taker, disposition="unfounded").status == "closed"


def test_a_reopened_incident_starts_anew_and_keeps_its_first_interval(job, incident, unit, viewer, frozen_clock):
    first = frozen_clock.tick(60)
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    frozen_clock.tick(60)
    reopen_incident(incident_id=incident.pk, reason="they are back", by=viewer)
    incident.refresh_from_db()
    assert incident.status == "waiting"
    frozen_clock.tick(60)
    again = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    advance_assignment(assignment_id=again.pk, status="on_scene", by=viewer)
    incident.refresh_from_db()
    assert (incident.status, incident.first_on_scene_at) == ("on_scene", first)
    advance_assignment(assignment_id=again.pk, status="cancelled", by=viewer)
    incident.refresh_from_db()
    assert incident.status == "waiting"  # it must not silently close, nor count as attended


def test_the_database_itself_holds_one_job_a_unit(job, urgent):
    from django.db import IntegrityError, transaction  # noqa: PLC0415

    with pytest.raises(IntegrityError, match="one_active_assignment_a_unit"), transaction.atomic():
        Assignment.objects.create(incident=urgent, unit=job.unit, dispatched_at=job.dispatched_at)
