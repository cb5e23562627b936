"""Welfare timers across kill -9 of everything: rows alone carry them on, whoever is alive moves them, each stage once."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from django.db import connection

from core import clock
from core.models import LiveEvent
from core.rules import Role
from patrols.models import WelfareTimer
from tests import factories
from tests.conftest import person
from tests.integration.live.conftest import ROOT, run_server, session_of
from tests.integration.live.test_outages import own_redis  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 60


@pytest.fixture
def timer(board):
    """A unit on the scene, to be asked in a moment."""
    factories.WelfareRuleFactory(organisation=board.organisation, due_after_s=3600)
    unit = factories.UnitFactory(board=board, status="on_scene", call_sign="203")
    now = clock.now()
    later = [now + timedelta(seconds=s) for s in (1, 3600, 7200)]
    return factories.WelfareTimerFactory(
        unit=unit,
        started_at=now - timedelta(minutes=10),
        due_at=later[0],
        dispatcher_at=later[1],
        commander_at=later[2],
    )


@contextlib.contextmanager
def worker(redis_url, log):
    """A Celery worker with its beat; killed at the end, not stopped."""
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path="/" + connection.settings_dict["NAME"])),
        "REDIS_URL": redis_url,
        "STATE_DIR": str(log.parent),
    }
    arguments = ["--app", "config", "worker", "--beat", "--pool", "solo", "--loglevel", "WARNING"]
    with log.open("w") as out:
        process = subprocess.Popen(  # noqa: S603 - our own worker
            [sys.executable, "-m", "celery", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until_stage(timer, stage):
    """Wait until the timer has come so far."""
    until = time.monotonic() + PATIENCE_S
    while WelfareTimer.objects.get(pk=timer.pk).stage != stage:
        assert time.monotonic() < until, f"the timer did not come to {stage}"
        time.sleep(0.2)


def make_due(timer, name):
    """Let the next stage begin now."""
    now = clock.now()
    WelfareTimer.objects.filter(pk=timer.pk).update(**{name: now, "next_at": now, "due_at": timer.started_at})


def test_whoever_is_alive_carries_a_timer_on(own_redis, board, session, timer, tmp_path, settings):  # noqa: F811
    settings.NEWS_PREFIX = f"welfare:{os.getpid()}"

    def web(name):
        return run_server(settings.NEWS_PREFIX, own_redis.url, tmp_path / f"{name}.log")

    # Everything dies before it falls due, while a console watches.
    for first in web("first"):
        with worker(own_redis.url, tmp_path / "doomed.log"), first.consoles:
            first.watch(board.pk, session=session).next("hello")
            first.process.kill()
    # The worker alone, no web process: it asks the unit.
    with worker(own_redis.url, tmp_path / "worker.log"):
        until_stage(timer, "unit")
    # The web process alone, no worker, no Redis: it tells the dispatcher, then the commander.
    own_redis.stop()
    user = person(Role.PATROL, board.organisation, "crew")
    factories.CrewMemberFactory(
        shift=factories.ShiftFactory(unit=timer.unit), officer=factories.OfficerFactory(user=user)
    )
    for second in web("second"):
        with second.consoles:
            console = second.watch(board.pk, session=session)
            console.next("hello")
            for name, stage in (("dispatcher_at", "dispatcher"), ("commander_at", "commander")):
                make_due(timer, name)
                event = console.next("event", within_s=PATIENCE_S)
                assert (event["kind"], event["data"]["stage"]) == ("WelfareEscalated", stage)
                assert event["upserts"]["units"][0]["welfare"]["stage"] == stage
            # The crew answers over HTTP, and all see it.
            answer = httpx.post(
                f"{second.origin}/api/v1/welfare/{timer.pk}/answer/",
                json={},
                cookies={settings.SESSION_COOKIE_NAME: session_of(user), settings.CSRF_COOKIE_NAME: "x" * 32},
                headers={"X-CSRFToken": "x" * 32, "Origin": second.origin},
                timeout=30,
            )
            assert (answer.status_code, answer.json()["stage"]) == (200, "commander"), answer.text
            assert console.next("event", within_s=PATIENCE_S)["kind"] == "ContactRecorded"
    stages = (
        LiveEvent.objects.filter(kind="WelfareEscalated").order_by("seq").values_list("payload__data__stage", flat=True)
    )
    assert list(stages) == ["unit", "dispatcher", "commander"]
    assert list(WelfareTimer.objects.order_by("pk").values_list("stage", "ended_by")) == [
        ("commander", "sign"),
        ("running", ""),
    ]
