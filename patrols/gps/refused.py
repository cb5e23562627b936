"""The list of refused devices, for an administrator: bounded, and each device noted at most every ten seconds."""

import logging
import time

from django.db import DatabaseError

from patrols.gps.reading import Message
from patrols.gps.threads import in_database
from patrols.models import RefusedDevice
from patrols.rules import Refusal

log = logging.getLogger(__name__)

EVERY_S = 10.0
MOST = 1000

_noted: dict[str, float] = {}


async def note(ident: str, reason: Refusal, protocol: str, message: Message) -> None:
    """Note that a device was refused. At most two queries, none when that was noted just now. Never raises."""
    now = time.monotonic()
    if not ident or _noted.get(ident, float("-inf")) > now - EVERY_S:
        return
    if len(_noted) >= MOST:
        _noted.clear()
    _noted[ident] = now
    try:
        await in_database(_write, ident, reason, protocol, message)
    except DatabaseError:
        log.warning("A refused device cannot be noted now; it is when it comes again")


def _write(ident: str, reason: Refusal, protocol: str, message: Message) -> None:
    ident = ident.replace("\0", "").encode("utf-8", "replace").decode()[:120]
    seen = {
        "reason": reason.value,
        "protocol": protocol,
        "address": message.address,
        "last_seen_at": message.now,
    }
    known = RefusedDevice.objects.filter(ident=ident).update(**seen)
    if not known and RefusedDevice.objects.count() < MOST:
        RefusedDevice.objects.get_or_create(ident=ident, defaults=seen | {"first_seen_at": message.now})
