"""OwnTracks over HTTP: `{"_type": "location", "lat", "lon", "tst" (s), "acc" (m), "vel" (km/h), "cog" (deg), …}`.

Who it is stands in the headers `X-Limit-U` and `X-Limit-D` (as `user/device`), else in the topic `owntracks/user/device`.
Messages of other types are taken and tell nothing.
"""

from collections.abc import Mapping
from typing import Any

from patrols.gps.reading import (
    KMH_IN_A_METRE_PER_SECOND,
    Message,
    Reading,
    Unread,
    Unreadable,
    number,
    parse_json,
    text,
    unix,
    unknown_below_zero,
)


def decode_owntracks(message: Message) -> list[Reading | Unread]:
    """The readings of a message; none where it is of another type. Raises Unreadable."""
    if not message.body:
        return []
    body = parse_json(message.body)
    parts = body if isinstance(body, list) else [body]
    return [reading for part in parts for reading in _read(part, message.headers)]


def _read(part: Any, headers: Mapping[str, str]) -> list[Reading]:
    if not isinstance(part, dict) or not isinstance(part.get("_type"), str):
        raise Unreadable("_type")
    if part["_type"] != "location":
        return []
    speed_kmh = unknown_below_zero(part, "vel")
    return [
        Reading(
            device=device_of(headers) or text(part, "topic").removeprefix("owntracks/"),
            lon=number(part, "lon"),
            lat=number(part, "lat"),
            at=unix(number(part, "tst"), "tst"),
            accuracy_m=unknown_below_zero(part, "acc"),
            heading_deg=unknown_below_zero(part, "cog"),
            speed_mps=None if speed_kmh is None else speed_kmh / KMH_IN_A_METRE_PER_SECOND,
        )
    ]


def device_of(headers: Mapping[str, str]) -> str:
    """The device that the headers name: `user/device`, or the one of both that is there."""
    return "/".join(part for part in (headers.get("x-limit-u"), headers.get("x-limit-d")) if part)
