"""A Traccar server as a gateway: its JSON forward, `{"position": {…}, "device": {"uniqueId", …}}`, or its URL template.

The position has `latitude, longitude, fixTime` (ISO 8601), `speed` in knots, `course`, `accuracy` in metres (0 is
unknown), `valid`, and `attributes.alarm`, where `sos` is an emergency. A template (`forward.type=url`) is sent as a query
with the same names: `?uniqueId={uniqueId}&latitude={latitude}&…`, the time in milliseconds.
"""

import json
from collections.abc import Mapping
from typing import Any

from patrols.gps.osmand import form_of
from patrols.gps.reading import (
    METRES_PER_SECOND_IN_A_KNOT,
    Aside,
    Message,
    Reading,
    Told,
    Unreadable,
    each,
    moment,
    number,
    parse_json,
    required,
    unknown_below_zero,
)


def decode_traccar(message: Message) -> list[Told]:
    """The readings of a forward, or of a list of them; none for a position without a valid fix, unless it calls for help.

    Raises Unreadable.
    """
    if message.body.lstrip()[:1] not in (b"{", b"[") and (sent := form_of(message)):
        return list(_from_query(sent))
    return each(parse_json(message.body), _read)


def _from_query(sent: Mapping[str, str]) -> list[Told]:
    position: dict[str, Any] = dict(sent)
    position["valid"] = sent.get("valid", "true").lower() not in ("false", "0")
    try:
        attributes = json.loads(sent["attributes"])
    except (KeyError, ValueError, RecursionError):
        attributes = None
    position["attributes"] = attributes if isinstance(attributes, dict) else {"alarm": sent.get("alarm")}
    return _read({"position": position, "device": {"uniqueId": sent.get("uniqueId") or sent.get("id")}})


def _read(part: Any) -> list[Told]:
    if not isinstance(part, dict):
        raise Unreadable
    position, device = part.get("position"), part.get("device")
    if position is None and "event" in part:
        return [Aside("event")]
    if not isinstance(position, dict):
        raise Unreadable("position")
    if not isinstance(device, dict):
        raise Unreadable("device")
    ident = required(device, "uniqueId")
    emergency = _calls_for_help(position) or _calls_for_help(part.get("event"))
    if position.get("valid") is False:
        at = moment(position.get("deviceTime") or position.get("fixTime"), "fixTime") if emergency else None
        return [Reading(0, 0, at, device=ident, emergency=True, has_fix=False)] if at else []
    speed_kn = unknown_below_zero(position, "speed")
    return [
        Reading(
            device=ident,
            lon=number(position, "longitude"),
            lat=number(position, "latitude"),
            at=moment(position.get("fixTime"), "fixTime"),
            accuracy_m=unknown_below_zero(position, "accuracy") or None,
            heading_deg=unknown_below_zero(position, "course"),
            speed_mps=None if speed_kn is None else speed_kn * METRES_PER_SECOND_IN_A_KNOT,
            emergency=emergency,
        )
    ]


def _calls_for_help(part: Any) -> bool:
    """Tell whether the attributes of a position or an event name the alarm `sos`, alone or among others."""
    attributes = part.get("attributes") if isinstance(part, dict) else None
    return isinstance(attributes, dict) and "sos" in str(attributes.get("alarm")).split(",")
