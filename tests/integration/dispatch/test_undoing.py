"""One's own last step is taken back: rows stand as if it had not been, history tells both, who has gone on is named."""

from datetime import timedelta

import pytest

from analytics.kept import refresh
from analytics.models import Case
from core.access import Viewer
from core.errors import Conflict, Forbidden
from core.models import AuditEntry
from core.rules import Role
from core.undo import UNDO_S
from dispatch.models import AssignmentChange
from dispatch.services import (
    advance_assignment,
    assign_unit,
    cancel_incident,
    close_incident,
    correct_step,
    request_backup,
    undo_end,
    undo_step,
)
from incidents.models import Call, Reopening
from incidents.services import (
    merge_incidents,
    regrade_incident,
    reopen_incident,
    undo_change,
    undo_merge,
    undo_regrade,
    update_incident,
)
from patrols.models import StatusChange
from patrols.safety.services import raise_emergency
from patrols.services import set_unit_status
from patrols.undoing import undo_unit_status
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(incident, unit, viewer):
    return assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)


@pytest.fixture
def bob(incident):
    """Another dispatcher of the same centre."""
    user = person(Role.DISPATCHER, incident.organisation, "bob")
    user.first_name, user.last_name = "bob", ""
    user.save()
    return Viewer.of(user)


def refused(code, work, **given):
    with pytest.raises(Conflict) as error:
        work(**given)
    assert error.value.code == code
    return error.value


# --- steps ---------------------------------------------------------------------------------------------------------


def test_a_step_pressed_wrongly_is_taken_back_and_counts_for_nothing(job, incident, unit, viewer, frozen_clock):
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    left = frozen_clock()
    frozen_clock.tick(10)
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    frozen_clock.tick(30)
    undo_step(assignment_id=job.pk, status="on_scene", by=viewer)
    for row in (job, incident, unit):
        row.refresh_from_db()
    assert (job.status, job.on_scene_at, job.arrival_source, job.en_route_at) == ("en_route", None, "", left)
    assert (incident.status, incident.first_on_scene_at) == ("en_route", None)
    assert (unit.status, unit.status_since) == ("en_route", left)
    refresh()
    case = Case.objects.get(pk=incident.pk)
    assert (case.first_on_scene_at, case.corrected) == (None, 0)
    assert list(job.changes.order_by("pk").values_list("status", "reason")) == [
        ("dispatched", ""),
        ("en_route", ""),
        ("on_scene", ""),
        ("en_route", "undone"),
    ]
    assert incident.timeline.filter(kind="unit_undone").get().data["step"] == "on_scene"
    assert AuditEntry.objects.filter(action="assignment.undone").count() == 1


def test_the_slip_lasted_no_time_in_the_history_of_the_unit(job, unit, viewer, frozen_clock):
    frozen_clock.tick(10)
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    frozen_clock.tick(30)
    undo_step(assignment_id=job.pk, status="en_route", by=viewer)
    slip, back = StatusChange.objects.filter(unit=unit).order_by("-pk")[:2][::-1]
    assert (slip.status, back.status, back.undoes) == ("en_route", "dispatched", slip)
    assert slip.occurred_at == back.occurred_at


def test_steps_are_taken_back_one_after_the_other(job, viewer):
    for status in ("acknowledged", "en_route", "on_scene"):
        advance_assignment(assignment_id=job.pk, status=status, by=viewer)
    for status, back in (("on_scene", "en_route"), ("en_route", "acknowledged"), ("acknowledged", "dispatched")):
        assert undo_step(assignment_id=job.pk, status=status, by=viewer).status == back
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    assert undo_step(assignment_id=job.pk, status="en_route", by=viewer).status == "dispatched"


def test_a_correction_of_a_time_is_no_step(job, viewer, frozen_clock):
    sent = job.dispatched_at
    frozen_clock.tick(60)
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    correct_step(assignment_id=job.pk, status="dispatched", occurred_at=sent, reason="radio", by=viewer)
    assert undo_step(assignment_id=job.pk, status="on_scene", by=viewer).status == "dispatched"


def test_who_has_gone_on_is_named(job, viewer, bob):
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    advance_assignment(assignment_id=job.pk, status="on_scene", by=bob)
    error = refused("somebody_went_on", undo_step, assignment_id=job.pk, status="en_route", by=viewer)
    assert "bob" in str(error.message)
    assert (error.state["by"], error.state["status"]) == ("bob", "on_scene")
    job.refresh_from_db()
    assert job.status == "on_scene"


def test_only_the_last_step_and_only_for_a_while(job, viewer, frozen_clock):
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    refused("not_the_last", undo_step, assignment_id=job.pk, status="on_scene", by=viewer)
    frozen_clock.tick(UNDO_S + 1)
    refused("too_late", undo_step, assignment_id=job.pk, status="en_route", by=viewer)


def test_a_crew_asks_its_dispatcher(job, viewer, crew):
    advance_assignment(assignment_id=job.pk, status="en_route", by=crew, source="field")
    with pytest.raises(Forbidden):
        undo_step(assignment_id=job.pk, status="en_route", by=crew)


@pytest.mark.parametrize("end", ["cleared", "cancelled", "refused"])
def test_an_end_is_taken_back_while_the_unit_is_free(job, incident, unit, viewer, end):
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    advance_assignment(assignment_id=job.pk, status=end, by=viewer, reason="slip")
    undo_step(assignment_id=job.pk, status=end, by=viewer)
    for row in (job, incident, unit):
        row.refresh_from_db()
    assert (job.status, job.ended_at, job.cleared_at, job.end_reason) == ("on_scene", None, None, "")
    assert (incident.status, incident.last_cleared_at, unit.status) == ("on_scene", None, "on_scene")


def test_an_end_stays_once_the_unit_has_gone_on(job, urgent, unit, viewer):
    advance_assignment(assignment_id=job.pk, status="cleared", by=viewer)
    assign_unit(incident_id=urgent.pk, unit_id=unit.pk, by=viewer)
    error = refused("unit_went_on", undo_step, assignment_id=job.pk, status="cleared", by=viewer)
    assert unit.call_sign in str(error.message)


def test_an_end_stays_where_it_ended_a_request_for_back_up(job, unit, crew, viewer):
    request_backup(unit_id=unit.pk, level="urgent", by=crew)
    advance_assignment(assignment_id=job.pk, status="cleared", by=viewer)
    refused("cannot_undo", undo_step, assignment_id=job.pk, status="cleared", by=viewer)


def test_an_emergency_stays(job, unit, crew, viewer):
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    raise_emergency(unit_id=unit.pk, by=crew)
    undo_step(assignment_id=job.pk, status="on_scene", by=viewer)
    unit.refresh_from_db()
    assert unit.status == "emergency"


# --- the status of a unit --------------------------------------------------------------------------------------------


def test_a_status_given_by_a_slip_is_taken_back(unit, viewer, frozen_clock):
    set_unit_status(unit_id=unit.pk, status="at_station", by=viewer)
    began = frozen_clock()
    frozen_clock.tick(10)
    set_unit_status(unit_id=unit.pk, status="meal", by=viewer)
    frozen_clock.tick(20)
    undone = undo_unit_status(unit_id=unit.pk, status="meal", by=viewer)
    assert (undone.status, undone.status_since) == ("at_station", began)
    assert StatusChange.objects.filter(unit=unit).count() == 3


def test_a_status_stays_once_somebody_has_gone_on(unit, viewer, bob):
    set_unit_status(unit_id=unit.pk, status="at_station", by=viewer)
    set_unit_status(unit_id=unit.pk, status="meal", by=viewer)
    set_unit_status(unit_id=unit.pk, status="court", by=bob)
    error = refused("somebody_went_on", undo_unit_status, unit_id=unit.pk, status="meal", by=viewer)
    assert error.state["by"] == "bob"


def test_what_a_job_gave_is_not_taken_back_by_hand(job, unit, viewer):
    refused("nothing_to_undo", undo_unit_status, unit_id=unit.pk, status="dispatched", by=viewer)
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    refused("cannot_undo", undo_unit_status, unit_id=unit.pk, status="en_route", by=viewer)


# --- incidents -------------------------------------------------------------------------------------------------------


def test_a_regrading_is_taken_back_and_the_highest_priority_does_not_count_it(incident, viewer):
    regrade_incident(incident_id=incident.pk, priority=1, reason="slip", by=viewer)
    undone = undo_regrade(incident_id=incident.pk, by=viewer)
    assert (undone.priority, undone.first_priority, undone.highest_priority) == (3, 3, 3)
    assert incident.timeline.filter(kind__in=("priority_set", "regrade_undone")).count() == 2
    refused("nothing_to_undo", undo_regrade, incident_id=incident.pk, by=viewer)


def test_two_regradings_are_taken_back_one_after_the_other(incident, viewer):
    for priority in (2, 1):
        regrade_incident(incident_id=incident.pk, priority=priority, reason="slip", by=viewer)
    assert [undo_regrade(incident_id=incident.pk, by=viewer).priority for _ in range(2)] == [2, 3]


def test_a_regrading_stays_once_somebody_has_regraded_since(incident, viewer, bob):
    regrade_incident(incident_id=incident.pk, priority=1, reason="slip", by=viewer)
    regrade_incident(incident_id=incident.pk, priority=2, reason="so", by=bob)
    refused("somebody_went_on", undo_regrade, incident_id=incident.pk, by=viewer)


def test_fields_are_taken_back_as_they_were_before_they_were_typed(incident, viewer, frozen_clock):
    incident = update_incident(
        incident_id=incident.pk, version=incident.version, changes={"summary": "старо"}, by=viewer
    )
    frozen_clock.tick(60)
    for text in ("н", "нов", "ново"):
        frozen_clock.tick(1)
        incident = update_incident(
            incident_id=incident.pk, version=incident.version, changes={"summary": text}, by=viewer
        )
    assert undo_change(incident_id=incident.pk, by=viewer).summary == "старо"
    assert undo_change(incident_id=incident.pk, by=viewer).summary == ""


def test_a_place_is_taken_back_with_its_point(incident, viewer):
    was = incident.location
    point = was.clone()
    point.x += 0.01
    changes = {"location": point, "place": "друго"}
    update_incident(incident_id=incident.pk, version=incident.version, changes=changes, by=viewer)
    undone = undo_change(incident_id=incident.pk, by=viewer)
    assert (undone.location, undone.place) == (was, incident.place)


def test_a_field_stays_once_somebody_has_changed_it_since_and_other_fields_do_not_matter(incident, viewer, bob):
    one = update_incident(incident_id=incident.pk, version=incident.version, changes={"summary": "а"}, by=viewer)
    two = update_incident(incident_id=incident.pk, version=one.version, changes={"place_detail": "б"}, by=bob)
    assert undo_change(incident_id=incident.pk, by=viewer).place_detail == "б"
    three = update_incident(incident_id=incident.pk, version=two.version + 1, changes={"summary": "в"}, by=viewer)
    update_incident(incident_id=incident.pk, version=three.version, changes={"summary": "г"}, by=bob)
    refused("somebody_went_on", undo_change, incident_id=incident.pk, by=viewer)


def test_closing_is_taken_back_with_the_units_and_no_second_interval(job, incident, unit, viewer):
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    undone = undo_end(incident_id=incident.pk, by=viewer)
    job.refresh_from_db()
    unit.refresh_from_db()
    assert (undone.status, undone.closed_at, undone.disposition) == ("on_scene", None, "")
    assert (job.status, job.ended_at, unit.status) == ("on_scene", None, "on_scene")
    assert not Reopening.objects.exists()
    refresh()
    assert Case.objects.get(pk=incident.pk).ended_at is None


def test_cancelling_without_units_is_taken_back(incident, viewer):
    cancel_incident(incident_id=incident.pk, by=viewer, reason="slip")
    assert undo_end(incident_id=incident.pk, by=viewer).status == "waiting"


def test_a_unit_that_was_free_before_stays_free(job, incident, unit, viewer):
    advance_assignment(assignment_id=job.pk, status="cleared", by=viewer)
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    undo_end(incident_id=incident.pk, by=viewer)
    job.refresh_from_db()
    assert job.status == "cleared"


def test_an_end_stays_as_a_whole_once_one_of_its_units_has_gone_on(job, incident, urgent, unit, other_unit, viewer):
    assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    assign_unit(incident_id=urgent.pk, unit_id=unit.pk, by=viewer)
    refused("unit_went_on", undo_end, incident_id=incident.pk, by=viewer)
    incident.refresh_from_db()
    assert incident.status == "closed"
    assert not AssignmentChange.objects.exclude(undoes=None).exists()


def test_what_was_reopened_is_not_taken_back(incident, viewer, bob):
    close_incident(incident_id=incident.pk, by=viewer, disposition="handled")
    reopen_incident(incident_id=incident.pk, reason="опет", by=bob)
    assert "bob" in str(refused("somebody_went_on", undo_end, incident_id=incident.pk, by=viewer).message)


def test_merging_is_taken_back_with_the_callers_the_clock_and_the_priority(incident, urgent, viewer):
    call = factories.CallFactory(incident=urgent)
    kept = factories.CallFactory(incident=incident)
    type(urgent).objects.filter(pk=urgent.pk).update(received_at=incident.received_at - timedelta(seconds=90))
    was = (incident.received_at, incident.highest_priority)
    merge_incidents(incident_id=urgent.pk, into_id=incident.pk, by=viewer)
    undone = undo_merge(incident_id=urgent.pk, by=viewer)
    incident.refresh_from_db()
    assert (undone.status, undone.merged_into, undone.closed_at) == ("waiting", None, None)
    assert (incident.received_at, incident.highest_priority) == was
    assert dict(Call.objects.values_list("pk", "incident")) == {call.pk: urgent.pk, kept.pk: incident.pk}


def test_a_merging_stays_once_the_other_has_ended(incident, urgent, viewer, bob):
    merge_incidents(incident_id=urgent.pk, into_id=incident.pk, by=viewer)
    close_incident(incident_id=incident.pk, by=bob, disposition="handled")
    refused("somebody_went_on", undo_merge, incident_id=urgent.pk, by=viewer)


def test_over_http_it_answers_how_things_stand(client_of, dispatcher, incident, job):
    api = client_of(dispatcher)
    api.post(f"/api/v1/assignments/{job.pk}/", {"status": "en_route"}, content_type="application/json")
    answer = api.post(f"/api/v1/assignments/{job.pk}/undo/", {"status": "en_route"}, content_type="application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "dispatched")
    api.post(
        f"/api/v1/incidents/{incident.pk}/regrade/", {"priority": 1, "reason": "x"}, content_type="application/json"
    )
    assert (
        api.post(f"/api/v1/incidents/{incident.pk}/undo/", {"what": "regrade"}, content_type="application/json").json()[
            "priority"
        ]
        == 3
    )
    assert (
        api.post(
            f"/api/v1/incidents/{incident.pk}/undo/", {"what": "merge"}, content_type="application/json"
        ).status_code
        == 409
    )
    assert (
        api.post(f"/api/v1/incidents/{incident.pk}/undo/", {"what": "all"}, content_type="application/json").status_code
        == 400
    )
    free = factories.UnitFactory(board=incident.board)
    for status in ("at_station", "meal"):
        api.post(f"/api/v1/units/{free.pk}/status/", {"status": status}, content_type="application/json")
    assert (
        api.post(f"/api/v1/units/{free.pk}/status/undo/", {"status": "meal"}, content_type="application/json").json()[
            "status"
        ]
        == "at_station"
    )
