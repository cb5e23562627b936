"""Who sends positions, and of which units; kept for some seconds so that a fix costs no query.

A token given back, a role taken away or a shift that ended is honoured within `KEEP_S`.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection
from rest_framework.exceptions import AuthenticationFailed

from core.access import Viewer
from core.authentication import TokenAuthentication
from core.rules import Permission
from patrols import selectors
from patrols.gps import fleet

KEEP_S = 3.0
MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody with a right to send: of their own unit, and of the units at the nodes where they command."""

    name: str
    own_unit: int | None
    nodes: frozenset[int]

    def may_send(self, unit_id: int) -> bool:
        """Tell whether positions of this unit are taken from them. For a unit that is known to nobody: no."""
        home = fleet.home_of(unit_id)
        return home is not None and (unit_id == self.own_unit or home.organisation_id in self.nodes)


class Unknown(Exception):
    """401: no token, or not a valid one."""


class Unentitled(Exception):
    """403: a valid token of somebody who may send no positions."""


type Verdict = Sender | type[Unknown | Unentitled]


def find_sender(token: str) -> Verdict:
    """Who bears this token. Five queries."""
    try:
        user, _ = TokenAuthentication().authenticate_credentials(token.encode())
    except (AuthenticationFailed, UnicodeError):
        return Unknown
    viewer = Viewer.of(user)
    own = selectors.own_unit(viewer) if viewer.can_anywhere(Permission.OWN_UNIT_STATUS) else None
    nodes = viewer.organisations(Permission.UNIT_STATUS)
    if not nodes and not viewer.can_anywhere(Permission.OWN_UNIT_STATUS):
        return Unentitled
    return Sender(viewer.name, own.pk if own else None, nodes)


class Directory:
    """Senders by token, each asked for once in `KEEP_S` however many requests they send at once."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, asyncio.Future[Verdict]]] = {}
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="senders")

    async def sender_of(self, token: str) -> Sender:
        """Who bears this token. Raises Unknown or Unentitled. Also makes sure that the fleet is known."""
        now = time.monotonic()
        until, found = self._kept.get(token, (0.0, None))
        if found is None or until < now:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = asyncio.ensure_future(self._ask(token))
            self._kept[token] = (now + KEEP_S, found)
        try:
            verdict = await asyncio.shield(found)
        except Exception:
            self._kept.pop(token, None)
            raise
        if not fleet.is_fresh():
            await self._in_database(fleet.refresh)
        if isinstance(verdict, Sender):
            return verdict
        raise verdict

    async def _ask(self, token: str) -> Verdict:
        return await self._in_database(find_sender, token)

    async def _in_database[**P, T](self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def run() -> T:
            try:
                return work(*args, **kwargs)
            finally:
                connection.close()

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)


_directories: dict[asyncio.AbstractEventLoop, Directory] = {}


def directory() -> Directory:
    """The directory of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _directories:
        for closed in [other for other in _directories if other.is_closed()]:
            del _directories[closed]
        _directories[loop] = Directory()
    return _directories[loop]
