"""`GET /healthz`: 200 when all works, 503 naming what is down, at once."""

import re
import threading
import time
from functools import cache

import pytest
import redis
from django.db import OperationalError
from django.test import Client

from config import health
from config.tasks import beat_heart
from core import news

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settled(monkeypatch):
    """Only the checks of the three servers, with a worker that has just beaten."""
    checks = {name: health.CHECKS[name] for name in ("database", "redis", "worker")}
    monkeypatch.setattr(health, "CHECKS", checks)
    beat_heart()


def look() -> tuple[int, dict]:
    response = Client().get("/healthz")
    return response.status_code, response.json()


def test_all_works():
    status, body = look()
    assert (status, body) == (200, {"status": "ok", "checks": {"database": "ok", "redis": "ok", "worker": "ok"}})


def test_answer_is_never_cached():
    assert "no-store" in Client().get("/healthz").headers["Cache-Control"]


def test_plain_http_is_answered_on_a_server_that_insists_on_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert look()[0] == 200


def test_redis_that_is_gone_is_named_with_the_worker_that_needs_it(monkeypatch):
    nowhere = redis.Redis(unix_socket_path="/nonexistent/redis.sock")
    monkeypatch.setattr(news, "client", cache(lambda: nowhere))
    status, body = look()
    assert status == 503
    assert body["down"] == ["redis", "worker"]
    assert body["checks"]["database"] == "ok"


def test_database_that_is_gone_is_named_without_its_address(monkeypatch):
    class Refused:
        def cursor(self):
            message = "connection to server on socket /secret/place failed"
            raise OperationalError(message)

        def close(self):
            """Nothing is open."""

    monkeypatch.setattr(health, "connection", Refused())
    status, body = look()
    assert (status, body["down"]) == (503, ["database"])
    assert "secret" not in str(body)


def test_worker_that_never_ran_a_task_is_down():
    news.client().delete(health.heartbeat_key())
    assert look()[1]["checks"]["worker"] == "no heartbeat yet"


def test_worker_whose_heartbeat_is_too_old_is_down():
    news.client().set(health.heartbeat_key(), time.time() - health.HEARTBEAT_MAX_AGE_S - 3)
    status, body = look()
    assert (status, body["down"]) == (503, ["worker"])
    assert re.fullmatch(r"no heartbeat for \d+ s", body["checks"]["worker"])


def test_check_that_hangs_does_not_hold_up_the_answer(monkeypatch):
    let_go = threading.Event()
    monkeypatch.setattr(health, "ANSWER_WITHIN_S", 0.1)
    monkeypatch.setitem(health.CHECKS, "routing", let_go.wait)
    started = time.monotonic()
    status, body = look()
    let_go.set()
    assert time.monotonic() - started < 2
    assert (status, body["down"]) == (503, ["routing"])


def test_check_that_fails_unforeseen_is_down_and_not_an_error(monkeypatch):
    def fail():
        raise ValueError

    monkeypatch.setitem(health.CHECKS, "routing", fail)
    assert look()[1]["down"] == ["routing"]
