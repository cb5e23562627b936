"""News of what was committed, over Redis, one message for each process that listens. May be lost; never the truth.

A message on `<prefix>:board:<id>` is `<seq> <event as JSON>`; whoever hears a gap reads the rows. See ADR 0002.
"""

import logging
from collections.abc import Sequence
from functools import cache

import redis
from django.conf import settings

from core.live import encode, wire
from core.models import LiveEvent

log = logging.getLogger(__name__)


def board_topic(board_id: int) -> str:
    """The Redis channel with the events of a board."""
    return f"{settings.NEWS_PREFIX}:board:{board_id}"


def positions_topic() -> str:
    """The Redis channel with the newest positions of all units."""
    return f"{settings.NEWS_PREFIX}:positions"


def announce(events: Sequence[LiveEvent]) -> None:
    """Send the news of committed events in one round trip; never raises, never waits long.

    Consoles that miss it are repaired from the rows by the process that serves them.
    """
    publish([(board_topic(event.board_id), f"{event.seq} {encode(wire(event))}") for event in events])


def publish(messages: Sequence[tuple[str, str]]) -> bool:
    """Send (topic, text) messages in one round trip; False, and a line in the log, when Redis does not take them."""
    try:
        with client().pipeline(transaction=False) as pipe:
            for topic, text in messages:
                pipe.publish(topic, text)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("Redis took no news (%s); consoles poll until it is back", error)
        return False
    return True


@cache
def client() -> redis.Redis:
    """This process's client: a pool of connections, safe for threads, made on first use."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
