"""The events of one board as one process knows them: in order, without gaps, encoded once."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol

from core.live import encode

KEPT = 2000
"""How many events a process remembers of a board: a console that was away for a moment costs no query."""


class Socket(Protocol):
    """One console: the number of the last event that it was given, and where to put the next message."""

    seq: int | None

    def put(self, text: str) -> None:
        """Queue a message; never waits."""


class Feed[S: Socket]:
    """A board: its newest events, its newest positions, and the consoles that watch it."""

    def __init__(self, board_id: int, head: int, oldest: int) -> None:
        self.board_id = board_id
        self.head = head
        self.oldest = oldest
        self.positions: dict[int, dict[str, Any]] = {}
        self.moved: dict[int, dict[str, Any]] = {}
        self.sockets: set[S] = set()
        self._kept: deque[tuple[int, str]] = deque(maxlen=KEPT)
        self._all: tuple[float, str] = (0.0, "")

    def begin_at(self, head: int, oldest: int) -> None:
        """Forget what was known of events, and go on from number `head`."""
        self.head, self.oldest = head, oldest
        self._kept.clear()

    def add(self, seq: int, text: str) -> bool:
        """Take the event `seq` and hand it on; False when events before it are missing."""
        if seq <= self.head:
            return True
        if seq != self.head + 1:
            return False
        self.head = seq
        self._kept.append((seq, text))
        for socket in list(self.sockets):
            if socket.seq is not None and socket.seq == seq - 1:
                socket.seq = seq
                socket.put(text)
        return True

    def kept_after(self, after: int) -> Iterator[str] | None:
        """The events after number `after` up to the head, or None where the first of them is not remembered."""
        if after == self.head:
            return iter(())
        if not self._kept or self._kept[0][0] > after + 1:
            return None
        return (text for seq, text in self._kept if seq > after)

    def move(self, positions: Iterable[dict[str, Any]]) -> None:
        """Take newer positions, to be sent with the next frame."""
        for position in positions:
            unit = position["unit"]
            known = self.positions.get(unit)
            if known is None or _instant(known) < _instant(position):
                self.positions[unit] = self.moved[unit] = position

    def send_moved(self, now: datetime) -> None:
        """Send what has moved since the last frame, encoded once."""
        if not self.moved:
            return
        text = encode({"type": "positions", "now": now, "positions": list(self.moved.values())})
        self.moved = {}
        self.send(text)

    def all_positions(self, now: datetime) -> str:
        """All positions as one message; at most a second old, so that many who come at once cost one encoding."""
        made_at, text = self._all
        if time.monotonic() - made_at > 1 or not text:
            text = encode({"type": "positions", "now": now, "positions": list(self.positions.values())})
            self._all = (time.monotonic(), text)
        return text

    def send(self, text: str) -> None:
        """Send one message to all consoles of the board."""
        for socket in list(self.sockets):
            socket.put(text)


def _instant(position: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(position["at"])
