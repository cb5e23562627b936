"""incidents/: enter, find, read, change."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from core.models import AuditEntry, LiveEvent
from geo.models import Area
from incidents.api.outputs import IncidentOut
from incidents.models import Call, Incident
from tests.factories import NOON, CallFactory, IncidentFactory, OrganisationFactory, TargetFactory

pytestmark = pytest.mark.django_db

NEW = {
    "type": "theft",
    "place": "Булевар ослобођења 46",
    "place_detail": "стан 14",
    "location": {"lon": 19.842, "lat": 45.252},
    "location_source": "address",
    "summary": "Украден бицикл",
    "call": {"phone": "064 000 118", "caller_name": "Комшиница", "text": "Однели су бицикл"},
}


def post(client, path, body):
    return client.post(f"/api/v1/{path}", body, format="json")


def patch(client, incident, body):
    return client.patch(f"/api/v1/incidents/{incident.pk}/", body, format="json")


def jurisdiction(organisation, code, half):
    box = Polygon.from_bbox((19.84 - half, 45.25 - half, 19.84 + half, 45.25 + half))
    Area.objects.create(
        kind="jurisdiction", code=code, name=code, organisation=organisation, geometry=MultiPolygon(box)
    )


def test_a_call_becomes_an_incident(api, board, kind, frozen_clock):
    TargetFactory(organisation=board.organisation, priority=3, seconds=1200)
    got = post(api, "incidents/", NEW)
    assert got.status_code == 201, got.json()
    body = got.json()
    assert body["number"] == "NS-2026-000001"
    assert (body["status"], body["priority"], body["callers"], body["version"]) == ("waiting", 3, 1, 1)
    assert body["location"] == [19.842, 45.252]
    assert body["target"]["due_at"] == "2026-11-02T12:20:00Z"
    assert body["calls"][0]["phone"] == "064 000 118"
    assert [line["kind"] for line in api.get(f"/api/v1/incidents/{body['id']}/timeline/").json()] == [
        "call_received",
        "incident_created",
        "location_set",
        "priority_set",
    ]
    assert AuditEntry.objects.filter(action="incident.created", object_id=str(body["id"])).count() == 1
    event = LiveEvent.objects.get(kind="IncidentCreated")
    assert event.payload["upserts"]["incidents"][0]["number"] == body["number"]
    assert "064" not in str(event.payload)


def test_the_answer_is_what_the_schema_says(api, incident):
    assert set(api.get(f"/api/v1/incidents/{incident.pk}/").json()) == set(IncidentOut().fields)


def test_numbers_have_no_gaps_and_begin_anew_with_the_local_year(api, board, kind, frozen_clock):
    assert post(api, "incidents/", {"type": "no such"}).status_code == 400
    numbers = [post(api, "incidents/", NEW).json()["number"] for _ in range(2)]
    frozen_clock.now = NOON.replace(month=12, day=31, hour=23, minute=30)  # half past midnight in Belgrade
    numbers.append(post(api, "incidents/", NEW).json()["number"])
    assert numbers == ["NS-2026-000001", "NS-2026-000002", "NS-2027-000001"]


def test_the_smallest_jurisdiction_that_covers_the_place_gets_it(api, board, directorate, kind):
    station = OrganisationFactory(code="NS-1", parent=directorate, kind="station")
    jurisdiction(directorate, "big", 1)
    jurisdiction(station, "small", 0.1)
    body = post(api, "incidents/", NEW).json()
    assert (body["organisation"], body["board"]) == (station.pk, board.pk)


def test_a_place_of_another_centre_stays_here_and_says_whose_it_is(api, board, elsewhere, directorate, kind):
    jurisdiction(elsewhere, "foreign", 1)
    body = post(api, "incidents/", NEW).json()
    assert (body["organisation"], body["jurisdiction"]) == (directorate.pk, elsewhere.pk)


def test_nobody_enters_incidents_for_another_directorate(api, board, elsewhere, kind):
    got = post(api, "incidents/", {**NEW, "organisation": elsewhere.pk})
    assert got.status_code == 404


def test_whoever_may_only_look_is_refused(client_of, onlooker, board, kind, directorate):
    assert post(client_of(onlooker), "incidents/", {**NEW, "organisation": directorate.pk}).status_code == 403


def test_on_view_names_the_unit_and_has_no_target(api, board, kind, jobs):
    TargetFactory(organisation=board.organisation, priority=3)
    body = post(api, "incidents/", {"type": "theft", "on_view": True, "unit": 7}).json()
    assert body["target"] is None
    assert jobs.attended == [(body["id"], 7)]


def test_entering_becomes_waiting_when_it_is_ready(api, board, kind):
    body = post(api, "incidents/", {"type": "theft", "ready": False}).json()
    assert (body["status"], body["ready_at"]) == ("entering", None)
    got = api.patch(f"/api/v1/incidents/{body['id']}/", {"version": 1, "ready": True}, format="json").json()
    assert got["status"] == "waiting"
    assert got["ready_at"] is not None


def test_a_call_that_waited_is_attached_and_starts_the_clock(api, board, kind, frozen_clock):
    call = post(api, "calls/", {"phone": "021 100 200", "text": "Помоћ", "place": "Лиман"}).json()
    assert call["incident"] is None
    assert call["text"] == "Лиман\nПомоћ"
    frozen_clock.tick(60)
    body = post(api, "incidents/", {"type": "theft", "call_id": call["id"]}).json()
    assert body["received_at"] == call["received_at"]
    again = post(api, "incidents/", {"type": "theft", "call_id": call["id"]})
    assert (again.status_code, again.json()["code"]) == (409, "call_attached")
    assert again.json()["state"]["incident"]["id"] == body["id"]


def test_reading_an_incident_leaves_an_audit_row_with_the_calls_seen(api, incident):
    call = CallFactory(incident=incident)
    api.get(f"/api/v1/incidents/{incident.pk}/")
    row = AuditEntry.objects.get(action="incident.viewed")
    assert (row.object_id, row.detail) == (str(incident.pk), {"calls": [call.pk]})


def test_callers_are_not_shown_to_whoever_may_not_see_them(client_of, onlooker, incident):
    CallFactory(incident=incident)
    body = client_of(onlooker).get(f"/api/v1/incidents/{incident.pk}/").json()
    assert (body["calls"], body["callers"], body["actions"]) == ([], 1, [])


def test_a_patrol_reads_and_notes_only_its_own_job(client_of, patrol_officer, incident, jobs):
    client = client_of(patrol_officer)
    path = f"/api/v1/incidents/{incident.pk}/"
    reads = [path, path + "notes/", path + "timeline/"]
    assert [client.get(read).status_code for read in reads] == [404, 404, 404]
    assert post(client, f"incidents/{incident.pk}/notes/", {"text": "x"}).status_code == 404
    jobs.own[patrol_officer.pk] = frozenset({incident.pk})
    assert [client.get(read).status_code for read in reads] == [200, 200, 200]
    assert post(client, f"incidents/{incident.pk}/notes/", {"text": "Улазимо."}).status_code == 201
    assert patch(client, incident, {"version": 1, "summary": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("get", "", None),
        ("patch", "", {"version": 1, "summary": "x"}),
        ("get", "notes/", None),
        ("post", "notes/", {"text": "x"}),
        ("get", "timeline/", None),
        ("post", "regrade/", {"priority": 1, "reason": "x"}),
        ("post", "reopen/", {"reason": "x"}),
        ("post", "merge/", {"into": 1}),
        ("post", "calls/", {"call": 1}),
    ],
)
def test_another_directorates_incident_is_not_there(client_of, foreigner, onlooker, incident, method, tail, body):
    path = f"/api/v1/incidents/{incident.pk}/{tail}"
    assert getattr(client_of(foreigner), method)(path, body, format="json").status_code == 404
    assert getattr(client_of(None), method)(path, body, format="json").status_code == 401
    mine = getattr(client_of(onlooker), method)(path, body, format="json").status_code
    assert mine == (200 if method == "get" else 403 if tail != "merge/" else 404)


def test_two_people_may_change_different_fields_at_once(api, incident):
    assert patch(api, incident, {"version": 1, "summary": "прво"}).json()["version"] == 2
    got = patch(api, incident, {"version": 1, "place_detail": "друго"})
    assert (got.status_code, got.json()["version"]) == (200, 3)


def test_one_field_changed_twice_is_a_conflict_that_says_who_and_what(api, incident, dispatcher):
    patch(api, incident, {"version": 1, "summary": "прво", "place": "Дунавска 1"})
    got = patch(api, incident, {"version": 1, "summary": "друго"})
    body = got.json()
    assert (got.status_code, body["code"], body["field"]) == (409, "stale_version", "summary")
    assert body["state"]["incident"]["summary"] == "прво"
    conflict = body["state"]["conflicts"][0]
    assert (conflict["was"], conflict["is"], conflict["by"]) == ("", "прво", dispatcher.display_name)
    incident.refresh_from_db()
    assert incident.summary == "прво"


def test_a_version_from_the_future_is_a_conflict(api, incident):
    assert patch(api, incident, {"version": 9, "summary": "x"}).status_code == 409


def test_a_value_that_stands_already_is_no_change(api, incident, board):
    got = patch(api, incident, {"version": 1, "place": incident.place, "location": {"lon": 19.842, "lat": 45.252}})
    assert (got.status_code, got.json()["version"]) == (200, 1)
    assert LiveEvent.objects.count() == 0


def test_another_kind_brings_its_minimum_of_units(api, incident, violence):
    body = patch(api, incident, {"version": 1, "type": "violence"}).json()
    assert (body["type"]["code"], body["min_units"], body["priority"]) == ("violence", 2, 2)


def test_a_field_that_cannot_be_changed_is_named(api, incident):
    got = patch(api, incident, {"version": 1, "priority": 1})
    assert (got.status_code, got.json()["code"], got.json()["field"]) == (400, "unknown_field", "priority")


def test_an_ended_incident_is_not_changed(api, board, kind):
    ended = IncidentFactory(board=board, type=kind, status="closed", closed_at=NOON)
    got = patch(api, ended, {"version": 1, "summary": "x"})
    assert (got.status_code, got.json()["code"]) == (409, "incident_ended")


def test_the_clock_of_the_call_may_be_late_but_not_ahead(api, board, kind, frozen_clock):
    late = {**NEW, "call": {"received_at": (NOON - timedelta(hours=8)).isoformat()}}
    assert post(api, "incidents/", late).json()["received_at"] == "2026-11-02T04:00:00Z"
    ahead = {**NEW, "call": {"received_at": (NOON + timedelta(hours=1)).isoformat()}}
    assert post(api, "incidents/", ahead).status_code == 422


@pytest.mark.parametrize("words", ["булевар 46", "BULEVAR oslobodjenja", "oslobođenja 46", "oslobodenja", "t-2026"])
def test_words_are_found_in_both_scripts(api, incident, board, words):
    IncidentFactory(board=board, place="Дунавска 3", number="X")
    found = api.get("/api/v1/incidents/", {"q": words}).json()["results"]
    assert [card["id"] for card in found] == [incident.pk]


def test_the_list_is_filtered_and_leaves_an_audit_row(api, incident, board, kind, elsewhere):
    ended = IncidentFactory(board=board, type=kind, status="closed", closed_at=NOON, priority=1)
    IncidentFactory(board=elsewhere.board)

    def ids(**query):
        return [card["id"] for card in api.get("/api/v1/incidents/", query).json()["results"]]

    assert ids() == [ended.pk, incident.pk]
    assert ids(status="open") == [incident.pk]
    assert ids(status="ended") == ids(status="closed") == ids(priority=1) == [ended.pk]
    assert ids(to=NOON.isoformat()) == []
    assert ids(**{"from": NOON.isoformat()}) == [ended.pk, incident.pk]
    assert ids(organisation=elsewhere.pk) == []
    assert ids(q="...") == []
    assert AuditEntry.objects.filter(action="incident.listed").count() == 9


def test_pages_follow_each_other(api, board, kind):
    made = [IncidentFactory(board=board, type=kind).pk for _ in range(5)]
    first = api.get("/api/v1/incidents/", {"limit": 3}).json()
    second = api.get(first["next"]).json()
    assert [card["id"] for card in first["results"] + second["results"]] == made[::-1]


def test_the_list_costs_the_same_for_many(api, board, kind, django_assert_max_num_queries):
    for _ in range(20):
        CallFactory(incident=IncidentFactory(board=board, type=kind))
    with django_assert_max_num_queries(11):
        api.get("/api/v1/incidents/")


def test_likely_duplicates_are_near_recent_and_alike(api, incident, board, kind, violence, frozen_clock):
    near = IncidentFactory(board=board, type=violence, location=Point(19.8425, 45.2525))
    IncidentFactory(board=board, type=kind, location=Point(19.9, 45.3))
    IncidentFactory(board=board, type=kind, received_at=NOON - timedelta(hours=5))
    IncidentFactory(board=board, type=kind, status="closed", closed_at=NOON)
    found = api.get("/api/v1/incidents/duplicates/", {"lon": 19.842, "lat": 45.252, "type": "theft"}).json()
    assert [one["incident"]["id"] for one in found] == [incident.pk, near.pk]
    assert found[0]["score"] == 1
    assert 60 < found[1]["distance_m"] < 80


def test_the_same_key_enters_one_incident(api, board, kind, frozen_clock):
    answers = [
        api.post("/api/v1/incidents/", NEW, format="json", headers={"Idempotency-Key": "k1"}).json() for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert (Incident.objects.count(), Call.objects.count()) == (1, 1)
