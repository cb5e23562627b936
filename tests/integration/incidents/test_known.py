"""What is known of an address: earlier incidents, hazards with author, source and expiry; where a caller's phone is."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from incidents.models import Call, Hazard
from tests.factories import NOON, HazardFactory, IncidentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

HERE = {"lon": 19.842, "lat": 45.252}
NEW = {
    "kind": "dog", "text": "Ротвајлер у дворишту", "source": "пријава од 12. 5.", "place": "Булевар ослобођења 46",
    "location": HERE, "expires_at": "2027-01-01T00:00:00Z",
}  # fmt: skip
AML = 'A"ML=1;lt=+45.25200;lg=+19.84200;rd=25;top=20261102115900;lc=90;pm=G;ml=100'
NO_AML = 'A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;top=20261102115900;lc=00;pm=N;ml=100'


@pytest.fixture
def hazard(board):
    return HazardFactory(organisation=board.organisation)


def known(client, **query):
    return client.get("/api/v1/addresses/known/", query or HERE).json()


def test_earlier_incidents_and_hazards_of_an_address(api, incident, board, kind, hazard):
    older = IncidentFactory(board=board, type=kind, status="closed", received_at=NOON - timedelta(days=90))
    IncidentFactory(board=board, type=kind, location=Point(19.85, 45.252))
    body = known(api)
    assert [card["id"] for card in body["incidents"]] == [incident.pk, older.pk]
    (found,) = body["hazards"]
    assert (found["id"], found["author"], found["expires_at"]) == (hazard.pk, "Јована П.", "2026-12-02T12:00:00Z")
    assert "text" not in found
    assert AuditEntry.objects.get(action="address.viewed").detail == {
        "incidents": [incident.pk, older.pk],
        "hazards": [hazard.pk],
    }


def test_a_door_of_the_gazetteer_reaches_farther_but_not_across_the_town(api, board, kind):
    door = IncidentFactory(board=board, type=kind, gazetteer_id="7", location=Point(19.842, 45.253))
    IncidentFactory(board=board, type=kind, gazetteer_id="8", location=Point(19.842, 45.253))
    IncidentFactory(board=board, type=kind, gazetteer_id="7", location=Point(19.9, 45.3))
    assert [card["id"] for card in known(api, **HERE, gazetteer_id="7")["incidents"]] == [door.pk]


@pytest.mark.parametrize(
    "times",
    [
        {"expires_at": NOON},
        {"expires_at": NOON - timedelta(seconds=1)},
        {"valid_from": NOON + timedelta(seconds=1)},
        {"withdrawn_at": NOON, "withdrawn_reason": "x"},
    ],
)
def test_what_does_not_hold_now_is_never_shown_as_current(api, board, times):
    if "expires_at" in times:
        times = {**times, "review_at": times["expires_at"], "valid_from": NOON - timedelta(days=9)}
    row = HazardFactory(organisation=board.organisation, **times)
    assert known(api)["hazards"] == []
    assert api.get("/api/v1/hazards/").json()["results"] == []
    assert api.get(f"/api/v1/hazards/{row.pk}/").json()["current"] is False


def test_opening_a_hazard_is_logged(api, hazard, dispatcher):
    body = api.get(f"/api/v1/hazards/{hazard.pk}/").json()
    assert (body["text"], body["current"]) == (hazard.text, True)
    row = AuditEntry.objects.get(action="hazard.viewed")
    assert (row.actor_id, row.object_id) == (dispatcher.pk, str(hazard.pk))


def test_recording_names_author_and_source(api, board, dispatcher):
    got = api.post("/api/v1/hazards/", NEW, format="json")
    assert got.status_code == 201, got.json()
    body = got.json()
    assert (body["author"], body["review_at"], body["location"]) == (
        dispatcher.display_name,
        NEW["expires_at"],
        [19.842, 45.252],
    )
    assert AuditEntry.objects.filter(action="hazard.recorded").exists()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"location": None}, 400),
        ({"location": None, "person": "Н. Н."}, 201),
        ({"kind": "dragon"}, 400),
        ({"source": ""}, 400),
        ({"expires_at": "2026-11-02T12:00:00Z"}, 422),
        ({"expires_at": "2029-01-01T00:00:00Z"}, 422),
        ({"review_at": "2027-02-01T00:00:00Z"}, 422),
        ({"review_at": "2026-11-01T00:00:00Z"}, 422),
        ({"valid_from": "2027-02-01T00:00:00Z"}, 422),
    ],
)
def test_a_hazard_has_a_subject_a_source_and_times_that_make_sense(api, board, change, status):
    assert api.post("/api/v1/hazards/", {**NEW, **change}, format="json").status_code == status


def test_renewing_supersedes(api, hazard):
    body = api.post(f"/api/v1/hazards/{hazard.pk}/renew/", {"expires_at": "2027-06-01T00:00:00Z"}, format="json").json()
    assert body["id"] != hazard.pk
    assert [row["id"] for row in known(api)["hazards"]] == [body["id"]]
    assert Hazard.objects.get(pk=body["id"]).renews_id == hazard.pk
    again = api.post(f"/api/v1/hazards/{hazard.pk}/renew/", {"expires_at": "2027-06-01T00:00:00Z"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "hazard_withdrawn")


def test_withdrawing_needs_a_reason_and_is_done_once(api, hazard):
    path = f"/api/v1/hazards/{hazard.pk}/withdraw/"
    assert api.post(path, {"reason": ""}, format="json").status_code == 400
    assert api.post(path, {"reason": "пас је угинуо"}, format="json").status_code == 200
    assert api.post(path, {"reason": "опет"}, format="json").status_code == 409
    assert known(api)["hazards"] == []


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("get", "", None),
        ("post", "renew/", {"expires_at": "2027-01-01T00:00:00Z"}),
        ("post", "withdraw/", {"reason": "x"}),
    ],
)
def test_another_directorates_hazard_is_not_there(client_of, foreigner, onlooker, hazard, method, tail, body):
    path = f"/api/v1/hazards/{hazard.pk}/{tail}"
    assert getattr(client_of(None), method)(path, body, format="json").status_code == 401
    assert getattr(client_of(foreigner), method)(path, body, format="json").status_code == 404
    assert getattr(client_of(onlooker), method)(path, body, format="json").status_code == (
        200 if method == "get" else 403
    )
    assert known(client_of(foreigner))["hazards"] == []


def test_a_crew_knows_every_hazard_where_it_is_sent_and_no_other(client_of, patrol_officer, incident, elsewhere, jobs):
    foreign = HazardFactory(organisation=elsewhere, location=incident.location)
    far = HazardFactory(organisation=incident.organisation, location=Point(19.9, 45.3))
    client = client_of(patrol_officer)
    path = f"/api/v1/incidents/{incident.pk}/known/"
    assert client.get(path).status_code == 404
    assert client.get(f"/api/v1/hazards/{foreign.pk}/").status_code == 404
    jobs.own[patrol_officer.pk] = frozenset({incident.pk})
    assert [row["id"] for row in client.get(path).json()["hazards"]] == [foreign.pk]
    assert client.get(f"/api/v1/hazards/{foreign.pk}/").json()["text"] == foreign.text
    assert client.get(f"/api/v1/hazards/{far.pk}/").status_code == 404
    assert client.get("/api/v1/hazards/").status_code == 403
    assert client.get("/api/v1/addresses/known/", HERE).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"location": None, "person": ""},
        {"review_at": NOON + timedelta(days=99)},
        {"withdrawn_at": NOON},
        {"withdrawn_reason": "x"},
    ],
)
def test_the_database_holds_it_too(board, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        HazardFactory(organisation=board.organisation, **wrong)


def test_an_aml_message_is_read_and_nothing_is_kept(api, board):
    body = api.post("/api/v1/aml/", {"message": AML}, format="json").json()
    assert body == {
        "location": [19.842, 45.252],
        "accuracy_m": 25,
        "confidence": 90,
        "method": "gnss",
        "at": "2026-11-02T11:59:00Z",
    }
    assert api.post("/api/v1/aml/", {"message": NO_AML}, format="json").json()["location"] is None
    assert api.post("/api/v1/aml/", {"message": "45.2, 19.8"}, format="json").json()["code"] == "not_aml"


def test_a_call_takes_its_place_from_its_aml_message(api, board):
    assert api.post("/api/v1/calls/", {"aml": AML}, format="json").json()["location"] == [19.842, 45.252]
    nowhere = api.post("/api/v1/calls/", {"aml": NO_AML}, format="json").json()
    assert (nowhere["location"], nowhere["location_accuracy_m"]) == (None, None)
    given = api.post("/api/v1/calls/", {"aml": AML, "location": {"lon": 20, "lat": 44}}, format="json").json()
    assert given["location"] == [20, 44]
    assert Call.objects.filter(location__isnull=True).count() == 1
