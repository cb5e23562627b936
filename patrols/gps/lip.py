"""TETRA LIP location reports, short and long, ETSI TS 100 392-18-1: bits in hex, by a gateway of the radio network.

`{"issi": "…", "pdu": "…", "received_at"?}` or `{"reports": [{…}, …]}`. A short report has no clock, only how long ago it
was measured; it counts from `received_at`, or from now, and the longest time of its class is taken: under 5 s as now,
under 5 min, under 30 min; not known as now. A long one may say the day of the month and the time of day (UTC).
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
from patrols.rules import FUTURE_TOLERANCE, Refusal

_SHORT_BITS = 76
_DIGITS = (19, 20)
"""76 bits are 19 digits, 20 with padding; with the protocol identifier of LIP (0A) before them, two more."""
_PROTOCOL = "0A"
_SHORT, _EXTENDED = 0, 1
_LONG_REPORT = 3
_ELAPSED_S = (0, 300, 1800, 0)
_ERROR_M = (2.0, 20.0, 200.0, 2_000.0, 20_000.0, 200_000.0, 2_000_000.0, None)
_LINEAR_TO = 28
_SPEED_UNKNOWN = 127
_EMERGENCY = 2
_BEST_EFFORT = 63

_NO_SHAPE, _POINT_AND_ERROR = 0, 10
_SHAPES = {1: (0, 0), 2: (6, 0), 3: (6, 17), 4: (0, 12), 5: (6, 12), 6: (6, 29), 7: (6, 15), 8: (6, 32), 10: (3, 0)}
"""Of each location shape: how many bits its (greater) radius or its error takes, and how many follow that say nothing of
the place on the ground: a second radius, angle, confidence, altitude."""
_VELOCITIES = {0: (), 1: (7,), 2: (7, 3), 3: (7, 8), 4: (7, 3, 8, 3), 5: (7, 8), 6: (7, 3, 8, 3), 7: (7, 3, 8, 3, 8, 3)}
_DIRECTION = {5: 1, 6: 2, 7: 4}
"""Of each velocity type: its parts, the horizontal speed first; and which of them is the direction."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a location report tells. `elapsed_s` is how old the place is at most, 0 also where not known.

    `clock` is the day of the month, hour, minute and second (UTC) of the place, where it says so. Without a fix (a long
    report of no shape) longitude and latitude mean nothing.
    """

    lon: float
    lat: float
    elapsed_s: int = 0
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    reason: int | None = None
    clock: tuple[int, int, int, int] | None = None
    has_fix: bool = True


class _Bits:
    """Bits, taken from the front. Raises Unreadable where they do not suffice."""

    def __init__(self, digits: str) -> None:
        self.left, self._value = 4 * len(digits), int(digits, 16)

    def take(self, width: int) -> int:
        self.left -= width
        if self.left < 0:
            raise Unreadable("pdu")
        return self._value >> self.left & (1 << width) - 1


def parse_report(pdu: str) -> Report:
    """Read a report from hex digits, in either case, with or without spaces, `:` or `0x`.

    Raises Unreadable for anything but a location report; `unsupported` for the other kinds of LIP.
    """
    digits = re.sub(r"[\s:.-]", "", pdu).upper().removeprefix("0X")
    if len(digits) not in _DIGITS:
        digits = digits.removeprefix(_PROTOCOL)
    if not re.fullmatch(r"[0-9A-F]+", digits):
        raise Unreadable("pdu")
    bits = _Bits(digits)
    kind = bits.take(2)
    if kind == _EXTENDED and bits.take(4) == _LONG_REPORT:
        return _long(bits)
    if kind != _SHORT:
        raise Unreadable("pdu", Refusal.UNSUPPORTED)
    if len(digits) not in _DIGITS:
        raise Unreadable("pdu")
    return _short(bits)


def _short(bits: _Bits) -> Report:
    elapsed, lon, lat, error, speed, direction, is_user_data, data = map(bits.take, (2, 25, 24, 3, 7, 4, 1, 8))
    return Report(
        lon=_lon(lon),
        lat=_lat(lat),
        elapsed_s=_ELAPSED_S[elapsed],
        accuracy_m=_ERROR_M[error],
        speed_mps=_speed(speed),
        heading_deg=direction * 22.5,
        reason=None if is_user_data else data,
    )


def _long(bits: _Bits) -> Report:
    """A long report after its two headers. Raises Unreadable for what the standard reserves."""
    time_type = bits.take(2)
    elapsed_s = _ELAPSED_S[bits.take(2)] if time_type == 1 else 0
    clock = (bits.take(5), bits.take(5), bits.take(6), bits.take(6)) if time_type == 2 else None  # noqa: PLR2004 - table
    shape = bits.take(4)
    if shape != _NO_SHAPE and shape not in _SHAPES:
        raise Unreadable("pdu", Refusal.UNSUPPORTED)
    lon = lat = 0.0
    accuracy_m = None
    if shape != _NO_SHAPE:
        lon, lat = _lon(bits.take(25)), _lat(bits.take(24))
        width, rest = _SHAPES[shape]
        accuracy_m = _radius(bits.take(width), shape) if width else None
        bits.take(rest)
    velocity = bits.take(3)
    parts = [bits.take(part) for part in _VELOCITIES[velocity]]
    bits.take(1)  # whether an acknowledgement is asked for: the gateway's affair
    is_user_data = bits.take(1)
    return Report(
        lon=lon,
        lat=lat,
        elapsed_s=elapsed_s,
        accuracy_m=accuracy_m,
        speed_mps=_speed(parts[0]) if parts else None,
        heading_deg=parts[_DIRECTION[velocity]] * 360 / 256 if velocity in _DIRECTION else None,
        reason=None if is_user_data or bits.left < 8 else bits.take(8),  # noqa: PLR2004 - some radios cut it short
        clock=clock,
        has_fix=shape != _NO_SHAPE,
    )


def _lon(value: int) -> float:
    return _signed(value, 25) * 360 / 2**25


def _lat(value: int) -> float:
    return _signed(value, 24) * 180 / 2**24


def _signed(value: int, width: int) -> int:
    """Two's complement."""
    return value - (1 << width) if value >> (width - 1) else value


def _radius(code: int, shape: int) -> float | None:
    """Metres: the position error's table, or 2 × 1.2^(code + 5) - 4 (horizontal position uncertainty); 63 is best effort."""
    if shape == _POINT_AND_ERROR:
        return _ERROR_M[code]
    return None if code == _BEST_EFFORT else 2 * 1.2 ** (code + 5) - 4


def _speed(code: int) -> float | None:
    """Horizontal velocity: km/h up to 28, then 16 × 1.038^(code - 13) km/h (ETSI TS 100 392-18-1, horizontal velocity)."""
    if code == _SPEED_UNKNOWN:
        return None
    kmh = code if code <= _LINEAR_TO else 16 * 1.038 ** (code - 13)
    return kmh / KMH_IN_A_METRE_PER_SECOND


def _clocked(clock: tuple[int, int, int, int], came_at: datetime) -> datetime:
    """The last time before `came_at` at which the calendar showed this day of the month and this time of day (UTC).

    Raises Unreadable where no calendar ever does.
    """
    day, hour, minute, second = clock
    first = came_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _month in range(3):
        try:
            found = first.replace(day=day, hour=hour, minute=minute, second=second)
        except ValueError:
            found = None
        if found is not None and found <= came_at + FUTURE_TOLERANCE:
            return found
        first = (first - timedelta(days=1)).replace(day=1)
    raise Unreadable("pdu")


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
        report = parse_report(required(sent, "pdu"))
        came_at = moment(sent["received_at"], "received_at") if sent.get("received_at") else now
        at = _clocked(report.clock, came_at) if report.clock else came_at - timedelta(seconds=report.elapsed_s)
        return Reading(
            device=required(sent, "issi"),
            lon=report.lon,
            lat=report.lat,
            at=at,
            accuracy_m=report.accuracy_m,
            heading_deg=report.heading_deg,
            speed_mps=report.speed_mps,
            emergency=report.reason == _EMERGENCY,
            has_fix=report.has_fix,
        )
    except Unreadable as error:
        return Unread(error.field, error.reason)
    except OverflowError:
        return Unread("received_at")
