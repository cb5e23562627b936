"""Who sends positions, and of which units: by token, by device, or by a browser's session from our own page; kept for some seconds so that a fix costs no query.

A token given back, a session that ended, a role taken away or a shift that ended is honoured within `KEEP_S`.
"""

import asyncio
import base64
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from rest_framework.exceptions import AuthenticationFailed

from core.access import Viewer
from core.authentication import TokenAuthentication
from core.models import User
from core.origins import is_own_origin
from core.rules import Permission
from patrols import selectors
from patrols.gps import devices, fleet
from patrols.gps.devices import Known
from patrols.gps.gatherer import Overloaded
from patrols.gps.reading import Message
from patrols.gps.threads import in_database
from patrols.models import Device

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
    return _sender(user)


def find_sender_in_session(session_key: str) -> Verdict:
    """Whose session this is. Five queries."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    return _sender(user) if isinstance(user, User) else Unknown


def _sender(user: User) -> Verdict:
    """What this person may send. Four queries."""
    viewer = Viewer.of(user)
    own = selectors.own_unit(viewer) if viewer.can_anywhere(Permission.OWN_UNIT_STATUS) else None
    nodes = viewer.organisations(Permission.UNIT_STATUS)
    if not nodes and not viewer.can_anywhere(Permission.OWN_UNIT_STATUS):
        return Unentitled
    return Sender(viewer.name, own.pk if own else None, nodes)


type Find = Callable[[str], Verdict]


class Directory:
    """Senders by token or session, each asked for once in `KEEP_S` however many requests they send at once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Find, str], tuple[float, asyncio.Future[Verdict]]] = {}

    async def sender_of(self, secret: str, find: Find = find_sender) -> Sender:
        """Who bears this token, or whose session it is. Raises Unknown or Unentitled."""
        now, key = time.monotonic(), (find, secret)
        until, found = self._kept.get(key, (0.0, None))
        if found is None or until < now:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = asyncio.ensure_future(in_database(find, secret))
            self._kept[key] = (now + KEEP_S, found)
        try:
            verdict = found.result() if found.done() else await asyncio.shield(found)
        except DatabaseError:
            self._kept.pop(key, None)
            raise
        if isinstance(verdict, Sender):
            return verdict
        raise verdict


_directories: dict[asyncio.AbstractEventLoop, Directory] = {}


def directory() -> Directory:
    """The directory of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _directories:
        for closed in [other for other in _directories if other.is_closed()]:
            del _directories[closed]
        _directories[loop] = Directory()
    return _directories[loop]


type Speaker = Sender | Known | None
"""A person by token, a device by its secret, or nobody but what the message itself says."""


async def speaker_of(message: Message, *, by_device: bool) -> Speaker:
    """Who sends a message, by its `Authorization`: a token of a person or a device, or a device's name and password.

    Without one, and where messages name units: the person whose session a page of ours sends along.
    Nobody, where messages name devices and no credentials come with them. Raises Unknown or Unentitled; Overloaded while
    the database is away and nothing is known. Also makes sure that fleet and devices are known.
    """
    scheme, _space, credentials = message.headers.get("authorization", "").partition(" ")
    try:
        if not fleet.is_fresh():
            await in_database(fleet.refresh)
        if by_device:
            await _know_devices()
        if scheme.lower() in ("token", "bearer") and credentials:
            return await _bearer(credentials.strip())
        if scheme.lower() == "basic":
            await _know_devices()
            return _by_password(credentials, message.headers.get("x-limit-d", ""))
        if not scheme and not by_device:
            return await _in_session(message)
    except DatabaseError as error:
        raise Overloaded from error
    if scheme or not by_device:
        raise Unknown
    return None


async def _know_devices() -> None:
    if not devices.is_fresh():
        await in_database(devices.refresh)


async def _in_session(message: Message) -> Sender:
    """The person whose browser sends this from a page of ours. Raises Unknown or Unentitled.

    A browser sends its cookies with whatever any page asks for, so a session counts only with our own `Origin`.
    """
    key = parse_cookie(message.headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    if not key or not is_own_origin(message.headers.get("origin"), message.headers.get("host", ""), ""):
        raise Unknown
    return await directory().sender_of(key, find_sender_in_session)


async def _bearer(token: str) -> Sender | Known:
    try:
        return await directory().sender_of(token)
    except Unknown:
        await _know_devices()
        known = devices.by_secret(token)
        if known is None:
            raise
        return known


def _by_password(credentials: str, part: str) -> Known:
    """The device of these `Basic` credentials: named so, or `user/device` where OwnTracks names its `part`.

    Raises Unknown.
    """
    try:
        name, _colon, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError as error:
        raise Unknown from error
    known = devices.by_secret(password, name) or (devices.by_secret(password, f"{name}/{part}") if part else None)
    if known is None:
        raise Unknown
    return known


def device_of(speaker: Speaker, ident: str) -> Known | None:
    """The device that a message is from: the speaker itself, or the one named `ident` if the speaker may speak for it."""
    if isinstance(speaker, Known) and not (speaker.nodes and ident):
        return speaker
    named = devices.by_ident(ident)
    if named is None:
        return None
    if speaker is None:
        return named if named.proof == Device.Proof.IDENT else None
    return named if named.organisation_id in speaker.nodes else None
