"""`GET /api/v1/field/state/`: what a crew may know, and nothing more; the pages of the field unit."""

import pytest

from core.models import AuditEntry, User
from core.rules import Role
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db
STATE = "/api/v1/field/state/"


@pytest.fixture
def client(client_of, dispatcher):
    """The dispatcher's browser."""
    return client_of(dispatcher)


@pytest.fixture
def job(client, incident, unit):
    """The unit is sent to the incident."""
    return client.post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk}, format="json").json()


@pytest.fixture
def patrol(client_of, crew):
    """The browser of the unit's crew."""
    return client_of(User.objects.get(pk=crew.user_id))


def test_a_crew_without_a_job_sees_its_unit(patrol, unit):
    state = patrol.get(STATE).json()
    assert (state["unit"]["call_sign"], state["job"], state["shift"] is not None) == (unit.call_sign, None, True)


def test_who_rides_on_nothing_sees_nothing(client_of, directorate, job):
    officer = factories.OfficerFactory(user=person(Role.PATROL, directorate, "bob"))
    state = client_of(officer.user).get(STATE).json()
    assert state["officer"]["id"] == officer.pk
    assert [state[name] for name in ("unit", "shift", "job")] == [None] * 3


def test_a_crew_sees_its_job_what_is_known_there_and_who_else_comes(patrol, client, job, incident, other_unit):
    factories.HazardFactory(location=incident.location, text="Gun under the bed")
    client.post(f"/api/v1/incidents/{incident.pk}/notes/", {"text": "Second floor"}, format="json")
    client.post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": other_unit.pk}, format="json")
    factories.CallFactory(incident=incident, caller_name="Neighbour")
    seen = patrol.get(STATE).json()["job"]
    assert (seen["assignment"]["id"], seen["incident"]["id"]) == (job["id"], incident.pk)
    assert [note["text"] for note in seen["notes"]] == ["Second floor"]
    assert [one["call_sign"] for one in seen["colleagues"]] == [other_unit.call_sign]
    assert [hazard["text"] for hazard in seen["hazards"]] == ["Gun under the bed"]
    assert seen["calls"] == []


def test_it_is_gone_with_the_job(patrol, client, job):
    client.post(f"/api/v1/assignments/{job['id']}/", {"status": "cleared"}, format="json")
    assert patrol.get(STATE).json()["job"] is None


def test_what_is_not_new_is_not_sent_and_only_what_is_sent_is_audited(patrol, job, incident):
    first = patrol.get(STATE)
    again = patrol.get(STATE, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    (row,) = AuditEntry.objects.filter(action="field.viewed")
    assert row.detail["incident"] == incident.pk
    patrol.post(f"/api/v1/assignments/{job['id']}/", {"status": "acknowledged"}, format="json")
    assert patrol.get(STATE, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_dispatcher_has_no_field_unit(client):
    assert (client.get(STATE).status_code, client.get("/field/").status_code) == (403, 403)


def test_a_command_kept_for_one_person_is_not_taken_from_another(patrol, job, crew):
    url, body = f"/api/v1/assignments/{job['id']}/", {"status": "acknowledged"}
    other = patrol.post(url, body, format="json", headers={"X-Person": str(crew.user_id + 1)})
    assert (other.status_code, other.json()["code"]) == (401, "other_person")
    assert patrol.post(url, body, format="json", headers={"X-Person": str(crew.user_id)}).status_code == 200


def test_the_page_holds_nothing_of_anybody_and_the_worker_is_for_all(patrol, client_of, crew):
    assert crew.name not in patrol.get("/field/").content.decode()
    worker = client_of(None).get("/field/worker.js")
    assert (worker.status_code, worker["Content-Type"]) == (200, "text/javascript; charset=utf-8")


def test_a_patrol_begins_at_the_field_unit(patrol):
    assert patrol.get("/")["Location"] == "/field/"
