"""Whether this instance can do its work: `GET /healthz`, for supervisors, load balancers and people.

200 `{"status": "ok", "checks": {"database": "ok", …}}`, or 503 `{"status": "down", "down": ["redis"], "checks": {…}}`
with a few words on each thing that is down. Says nothing of addresses, versions or causes: anybody may ask.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import news
from geo.routing import routing_status

log = logging.getLogger(__name__)

ANSWER_WITHIN_S = 2.0
HEARTBEAT_MAX_AGE_S = 30.0  # beat sends one every 5 s; a worker busy with a report may be late


class Down(Exception):
    """Something does not work; the message is for everybody to read."""


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Run all checks at once and answer within `ANSWER_WITHIN_S`. One query, two Redis commands, no lock."""
    deadline = time.monotonic() + ANSWER_WITHIN_S
    running = {name: threads.submit(check) for name, check in CHECKS.items()}
    checks = {name: verdict(future, deadline) for name, future in running.items()}
    down = [name for name, state in checks.items() if state != "ok"]
    if down:
        return JsonResponse({"status": "down", "down": down, "checks": checks}, status=503)
    return JsonResponse({"status": "ok", "checks": checks})


def verdict(future: Future[None], deadline: float) -> str:
    """`ok`, or in a few words what is wrong. `deadline` on the monotonic clock."""
    try:
        future.result(timeout=max(0.0, deadline - time.monotonic()))
    except Down as error:
        return str(error)
    except TimeoutError:
        future.cancel()
        return f"no answer within {ANSWER_WITHIN_S:.0f} s"
    except Exception:  # a health page that fails tells nothing
        log.exception("A health check failed")
        return "failed"
    return "ok"


def check_database() -> None:
    """PostgreSQL answers a query. Gives the connection back: these threads are not Django's."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        raise Down("unreachable") from error
    finally:
        connection.close()


def check_redis() -> None:
    """Redis answers."""
    try:
        news.client().ping()
    except redis.RedisError as error:
        raise Down("unreachable") from error


def check_worker() -> None:
    """A Celery worker ran the heartbeat that beat sends, not long ago."""
    try:
        beaten = news.client().get(heartbeat_key())
    except redis.RedisError as error:
        raise Down("unknown: Redis is unreachable") from error
    if beaten is None:
        raise Down("no heartbeat yet")
    age_s = time.time() - float(beaten)
    if age_s > HEARTBEAT_MAX_AGE_S:
        raise Down(f"no heartbeat for {age_s:.0f} s")


def heartbeat_key() -> str:
    """The Redis key with the Unix time (s) of the last heartbeat."""
    return f"{settings.NEWS_PREFIX}:heartbeat"


def record_heartbeat() -> None:
    """Note that a worker ran a task just now."""
    news.client().set(heartbeat_key(), time.time())


def check_routing() -> None:
    """The router of the region in use answers. Without it times are estimated from straight lines."""
    if not routing_status().is_up:
        raise Down("unreachable: times are estimated from straight lines")


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "redis": check_redis,
    "worker": check_worker,
    "routing": check_routing,
}
threads = ThreadPoolExecutor(max_workers=2 * len(CHECKS), thread_name_prefix="healthz")
