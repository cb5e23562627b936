"""The way of a request with positions, from who sends it to the answer, whatever protocol brought it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.http import body
from patrols.gps import counts, emergency, fleet, refused
from patrols.gps.devices import Known
from patrols.gps.fixes import decode_fixes
from patrols.gps.gatherer import Fate, Overloaded, gatherer
from patrols.gps.lip import decode_lip
from patrols.gps.osmand import decode_osmand
from patrols.gps.owntracks import decode_owntracks
from patrols.gps.reading import Aside, Message, Reading, Told, Unread, Unreadable
from patrols.gps.senders import Sender, Speaker, Unentitled, Unknown, device_of, speaker_of
from patrols.gps.threads import in_database
from patrols.gps.traccar import decode_traccar
from patrols.rules import Fix, Refusal

type Answer = tuple[int, Any]
type Readings = Sequence[Reading | Unread]

MOST = 1000
"""How many positions one request may bring."""

WORDS = {
    Refusal.MALFORMED: gettext_lazy("This is no position: a part is missing or malformed."),
    Refusal.IN_FUTURE: gettext_lazy("The time lies in the future."),
    Refusal.TOO_OLD: gettext_lazy("The position is older than what is kept."),
    Refusal.OUT_OF_RANGE: gettext_lazy("The position lies outside the Earth."),
    Refusal.NULL_ISLAND: gettext_lazy("A position at exactly 0, 0 is a device's error."),
    Refusal.IMPOSSIBLE: gettext_lazy("Speed, heading or accuracy is impossible."),
    Refusal.UNKNOWN_UNIT: gettext_lazy("There is no such unit, or it is not yours."),
    Refusal.UNKNOWN_DEVICE: gettext_lazy("This device is not known, or did not prove itself."),
    Refusal.UNHELD_DEVICE: gettext_lazy("This device belongs to no unit on duty at that time."),
    Refusal.UNSUPPORTED: gettext_lazy("This is another kind of LIP message; only location reports are read."),
    Refusal.ENCRYPTED: gettext_lazy("This message is encrypted. Nobody here has its key: take the key out of the app."),
}
_STATUS = {
    Refusal.MALFORMED: 400,
    Refusal.UNKNOWN_UNIT: 404,
    Refusal.UNKNOWN_DEVICE: 404,
    Refusal.UNHELD_DEVICE: 409,
}
_OF_DEVICE = (Refusal.UNKNOWN_DEVICE, Refusal.UNHELD_DEVICE, Refusal.ENCRYPTED)
"""Refusals that are a device's own: an administrator sees which."""
_FIELD = {Refusal.IN_FUTURE: "at", Refusal.TOO_OLD: "at", Refusal.UNKNOWN_UNIT: "unit"}


@dataclass(frozen=True, slots=True)
class Protocol:
    """One way in. `by_device`: messages name devices, not units. `thanks`: the body of an answer when all went well."""

    name: str
    decode: Callable[[Message], tuple[Sequence[Told], bool]]
    by_device: bool = True
    methods: tuple[str, ...] = ("POST",)
    thanks: Any = None


def _counted(decode: Callable[[Message], Sequence[Told]]) -> Callable[[Message], tuple[Sequence[Told], bool]]:
    """Let a device's message count as a batch when it tells more than one position."""

    def decode_and_count(message: Message) -> tuple[Sequence[Told], bool]:
        readings = decode(message)
        return readings, len(readings) > 1

    return decode_and_count


FIXES = Protocol("api", decode_fixes, by_device=False)
OSMAND = Protocol("osmand", _counted(decode_osmand), methods=("GET", "POST"))
OWNTRACKS = Protocol("owntracks", _counted(decode_owntracks), thanks=[])
TRACCAR = Protocol("traccar", _counted(decode_traccar), methods=("GET", "POST"))
LIP = Protocol("lip", _counted(decode_lip))


async def take(protocol: Protocol, message: Message) -> Answer:
    """Answer a request: what was stored, committed, and what was refused and why.

    A single position that is refused makes an error (400, 404, 409, 422); in a batch it is listed, and the rest is kept.
    """
    try:
        speaker = await speaker_of(message, by_device=protocol.by_device)
        readings, asides, is_batch = _read(protocol, message)
        places = [reading for reading in readings if isinstance(reading, Unread) or reading.has_fix]
        fates = await _store(protocol, speaker, places, message)
        await _call_for_help(protocol, speaker, readings)
    except (Unknown, Unentitled, Unreadable, Overloaded) as error:
        status, content = _turned_away(error)
        counts.note_message(protocol.name, content["code"])
        return status, content
    for aside in asides:
        counts.note_message(protocol.name, f"kind_{aside.kind}")
    if fates:
        counts.note_fates(protocol.name, fates)
    elif not asides:
        counts.note_message(protocol.name, "no_position")
    return _answer(protocol, places, fates, is_batch=is_batch)


def _turned_away(error: Exception) -> Answer:
    """The answer to a message that is refused as a whole."""
    if isinstance(error, Unknown):
        return 401, body("not_authenticated", _("Send a valid token or password."))
    if isinstance(error, Unentitled):
        return 403, body("forbidden", _("You do not have the right to do this."))
    if isinstance(error, Overloaded):
        return 503, body("busy", _("Positions cannot be stored for a moment; nothing of this was. Try again."))
    field, reason = (error.field, error.reason) if isinstance(error, Unreadable) else (None, Refusal.MALFORMED)
    if reason is not Refusal.MALFORMED:
        return _STATUS.get(reason, 422), body(reason.value, str(WORDS[reason]), field=field)
    words = _("This message cannot be understood, or brings more than %(most)s positions.") % {"most": MOST}
    return 400, body("malformed", words, field=field)


def _read(protocol: Protocol, message: Message) -> tuple[Readings, list[Aside], bool]:
    """The readings, what is none, and whether they are a batch. Raises Unreadable, for too many too."""
    told, is_batch = protocol.decode(message)
    if len(told) > MOST:
        raise Unreadable
    readings = [one for one in told if not isinstance(one, Aside)]
    return readings, [one for one in told if isinstance(one, Aside)], is_batch


async def _store(protocol: Protocol, speaker: Speaker, readings: Readings, message: Message) -> list[Fate]:
    """Store what may be stored; return what became of each, in order. Refused devices are noted."""
    placed = [_place(protocol, speaker, reading) for reading in readings]
    wanted = [fix for fix in placed if isinstance(fix, Fix)]
    stored = iter(await gatherer().store(wanted) if wanted else ())
    for reading, fate in zip(readings, placed, strict=True):
        if fate in _OF_DEVICE:
            ident = speaker.ident if isinstance(speaker, Known) and not speaker.nodes else reading.device
            await refused.note(ident, Refusal(fate), protocol.name, message)
    return [next(stored) if isinstance(fate, Fix) else fate for fate in placed]


async def _call_for_help(protocol: Protocol, speaker: Speaker, readings: Readings) -> None:
    """Raise the alarm of each unit whose device says so, once a message, whatever became of its place.

    Raises Overloaded while the database is away: the device is not answered and says it again.
    """
    calls: dict[int, Reading] = {}
    for reading in readings:
        if isinstance(reading, Reading) and reading.emergency:
            unit = _unit(protocol, speaker, reading)
            if isinstance(unit, int):
                calls[unit] = max(reading, calls.get(unit, reading), key=lambda one: one.at)
    for unit_id, reading in calls.items():
        try:
            await in_database(emergency.call_for_help, unit_id, reading, protocol.name)
        except DatabaseError as error:
            raise Overloaded from error


def _unit(protocol: Protocol, speaker: Speaker, reading: Reading) -> int | Refusal:
    """The unit that a reading is of, or why it is of none."""
    if isinstance(speaker, Sender) and not protocol.by_device:
        unit = reading.unit if reading.unit is not None else speaker.own_unit
        allowed = unit is not None and speaker.may_send(unit)
    else:
        device = device_of(speaker, reading.device)
        if device is None:
            return Refusal.UNKNOWN_DEVICE
        unit = device.unit_at(reading.at)
        if unit is None:
            return Refusal.UNHELD_DEVICE
        allowed = reading.unit in (None, unit) and fleet.home_of(unit) is not None
    return Refusal.UNKNOWN_UNIT if unit is None or not allowed else unit


def _place(protocol: Protocol, speaker: Speaker, reading: Reading | Unread) -> Fix | Refusal:
    """The fix of a unit that a reading makes, or why it makes none."""
    if isinstance(reading, Unread):
        is_unknown = reading.reason is Refusal.ENCRYPTED and device_of(speaker, reading.device) is None
        return Refusal.UNKNOWN_DEVICE if is_unknown else reading.reason
    unit = _unit(protocol, speaker, reading)
    if isinstance(unit, Refusal):
        return unit
    return Fix(
        unit=unit,
        lon=reading.lon,
        lat=reading.lat,
        at=reading.at,
        accuracy_m=reading.accuracy_m,
        heading_deg=reading.heading_deg,
        speed_mps=reading.speed_mps,
        source=protocol.name,
    )


def _answer(protocol: Protocol, readings: Readings, fates: Sequence[Fate], *, is_batch: bool) -> Answer:
    if not any(isinstance(fate, Refusal) for fate in fates):
        new = sum(fate is True for fate in fates)
        return 200, _counts(new, len(fates) - new, []) if protocol.thanks is None else protocol.thanks
    rejected = [
        {"index": index, "code": fate.value, "message": str(WORDS[fate]), "field": _field(readings[index], fate)}
        for index, fate in enumerate(fates)
        if isinstance(fate, Refusal)
    ]
    counts = _counts(sum(fate is True for fate in fates), sum(fate is False for fate in fates), rejected)
    if is_batch or not fates or not isinstance(fate := fates[0], Refusal):
        return 200, counts if protocol.thanks is None else protocol.thanks
    return _STATUS.get(fate, 422), body(fate.value, str(WORDS[fate]), field=_field(readings[0], fate)) | counts


def _counts(accepted: int, duplicate: int, rejected: list[dict[str, Any]]) -> dict[str, Any]:
    return {"accepted": accepted, "duplicate": duplicate, "rejected": rejected}


def _field(reading: Reading | Unread, fate: Refusal) -> str | None:
    return reading.field if isinstance(reading, Unread) else _FIELD.get(fate)
