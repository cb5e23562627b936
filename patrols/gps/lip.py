"""TETRA LIP short location reports, ETSI TS 100 392-18-1: 76 bits in hex, by a gateway of the radio network.

`{"issi": "…", "pdu": "…", "received_at"?}` or `{"reports": [{…}, …]}`. A report has no clock, only how long ago it was
measured; it counts from `received_at`, or from now, and the longest time of its class is taken: under 5 s as now, under
5 min, under 30 min; not known as now.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from patrols.gps.reading import (
    KMH_IN_A_METRE_PER_SECOND,
    Message,
    Reading,
    Unread,
    Unreadable,
    moment,
    parse_json,
    required,
)
from patrols.rules import Refusal

_BITS = 76
_DIGITS = (19, 20)
"""76 bits are 19 digits, 20 with padding; with the protocol identifier of LIP (0A) before them, two more."""
_PROTOCOL = "0A"
_ELAPSED_S = (0, 300, 1800, 0)
_ERROR_M = (2.0, 20.0, 200.0, 2_000.0, 20_000.0, 200_000.0, 2_000_000.0, None)
_LINEAR_TO = 28
_SPEED_UNKNOWN = 127
_EMERGENCY = 2


@dataclass(frozen=True, slots=True)
class ShortReport:
    """What a short location report tells. `elapsed_s` is how old the place is at most, 0 also where not known."""

    lon: float
    lat: float
    elapsed_s: int
    accuracy_m: float | None
    speed_mps: float | None
    heading_deg: float
    reason: int | None


def parse_short_report(pdu: str) -> ShortReport:
    """Read a report from hex digits, in either case, with or without spaces, `:` or `0x`.

    Raises Unreadable for anything but a short location report; `unsupported` for the long kinds of LIP.
    """
    digits = re.sub(r"[\s:.-]", "", pdu).upper().removeprefix("0X")
    if len(digits) not in _DIGITS:
        digits = digits.removeprefix(_PROTOCOL)
    if not re.fullmatch(r"[0-9A-F]+", digits):
        raise Unreadable("pdu")
    if int(digits[0], 16) >> 2 != 0:
        raise Unreadable("pdu", Refusal.UNSUPPORTED)
    if len(digits) not in _DIGITS:
        raise Unreadable("pdu")
    left, value = _BITS, int(digits, 16) >> (4 * len(digits) - _BITS)

    def take(width: int) -> int:
        nonlocal left
        left -= width
        return value >> left & (1 << width) - 1

    take(2)
    elapsed, lon, lat, error, speed, direction, is_user_data, data = map(take, (2, 25, 24, 3, 7, 4, 1, 8))
    return ShortReport(
        lon=_signed(lon, 25) * 360 / 2**25,
        lat=_signed(lat, 24) * 180 / 2**24,
        elapsed_s=_ELAPSED_S[elapsed],
        accuracy_m=_ERROR_M[error],
        speed_mps=_speed(speed),
        heading_deg=direction * 22.5,
        reason=None if is_user_data else data,
    )


def _signed(value: int, width: int) -> int:
    """Two's complement."""
    return value - (1 << width) if value >> (width - 1) else value


def _speed(code: int) -> float | None:
    """Horizontal velocity: km/h up to 28, then 16 × 1.038^(code - 13) km/h (ETSI TS 100 392-18-1, horizontal velocity)."""
    if code == _SPEED_UNKNOWN:
        return None
    kmh = code if code <= _LINEAR_TO else 16 * 1.038 ** (code - 13)
    return kmh / KMH_IN_A_METRE_PER_SECOND


def decode_lip(message: Message) -> list[Reading | Unread]:
    """The readings of one report or a batch, in order. Raises Unreadable when the body is neither."""
    body = parse_json(message.body)
    reports = body.get("reports") if isinstance(body, dict) and "reports" in body else body
    reports = reports if isinstance(reports, list) else [reports] if reports is body else None
    if reports is None:
        raise Unreadable("reports")
    return [_read(report, message.now) for report in reports]


def _read(sent: Any, now: datetime) -> Reading | Unread:
    if not isinstance(sent, dict):
        return Unread(None)
    try:
        report = parse_short_report(required(sent, "pdu"))
        came_at = moment(sent["received_at"], "received_at") if sent.get("received_at") else now
        return Reading(
            device=required(sent, "issi"),
            lon=report.lon,
            lat=report.lat,
            at=came_at - timedelta(seconds=report.elapsed_s),
            accuracy_m=report.accuracy_m,
            heading_deg=report.heading_deg,
            speed_mps=report.speed_mps,
            emergency=report.reason == _EMERGENCY,
        )
    except Unreadable as error:
        return Unread(error.field, error.reason)
    except OverflowError:
        return Unread("received_at")
