"""Reaction at the border. Pure; times are aware UTC.

The clock of the border runs from detection until *all* required units are in place: the opposite of the first arrival,
which is kept beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from analytics.rules import History, Why, first_interval


@dataclass(frozen=True, slots=True)
class Reaction:
    """Seconds from detection to the first unit, and to all required units in place; or why there is none."""

    first: float | Why
    all_in_place: float | Why
    in_place: int
    required: int


def arrivals(history: History) -> list[datetime]:
    """When each unit was first on the spot, the earliest first: of the first interval, of units not broken off."""
    by_unit: dict[str, datetime] = {}
    for sent in first_interval(history):
        if not sent.broken_off and sent.on_scene_at is not None:
            by_unit[sent.unit] = min(sent.on_scene_at, by_unit.get(sent.unit, sent.on_scene_at))
    return sorted(by_unit.values())


def reaction(history: History, *, detected_at: datetime, required: int) -> Reaction:
    """The two clocks of an event. One that a patrol came upon has none (rule 5); backwards ones are told apart (rule 8)."""
    there = arrivals(history)
    return Reaction(
        first=_seconds(history, detected_at, there[:1]),
        all_in_place=_seconds(history, detected_at, there[required - 1 : required]),
        in_place=len(there),
        required=required,
    )


def _seconds(history: History, detected_at: datetime, end: Iterable[datetime]) -> float | Why:
    if history.on_view:
        return Why.ON_VIEW
    for at in end:
        seconds = (at - detected_at).total_seconds()
        return seconds if seconds >= 0 else Why.NEGATIVE
    return Why.MISSING
