"""How a change travels: rows, audit and live events in one transaction; news on commit. There is no other way.

    with change(by=viewer) as c:
        unit = ...
        c.audit("unit.status_changed", unit, organisation=unit.organisation_id)
        c.emit(unit.board_id, UnitStatusChanged(at=now, ...))

A service that calls another joins its change: everything commits or nothing does, and boards are locked last and in
the order of their ids.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction

from core import audit, clock, live, news
from core.access import Viewer

_current: ContextVar["Change | None"] = ContextVar("change", default=None)


class Change:
    """What one outermost change has gathered so far."""

    def __init__(self, by: Viewer, now: datetime | None) -> None:
        self.by = by
        self.now = now or clock.now()
        self._is_given = now is not None
        self._audits: list[audit.Entry] = []
        self._events: list[tuple[int, Callable[[], live.Event]]] = []

    def settle(self) -> datetime:
        """The instant of the change, taken anew once its locks are held: what had to wait for another came after it."""
        if not self._is_given:
            self.now = clock.now()
        return self.now

    def audit(
        self,
        action: str,
        obj: models.Model | None = None,
        *,
        organisation: int | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Note that `action` was done to `obj` at the node `organisation`."""
        self._audits.append(audit.Entry(action, obj, organisation, detail or {}))

    def emit(self, board_id: int, event: live.Event | Callable[[], live.Event]) -> None:
        """Let `event` appear on a board. A callable is asked at the end of the change, when all rows are final."""
        self._events.append((board_id, event if callable(event) else partial(_same, event)))

    @contextmanager
    def part(self) -> Iterator[None]:
        """Forget what a part of the change gathered when that part fails and its savepoint is rolled back."""
        audits, events = len(self._audits), len(self._events)
        try:
            yield
        except BaseException:
            del self._audits[audits:], self._events[events:]
            raise

    def close(self) -> None:
        """Write what was gathered. Called once, by the outermost `change`."""
        audit.record(self._audits, by=self.by, at=self.now)
        events = [(board_id, make()) for board_id, make in self._events]
        if not events:
            return
        rows = live.append(events, by=self.by, recorded_at=clock.now())
        transaction.on_commit(partial(news.announce, rows))


def _same(event: live.Event) -> live.Event:
    return event


@contextmanager
def change(*, by: Viewer, now: datetime | None = None) -> Iterator[Change]:
    """Open a change, or join the one under way. `now` (aware UTC) is the instant that its audit rows bear."""
    running = _current.get()
    if running is not None:
        with transaction.atomic(), running.part():
            yield running
        return
    with transaction.atomic():
        mine = Change(by, now)
        token = _current.set(mine)
        try:
            yield mine
            mine.close()
        finally:
            _current.reset(token)
