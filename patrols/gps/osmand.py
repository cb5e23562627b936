"""OsmAnd and Traccar Client: a query (or form), or the client's JSON.

Query: `id|deviceid, lat, lon | location=lat,lon, timestamp, speed (knots), bearing|heading, accuracy, alarm`; the
timestamp in seconds, milliseconds, ISO 8601 or `YYYY-MM-DD hh:mm:ss` (UTC); none means now. JSON: `{"device_id",
"location": {"timestamp", "coords": {"latitude", "longitude", "accuracy", "speed" (m/s), "heading"}}}`; -1 is unknown.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

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
    text,
    unix,
    unknown_below_zero,
)

_SECONDS_BELOW = 2**31
"""A whole number below this is a time in seconds, above it in milliseconds, as Traccar has it."""


def decode_osmand(message: Message) -> list[Reading | Unread]:
    """The reading of a message; none where it tells no place. Raises Unreadable without a device, or for bad parts."""
    if message.body.lstrip()[:1] in (b"{", b"["):
        return _from_json(parse_json(message.body))
    try:
        form = dict(parse_qsl(message.body.decode(), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise Unreadable from error
    return _from_query({**form, **message.query}, message.now)


def _from_query(sent: Mapping[str, str], now: datetime) -> list[Reading | Unread]:
    device = text(sent, "id") or text(sent, "deviceid")
    if not device:
        raise Unreadable("id")
    place = dict(sent)
    if "location" in sent:
        place["lat"], _comma, place["lon"] = sent["location"].partition(",")
    if not ("lat" in place and "lon" in place) or sent.get("valid", "").lower() in ("false", "0"):
        return []
    speed_kn = unknown_below_zero(sent, "speed", -1, -1 / METRES_PER_SECOND_IN_A_KNOT)
    return [
        Reading(
            device=device,
            lon=number(place, "lon"),
            lat=number(place, "lat"),
            at=_time(sent.get("timestamp", ""), now),
            accuracy_m=unknown_below_zero(sent, "accuracy"),
            heading_deg=unknown_below_zero(sent, "bearing" if "bearing" in sent else "heading"),
            speed_mps=None if speed_kn is None else speed_kn * METRES_PER_SECOND_IN_A_KNOT,
            emergency=sent.get("alarm", "").lower() == "sos",
        )
    ]


def _time(value: str, now: datetime) -> datetime:
    if not value:
        return now
    try:
        count = float(value)
    except ValueError:
        try:
            at = datetime.fromisoformat(value.replace(" ", "+", 1) if "T" in value else value)  # "+" comes as a space
        except ValueError as error:
            raise Unreadable("timestamp") from error
        return instant((at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat(), "timestamp")
    return unix(count if count < _SECONDS_BELOW else count / 1000, "timestamp")


def _from_json(body: Any) -> list[Reading | Unread]:
    if isinstance(body, list):
        return [reading for part in body for reading in _from_json(part)]
    if not isinstance(body, dict):
        raise Unreadable
    device = required(body, "device_id")
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
            at=instant(location.get("timestamp"), "timestamp"),
            accuracy_m=unknown_below_zero(coords, "accuracy"),
            heading_deg=unknown_below_zero(coords, "heading"),
            speed_mps=unknown_below_zero(coords, "speed"),
            emergency=location.get("event") == "sos",
        )
    ]
