"""A crew asks for back-up: recorded, shown, answered by sending or refused by name; open again when nobody comes."""

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent, User
from core.rules import Role
from dispatch.models import BackupRequest
from dispatch.recommendation import recommend
from dispatch.rules import BackupStatus, backup_status
from dispatch.services import (
    advance_assignment,
    assign_unit,
    cancel_incident,
    close_incident,
    escalate_due_backups,
    refuse_backup,
    request_backup,
    undo_assignment,
    withdraw_backup,
)
from incidents.models import Incident, TimelineEntry
from incidents.services import merge_incidents
from patrols.models import SafetySetting, WelfareTimer
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(incident, unit, viewer):
    made = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    return advance_assignment(assignment_id=made.pk, status="on_scene", by=viewer)


@pytest.fixture
def asked(job, unit, crew) -> BackupRequest:
    return request_backup(unit_id=unit.pk, level="urgent", reason="Двојица, један са ножем", by=crew)[0]


def state(backup) -> str:
    backup.refresh_from_db()
    return backup.status


@pytest.mark.parametrize(
    ("on_job", "active", "needed", "found"),
    [(True, 1, 2, "open"), (True, 2, 2, "answered"), (True, 3, 2, "answered"), (False, 2, 2, "ended"), (False, 0, 2, "ended")],
)  # fmt: skip
def test_where_a_request_stands(on_job, active, needed, found):
    assert backup_status(on_job=on_job, active=active, needed=needed) == BackupStatus(found)


def test_it_is_recorded_told_and_the_incident_needs_one_more(asked, incident, unit, crew):
    incident.refresh_from_db()
    assert (asked.status, asked.needed, incident.min_units) == ("open", 2, 2)
    line = TimelineEntry.objects.get(kind="backup_requested")
    assert (line.text, line.data["level"], line.by_name) == ("Двојица, један са ножем", "urgent", crew.name)
    assert AuditEntry.objects.filter(action="backup.asked").count() == 1
    event = LiveEvent.objects.get(kind="BackupRequested")
    (card,) = event.payload["upserts"]["backups"]
    assert (card["call_sign"], card["incident"], card["status"]) == (unit.call_sign, incident.pk, "open")
    assert event.payload["upserts"]["incidents"][0]["min_units"] == 2


def test_the_missing_units_are_recommended(asked, incident, other_unit, viewer):
    factories.LatestPositionFactory(unit=other_unit, point=Point(19.85, 45.25))
    found = recommend(viewer, incident.pk)
    assert [one["unit"] for one in found["units"] if one["recommended"]] == [other_unit.pk]


def test_sending_answers_it_by_the_name_of_who_sent(asked, incident, other_unit, viewer):
    assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    assert (state(asked), asked.ended_by_name) == ("answered", viewer.name)
    assert LiveEvent.objects.get(kind="BackupAnswered").payload["removes"] == {"backups": [asked.pk]}


def test_of_two_asked_for_one_is_no_answer(job, unit, incident, other_unit, board, crew, viewer):
    backup, _new = request_backup(unit_id=unit.pk, level="routine", wanted=2, by=crew)
    assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    assert state(backup) == "open"
    assign_unit(incident_id=incident.pk, unit_id=factories.UnitFactory(board=board).pk, by=viewer)
    assert state(backup) == "answered"


def test_when_the_answer_is_undone_it_is_open_again(asked, incident, other_unit, viewer):
    sent = assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    undo_assignment(assignment_id=sent.pk, by=viewer)
    assert (state(asked), asked.ended_by_name) == ("open", "")
    assert LiveEvent.objects.filter(kind="BackupReopened").count() == 1


def test_when_the_answer_is_sent_to_something_more_urgent_it_is_open_again(asked, incident, urgent, other_unit, viewer):
    assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    assign_unit(incident_id=urgent.pk, unit_id=other_unit.pk, by=viewer, pre_empt=True)
    assert state(asked) == "open"


def test_when_those_who_came_have_done_their_part_it_stays_answered(asked, incident, other_unit, viewer):
    sent = assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    advance_assignment(assignment_id=sent.pk, status="on_scene", by=viewer)
    advance_assignment(assignment_id=sent.pk, status="cleared", by=viewer)
    assert state(asked) == "answered"


def test_asking_again_is_the_same_request_and_may_only_become_more(asked, unit, crew):
    again, is_new = request_backup(unit_id=unit.pk, level="routine", wanted=2, by=crew)
    assert (again.pk, is_new, again.presses) == (asked.pk, False, 2)
    assert (again.level, again.wanted, again.needed, again.reason) == ("urgent", 2, 3, asked.reason)


def test_a_refusal_has_a_name_and_words_and_the_incident_needs_no_more_than_before(asked, incident, viewer):
    refuse_backup(backup_id=asked.pk, reason="  Нема слободних, командир обавештен ", by=viewer)
    incident.refresh_from_db()
    assert (state(asked), asked.refusal, asked.ended_by_name) == (
        "refused", "Нема слободних, командир обавештен", viewer.name,
    )  # fmt: skip
    assert incident.min_units == 1
    assert TimelineEntry.objects.get(kind="backup_refused").text == asked.refusal
    with pytest.raises(Conflict) as refused:
        refuse_backup(backup_id=asked.pk, reason="x", by=viewer)
    assert refused.value.state["status"] == "refused"


def test_a_refusal_without_words_is_none(asked, viewer):
    with pytest.raises(Invalid):
        refuse_backup(backup_id=asked.pk, reason=" ", by=viewer)


def test_after_a_refusal_the_crew_may_ask_again(asked, unit, crew, viewer):
    refuse_backup(backup_id=asked.pk, reason="x", by=viewer)
    again, is_new = request_backup(unit_id=unit.pk, level="urgent", by=crew)
    assert (is_new, again.pk != asked.pk, again.needed) == (True, True, 2)


def test_the_crew_takes_it_back(asked, crew):
    withdraw_backup(backup_id=asked.pk, by=crew)
    assert (state(asked), Incident.objects.get(pk=asked.incident_id).min_units) == ("withdrawn", 1)


def test_it_is_moot_when_the_crew_clears(asked, job, viewer):
    advance_assignment(assignment_id=job.pk, status="cleared", by=viewer)
    assert state(asked) == "ended"


@pytest.mark.parametrize("how", ["close", "cancel"])
def test_it_is_moot_when_the_incident_ends(asked, incident, viewer, how):
    if how == "close":
        close_incident(incident_id=incident.pk, disposition="handled", by=viewer)
    else:
        cancel_incident(incident_id=incident.pk, reason="x", by=viewer)
    assert state(asked) == "ended"


def test_a_request_is_a_sign_of_life(job, unit, crew, frozen_clock):
    factories.WelfareTimerFactory(unit=unit)
    factories.WelfareRuleFactory(organisation=unit.organisation)
    frozen_clock.tick(100)
    request_backup(unit_id=unit.pk, level="routine", by=crew)
    assert WelfareTimer.objects.get(ended_at=None).started_at == frozen_clock.now


def test_offline_it_keeps_its_time_and_a_time_to_come_is_refused(job, unit, crew, frozen_clock):
    asked_at = frozen_clock.now
    frozen_clock.tick(300)
    with pytest.raises(Unprocessable):
        request_backup(unit_id=unit.pk, level="routine", by=crew, occurred_at=frozen_clock.now.replace(year=2027))
    backup, _new = request_backup(unit_id=unit.pk, level="routine", by=crew, occurred_at=asked_at)
    assert (backup.requested_at, backup.recorded_at) == (asked_at, frozen_clock.now)


# --- nobody answers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("level", "after_s"), [("urgent", 40), ("routine", 200)])
def test_unanswered_it_goes_to_the_commander_after_the_time_of_the_nearest_node_once(
    job, unit, directorate, service, crew, frozen_clock, level, after_s
):
    SafetySetting.objects.create(organisation=service, backup_urgent_after_s=5, backup_routine_after_s=5)
    SafetySetting.objects.create(organisation=directorate, backup_urgent_after_s=40, backup_routine_after_s=200)
    backup, _new = request_backup(unit_id=unit.pk, level=level, reason="Један са ножем", by=crew)
    frozen_clock.tick(after_s - 1)
    assert escalate_due_backups() == 0
    frozen_clock.tick(1)
    assert (escalate_due_backups(), escalate_due_backups()) == (1, 0)
    backup.refresh_from_db()
    assert (backup.status, backup.escalated_at) == ("open", frozen_clock.now)
    (card,) = LiveEvent.objects.get(kind="BackupEscalated").payload["upserts"]["backups"]
    assert (card["id"], card["escalated_at"] is not None) == (backup.pk, True)
    line = TimelineEntry.objects.get(kind="backup_escalated")
    assert (line.incident_id, line.text, line.source) == (backup.incident_id, "Један са ножем", "system")
    assert AuditEntry.objects.filter(action="backup.escalated").count() == 1


def test_without_a_setting_an_urgent_one_escalates_after_a_minute(asked, frozen_clock):
    frozen_clock.tick(60)
    assert escalate_due_backups() == 1


def test_what_was_answered_or_refused_does_not_escalate(asked, incident, other_unit, viewer, frozen_clock):
    assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    frozen_clock.tick(3600)
    assert escalate_due_backups() == 0


def test_when_the_answer_is_undone_it_escalates_counted_from_then(asked, incident, other_unit, viewer, frozen_clock):
    frozen_clock.tick(60)
    escalate_due_backups()
    sent = assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    undo_assignment(assignment_id=sent.pk, by=viewer)
    asked.refresh_from_db()
    assert asked.escalated_at is None
    frozen_clock.tick(59)
    assert escalate_due_backups() == 0
    frozen_clock.tick(1)
    assert escalate_due_backups() == 1


def test_one_that_becomes_urgent_escalates_as_an_urgent_one(job, unit, crew, frozen_clock):
    request_backup(unit_id=unit.pk, level="routine", by=crew)
    frozen_clock.tick(100)
    request_backup(unit_id=unit.pk, level="urgent", by=crew)
    frozen_clock.tick(59)
    assert escalate_due_backups() == 0
    frozen_clock.tick(1)
    assert escalate_due_backups() == 1


def test_asking_again_puts_nothing_off(asked, unit, crew, frozen_clock):
    frozen_clock.tick(50)
    request_backup(unit_id=unit.pk, level="urgent", by=crew)
    frozen_clock.tick(10)
    assert escalate_due_backups() == 1


# --- its incident goes up in another ------------------------------------------------------------------------------


@pytest.fixture
def escorted(kind, board, viewer, frozen_clock) -> BackupRequest:
    """Asked by a unit that may have no job."""
    escort = factories.UnitFactory(board=board, status="transport", call_sign="230")
    return request_backup(unit_id=escort.pk, level="urgent", wanted=2, reason="Нападнути", by=viewer)[0]


def test_merged_away_the_request_goes_along_and_is_still_to_be_answered(
    escorted, incident, unit, other_unit, board, viewer
):
    assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)  # who is there already was not asked for
    duplicate = escorted.incident
    merge_incidents(incident_id=duplicate.pk, into_id=incident.pk, by=viewer)
    assert (state(escorted), escorted.incident_id, escorted.needed) == ("open", incident.pk, 3)
    incident.refresh_from_db()
    assert incident.min_units == 3
    line = TimelineEntry.objects.get(kind="backup_moved")
    assert (line.incident_id, line.text, line.data["came_from"]) == (incident.pk, "Нападнути", duplicate.number)
    (card,) = LiveEvent.objects.get(kind="BackupMoved").payload["upserts"]["backups"]
    assert (card["incident"], card["number"]) == (incident.pk, incident.number)
    assign_unit(incident_id=incident.pk, unit_id=other_unit.pk, by=viewer)
    assign_unit(incident_id=incident.pk, unit_id=factories.UnitFactory(board=board).pk, by=viewer)
    assert state(escorted) == "answered"


def test_merged_away_it_still_escalates_and_is_refused_taken_back_or_asked_again_there(
    escorted, incident, viewer, frozen_clock
):
    merge_incidents(incident_id=escorted.incident_id, into_id=incident.pk, by=viewer)
    again, is_new = request_backup(unit_id=escorted.unit_id, level="urgent", by=viewer)
    assert (again.pk, is_new, again.incident_id) == (escorted.pk, False, incident.pk)
    frozen_clock.tick(60)
    assert escalate_due_backups() == 1
    refuse_backup(backup_id=escorted.pk, reason="x", by=viewer)
    incident.refresh_from_db()
    assert (state(escorted), incident.min_units) == ("refused", 1)


def test_merged_away_it_is_moot_once_the_other_incident_ends(escorted, incident, viewer):
    merge_incidents(incident_id=escorted.incident_id, into_id=incident.pk, by=viewer)
    cancel_incident(incident_id=incident.pk, reason="x", by=viewer)
    assert state(escorted) == "ended"


# --- without a job ------------------------------------------------------------------------------------------------


@pytest.fixture
def kind(unit):
    SafetySetting.objects.create(organisation=unit.organisation, backup_kind="backup")
    return factories.IncidentTypeFactory(code="backup", priority=1)


def test_without_a_job_an_incident_is_entered_where_the_unit_is_with_it_on_the_scene(kind, unit, crew):
    factories.LatestPositionFactory(unit=unit, point=Point(19.8, 45.2))
    backup, _new = request_backup(unit_id=unit.pk, level="urgent", reason="Заустављено возило", by=crew)
    incident = backup.incident
    assert (incident.location.coords, incident.type.code, incident.on_view) == ((19.8, 45.2), "backup", True)
    assert (incident.status, incident.min_units, backup.assignment.unit_id) == ("on_scene", 2, unit.pk)
    assert "Заустављено возило" in incident.summary


def test_a_unit_that_may_have_no_job_gets_help_all_the_same(kind, board, viewer, other_unit, frozen_clock):
    escort = factories.UnitFactory(board=board, status="transport")
    backup, _new = request_backup(unit_id=escort.pk, level="urgent", by=viewer)
    assert (backup.assignment, backup.needed, backup.incident.status) == (None, 1, "waiting")
    again, is_new = request_backup(unit_id=escort.pk, level="urgent", by=viewer)
    assert (again.pk, is_new, Incident.objects.count()) == (backup.pk, False, 1)
    assign_unit(incident_id=backup.incident_id, unit_id=other_unit.pk, by=viewer)
    assert state(backup) == "answered"


def test_such_a_request_is_moot_when_its_incident_is_cancelled(kind, board, viewer, frozen_clock):
    escort = factories.UnitFactory(board=board, status="transport")
    backup, _new = request_backup(unit_id=escort.pk, level="urgent", by=viewer)
    cancel_incident(incident_id=backup.incident_id, reason="x", by=viewer)
    assert state(backup) == "ended"


def test_sent_elsewhere_since_it_asks_anew(kind, board, incident, viewer, frozen_clock):
    escort = factories.UnitFactory(board=board, status="transport")
    first, _new = request_backup(unit_id=escort.pk, level="urgent", by=viewer)
    escort.status = "on_patrol"
    escort.save()
    assign_unit(incident_id=incident.pk, unit_id=escort.pk, by=viewer)
    second, is_new = request_backup(unit_id=escort.pk, level="routine", by=viewer)
    assert (is_new, second.incident_id, state(first)) == (True, incident.pk, "ended")


def test_where_no_kind_is_set_it_says_what_to_do(unit, crew):
    with pytest.raises(Conflict) as refused:
        request_backup(unit_id=unit.pk, level="urgent", by=crew)
    assert refused.value.code == "no_job"


# --- who may ------------------------------------------------------------------------------------------------------


def test_only_the_crew_and_its_desk_ask(job, unit, elsewhere, directorate):
    with pytest.raises(NotFound):
        request_backup(unit_id=unit.pk, level="urgent", by=Viewer.of(person(Role.DISPATCHER, elsewhere, "far")))
    with pytest.raises(Forbidden):
        request_backup(unit_id=unit.pk, level="urgent", by=Viewer.of(person(Role.READ_ONLY, directorate, "reader")))


def test_the_crew_cannot_refuse_its_own(asked, crew):
    with pytest.raises(Forbidden):
        refuse_backup(backup_id=asked.pk, reason="x", by=crew)


@pytest.mark.parametrize(
    "wrong", [{"level": "panic"}, {"level": "routine", "wanted": 0}, {"level": "routine", "wanted": 10}]
)
def test_nonsense_is_refused(job, unit, crew, wrong):
    with pytest.raises(Invalid):
        request_backup(unit_id=unit.pk, by=crew, **wrong)


def test_off_duty_it_is_refused(board, viewer, frozen_clock):
    away = factories.UnitFactory(board=board, status="off_duty", on_duty=False)
    with pytest.raises(Unprocessable):
        request_backup(unit_id=away.pk, level="urgent", by=viewer)


def test_the_database_holds_one_open_request_a_unit(asked):
    asked.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save(force_insert=True)


# --- over HTTP ----------------------------------------------------------------------------------------------------


def test_over_http_a_repeat_with_the_same_key_asks_once(job, unit, client_of, crew):
    client = client_of(User.objects.get(pk=crew.user_id))
    body = {"level": "urgent", "reason": "x"}
    url, key = f"/api/v1/units/{unit.pk}/backup/", {"Idempotency-Key": "k1"}
    first = client.post(url, body, format="json", headers=key)
    second = client.post(url, body, format="json", headers=key)
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert BackupRequest.objects.get().presses == 1
    assert client.post(url, body, format="json").status_code == 200
    state = client.get("/api/v1/field/state/").json()
    assert (state["backup"]["status"], state["backup"]["presses"]) == ("open", 2)
    assert [one["id"] for one in client.get("/api/v1/backups/").json()] == [state["backup"]["id"]]
