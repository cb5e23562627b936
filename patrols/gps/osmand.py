"""OsmAnd and Traccar Client: a query (or form), or the client's JSON.

Query: `id|deviceid, lat, lon | location=lat,lon, timestamp, speed (knots) | speed_mps, bearing|heading, accuracy|hdop,
alarm`, and the short names of trackers that save bytes (`i, la, lo, d, s, p, h, v`); the timestamp in seconds, milliseconds,
ISO 8601, `YYYY-MM-DD hh:mm:ss` or `DDMMYYhhmmss` (UTC); none means now. `speed_mps` is ours: OsmAnd itself knows metres a
second only. Its `hdop` is the accuracy in metres; others mean the dilution: at least 5 m are taken for it. JSON: `{"device_id", "location": {"timestamp", "coords": {"latitude",
"longitude", "accuracy", "speed" (m/s), "heading"}, "extras"}}`, `location` also a list; -1 is unknown.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from patrols.gps.reading import (
    METRES_PER_SECOND_IN_A_KNOT,
    Message,
    Reading,
    Told,
    Unreadable,
    each,
    moment,
    number,
    parse_json,
    text,
    unknown_below_zero,
)

_SOS = "sos"
_SHORT_NAMES = {
    "i": "id",
    "deviceid": "id",
    "device_id": "id",
    "la": "lat",
    "lo": "lon",
    "d": "timestamp",
    "s": "speed",
    "heading": "bearing",
    "p": "accuracy",
    "prec": "accuracy",
    "h": "hdop",
}
_BEST_BY_HDOP_M = 5.0


def decode_osmand(message: Message) -> list[Told]:
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


def _from_query(query: Mapping[str, str], message: Message) -> list[Reading]:
    sent = {_SHORT_NAMES[name]: value for name, value in query.items() if name in _SHORT_NAMES} | dict(query)
    device = text(sent, "id") or message.ident
    if not device:
        raise Unreadable("id")
    if "location" in sent:
        sent["lat"], _comma, sent["lon"] = sent["location"].partition(",")
    at = _moment(sent["timestamp"]) if sent.get("timestamp") else message.now
    emergency = sent.get("alarm", "").lower() == _SOS
    is_lost = sent.get("valid", "").lower() in ("false", "0") or sent.get("v", "A").upper() == "V"
    if is_lost or not ("lat" in sent and "lon" in sent):
        return [Reading(0, 0, at, device=device, emergency=True, has_fix=False)] if emergency else []
    return [
        Reading(
            device=device,
            lon=number(sent, "lon"),
            lat=number(sent, "lat"),
            at=at,
            accuracy_m=_accuracy(sent),
            heading_deg=unknown_below_zero(sent, "bearing"),
            speed_mps=_speed(sent),
            emergency=emergency,
        )
    ]


def _moment(stamp: str) -> datetime:
    """When; twelve digits are a date and a time, for milliseconds of so few would lie before 2001."""
    if len(stamp) == len("DDMMYYhhmmss") and stamp.isdecimal():
        try:
            return datetime.strptime(stamp, "%d%m%y%H%M%S").replace(tzinfo=UTC)
        except ValueError as error:
            raise Unreadable("timestamp") from error
    return moment(stamp, "timestamp")


def _accuracy(sent: Mapping[str, str]) -> float | None:
    if sent.get("accuracy"):
        return unknown_below_zero(sent, "accuracy")
    hdop = unknown_below_zero(sent, "hdop", -1, 0)
    return None if hdop is None else max(hdop, _BEST_BY_HDOP_M)


def _speed(sent: Mapping[str, str]) -> float | None:
    if sent.get("speed_mps"):
        return unknown_below_zero(sent, "speed_mps")
    speed_kn = unknown_below_zero(sent, "speed", -1, -1 / METRES_PER_SECOND_IN_A_KNOT)
    return None if speed_kn is None else speed_kn * METRES_PER_SECOND_IN_A_KNOT


def _from_json(body: Any, message: Message) -> list[Told]:
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
    if not isinstance(location, dict):
        raise Unreadable("location")
    emergency = _calls_for_help(location) or _calls_for_help(body)
    coords = location.get("coords")
    if coords is None and "timestamp" in location:  # a heartbeat, or the positioning was switched on or off
        at = moment(location["timestamp"], "timestamp")
        return [Reading(0, 0, at, device=device, emergency=True, has_fix=False)] if emergency else []
    if not isinstance(coords, dict):
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
            emergency=emergency,
        )
    ]


def _calls_for_help(part: Mapping[str, Any]) -> bool:
    extras = part.get("extras")
    alarm = extras.get("alarm") if isinstance(extras, dict) else None
    return _SOS in (part.get("event"), part.get("alarm"), alarm)
