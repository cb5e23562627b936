"""One socket of one console. It only says who and where; `dispatch.hub` feeds it. No writes."""

import asyncio
import contextlib
import json
import re
from collections import deque
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from core import clock
from core.audit import record_view
from core.live import encode
from dispatch import hub, watches
from dispatch.rights import Close, Credential, Watch, may_open
from dispatch.threads import in_database

QUEUE_LIMIT = 4000
QUEUE_LIMIT_BYTES = 8_000_000
"""What may wait for one slow console before it is sent away, to come back and catch up."""

_PAGE = re.compile(r"[0-9A-Za-z-]{8,40}", re.ASCII)

REASONS = {
    Close.NO_SESSION: ("signed_out", "Sign in."),
    Close.FORBIDDEN: ("right_removed", "You may not watch this board any more."),
    Close.NO_BOARD: ("not_found", "There is no such board."),
    Close.SLOW: ("slow", "The connection is too slow; come back and catch up."),
}


class BoardConsumer(AsyncWebsocketConsumer):
    """`ws/boards/<id>/?after=SEQ`. The messages are told in `docs/api.md`, "Staying live"."""

    watch: Watch
    watch_id: int | None = None
    seq: int | None = None

    async def connect(self) -> None:
        """Accept, and at once say goodbye to whoever may not watch this board."""
        self._waiting: deque[str] = deque()
        self._waiting_size = 0
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._closing = False
        await self.accept()
        credential: Credential | None = self.scope["credential"]
        if credential is None:
            await self.bye(Close.NO_SESSION)
            return
        board_id = self.scope["url_route"]["kwargs"]["board_id"]
        page = _page(self.scope["query_string"])
        self.watch_id = await in_database(_open, credential, board_id, page, self.scope.get("address"))
        if self.watch_id is None:
            await self.bye(Close.NO_BOARD)
            return
        self.watch = Watch(credential, board_id)
        self._writer = asyncio.create_task(self._write())
        await hub.here().join(self, _after(self.scope["query_string"]))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - the framework's signature
        """Leave the hub."""
        self._closing = True
        if hasattr(self, "watch"):
            hub.here().leave(self)
        if self._writer is not None:
            self._writer.cancel()
        if self.watch_id is not None:
            with contextlib.suppress(DatabaseError):  # then it ends when it has not been seen for a while
                await in_database(watches.close_watch, self.watch_id)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002
        """`resume` from a number, or `ping`; anything else is ignored."""
        message = _parsed(text_data)
        if message.get("type") == "ping":
            self.put(encode({"type": "pong", "now": clock.now()}))
        elif message.get("type") == "resume" and hasattr(self, "watch") and isinstance(message.get("after"), int):
            await hub.here().resume(self, message["after"])

    def put(self, text: str) -> None:
        """Let `text` be sent, in order. Never waits; a console that does not keep up is sent away."""
        if self._closing:
            return
        if len(self._waiting) >= QUEUE_LIMIT or self._waiting_size >= QUEUE_LIMIT_BYTES:
            self._closing = True
            hub.here().dismiss(self, Close.SLOW)
            return
        self._waiting.append(text)
        self._waiting_size += len(text)
        self._wake.set()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                text = self._waiting.popleft()
                self._waiting_size -= len(text)
                await self.send(text_data=text)

    async def bye(self, why: Close) -> None:
        """Say why, and close."""
        self._closing = True
        if self._writer is not None:
            self._writer.cancel()
        code, reason = REASONS[why]
        with contextlib.suppress(Exception):  # it may be gone already
            if why is not Close.SLOW:
                await self.send(text_data=encode({"type": "bye", "code": code, "reason": reason}))
            await self.close(code=int(why))


def _open(credential: Credential, board_id: int, page: str, address: str | None) -> int | None:
    """The number of the watch, or None where the board may not be watched. Six queries."""
    found = may_open(credential, board_id, address=address)
    if found is None:
        return None
    viewer, board = found
    record_view(viewer, "board.watched", board, organisation=board.organisation_id)
    return watches.open_watch(viewer, board_id, page)


def _page(query: bytes) -> str:
    """What the page calls itself; nothing where that is no name."""
    value = parse_qs(query.decode("latin-1")).get("page", [""])[0]
    return value if _PAGE.fullmatch(value) else ""


def _after(query: bytes) -> int | None:
    value = parse_qs(query.decode("latin-1")).get("after", [""])[0]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None  # noqa: PLR2004 - a bigint


def _parsed(text: str | None) -> dict[str, Any]:
    try:
        message = json.loads(text or "")
    except (ValueError, RecursionError):  # not JSON; or nested so deep that nobody means it
        return {}
    return message if isinstance(message, dict) else {}
