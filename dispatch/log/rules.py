"""The log of a shift: its parts, and when shifts begin. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

DAY_H = 24
USUAL = timedelta(hours=12)


class Part(StrEnum):
    """What a line of the log is about."""

    LOG = "log"
    INCIDENT = "incident"
    SENDING = "sending"
    STATUS = "status"
    DUTY = "duty"
    ALARM = "alarm"
    HANDOVER = "handover"
    NOTE = "note"
    MESSAGE = "message"


OF_TIMELINE = (Part.INCIDENT, Part.SENDING, Part.ALARM, Part.HANDOVER, Part.NOTE)
"""Parts whose lines stand in the timelines of incidents."""


def part_of(kind: str) -> Part:
    """What a line of an incident's timeline is about."""
    if kind == "note":
        return Part.NOTE
    if kind.startswith("handover_"):
        return Part.HANDOVER
    if kind.startswith(("welfare_", "backup_")) or kind == "unit_contact":
        return Part.ALARM
    if kind.startswith("unit_") or kind == "outcome_reported":
        return Part.SENDING
    return Part.INCIDENT


def shift_clocks(patterns: Iterable[tuple[time, Sequence[int]]]) -> frozenset[time]:
    """Times of day (on the wall) at which a duty begins, by patterns of hours on and off."""
    clocks = set()
    for starts, hours in patterns:
        at = 0
        for on, off in [*zip(hours[::2], hours[1::2], strict=True)] * DAY_H:  # after so many cycles it begins as before
            clocks.add(time((starts.hour + at) % DAY_H, starts.minute))
            at += on + off
    return frozenset(clocks)


def shift_began(clocks: Iterable[time], local: datetime) -> datetime:
    """When the shift at `local` (naive, on the wall) began: the last of `clocks` before it; twelve hours ago without any."""
    days = (local.date(), local.date() - timedelta(days=1))
    begun = [at for day in days for clock in clocks if (at := datetime.combine(day, clock)) <= local]
    return max(begun, default=local - USUAL)
