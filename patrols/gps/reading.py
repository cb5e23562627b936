"""What the decoders make of a device's message. Pure: one small file a protocol, `decode_…(message) -> readings`."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from patrols.rules import Refusal

LONGEST_TEXT = 200
METRES_PER_SECOND_IN_A_KNOT = 1852 / 3600
KMH_IN_A_METRE_PER_SECOND = 3.6


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP request of a device. Names of headers are lower case; `now` (aware) is when it came in.

    `ident` is the device that the address names after the door, as in `/gps/osmand/IDENT/`; empty where it names none.
    """

    now: datetime
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    address: str | None = None
    ident: str = ""


class Reading(NamedTuple):
    """A place that a device told: degrees in EPSG:4326, `at` aware UTC, metres, degrees from north, metres a second.

    `unit` where the sender names the unit itself, `device` where it names a device. An `emergency` raises the alarm,
    even where the place is refused, or where there is no fix: then longitude and latitude mean nothing.
    """

    lon: float
    lat: float
    at: datetime
    accuracy_m: float | None = None
    heading_deg: float | None = None
    speed_mps: float | None = None
    unit: int | None = None
    device: str = ""
    emergency: bool = False
    has_fix: bool = True


class Unreadable(ValueError):
    """A message, or one fix of it, that cannot be understood; `field` is the part that cannot."""

    def __init__(self, field: str | None = None, reason: Refusal = Refusal.MALFORMED) -> None:
        self.field = field
        self.reason = reason
        super().__init__(field or "")


@dataclass(frozen=True, slots=True)
class Unread:
    """One fix of a message that cannot be understood, in the place of its reading; `device` where it is named anyway."""

    field: str | None
    reason: Refusal = Refusal.MALFORMED
    device: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """A message, or a part of one, that is in order and tells no place: `kind` says what it is instead."""

    kind: str


type Told = Reading | Unread | Aside


def each(body: Any, read: Callable[[Any], Sequence[Told]]) -> list[Told]:
    """The readings of a message, or of a list of them. Of a list, a part that cannot be read does not spoil the rest.

    Raises Unreadable for a message that stands alone.
    """
    if not isinstance(body, list):
        return list(read(body))
    found: list[Told] = []
    for part in body:
        try:
            found += read(part)
        except Unreadable as error:
            found.append(Unread(error.field, error.reason))
    return found


def parse_json(body: bytes) -> Any:
    """The JSON of a body. Raises Unreadable, also for what JSON does not know (NaN, Infinity)."""
    try:
        return _DECODER.decode(body.decode().removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def _refuse(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse)  # made once: it is asked for every position


_PLAIN = 1e300


def number(source: Mapping[str, Any], name: str) -> float:
    """A finite number that must be there. Raises Unreadable."""
    value = source.get(name)
    if type(value) is float and -_PLAIN < value < _PLAIN:  # nearly all are: the rest is asked in turn
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable(name)
    if isinstance(value, str) and ("_" in value or not value.isascii()):  # `float` would read both
        raise Unreadable(name)
    try:
        found = float(value)
    except (ValueError, OverflowError) as error:
        raise Unreadable(name) from error
    if not math.isfinite(found):
        raise Unreadable(name)
    return found


def number_or_none(source: Mapping[str, Any], name: str) -> float | None:
    """A finite number, or None where it is missing or null. Raises Unreadable for anything else."""
    value = source.get(name)
    return None if value is None or value == "" else number(source, name)


def unknown_below_zero(source: Mapping[str, Any], name: str, *marks: float) -> float | None:
    """A number, or None where it is missing, or one of the `marks` (-1 where none is given) by which devices say so."""
    value = number_or_none(source, name)
    return (
        None
        if value is not None and any(math.isclose(value, mark, abs_tol=0.001) for mark in marks or (-1,))
        else value
    )


def text(source: Mapping[str, Any], name: str) -> str:
    """A short text; a whole number counts as one; empty where it is missing. Raises Unreadable for anything else."""
    value = source.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int) or len(found := str(value)) > LONGEST_TEXT:
        raise Unreadable(name)
    return found


def required(source: Mapping[str, Any], name: str) -> str:
    """A short text that must be there. Raises Unreadable."""
    if not (found := text(source, name)):
        raise Unreadable(name)
    return found


def instant(value: Any, name: str = "at") -> datetime:
    """An ISO 8601 instant with its zone, in UTC. Raises Unreadable."""
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is UTC:
            return at
        if at.tzinfo is None:
            raise Unreadable(name)
        return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise Unreadable(name) from error


SECONDS_BELOW = 2**31
"""A count below this is a time in seconds, above it in milliseconds, as Traccar has it."""


def moment(value: Any, name: str) -> datetime:
    """An instant as devices write it: seconds or milliseconds since 1970, ISO 8601, or `YYYY-MM-DD hh:mm:ss`.

    Without a zone it is UTC. Raises Unreadable.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(name)
    try:
        count = float(value)
    except OverflowError as error:
        raise Unreadable(name) from error
    except ValueError:
        words = str(value).strip()
        words = words.replace(" ", "+", 1) if "T" in words else words  # "+" comes as a space
        try:
            at = datetime.fromisoformat(words)
        except ValueError as error:
            raise Unreadable(name) from error
        return instant((at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat(), name)
    return unix(count if count < SECONDS_BELOW else count / 1000, name)


def unix(seconds: float, name: str) -> datetime:
    """An instant from Unix seconds. Raises Unreadable for years beyond a calendar's."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable(name) from error
