"""What breaks and comes back while consoles watch: Redis, PostgreSQL's connections."""

import os
import shutil
import subprocess
import time

import pytest
from django.db import connection

from core import news
from dispatch.services import advance_assignment, assign_unit
from tests import factories
from tests.integration.live.conftest import run_server

pytestmark = pytest.mark.django_db(transaction=True)


class Redis:
    """A Redis of this test's own, that may be stopped."""

    def __init__(self, directory):
        self.path = directory / "redis.sock"
        self.process = None

    @property
    def url(self):
        return f"unix://{self.path}?db=0"

    def start(self):
        arguments = ["--port", "0", "--unixsocket", str(self.path), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(  # noqa: S603 - our own server
            [shutil.which("redis-server"), *arguments], stdout=subprocess.DEVNULL, cwd=self.path.parent
        )
        until = time.monotonic() + 10
        while not self.path.exists():
            assert time.monotonic() < until, "Redis did not start"
            time.sleep(0.02)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.path.unlink(missing_ok=True)


@pytest.fixture
def own_redis(tmp_path, settings):
    redis = Redis(tmp_path)
    redis.start()
    settings.REDIS_URL = redis.url
    news.client.cache_clear()
    yield redis
    redis.stop()


@pytest.fixture
def own_server(transactional_db, own_redis, tmp_path, settings):
    settings.NEWS_PREFIX = f"outage:{os.getpid()}"
    for server in run_server(settings.NEWS_PREFIX, own_redis.url, tmp_path / "server.log"):
        with server.consoles:
            yield server


@pytest.fixture
def job(board, viewer):
    unit, incident = factories.UnitFactory(board=board), factories.IncidentFactory(board=board)
    return assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)


def beat_with(console, source, within_s=15):
    """Wait until the heart beats with this source of news."""
    until = time.monotonic() + within_s
    while console.next("heartbeat")["news"] != source:
        assert time.monotonic() < until, f"the news is not {source}"


def test_commands_and_events_go_on_while_redis_is_away_and_after(own_redis, own_server, board, session, viewer, job):
    console = own_server.watch(board.pk, session=session)
    beat_with(console, "live")
    own_redis.stop()
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    assert console.next("event", within_s=4)["data"]["status"] == "en_route"
    beat_with(console, "polling")
    moved = factories.LatestPositionFactory(unit=job.unit, at="2026-11-02T12:00:09Z", recorded_at="2099-01-01T00:00Z")
    assert console.next("positions", within_s=5)["positions"][0]["unit"] == moved.unit_id
    own_redis.start()
    beat_with(console, "live")
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    event = console.next("event", within_s=1)
    assert (event["data"]["status"], event["seq"]) == ("on_scene", 3)


def test_the_hub_outlives_a_restart_of_the_database(own_server, board, session, viewer, job):
    console = own_server.watch(board.pk, session=session)
    console.next("heartbeat")
    for _ in range(3):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        time.sleep(1)
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    assert console.next("event", within_s=5)["data"]["status"] == "en_route"
    assert own_server.watch(board.pk, session=session, after=0).events_up_to(2) == [1, 2]
