"""A real worker process is killed in the middle of a report: it is run again, once, and delivered once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from analytics import selectors, services
from analytics.models import Delivery, Report
from analytics.services.reports import LOCK_CLASS
from config.celery import app
from core import clock
from core.access import Viewer
from core.rules import Role
from tests import factories
from tests.conftest import person
from tests.integration.live.test_outages import Redis

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 90


@pytest.fixture
def broker(tmp_path):
    """A Redis of this test's own, and this process told of it."""
    redis = Redis(tmp_path)
    redis.start()
    kept = app.conf.broker_url
    app.conf.broker_url = redis.url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    yield redis
    app.pool.force_close_all()
    app.conf.broker_url = kept
    redis.stop()


@contextmanager
def worker(redis, log):
    """A Celery worker as `make run` starts it, on the tests' database; killed with all its children at the end."""
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path="/" + connection.settings_dict["NAME"])),
        "REDIS_URL": redis.url,
    }
    command = [sys.executable, "-m", "celery", "--app", "config", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    with log.open("a") as out:
        process = subprocess.Popen(  # noqa: S603 - our own
            command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until(holds, log):
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.05)


def connect():
    given = connection.settings_dict
    return psycopg.connect(host=given["HOST"], port=given["PORT"], user=given["USER"], dbname=given["NAME"])


def is_held(report_id):
    """Whether somebody holds the lock of the report."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted",
            [LOCK_CLASS, report_id],
        )
        return bool(cursor.fetchone()[0])


def test_a_worker_killed_in_the_middle_of_a_report_loses_nothing(directorate, board, broker, tmp_path):
    log = tmp_path / "worker.log"
    commander = person(Role.SHIFT_COMMANDER, directorate)
    incident = factories.IncidentFactory(board=board, received_at=clock.now(), created_at=clock.now())
    schedule = services.schedule_report(
        question=selectors.Question(directorate.pk),
        every="day",
        compare="",
        language="en",
        recipients=[commander.pk],
        by=Viewer.of(commander),
    )
    report = Report.objects.create(
        organisation=directorate,
        parameters={"from": None, "to": None, "by": "priority"},
        requested_at=clock.now(),
        schedule=schedule,
        occasion="x",
    )
    found = Report.objects.filter(pk=report.pk)

    def enqueue(report_id):
        app.send_task("analytics.tasks.run_report", (report_id,))

    with connect() as hindrance:
        hindrance.execute("SELECT pg_advisory_lock(hashtext('analytics.kept'))")  # it stops in the middle, at the cases
        with worker(broker, log) as first:
            enqueue(report.pk)
            wait_until(lambda: found.filter(state="running", progress__gte=0.05).exists(), log)
            os.killpg(first.pid, signal.SIGKILL)
            first.wait()
    wait_until(lambda: not is_held(report.pk), log)
    report.refresh_from_db()
    assert (report.state, report.attempts) == ("running", 1)

    assert services.rescue_reports(enqueue=enqueue) == 0  # it was asked for a moment ago: the sweep tells again later
    report.refresh_from_db()
    assert (report.state, report.attempts) == ("queued", 1)
    with worker(broker, log):
        enqueue(report.pk)
        enqueue(report.pk)
        wait_until(lambda: found.filter(state="done").exists(), log)
    report.refresh_from_db()
    assert (report.attempts, report.result["population"]["incidents"]) == (2, 1)
    assert report.result["population"]["open"] == 1
    assert Delivery.objects.filter(report=report, user=commander).count() == 1
    assert incident.pk
