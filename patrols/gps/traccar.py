"""A Traccar server as a gateway: its JSON forward, `{"position": {…}, "device": {"uniqueId", …}}`.

The position has `latitude, longitude, fixTime` (ISO 8601), `speed` in knots, `course`, `accuracy` in metres (0 is
unknown), `valid`, and `attributes.alarm`, where `sos` is an emergency.
"""

from typing import Any

from patrols.gps.reading import (
    METRES_PER_SECOND_IN_A_KNOT,
    Message,
    Reading,
    Unread,
    Unreadable,
    instant,
    number,
    parse_json,
    required,
    unknown_below_zero,
)


def decode_traccar(message: Message) -> list[Reading | Unread]:
    """The readings of a forward, or of a list of them; none for a position without a valid fix, unless it calls for help.

    Raises Unreadable.
    """
    body = parse_json(message.body)
    parts = body if isinstance(body, list) else [body]
    return [reading for part in parts for reading in _read(part)]


def _read(part: Any) -> list[Reading]:
    if not isinstance(part, dict):
        raise Unreadable
    position, device = part.get("position"), part.get("device")
    if position is None and "event" in part:
        return []
    if not isinstance(position, dict):
        raise Unreadable("position")
    if not isinstance(device, dict):
        raise Unreadable("device")
    attributes = position.get("attributes")
    emergency = isinstance(attributes, dict) and attributes.get("alarm") == "sos"
    if position.get("valid") is False:
        at = instant(position.get("deviceTime") or position.get("fixTime"), "fixTime") if emergency else None
        return [Reading(0, 0, at, device=required(device, "uniqueId"), emergency=True, has_fix=False)] if at else []
    speed_kn = unknown_below_zero(position, "speed")
    return [
        Reading(
            device=required(device, "uniqueId"),
            lon=number(position, "longitude"),
            lat=number(position, "latitude"),
            at=instant(position.get("fixTime"), "fixTime"),
            accuracy_m=unknown_below_zero(position, "accuracy") or None,
            heading_deg=unknown_below_zero(position, "course"),
            speed_mps=None if speed_kn is None else speed_kn * METRES_PER_SECOND_IN_A_KNOT,
            emergency=emergency,
        )
    ]
