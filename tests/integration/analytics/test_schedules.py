"""Regular reports: made once for each period, delivered to those who may see them, by e-mail where that is set up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import connection

from analytics import selectors, services
from analytics.models import Delivery, Report, ReportSchedule
from core.access import Viewer
from core.models import AuditEntry, RoleAssignment
from core.rules import Role
from tests.conftest import person

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 6, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def commander(directorate):
    return person(Role.SHIFT_COMMANDER, directorate)


@pytest.fixture
def client(client_of, commander):
    return client_of(commander)


@pytest.fixture
def schedule(directorate, commander, frozen_clock):
    frozen_clock.now = datetime(2026, 6, 1, 10, tzinfo=UTC)
    return services.schedule_report(
        question=selectors.Question(directorate.pk, by="priority"),
        every="day",
        compare="before",
        language="sr",
        recipients=[commander.pk],
        by=Viewer.of(commander),
    )


def make(queue=None):
    """Ask for what is due, and compute it."""
    queue = [] if queue is None else queue
    services.request_due_reports(enqueue=queue.append)
    for report in Report.objects.filter(state="queued"):
        services.run_report(report_id=report.pk)


def test_a_daily_report_is_made_after_the_day_and_delivered(client, schedule, commander, frozen_clock):
    make()
    assert not Report.objects.exists()
    frozen_clock.now = MORNING
    make()
    report = Report.objects.get()
    assert (report.occasion, report.state) == ("2026-06-01", "done")
    expected = {"from": "2026-06-01", "to": "2026-06-01", "compare_from": "2026-05-31", "compare_to": "2026-05-31"}
    assert report.parameters == expected | {"by": "priority"}
    inbox = client.get("/api/v1/reports/", {"delivered": "true"}).json()
    assert [(one["id"], one["unread"], one["schedule"]) for one in inbox] == [(report.pk, True, schedule.pk)]
    client.get(f"/api/v1/reports/{report.pk}/")
    assert not client.get("/api/v1/reports/").json()[0]["unread"]


def test_asking_again_makes_nothing_twice(schedule, frozen_clock):
    frozen_clock.now = MORNING
    for _ in range(3):
        make()
    assert (Report.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_report(schedule, frozen_clock):
    frozen_clock.now = MORNING

    def ask(_number):
        try:
            return services.request_due_reports(enqueue=lambda _pk: None)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(4))) == 1
    assert Report.objects.count() == 1


def test_days_missed_while_the_machine_stood_still_are_made_up_for(schedule, frozen_clock):
    frozen_clock.now = datetime(2026, 6, 4, 12, tzinfo=UTC)
    make()
    assert list(Report.objects.order_by("id").values_list("occasion", flat=True)) == [
        "2026-06-01",
        "2026-06-02",
        "2026-06-03",
    ]


def test_the_report_of_a_night_shift_over_the_clock_change_is_made_once(directorate, commander, frozen_clock):
    frozen_clock.now = datetime(2026, 10, 24, 17, 30, tzinfo=UTC)
    services.schedule_report(
        question=selectors.Question(directorate.pk),
        every="shift",
        compare="",
        language="sr",
        recipients=[commander.pk],
        by=Viewer.of(commander),
    )
    for _ in range(30):
        frozen_clock.tick(3600)
        make()
    occasions = list(Report.objects.order_by("id").values_list("occasion", flat=True))
    assert occasions == ["2026-10-24/19:00-07:00", "2026-10-25/07:00-19:00"]
    began = Report.objects.order_by("id")[0].result["period"]
    assert began["from_utc"].startswith("2026-10-24T17:00")
    assert began["to_utc_exclusive"].startswith("2026-10-25T06:00")


def test_an_ended_schedule_makes_no_more(client, schedule, frozen_clock):
    assert client.post(f"/api/v1/report-schedules/{schedule.pk}/end/").status_code == 200
    assert client.post(f"/api/v1/report-schedules/{schedule.pk}/end/").status_code == 409
    frozen_clock.now = MORNING
    make()
    assert not Report.objects.exists()
    assert client.get("/api/v1/report-schedules/").json() == []


def test_who_lost_the_right_gets_nothing(schedule, commander, frozen_clock):
    frozen_clock.now = MORNING
    RoleAssignment.objects.filter(user=commander).delete()
    make()
    assert Report.objects.get().state == "done"
    assert not Delivery.objects.exists()


def test_a_delivery_leaves_an_audit_row_with_the_recipients(schedule, commander, frozen_clock):
    frozen_clock.now = MORNING
    make()
    row = AuditEntry.objects.get(action="report.delivered")
    assert row.detail["to"] == [commander.username]


def test_an_e_mail_is_sent_once_where_a_server_is_set_up(schedule, commander, frozen_clock, settings):
    frozen_clock.now = MORNING
    commander.email = "commander@example.org"
    commander.save()
    make()
    assert services.email_deliveries() == 0
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.EMAIL_ENABLED, settings.SITE_URL = True, "https://patrulja.example.org"
    assert services.email_deliveries() == 1
    assert services.email_deliveries() == 0
    letter = mail.outbox[0]
    assert letter.to == ["commander@example.org"]
    assert f"https://patrulja.example.org/reports/#{Report.objects.get().pk}" in letter.body
    assert "ПУ Нови Сад" in letter.subject


def test_a_mail_server_that_refuses_is_tried_again(schedule, commander, frozen_clock, settings, monkeypatch):
    frozen_clock.now = MORNING
    commander.email = "commander@example.org"
    commander.save()
    make()
    settings.EMAIL_ENABLED, settings.SITE_URL = True, "https://patrulja.example.org"
    monkeypatch.setattr(mail.EmailMessage, "send", lambda _self: (_ for _ in ()).throw(OSError("no route")))
    assert services.email_deliveries() == 0
    monkeypatch.undo()
    assert Delivery.objects.get().emailed_at is None


def test_a_schedule_is_made_and_listed_over_http(client, directorate, commander):
    body = {
        "organisation": directorate.pk,
        "every": "week",
        "by": "unit",
        "compare": "year",
        "recipients": [commander.pk],
    }
    made = client.post("/api/v1/report-schedules/", body, format="json")
    assert made.status_code == 201, made.content
    listed = client.get("/api/v1/report-schedules/").json()
    assert [(one["every"], one["by"], one["compare"]) for one in listed] == [("week", "unit", "year")]
    assert [one["id"] for one in listed[0]["recipients"]] == [commander.pk]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"every": "hour"}, 400), ({"recipients": []}, 400), ({"recipients": [10**9]}, 400), ({"compare": "x"}, 400)],
)
def test_a_schedule_that_makes_no_sense_is_refused(client, directorate, commander, change, code):
    body = {"organisation": directorate.pk, "every": "day", "recipients": [commander.pk]} | change
    assert client.post("/api/v1/report-schedules/", body, format="json").status_code == code
    assert not ReportSchedule.objects.exists()


def test_who_may_not_see_reports_is_no_recipient(client, directorate, dispatcher):
    body = {"organisation": directorate.pk, "every": "day", "recipients": [dispatcher.pk]}
    answer = client.post("/api/v1/report-schedules/", body, format="json")
    assert (answer.status_code, answer.json()["field"]) == (400, "recipients")


def test_readers_are_those_who_may_see_reports_about_the_node(
    client, directorate, commander, dispatcher, elsewhere, service
):
    chief = person(Role.SHIFT_COMMANDER, service, "chief")
    person(Role.SHIFT_COMMANDER, elsewhere, "stranger")
    found = client.get("/api/v1/reports/readers/", {"organisation": directorate.pk}).json()
    assert {one["id"] for one in found} == {commander.pk, chief.pk}
    assert client.get("/api/v1/reports/readers/", {"organisation": elsewhere.pk}).status_code == 404
    assert client.get("/api/v1/reports/readers/", {"organisation": "x"}).status_code == 400
