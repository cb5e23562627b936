"""What a crew comes upon, what it learns of the address, and how its job ended."""

from datetime import timedelta

import pytest

from core.models import AuditEntry, User
from core.rules import Role
from dispatch.models import Assignment
from incidents.models import Incident, TimelineEntry
from patrols.models import Unit
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db
ON_VIEW = "/api/v1/field/incidents/"
STATE = "/api/v1/field/state/"


@pytest.fixture
def patrol(client_of, crew):
    """The browser of the unit's crew."""
    return client_of(User.objects.get(pk=crew.user_id))


@pytest.fixture
def kind():
    return factories.IncidentTypeFactory(code="crash", name="Crash")


def test_a_crew_enters_what_it_came_upon_and_is_on_its_scene(patrol, unit, kind, frozen_clock):
    before = NOON - timedelta(minutes=8)
    body = {
        "type": "crash",
        "location": {"lon": 19.84, "lat": 45.25},
        "summary": "Два возила",
        "unit": unit.pk,
        "occurred_at": before.isoformat(),
    }
    Unit.objects.filter(pk=unit.pk).update(status_since=before - timedelta(minutes=9))
    answer = patrol.post(ON_VIEW, body, format="json")
    assert answer.status_code == 201, answer.json()
    incident = Incident.objects.get(pk=answer.json()["incident"]["id"])
    job = Assignment.objects.get(pk=answer.json()["assignment"]["id"])
    assert (incident.on_view, incident.received_at, incident.status) == (True, before, "on_scene")
    assert (incident.organisation_id, incident.source) == (unit.organisation_id, "field")
    assert (job.on_scene_at, job.arrival_source, job.status) == (before, "field", "on_scene")
    assert Unit.objects.get(pk=unit.pk).status == "on_scene"
    assert patrol.get(STATE).json()["job"]["incident"]["id"] == incident.pk


def test_with_a_job_it_is_left_to_the_centre_or_refused(patrol, client_of, dispatcher, unit, incident, kind):
    client_of(dispatcher).post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk}, format="json")
    refused = patrol.post(ON_VIEW, {"type": "crash"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "unit_busy")
    assert not Incident.objects.filter(on_view=True).exists()
    left = patrol.post(ON_VIEW, {"type": "crash", "attend": False}, format="json")
    assert (left.status_code, left.json()["assignment"]) == (201, None)
    assert Incident.objects.get(on_view=True).status == "waiting"


def test_one_entered_on_another_patrol_is_refused(patrol, other_unit, kind):
    refused = patrol.post(ON_VIEW, {"type": "crash", "unit": other_unit.pk}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_on_shift")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "no such"},
        {"type": "crash", "location": {"lon": 0, "lat": 0}},
        {"type": "crash", "location": {"lon": 999, "lat": 1}},
        {"type": "crash", "occurred_at": "yesterday"},
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_entered(patrol, kind, body):
    assert patrol.post(ON_VIEW, body, format="json").status_code == 400
    assert not Incident.objects.filter(on_view=True).exists()


def test_a_crew_learns_what_was_at_its_address_before_without_names(
    patrol, client_of, dispatcher, unit, incident, kind
):
    earlier = factories.IncidentFactory(
        board=incident.board,
        type=kind,
        location=incident.location,
        status="closed",
        closed_at=NOON,
        disposition="report_taken",
        received_at=NOON - timedelta(days=9),
        summary="Петар Петровић пријавио",
    )
    factories.IncidentFactory(board=incident.board, type=kind)  # elsewhere
    Incident.objects.exclude(pk__in=[earlier.pk, incident.pk]).update(location=None)
    assert patrol.get(STATE).json()["job"] is None
    client_of(dispatcher).post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk}, format="json")
    answer = patrol.get(STATE)
    (known,) = answer.json()["job"]["earlier"]
    assert (known["id"], known["type"]["code"], known["disposition"]) == (earlier.pk, "crash", "report_taken")
    assert "Петар" not in answer.content.decode()
    assert AuditEntry.objects.filter(action="field.viewed").last().detail["earlier"] == [earlier.pk]


def test_how_it_ended_stands_in_the_timeline_and_in_the_state(patrol, client_of, dispatcher, unit, incident):
    sent = client_of(dispatcher).post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk}, format="json")
    address = f"/api/v1/assignments/{sent.json()['id']}/outcome/"
    said = patrol.post(address, {"disposition": "arrest", "text": "Један приведен"}, format="json")
    assert said.status_code == 201
    line = TimelineEntry.objects.get(kind="outcome_reported")
    assert (line.text, line.data["disposition"], line.source) == ("Један приведен", "arrest", "field")
    assert patrol.get(STATE).json()["job"]["outcome"] == {"disposition": "arrest", "text": "Један приведен"}
    assert patrol.post(address, {"disposition": " "}, format="json").status_code == 400


def test_another_patrol_says_nothing_of_it(client_of, dispatcher, directorate, unit, incident):
    sent = client_of(dispatcher).post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk}, format="json")
    stranger = client_of(person(Role.PATROL, directorate, "mallory"))
    address = f"/api/v1/assignments/{sent.json()['id']}/outcome/"
    assert stranger.post(address, {"disposition": "arrest"}, format="json").status_code == 404
