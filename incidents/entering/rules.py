"""What a call being taken consists of, and when two people are in each other's way. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from math import isfinite
from typing import Any


class Status(StrEnum):
    """Where a call being taken stands."""

    ENTERING = "entering"
    OPENED = "opened"
    ATTACHED = "attached"
    DROPPED = "dropped"


LENGTHS: Mapping[str, int] = {
    "place": 200,
    "place_detail": 200,
    "location_source": 20,
    "gazetteer_id": 80,
    "type": 40,
    "type_text": 120,
    "priority": 1,
    "summary": 10_000,
    "caller_name": 120,
    "phone": 40,
}
"""Fields of text, with how long each may be. Nothing else is asked of them: they are being typed."""

PERSONAL = frozenset({"caller_name", "phone"})
"""Never on a board and never in an event."""

ANSWER = "answer."
"""What names of fields begin with that hold answers to the questions of the kind; the question's code follows."""

LONGEST_ANSWER_NAME = 60
LONGEST_ANSWER = 500

FIELDS = frozenset({*LENGTHS, "location"})


def fault_of(name: str, value: Any) -> str | None:
    """Why `value` cannot be kept as the field `name`: `unknown_field`, `invalid`, `max_length`; None where it can."""
    if name.startswith(ANSWER) and len(name) <= LONGEST_ANSWER_NAME:
        return _fault_of_answer(value)
    if name not in FIELDS:
        return "unknown_field"
    if name == "location":
        return None if value is None or _is_place(value) else "invalid"
    if not isinstance(value, str) or "\x00" in value:
        return "invalid"
    return "max_length" if len(value) > LENGTHS[name] else None


def _fault_of_answer(value: Any) -> str | None:
    """An answer is a text, a number, or none; whether it fits is asked when the incident is opened."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)):
        return None
    if not isinstance(value, str) or "\x00" in value:
        return "invalid"
    return "max_length" if len(value) > LONGEST_ANSWER else None


def stale(kept: Mapping[str, Mapping[str, Any]], given: Mapping[str, tuple[Any, int]]) -> list[str]:
    """Fields of `given` (value and the version that it is built on) that somebody else has changed meanwhile.

    The same value is no conflict, whoever wrote it. A field never written has version 0.
    """
    return [
        name
        for name, (value, version) in given.items()
        if kept.get(name, {}).get("version", 0) != version and kept.get(name, {}).get("value") != value
    ]


def _is_place(value: Any) -> bool:
    """[lon, lat] in degrees; 0, 0 is no place."""
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - lon, lat
        return False
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and isfinite(one) for one in value):
        return False
    lon, lat = value
    return abs(lon) <= 180 and abs(lat) <= 90 and (lon, lat) != (0, 0)  # noqa: PLR2004 - degrees
