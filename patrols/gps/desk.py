"""The way of a request with positions, from who sends it to the answer, whatever brought it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.http import body
from patrols.gps.fixes import MOST, decode_fixes
from patrols.gps.gatherer import Fate, Overloaded, gatherer
from patrols.gps.reading import Message, Reading, Unread, Unreadable
from patrols.gps.senders import Sender, Unentitled, Unknown, directory
from patrols.rules import Fix, Refusal

type Answer = tuple[int, dict[str, Any]]

WORDS = {
    Refusal.MALFORMED: gettext_lazy("This is no position: a part is missing or malformed."),
    Refusal.IN_FUTURE: gettext_lazy("The time lies in the future."),
    Refusal.TOO_OLD: gettext_lazy("The position is older than what is kept."),
    Refusal.OUT_OF_RANGE: gettext_lazy("The position lies outside the Earth."),
    Refusal.NULL_ISLAND: gettext_lazy("A position at exactly 0, 0 is a device's error."),
    Refusal.IMPOSSIBLE: gettext_lazy("Speed, heading or accuracy is impossible."),
    Refusal.UNKNOWN_UNIT: gettext_lazy("There is no such unit, or it is not yours."),
}
_STATUS = {Refusal.MALFORMED: 400, Refusal.UNKNOWN_UNIT: 404}


async def take_fixes(token: str | None, message: Message) -> Answer:
    """Answer a request in our own JSON: what was stored, committed, and what was refused and why.

    A single fix that is refused makes an error (400, 404, 422); in a batch it is listed, and the rest is kept.
    """
    try:
        sender = await _sender(token)
        readings, is_batch = decode_fixes(message)
        fates = await _store(sender, readings)
    except Unknown:
        return 401, body("not_authenticated", _("Send a valid token."))
    except Unentitled:
        return 403, body("forbidden", _("You do not have the right to do this."))
    except Unreadable as error:
        words = _("Send one fix, or {“fixes”: […]} with at most %(most)s.") % {"most": MOST}
        return 400, body("malformed", words, field=error.field)
    except Overloaded:
        return 503, body("busy", _("Positions cannot be stored for a moment; nothing of this was. Try again."))
    return _answer(readings, fates, is_batch=is_batch)


async def _sender(token: str | None) -> Sender:
    if not token:
        raise Unknown
    return await directory().sender_of(token)


async def _store(sender: Sender, readings: Sequence[Reading | Unread]) -> list[Fate]:
    """Store what may be stored; return what became of each, in order."""
    fates: list[Fate | None] = [_refusal(sender, reading) for reading in readings]
    wanted = [_fix(sender, reading) for reading, fate in zip(readings, fates, strict=True) if fate is None]
    stored = iter(await gatherer().store(wanted) if wanted else ())
    return [next(stored) if fate is None else fate for fate in fates]


def _refusal(sender: Sender, reading: Reading | Unread) -> Refusal | None:
    if isinstance(reading, Unread):
        return reading.reason
    unit = reading.unit if reading.unit is not None else sender.own_unit
    return None if unit is not None and sender.may_send(unit) else Refusal.UNKNOWN_UNIT


def _fix(sender: Sender, reading: Reading | Unread) -> Fix:
    assert isinstance(reading, Reading)  # noqa: S101 - what is unread was refused
    unit = reading.unit if reading.unit is not None else sender.own_unit
    assert unit is not None  # noqa: S101 - it was refused
    return Fix(
        unit=unit,
        lon=reading.lon,
        lat=reading.lat,
        at=reading.at,
        accuracy_m=reading.accuracy_m,
        heading_deg=reading.heading_deg,
        speed_mps=reading.speed_mps,
    )


def _answer(readings: Sequence[Reading | Unread], fates: Sequence[Fate], *, is_batch: bool) -> Answer:
    rejected = [
        {"index": index, "code": fate.value, "message": str(WORDS[fate]), "field": _field(readings[index], fate)}
        for index, fate in enumerate(fates)
        if isinstance(fate, Refusal)
    ]
    counts = {
        "accepted": sum(fate is True for fate in fates),
        "duplicate": sum(fate is False for fate in fates),
        "rejected": rejected,
    }
    if is_batch or not isinstance(fate := fates[0], Refusal):
        return 200, counts
    return _STATUS.get(fate, 422), body(fate.value, str(WORDS[fate]), field=_field(readings[0], fate)) | counts


def _field(reading: Reading | Unread, fate: Refusal) -> str | None:
    if isinstance(reading, Unread):
        return reading.field
    return {Refusal.IN_FUTURE: "at", Refusal.TOO_OLD: "at", Refusal.UNKNOWN_UNIT: "unit"}.get(fate)
