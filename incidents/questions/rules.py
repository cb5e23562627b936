"""Which answers fit a question, and which priority an answer asks for. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from math import isfinite
from typing import Any

from incidents.rules.states import PRIORITIES

LONGEST = 500


class Kind(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


def fits(kind: str, value: Any, *, choices: Iterable[str] = ()) -> bool:
    """Whether `value` answers a question of this kind. None takes an answer back, and always fits."""
    if value is None:
        return True
    match kind:
        case Kind.YES_NO:
            return value in ("yes", "no", "unknown") and isinstance(value, str)
        case Kind.CHOICE:
            return isinstance(value, str) and value in set(choices)
        case Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        case _:
            return isinstance(value, str) and 0 < len(value) <= LONGEST and "\x00" not in value


def priority_for(raises: Mapping[str, Any], value: Any) -> int | None:
    """The priority that an answer asks for, or None.

    `raises` maps an answer to a priority: `{"yes": 1}`; for numbers also a bound: `{">=3": 1}`. Of several the most
    urgent. What is no priority, or no bound, asks for nothing.
    """
    found = [priority for said, priority in raises.items() if priority in PRIORITIES and _is_said(str(said), value)]
    return min(found, default=None)


def _is_said(said: str, value: Any) -> bool:
    if said.startswith(">="):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        try:
            return value >= float(said[2:])
        except ValueError:
            return False
    return value is not None and said == str(value)
