"""Reports: asked for, computed, rescued, cancelled, read by those who may."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from analytics import selectors, services, tasks
from analytics.models import Report
from core.access import Viewer
from core.models import AuditEntry
from core.rules import Role
from tests.conftest import person

pytestmark = pytest.mark.django_db

ASK = "/api/v1/reports/response-times/"


@pytest.fixture
def commander(directorate):
    return person(Role.SHIFT_COMMANDER, directorate)


@pytest.fixture
def client(client_of, commander):
    return client_of(commander)


@pytest.fixture
def queue(monkeypatch):
    """What would have gone to the workers."""
    sent: list[int] = []
    monkeypatch.setattr(tasks, "enqueue_report", sent.append)
    return sent


@pytest.fixture
def report(directorate, commander):
    return services.request_report(
        question=selectors.Question(directorate.pk, by="priority"),
        by=Viewer.of(commander),
        enqueue=lambda _pk: None,
    )


def test_a_report_is_asked_for_computed_and_read(
    client, directorate, tell, queue, frozen_clock, django_capture_on_commit_callbacks
):
    tell.incident(("A", "cleared", {"dispatched": 10, "on_scene": 100}))
    body = {"organisation": directorate.pk, "from": "2026-06-01", "to": "2026-06-30", "by": "priority"}
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(ASK, body, format="json")
    assert asked.status_code == 202
    assert (asked.data["state"], asked.data["progress"]) == ("queued", 0)
    assert queue == [asked.data["id"]]

    tasks.run_report(asked.data["id"])

    found = client.get(f"/api/v1/reports/{asked.data['id']}/").json()
    assert (found["state"], found["progress"], found["error"]) == ("done", 1, "")
    assert found["params"] == {"from": "2026-06-01", "to": "2026-06-30", "by": "priority"}
    assert found["result"]["measures"]["response"]["n"] == 1
    assert found["result"]["groups"][0]["key"] == "2"
    assert len(found["data_fingerprint"]) == 64
    assert client.get("/api/v1/reports/").json()[0]["id"] == found["id"]


def test_asking_and_reading_leave_audit_rows(client, directorate, queue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(ASK, {"organisation": directorate.pk}, format="json")
    tasks.run_report(asked.data["id"])
    client.get(f"/api/v1/reports/{asked.data['id']}/")
    rows = AuditEntry.objects.filter(object_type="analytics.report").order_by("id")
    assert list(rows.values_list("action", "organisation_id")) == [
        ("report.requested", directorate.pk),
        ("report.viewed", directorate.pk),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "organisation"),
        ({"organisation": "x"}, "organisation"),
        ({"organisation": 1, "by": "colour"}, "by"),
        ({"organisation": 1, "from": "yesterday"}, "from"),
    ],
)
def test_a_malformed_question_is_refused(client, body, field):
    answer = client.post(ASK, body, format="json")
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_period_that_ends_before_it_begins_is_refused(client, directorate):
    body = {"organisation": directorate.pk, "from": "2026-06-02", "to": "2026-06-01"}
    answer = client.post(ASK, body, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "empty_period", "to")


def test_a_node_elsewhere_is_not_known(client, elsewhere, service):
    for node in (elsewhere.pk, service.pk, 10**9):
        assert client.post(ASK, {"organisation": node}, format="json").status_code == 404


def test_a_report_about_elsewhere_is_not_known(client_of, report, elsewhere):
    stranger = client_of(person(Role.SHIFT_COMMANDER, elsewhere))
    assert stranger.get(f"/api/v1/reports/{report.pk}/").status_code == 404
    assert stranger.post(f"/api/v1/reports/{report.pk}/cancel/").status_code == 404
    assert stranger.get("/api/v1/reports/").json() == []


@pytest.mark.parametrize("role", [Role.CALL_TAKER, Role.DISPATCHER, Role.PATROL, Role.READ_ONLY])
def test_who_may_not_see_reports_anywhere_is_refused(client_of, directorate, report, role):
    client = client_of(person(role, directorate))
    assert client.post(ASK, {"organisation": directorate.pk}, format="json").status_code == 403
    assert client.get("/api/v1/reports/").status_code == 403
    assert client.get(f"/api/v1/reports/{report.pk}/").status_code == 404
    assert client.get("/reports/").status_code == 403


def test_nobody_is_asked_to_sign_in(client_of):
    assert client_of(None).get("/api/v1/reports/").status_code in (401, 403)
    assert client_of(None).get("/reports/").headers["Location"].startswith("/sign-in/")


def test_the_page_offers_the_nodes_one_may_ask_about(client, directorate, elsewhere):
    page = client.get("/reports/").content.decode()
    assert "PU Novi Sad" in page
    assert "PU Niš" not in page


def test_a_cancelled_report_is_not_computed(client, report):
    answer = client.post(f"/api/v1/reports/{report.pk}/cancel/")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    services.run_report(report_id=report.pk)
    report.refresh_from_db()
    assert (report.state, report.result) == ("cancelled", None)
    again = client.post(f"/api/v1/reports/{report.pk}/cancel/")
    assert (again.status_code, again.json()["state"]) == (409, {"state": "cancelled"})


def test_a_report_cancelled_while_computed_stops_and_stays_cancelled(report, monkeypatch):
    def compute(_viewer, _question, *, progress):
        Report.objects.filter(pk=report.pk).update(state=Report.State.CANCELLED)
        progress(0.5)
        raise AssertionError("it went on")

    monkeypatch.setattr("analytics.selectors.response_times", compute)
    services.run_report(report_id=report.pk)
    report.refresh_from_db()
    assert report.state == "cancelled"


def test_a_report_that_is_done_is_not_computed_again(report):
    services.run_report(report_id=report.pk)
    report.refresh_from_db()
    finished, attempts = report.finished_at, report.attempts
    services.run_report(report_id=report.pk)
    report.refresh_from_db()
    assert (report.finished_at, report.attempts) == (finished, attempts)


def test_a_report_that_fails_says_so(report, monkeypatch):
    def compute(*_args, **_kwargs):
        raise RuntimeError("a defect")

    monkeypatch.setattr("analytics.selectors.response_times", compute)
    with pytest.raises(RuntimeError):
        services.run_report(report_id=report.pk)
    report.refresh_from_db()
    assert (report.state, report.error) == ("failed", "internal")


def test_a_killed_worker_loses_no_report_it_is_run_again_once(report, frozen_clock):
    queue: list[int] = []
    running = Report.objects.filter(pk=report.pk)
    running.update(state=Report.State.RUNNING, attempts=1, requested_at=frozen_clock() - timedelta(minutes=5))
    assert services.rescue_reports(enqueue=queue.append) == 1
    assert queue == [report.pk]
    services.run_report(report_id=report.pk)
    report.refresh_from_db()
    assert (report.state, report.attempts) == ("done", 2)

    running.update(state=Report.State.RUNNING, attempts=2)
    assert services.rescue_reports(enqueue=queue.append) == 0
    report.refresh_from_db()
    assert (report.state, report.error) == ("failed", "worker_lost")


def test_a_report_that_a_worker_is_at_is_left_alone(report, frozen_clock):
    with psycopg.connect(**_connection()) as worker:
        worker.execute("SELECT pg_advisory_lock(%s, %s)", [services.reports.LOCK_CLASS, report.pk])
        Report.objects.filter(pk=report.pk).update(state=Report.State.RUNNING, attempts=1)
        services.rescue_reports(enqueue=lambda _pk: None)
        services.run_report(report_id=report.pk)
        report.refresh_from_db()
        assert report.state == "running"


def _connection():
    settings = connection.settings_dict
    return {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"], "dbname": settings["NAME"]}


def test_a_report_nobody_fetched_is_told_of_again(report, frozen_clock):
    queue: list[int] = []
    Report.objects.filter(pk=report.pk).update(requested_at=frozen_clock() - timedelta(seconds=5))
    assert services.rescue_reports(enqueue=queue.append) == 0
    frozen_clock.tick(60)
    assert services.rescue_reports(enqueue=queue.append) == 1
    assert queue == [report.pk]


def test_asking_succeeds_with_the_broker_down(
    client, directorate, settings, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*_args, **_kwargs):
        raise ConnectionError("Redis is down")

    monkeypatch.setattr(tasks.run_report, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(ASK, {"organisation": directorate.pk}, format="json")
    assert (asked.status_code, Report.objects.get().state) == (202, "queued")


def test_progress_grows_while_it_is_computed(report, monkeypatch):
    seen = []
    update = services.reports._progress

    def watch(aside, report_id, share):
        update(aside, report_id, share)
        seen.append(Report.objects.get(pk=report_id).progress)

    monkeypatch.setattr(services.reports, "_progress", watch)
    services.run_report(report_id=report.pk)
    assert seen == sorted(seen)
    assert len(seen) >= 3
