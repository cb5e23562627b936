"""OwnTracks over HTTP: `{"_type": "location", "lat", "lon", "tst" (s), "acc" (m), "vel" (km/h), "cog" (deg), …}`.

Who it is stands in the headers `X-Limit-U` and `X-Limit-D` (as `user/device`), else in the topic `owntracks/user/device`,
else in the address, else in the tracker's `tid`. Messages of other types are taken, tell nothing, and are counted by type.
An encrypted one is refused, for nobody here has its key: what the phone holds back comes in clear once it has none either.
"""

from collections.abc import Mapping
from typing import Any

from patrols.gps.reading import (
    KMH_IN_A_METRE_PER_SECOND,
    Aside,
    Message,
    Reading,
    Told,
    Unread,
    Unreadable,
    each,
    moment,
    number,
    parse_json,
    text,
    unknown_below_zero,
)
from patrols.rules import Refusal

KINDS = frozenset(
    {
        "beacon",
        "card",
        "cmd",
        "configuration",
        "dump",
        "lwt",
        "request",
        "status",
        "steps",
        "transition",
        "waypoint",
        "waypoints",
    }
)
"""What else the apps send (OwnTracks booklet, JSON). A transition has a place, and a location of its own before it."""


def decode_owntracks(message: Message) -> list[Told]:
    """The readings of a message, and what is none of another type. Raises Unreadable."""
    if not message.body:
        return []
    body = parse_json(message.body)
    return each(body, lambda part: _read(part, message))


def _read(part: Any, message: Message) -> list[Told]:
    if not isinstance(part, dict) or not isinstance(kind := part.get("_type"), str):
        raise Unreadable("_type")
    if kind == "encrypted":
        return [Unread("_type", Refusal.ENCRYPTED, _device(part, message))]
    if kind != "location":
        return [Aside(kind if kind in KINDS else "other")]
    speed_kmh = unknown_below_zero(part, "vel")
    return [
        Reading(
            device=_device(part, message),
            lon=number(part, "lon"),
            lat=number(part, "lat"),
            at=moment(part.get("tst"), "tst"),
            accuracy_m=unknown_below_zero(part, "acc"),
            heading_deg=unknown_below_zero(part, "cog"),
            speed_mps=None if speed_kmh is None else speed_kmh / KMH_IN_A_METRE_PER_SECOND,
        )
    ]


def _device(part: Mapping[str, Any], message: Message) -> str:
    topic = text(part, "topic").removeprefix("/").removeprefix("owntracks/")
    return device_of(message.headers) or topic or message.ident or text(part, "tid")


def device_of(headers: Mapping[str, str]) -> str:
    """The device that the headers name: `user/device`, or the one of both that is there."""
    return "/".join(part for part in (headers.get("x-limit-u"), headers.get("x-limit-d")) if part)
