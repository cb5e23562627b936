"""OsmAnd and Traccar Client: a query (or form), or the client's JSON.

Query: `id|deviceid, lat, lon | location=lat,lon, timestamp, speed (knots) | speed_mps, bearing|heading, accuracy, alarm`;
the timestamp in seconds, milliseconds, ISO 8601 or `YYYY-MM-DD hh:mm:ss` (UTC); none means now. `speed_mps` is ours:
OsmAnd itself knows metres a second only. JSON: `{"device_id", "location": {"timestamp", "coords": {"latitude",
"longitude", "accuracy", "speed" (m/s), "heading"}, "extras"}}`, `location` also a list; -1 is unknown.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from patrols.gps.reading import (
    METRES_PER_SECOND_IN_A_KNOT,
    Message,
    Reading,
    Unread,
    Unreadable,
    each,
    moment,
    number,
    parse_json,
    text,
    unknown_below_zero,
)

_SOS = "sos"


def decode_osmand(message: Message) -> list[Reading | Unread]:
    """The reading of a message; none where it tells no place. Raises Unreadable without a device, or for bad parts."""
    if message.body.lstrip()[:1] in (b"{", b"["):
        return _from_json(parse_json(message.body), message)
    return list(_from_query(form_of(message), message))


def form_of(message: Message) -> dict[str, str]:
    """What the query says, and a form in the body. Raises Unreadable."""
    try:
        form = dict(parse_qsl(message.body.decode().strip(), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise Unreadable from error
    return {**form, **message.query}


def _from_query(sent: Mapping[str, str], message: Message) -> list[Reading]:
    device = text(sent, "id") or text(sent, "deviceid") or text(sent, "device_id") or message.ident
    if not device:
        raise Unreadable("id")
    place = dict(sent)
    if "location" in sent:
        place["lat"], _comma, place["lon"] = sent["location"].partition(",")
    if not ("lat" in place and "lon" in place) or sent.get("valid", "").lower() in ("false", "0"):
        return []
    return [
        Reading(
            device=device,
            lon=number(place, "lon"),
            lat=number(place, "lat"),
            at=moment(sent["timestamp"], "timestamp") if sent.get("timestamp") else message.now,
            accuracy_m=unknown_below_zero(sent, "accuracy"),
            heading_deg=unknown_below_zero(sent, "bearing" if "bearing" in sent else "heading"),
            speed_mps=_speed(sent),
            emergency=sent.get("alarm", "").lower() == _SOS,
        )
    ]


def _speed(sent: Mapping[str, str]) -> float | None:
    if sent.get("speed_mps"):
        return unknown_below_zero(sent, "speed_mps")
    speed_kn = unknown_below_zero(sent, "speed", -1, -1 / METRES_PER_SECOND_IN_A_KNOT)
    return None if speed_kn is None else speed_kn * METRES_PER_SECOND_IN_A_KNOT


def _from_json(body: Any, message: Message) -> list[Reading | Unread]:
    if isinstance(body, list):
        return each(body, lambda part: _one(part, message))
    if isinstance(body, dict) and isinstance(body.get("location"), list):
        return each([{**body, "location": location} for location in body["location"]], lambda one: _one(one, message))
    return list(_one(body, message))


def _one(body: Any, message: Message) -> list[Reading]:
    if not isinstance(body, dict):
        raise Unreadable
    named = text(body, "device_id") or text(body, "id") or text(message.query, "id")
    device = named or text(message.query, "deviceid") or message.ident
    if not device:
        raise Unreadable("device_id")
    location = body.get("location")
    if location is None:
        return []
    if not isinstance(location, dict) or not isinstance(coords := location.get("coords"), dict):
        raise Unreadable("location")
    return [
        Reading(
            device=device,
            lon=number(coords, "longitude"),
            lat=number(coords, "latitude"),
            at=moment(location.get("timestamp"), "timestamp"),
            accuracy_m=unknown_below_zero(coords, "accuracy"),
            heading_deg=unknown_below_zero(coords, "heading"),
            speed_mps=unknown_below_zero(coords, "speed"),
            emergency=_calls_for_help(location) or _calls_for_help(body),
        )
    ]


def _calls_for_help(part: Mapping[str, Any]) -> bool:
    extras = part.get("extras")
    alarm = extras.get("alarm") if isinstance(extras, dict) else None
    return _SOS in (part.get("event"), part.get("alarm"), alarm)
