"""What feeds the sockets of one process: one subscription to the news, and reads of the rows where news was lost.

One hub an event loop. It starts with the first console and stops with the last. For each board that is watched it keeps
a `Feed`: events in order, encoded once, put into each console's queue. News comes by Redis; every `LIVE_POLL_S` one
query compares the heads of the boards with what was heard, so that nothing stays lost and events flow with Redis down,
too. A database out of reach only makes it try again.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import redis.asyncio
from django.conf import settings
from django.db import DatabaseError
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from core import clock, news
from core.errors import NotFound, TooOld
from core.live import encode, wire
from core.models import Board, LiveEvent
from core.selectors import events_after
from dispatch import rights, watches
from dispatch.feed import KEPT, Feed, Socket
from dispatch.handover.services import expire_due_handovers
from dispatch.rights import Close, Watch
from dispatch.services import escalate_due_backups
from dispatch.threads import in_database
from patrols.cards import position_cards
from patrols.models import LatestPosition, Unit
from patrols.safety.services import escalate_due_alarms
from patrols.watch.services import evaluate_watch_rules
from patrols.welfare.services import advance_due_timers

log = logging.getLogger(__name__)

RIGHTS_EVERY_S = 3.0
ESCALATE_EVERY_S = 2.0
FRAME_EVERY_S = 0.25
SILENT_AFTER_S = 6.0
"""After so long without an answer, not even to a ping, the connection to Redis counts as lost."""
UNREAD_AFTER_S = 5.0
"""After so long without a look at the rows nobody can say that the picture is true: the database may be gone."""
PAGE = 500


class Console(Socket, Protocol):
    """What the hub knows of a socket."""

    watch: Watch
    watch_id: int | None

    async def bye(self, why: Close) -> None:
        """Say why, and close."""


type BoardFeed = Feed[Console]


class Hub:
    """The live part of one process."""

    def __init__(self) -> None:
        self._feeds: dict[int, BoardFeed] = {}
        self._opening: dict[int, asyncio.Task[BoardFeed]] = {}
        self._repairs: dict[int, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._farewells: set[asyncio.Task[None]] = set()
        self._pubsub: PubSub | None = None
        self._heard_at = 0.0
        self._read_at = 0.0
        self._positions_since: datetime | None = None

    # --- consoles -------------------------------------------------------------------------------------------------

    async def join(self, console: Console, after: int | None) -> None:
        """Greet a console, and feed it from the event after number `after` on; without one, from now on."""
        self._start()
        feed = await self._feed(console.watch.board_id)
        feed.sockets.add(console)
        console.put(
            encode(
                {
                    "type": "hello",
                    "board": feed.board_id,
                    "head": feed.head,
                    "now": clock.now(),
                    "heartbeat_s": settings.LIVE_HEARTBEAT_S,
                    "oldest": feed.oldest,
                }
            )
        )
        await self.resume(console, feed.head if after is None else after)

    async def resume(self, console: Console, after: int) -> None:
        """Give a console the events after number `after`, or ask it to take a snapshot when they are too many or gone."""
        feed = self._feeds.get(console.watch.board_id)
        if feed is None or console not in feed.sockets:
            return
        console.seq = None
        try:
            if after > feed.head:
                await self._repair(feed)
            if not await self._catch_up(feed, console, after):
                console.put(encode({"type": "resync", "head": feed.head}))
                return
        except DatabaseError:  # the client sees by the heartbeat's head that it is behind, and asks again
            log.exception("A console could not catch up on board %s", feed.board_id)
            return
        console.put(feed.all_positions(clock.now()))

    async def _catch_up(self, feed: BoardFeed, console: Console, after: int) -> bool:
        """Put the missed events and let the console go along from there; False when they cannot be had."""
        if after > feed.head or feed.head - after > KEPT:
            return False
        while (kept := feed.kept_after(after)) is None:
            try:
                rows = await in_database(_encoded_after, feed.board_id, after)
            except TooOld:
                return False
            for seq, text in rows:
                console.put(text)
                after = seq
        for text in kept:
            console.put(text)
        console.seq = feed.head
        return True

    def leave(self, console: Console) -> None:
        """Forget a console; with the last one the hub rests."""
        feed = self._feeds.get(console.watch.board_id)
        if feed is not None:
            feed.sockets.discard(console)
        if not any(feed.sockets for feed in self._feeds.values()) and not self._opening:
            self._stop()

    def dismiss(self, console: Console, why: Close) -> None:
        """Send a console away."""
        farewell = asyncio.create_task(console.bye(why))
        self._farewells.add(farewell)
        farewell.add_done_callback(self._farewells.discard)
        self.leave(console)

    # --- its own life ---------------------------------------------------------------------------------------------

    def _start(self) -> None:
        if self._tasks:
            return
        self._positions_since, self._read_at = None, time.monotonic()
        self._tasks = [
            asyncio.create_task(self._listen()),
            asyncio.create_task(_every(settings.LIVE_POLL_S, self._poll)),
            asyncio.create_task(_every(settings.LIVE_HEARTBEAT_S, self._beat)),
            asyncio.create_task(_every(FRAME_EVERY_S, self._send_positions)),
            asyncio.create_task(_every(RIGHTS_EVERY_S, self._check_rights)),
            asyncio.create_task(_every(ESCALATE_EVERY_S, self._escalate)),
            asyncio.create_task(_every(watches.SEEN_EVERY_S, self._keep_watches)),
        ]

    def _stop(self) -> None:
        for task in (*self._tasks, *self._repairs.values()):
            task.cancel()
        self._tasks, self._repairs, self._feeds, self._pubsub = [], {}, {}, None

    async def _feed(self, board_id: int) -> BoardFeed:
        """The feed of a board; opened once, however many ask at the same time."""
        if board_id in self._feeds:
            return self._feeds[board_id]
        if board_id not in self._opening:
            self._opening[board_id] = asyncio.create_task(self._open(board_id))
        return await asyncio.shield(self._opening[board_id])

    async def _open(self, board_id: int) -> BoardFeed:
        try:
            if self._pubsub is not None:
                with contextlib.suppress(RedisError, OSError):  # the listener sees it, too
                    await self._pubsub.subscribe(news.board_topic(board_id))
            feed = await in_database(_opened, board_id)
            self._feeds[board_id] = feed
            return feed
        finally:
            del self._opening[board_id]

    # --- news -----------------------------------------------------------------------------------------------------

    @property
    def _is_live(self) -> bool:
        return self._pubsub is not None

    async def _listen(self) -> None:
        """Hear the news; when Redis goes away, come back to it."""
        while True:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, health_check_interval=0)
            try:
                await self._hear(client)
            except (RedisError, OSError) as error:
                if self._pubsub is not None:
                    log.warning("No news from Redis (%s); polling until it is back", error)
            finally:
                self._pubsub = None
                with contextlib.suppress(RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(0.5)

    async def _hear(self, client: redis.asyncio.Redis) -> None:
        async with client.pubsub() as pubsub:
            await pubsub.subscribe(news.positions_topic(), *(news.board_topic(pk) for pk in self._boards()))
            self._heard_at, self._pubsub = time.monotonic(), pubsub
            await self._poll()  # what was missed until now
            while True:
                message = await pubsub.get_message(timeout=SILENT_AFTER_S / 3)
                if message is not None:
                    self._heard_at = time.monotonic()
                    self._take(message)
                elif time.monotonic() - self._heard_at > SILENT_AFTER_S:
                    raise ConnectionError("silent")
                else:
                    await pubsub.ping()

    def _boards(self) -> set[int]:
        return {*self._feeds, *self._opening}

    def _take(self, message: dict[str, Any]) -> None:
        """One message of Redis."""
        if message["type"] != "message":
            return
        topic = message["channel"].decode()
        if topic == news.positions_topic():
            self._move(json.loads(message["data"]))
            return
        seq, _, text = message["data"].decode().partition(" ")
        feed = self._feeds.get(int(topic.rpartition(":")[2]))
        if feed is not None and not feed.add(int(seq), text):
            self._repair(feed)

    def _move(self, positions: dict[str, list[dict[str, Any]]]) -> None:
        for board_id, cards in positions.items():
            feed = self._feeds.get(int(board_id))
            if feed is not None:
                feed.move(cards)

    # --- repair ---------------------------------------------------------------------------------------------------

    def _repair(self, feed: BoardFeed) -> asyncio.Task[None]:
        """Read what is missing of a board from its rows; one read at a time."""
        running = self._repairs.get(feed.board_id)
        if running is None or running.done():
            running = self._repairs[feed.board_id] = asyncio.create_task(self._read(feed))
        return running

    async def _read(self, feed: BoardFeed) -> None:
        try:
            while True:
                rows = await in_database(_encoded_after, feed.board_id, feed.head)
                for seq, text in rows:
                    feed.add(seq, text)
                if len(rows) < PAGE:
                    return
        except TooOld:
            await self._begin_anew(feed)
        except (DatabaseError, OSError) as error:
            log.warning("Board %s could not be read (%s); trying again", feed.board_id, error)

    async def _begin_anew(self, feed: BoardFeed) -> None:
        """The rows do not go on from what is known (this process slept too long): all take a snapshot."""
        fresh = await in_database(_opened, feed.board_id)
        feed.begin_at(fresh.head, fresh.oldest)
        for console in feed.sockets:
            console.seq = None
        feed.send(encode({"type": "resync", "head": feed.head}))

    async def _poll(self) -> None:
        """Compare heads; with Redis down, look for moved units as well. One query, or two."""
        if not self._feeds:
            return
        heads = await in_database(_heads, set(self._feeds))
        self._read_at = time.monotonic()
        for board_id, head in heads:
            feed = self._feeds.get(board_id)
            if feed is not None and head > feed.head:
                self._repair(feed)
        began = clock.now()
        if self._is_live and self._positions_since is None:
            return
        since = self._positions_since or began - timedelta(seconds=10)
        moved = await in_database(_moved_since, set(self._feeds), since - timedelta(seconds=2))
        self._positions_since = None if self._is_live else began
        self._move(moved)

    # --- beats ----------------------------------------------------------------------------------------------------

    async def _beat(self) -> None:
        source = "live" if self._is_live else "polling"
        if time.monotonic() - self._read_at > UNREAD_AFTER_S:
            source = "none"
        for feed in self._feeds.values():
            feed.send(encode({"type": "heartbeat", "head": feed.head, "now": clock.now(), "news": source}))

    async def _send_positions(self) -> None:
        for feed in self._feeds.values():
            feed.send_moved(clock.now())

    async def _escalate(self) -> None:
        """Escalate what nobody has answered, let offers come back, look at watch rules: the worker may be dead."""
        for work in _TIMED:
            await _attempt(work.__name__, partial(in_database, work))  # what one cannot do keeps no other from its own

    async def _keep_watches(self) -> None:
        """Note who still watches."""
        ids = [one.watch_id for feed in self._feeds.values() for one in feed.sockets if one.watch_id is not None]
        await in_database(watches.keep_watches, ids)

    async def _check_rights(self) -> None:
        consoles = [console for feed in self._feeds.values() for console in feed.sockets]
        lost = await in_database(rights.lost, {console.watch for console in consoles}) if consoles else {}
        for console in consoles:
            if (why := lost.get(console.watch)) is not None:
                self.dismiss(console, why)


_TIMED: tuple[Callable[[], int], ...] = (
    escalate_due_alarms,
    escalate_due_backups,
    advance_due_timers,
    expire_due_handovers,
    evaluate_watch_rules,
)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` again and again; what goes wrong is logged and tried again."""
    while True:
        await asyncio.sleep(seconds)
        await _attempt(work.__name__, work)


async def _attempt(name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do `work`; what goes wrong is logged, to be tried again."""
    try:
        await work()
    except (DatabaseError, OSError) as error:
        log.warning("%s: %s; trying again", name, error)
    except Exception:
        log.exception("%s failed; trying again", name)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def here() -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


# --- reads, in threads ------------------------------------------------------------------------------------------------


def _opened(board_id: int) -> BoardFeed:
    """A feed that begins at the board's present head. Four queries."""
    head = Board.objects.filter(pk=board_id).values_list("head_seq", flat=True).first()
    if head is None:
        raise NotFound
    oldest = LiveEvent.objects.filter(board_id=board_id).order_by("seq").values_list("seq", flat=True).first()
    feed: BoardFeed = Feed(board_id, head, oldest or head + 1)
    feed.positions = {card["unit"]: dict(card) for card in position_cards(_units({board_id}))}
    return feed


def _units(board_ids: set[int]) -> dict[int, int]:
    """The board of each unit that stands on one of these. One query."""
    rows = Unit.objects.filter(board_id__in=board_ids, on_duty=True, external=False)
    return dict(rows.order_by().values_list("pk", "board_id"))


def _encoded_after(board_id: int, after: int) -> list[tuple[int, str]]:
    """A page of events after number `after`, encoded. Three queries."""
    _head, rows = events_after(board_id, after, limit=PAGE)
    return [(row.seq, encode(wire(row))) for row in rows]


def _heads(board_ids: set[int]) -> list[tuple[int, int]]:
    return list(Board.objects.filter(pk__in=board_ids).order_by().values_list("pk", "head_seq"))


def _moved_since(board_ids: set[int], since: datetime) -> dict[str, list[dict[str, Any]]]:
    """The positions recorded since, by board. Three queries."""
    boards = _units(board_ids)
    moved = LatestPosition.objects.filter(recorded_at__gte=since, unit__in=boards)
    found: dict[str, list[dict[str, Any]]] = {}
    for card in position_cards(list(moved.values_list("unit_id", flat=True))):
        found.setdefault(str(boards[card["unit"]]), []).append(dict(card))
    return found
