"""Assignments, boards, recommendations and oneself over HTTP."""

import gzip
import json
import uuid

import pytest

from core.models import AuditEntry
from dispatch.models import Assignment
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of, dispatcher):
    return client_of(dispatcher)


@pytest.fixture
def job(client, incident, unit):
    answer = client.post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk}, format="json")
    assert answer.status_code == 201
    return answer.json()


def test_a_unit_is_sent_and_its_job_read(client, incident, unit, job):
    assert (job["status"], job["unit"], job["incident_number"], job["source"]) == (
        "dispatched",
        unit.pk,
        "NS-1",
        "console",
    )
    assert client.get(f"/api/v1/assignments/{job['id']}/").json() == job
    assert client.get(f"/api/v1/incidents/{incident.pk}/assignments/").json() == [job]


def test_a_busy_unit_is_a_conflict_with_its_job(client, urgent, unit, job):
    answer = client.post(f"/api/v1/incidents/{urgent.pk}/assignments/", {"unit": unit.pk}, format="json")
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["field"], answer.json()["state"]["assignment"]) == (
        "unit_busy",
        "unit",
        job["id"],
    )


def test_a_repeat_with_the_same_key_sends_once(client, incident, unit):
    url, key = f"/api/v1/incidents/{incident.pk}/assignments/", str(uuid.uuid4())
    first, again = (
        client.post(url, {"unit": unit.pk}, format="json", headers={"Idempotency-Key": key}) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("send", ["post", "patch"])
def test_steps_are_reported(client, job, send):
    answer = getattr(client, send)(
        f"/api/v1/assignments/{job['id']}/", {"status": "en_route", "expected": "dispatched"}, format="json"
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "en_route")


def test_a_stale_step_is_a_conflict_and_a_step_back_makes_no_sense(client, job):
    url = f"/api/v1/assignments/{job['id']}/"
    client.post(url, {"status": "on_scene"}, format="json")
    stale = client.post(url, {"status": "cleared", "expected": "en_route"}, format="json")
    assert (stale.status_code, stale.json()["state"]["status"]) == (409, "on_scene")
    assert client.post(url, {"status": "en_route"}, format="json").status_code == 422
    assert client.post(url, {"status": "lost"}, format="json").status_code == 400
    assert client.post(url, {}, format="json").json()["field"] == "status"
    assert client.post(url, {"status": "cleared", "occurred_at": "yesterday"}, format="json").status_code == 400


def test_undo_close_and_cancel(client, incident, urgent, job):
    assert client.post(f"/api/v1/assignments/{job['id']}/undo/").json()["end_reason"] == "undone"
    assert client.post(f"/api/v1/assignments/{job['id']}/undo/").status_code == 409
    closed = client.post(f"/api/v1/incidents/{incident.pk}/close/", {"disposition": "handled"}, format="json")
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    again = client.post(f"/api/v1/incidents/{incident.pk}/close/", {"disposition": "handled"}, format="json")
    assert again.status_code == 409
    cancelled = client.post(f"/api/v1/incidents/{urgent.pk}/cancel/", {"reason": "mistake"}, format="json")
    assert cancelled.json()["status"] == "cancelled"


def test_what_is_not_there_is_not_found(client, unit):
    assert client.post("/api/v1/incidents/999999/assignments/", {"unit": unit.pk}, format="json").status_code == 404
    assert client.get("/api/v1/assignments/999999/").status_code == 404
    assert client.post("/api/v1/assignments/999999/", {"status": "cleared"}, format="json").status_code == 404
    assert client.get("/api/v1/boards/999999/snapshot/").status_code == 404
    assert client.get(f"/api/v1/incidents/{10**18}/recommendations/").status_code == 404


@pytest.mark.parametrize("body", [[], "x", 7, None, {"unit": "x"}, {"unit": None}, {"unit": 10**30}, {"unit": -1}])
def test_nonsense_is_refused_and_never_a_500(client, incident, body):
    answer = client.post(f"/api/v1/incidents/{incident.pk}/assignments/", body, format="json")
    assert answer.status_code in (400, 404)
    assert set(answer.json()) == {"code", "message", "field", "state", "errors"}


# --- the crew -----------------------------------------------------------------------------------------------------


def test_the_crew_sees_and_does_its_own_job_and_no_other(client, client_of, incident, urgent, other_unit, job, crew):
    from core.models import User  # noqa: PLC0415

    patrol = client_of(User.objects.get(pk=crew.user_id))
    foreign = client.post(f"/api/v1/incidents/{urgent.pk}/assignments/", {"unit": other_unit.pk}, format="json").json()
    assert patrol.get(f"/api/v1/incidents/{incident.pk}/").status_code == 200
    assert patrol.get(f"/api/v1/incidents/{incident.pk}/assignments/").json()[0]["id"] == job["id"]
    assert patrol.get(f"/api/v1/incidents/{urgent.pk}/").status_code == 404
    assert patrol.get(f"/api/v1/assignments/{foreign['id']}/").status_code == 404
    step = patrol.post(f"/api/v1/assignments/{job['id']}/", {"status": "acknowledged"}, format="json")
    assert (step.status_code, step.json()["source"]) == (200, "console")
    assert patrol.post(f"/api/v1/assignments/{job['id']}/", {"status": "cancelled"}, format="json").status_code == 403
    assert patrol.post(f"/api/v1/assignments/{job['id']}/undo/").status_code == 403
    assert patrol.get(f"/api/v1/incidents/{incident.pk}/recommendations/").status_code == 403
    client.post(f"/api/v1/assignments/{job['id']}/", {"status": "cleared"}, format="json")
    assert patrol.get(f"/api/v1/incidents/{incident.pk}/").status_code == 404
    me = patrol.get("/api/v1/me/").json()
    assert (me["unit"]["call_sign"], me["permissions"], me["boards"]) == ("208", ["own_unit.status"], [])


# --- boards -------------------------------------------------------------------------------------------------------


def test_boards_that_one_may_watch(client, board, elsewhere):
    assert [one["id"] for one in client.get("/api/v1/boards/").json()] == [board.pk]


def test_a_snapshot_is_compressed_and_audited_and_goes_on_with_events(client, board, incident, unit, job):
    factories.LatestPositionFactory(unit=unit)
    answer = client.get(f"/api/v1/boards/{board.pk}/snapshot/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    found = json.loads(gzip.decompress(answer.content))
    assert (found["seq"], set(found["incidents"]), set(found["assignments"])) == (
        1,
        {str(incident.pk)},
        {str(job["id"])},
    )
    assert (set(found["units"]), set(found["positions"])) == ({str(unit.pk)}, {str(unit.pk)})
    assert AuditEntry.objects.filter(action="board.viewed").count() == 1
    client.post(f"/api/v1/assignments/{job['id']}/", {"status": "en_route"}, format="json")
    missed = client.get(f"/api/v1/boards/{board.pk}/events/", {"after": found["seq"]}).json()
    assert (missed["head"], missed["complete"], [event["kind"] for event in missed["events"]]) == (
        2,
        True,
        ["AssignmentAdvanced"],
    )


def test_events_come_in_pages_and_too_old_says_so(client, board, incident, job):
    for status in ("acknowledged", "en_route", "on_scene"):
        client.post(f"/api/v1/assignments/{job['id']}/", {"status": status}, format="json")
    url = f"/api/v1/boards/{board.pk}/events/"
    page = client.get(url, {"after": 0, "limit": 2}).json()
    assert (page["complete"], [event["seq"] for event in page["events"]]) == (False, [1, 2])
    assert client.get(url, {"after": 4}).json() == {"head": 4, "events": [], "complete": True}
    board.events.filter(seq__lte=2).delete()
    old = client.get(url, {"after": 0})
    assert (old.status_code, old.json()["code"]) == (410, "too_old")
    assert client.get(url).status_code == 400
    assert client.get(url, {"after": "-1"}).status_code == 400


def test_a_snapshot_leaves_out_what_ended_and_who_is_off_duty(client, board):
    factories.IncidentFactory(board=board, status="closed")
    factories.UnitFactory(board=board, status="off_duty", on_duty=False)
    factories.UnitFactory(board=board, external=True)
    found = client.get(f"/api/v1/boards/{board.pk}/snapshot/").json()
    assert (found["incidents"], found["units"]) == ({}, {})


def test_a_snapshot_costs_the_same_number_of_queries_whatever_its_size(
    client, board, django_assert_max_num_queries, viewer
):
    for _ in range(30):
        factories.AssignmentFactory(incident__board=board)
    with django_assert_max_num_queries(25):
        assert len(client.get(f"/api/v1/boards/{board.pk}/snapshot/").json()["assignments"]) == 30


def test_oneself(client, dispatcher, board):
    me = client.get("/api/v1/me/").json()
    assert (me["username"], me["unit"], me["officer"]) == ("dispatcher", None, None)
    assert me["roles"] == [
        {"role": "dispatcher", "organisation": board.organisation_id, "organisation_name": "ПУ Нови Сад"}
    ]
    assert "dispatch.assign" in me["permissions"]
    assert me["boards"] == [{"id": board.pk, "name": board.name}]
