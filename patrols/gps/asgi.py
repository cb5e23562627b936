"""The doors for positions under `/gps/`: an ASGI application beside Django's.

A fix is small and comes often, and it waits for its commit with a thousand others. Django's middleware would hold a
thread for each; here a waiting request holds none. See ADR 0008.
"""

import json
import logging
import zlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock
from core.http import body
from patrols.gps import counts, desk
from patrols.gps.desk import Answer, Protocol
from patrols.gps.reading import Message, Unreadable

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
"""How long a body may be: 1,000 fixes take a fifth of it."""

DOORS: dict[str, Protocol] = {
    "/gps/fixes/": desk.FIXES,
    "/gps/osmand/": desk.OSMAND,
    "/gps/owntracks/": desk.OWNTRACKS,
    "/gps/traccar/": desk.TRACCAR,
    "/gps/lip/": desk.LIP,
}
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_HEADERS = [(b"content-type", b"application/json"), (b"x-content-type-options", b"nosniff")]
_MORE_HEADERS = {
    401: [(b"www-authenticate", b"Token")],
    405: [(b"allow", b"GET, POST")],
    503: [(b"retry-after", b"1")],
}


class Gone(Exception):
    """The client went away before its request was complete."""


class TooBig(Exception):
    """The body is longer than `MOST_BYTES`."""


def with_positions(app: Application) -> Application:
    """Wrap an ASGI application: what is sent to one of `DOORS` is answered here, all else there."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        door = _door(scope["path"]) if scope["type"] == "http" else None
        if door is None:
            await app(scope, receive, send)
            return
        protocol, ident = door
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            status, content = await _answer(protocol, ident, scope, headers, receive)
        except Gone:
            return
        await _send(send, status, content)

    return wrapped


def _door(path: str) -> tuple[Protocol, str] | None:
    """Whose door an address is, and the device that it names: `/gps/osmand/`, without its last `/`, or `…/IDENT/`."""
    if (protocol := DOORS.get(path)) is not None:
        return protocol, ""
    if not path.startswith("/gps/"):
        return None
    name, _slash, ident = path.removeprefix("/gps/").strip("/").partition("/")
    protocol = DOORS.get(f"/gps/{name}/")
    if protocol is None or "/" in ident or (ident and not protocol.by_device):
        return None
    return protocol, ident


async def _answer(protocol: Protocol, ident: str, scope: Scope, headers: Mapping[str, str], receive: Receive) -> Answer:
    """Answer one request in the language that it accepts."""
    with _speaking(headers):
        if not _is_secure(scope, headers):
            return 403, body("https_only", _("Positions are taken over https only."))
        if scope["method"] not in protocol.methods:
            return 405, body(
                "method_not_allowed", _("Send this by %(methods)s.") % {"methods": ", ".join(protocol.methods)}
            )
        try:
            message = Message(
                now=clock.now(),
                query=_query(scope["query_string"]),
                headers=headers,
                body=_unpacked(await _body(receive), headers.get("content-encoding", "")),
                ident=ident,
                address=scope["client"][0] if scope.get("client") else None,
            )
            return await desk.take(protocol, message)
        except Unreadable:
            counts.note_message(protocol.name, "malformed")
            return 400, body("malformed", _("This message cannot be understood."))
        except TooBig:
            counts.note_message(protocol.name, "too_big")
            return 413, body("too_big", _("This is too much at once."))
        except Gone:
            raise
        except Exception:
            log.exception("Positions could not be taken")
            return 500, body("error", _("Something went wrong here; nothing was stored."))


async def _body(receive: Receive) -> bytes:
    """The whole body. Raises TooBig or Gone."""
    parts, length = [], 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Gone
        part = event.get("body", b"")
        length += len(part)
        if length > MOST_BYTES:
            raise TooBig
        parts.append(part)
        if not event.get("more_body", False):
            return b"".join(parts)


def _unpacked(packed: bytes, encoding: str) -> bytes:
    """A body as it was before it was compressed by gzip or deflate. Raises Unreadable, TooBig."""
    kind = encoding.strip().lower()
    if kind in ("", "identity") or not packed:
        return packed
    if kind not in ("gzip", "x-gzip", "deflate"):
        raise Unreadable
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # both headers
    try:
        found = unpacker.decompress(packed, MOST_BYTES + 1)
    except zlib.error as error:
        raise Unreadable from error
    if len(found) > MOST_BYTES:
        raise TooBig
    if not unpacker.eof:
        raise Unreadable
    return found


async def _send(send: Send, status: int, content: Any) -> None:
    text = _ENCODER.encode(content).encode()
    length = (b"content-length", str(len(text)).encode())
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [*_HEADERS, length, *_MORE_HEADERS.get(status, ())],
        }
    )
    await send({"type": "http.response.body", "body": text})


def _is_secure(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Tell whether the request came over https, where that is asked for; a proxy's word counts where one is set."""
    if not settings.SECURE_SSL_REDIRECT or scope.get("scheme") == "https":
        return True
    if settings.SECURE_PROXY_SSL_HEADER is None:
        return False
    name, value = settings.SECURE_PROXY_SSL_HEADER
    return headers.get(name.removeprefix("HTTP_").replace("_", "-").lower()) == value


def _speaking(headers: Mapping[str, str]) -> AbstractContextManager[None]:
    """In the language that the client accepts best; devices say none, and hear the instance's own."""
    if "accept-language" not in headers:
        return nullcontext()
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers["accept-language"]
    return translation.override(translation.get_language_from_request(request))


def _query(text: bytes) -> dict[str, str]:
    """The query of an address. Raises Unreadable."""
    try:
        return dict(parse_qsl(text.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise Unreadable from error
