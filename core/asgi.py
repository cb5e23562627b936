"""Django over ASGI with one hop into a thread for each request.

Django's own handler makes a thread for every request and goes to and fro between it and the loop for each middleware
that may be asynchronous. All of ours is synchronous, so the whole request runs in one thread of a few that stay: they
keep their connection's object, and no more requests are at work than the pool has connections for; the others wait
their turn instead of being refused. What a client asked for is done even when it hangs up meanwhile.
"""

import asyncio
import contextvars
import io
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import IO, Any, cast

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponseBase
from django.urls import set_script_prefix

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]

LIVE_THREADS = 5
"""Connections of the pool that are left to the sockets and to positions."""
SWITCH_S = 0.0005
"""After so long a thread that computes lets another go on. Python's 5 ms hold up whoever waits for the database a few
dozen times in a request, and the loop that sends the news."""


class Handler(ASGIHandler):
    """Answers requests in threads that stay."""

    def __init__(self) -> None:
        super().__init__()
        size = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
        self._threads = ThreadPoolExecutor(max(2, size - LIVE_THREADS), thread_name_prefix="request")
        sys.setswitchinterval(SWITCH_S)

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002 - Django's signature
        """Build the chain of middlewares without a single step in the loop."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request, answer it in a thread, send the answer."""
        try:
            sent = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        with closing(sent):
            run = contextvars.copy_context().run
            response = await loop.run_in_executor(self._threads, run, self._answer, scope, sent)
            if not response.streaming:
                await self.send_response(response, send)
                return
            try:
                async with ThreadSensitiveContext():
                    await self.send_response(response, send)
            finally:
                await loop.run_in_executor(self._threads, run, response.close)

    def _answer(self, scope: Scope, sent: IO[bytes] | io.BytesIO) -> HttpResponseBase:
        """Answer one request; its connection is back in the pool when this returns, but for a stream."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, sent)
        response = self.get_response(request) if request is not None else cast("HttpResponseBase", refused)
        response._handler_class = self.__class__  # type: ignore[attr-defined]  # noqa: SLF001 - as Django does
        if not response.streaming:
            response.close()
        return response
