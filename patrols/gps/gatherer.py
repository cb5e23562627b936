"""Requests gather for some milliseconds and are written together; each is answered when its fixes are committed.

One gatherer a process (an event loop), with one thread that writes. While it writes, the next batch gathers. There is
no queue between an answer and the disk: what is not committed is not answered.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from core import clock
from patrols.gps.frames import announce
from patrols.gps.store import FixResult, store_fixes
from patrols.rules import Fix, Refusal

log = logging.getLogger(__name__)

MOST_AT_ONCE = 2_000
"""How many fixes are written in one transaction."""
MOST_WAITING = 50_000
"""How many fixes may wait; beyond that a request is told to come back."""

type Fate = Refusal | bool
type Write = Callable[[Sequence[Fix]], FixResult]


class Overloaded(Exception):
    """More fixes wait than can be written soon, or the database is out of reach. Nothing of the request is stored."""


@dataclass(slots=True)
class Parcel:
    """The fixes of one request, and where to say what became of them."""

    fixes: Sequence[Fix]
    answer: asyncio.Future[list[Fate]]


class Gatherer:
    """Writes the fixes of concurrent requests together. To be used in one event loop."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._waiting: list[Parcel] = []
        self._count = 0
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fixes")

    async def store(self, fixes: Sequence[Fix]) -> list[Fate]:
        """Return what became of each fix once it is committed. Raises Overloaded."""
        if self._count + len(fixes) > MOST_WAITING:
            raise Overloaded
        parcel = Parcel(fixes, asyncio.get_running_loop().create_future())
        self._waiting.append(parcel)
        self._count += len(fixes)
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await parcel.answer

    async def _run(self) -> None:
        """Write until nothing waits. Only the first batch waits for company: the others gather during a write."""
        try:
            await asyncio.sleep(settings.POSITIONS_GATHER_S)
            while self._waiting:
                await self._settle(self._take())
        finally:
            self._task = None

    def _take(self) -> list[Parcel]:
        """Take whole requests off those that wait, as many as make one transaction."""
        count = taken = 0
        for parcel in self._waiting:
            if taken and count + len(parcel.fixes) > MOST_AT_ONCE:
                break
            count += len(parcel.fixes)
            taken += 1
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        self._count -= count
        return batch

    async def _settle(self, batch: Sequence[Parcel]) -> None:
        """Write one batch and answer its requests. One that the database refuses does not take others with it."""
        loop = asyncio.get_running_loop()
        try:
            result = await loop.run_in_executor(self._thread, self._write, [f for p in batch for f in p.fixes])
        except (OperationalError, InterfaceError) as error:
            log.error("The database takes no positions: %s", error)  # noqa: TRY400 - its trace says nothing more
            _refuse(batch, Overloaded())
        except Exception as error:
            if len(batch) == 1:
                log.exception("A request's positions cannot be stored")
                _refuse(batch, error)
                return
            for parcel in batch:
                await self._settle([parcel])
        else:
            start = 0
            for parcel in batch:
                end = start + len(parcel.fixes)
                if not parcel.answer.done():  # the sender may have gone
                    parcel.answer.set_result(result.fates[start:end])
                start = end


def _refuse(batch: Sequence[Parcel], error: Exception) -> None:
    for parcel in batch:
        if not parcel.answer.done():
            parcel.answer.set_exception(error)


def write(fixes: Sequence[Fix]) -> FixResult:
    """Store fixes and tell the boards, in a thread of one's own. Tries once more when the connection was lost.

    That is safe even when the loss came between commit and answer: a fix stored twice is one row.
    """
    try:
        try:
            result = store_fixes(fixes, now=clock.now())
        except (OperationalError, InterfaceError):
            connection.close()
            result = store_fixes(fixes, now=clock.now())
    finally:
        connection.close()
    announce(result.moved)
    return result


_gatherers: dict[asyncio.AbstractEventLoop, Gatherer] = {}


def gatherer() -> Gatherer:
    """The gatherer of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _gatherers:
        for closed in [other for other in _gatherers if other.is_closed()]:
            del _gatherers[closed]
        _gatherers[loop] = Gatherer(write)
    return _gatherers[loop]
