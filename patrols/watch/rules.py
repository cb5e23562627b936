"""When a watch rule's window is open, by the wall's clock. Pure.

A window belongs to the day on which it begins, and may cross midnight. The nights on which the clock is moved: an hour
that comes twice is inside as long as the clock reads less than the end; a time that does not come is the moment of the
jump.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from patrols.rules import Status


class Kind(StrEnum):
    """What a rule watches for."""

    ENTER = "enter"
    LEAVE = "leave"
    SECTOR = "sector"
    STILL = "still"
    SILENT = "silent"
    COVERAGE = "coverage"


class End(StrEnum):
    """Why an alarm of a rule stands no more."""

    CLEARED = "cleared"
    TAKEN = "taken"
    WINDOW = "window"
    RULE = "rule"


WATCHED = tuple(status for status in Status if status is not Status.OFF_DUTY)
"""Statuses that may be watched: units off duty never are."""
COARSEST_M = 200.0
"""A position that may be off by more says nothing of a border."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`, both aware UTC."""

    start: datetime
    end: datetime

    def holds(self, now: datetime) -> bool:
        """Tell whether `now` lies in it."""
        return self.start <= now < self.end


@dataclass(frozen=True, slots=True)
class Window:
    """From a time of day until another, on some days (Monday is 1; none means all). Without times: always."""

    begins: time | None
    ends: time | None
    weekdays: Collection[int]
    zone: ZoneInfo

    def at(self, now: datetime) -> Period | None:
        """The window in which `now` lies, or None. One that is always open begins now."""
        if self.begins is None:
            return Period(now, datetime.max.replace(tzinfo=UTC))
        today = now.astimezone(self.zone).date()
        for day in (today, today - timedelta(days=1)):
            period = self.on(day)
            if period is not None and period.holds(now):
                return period
        return None

    def on(self, day: date) -> Period | None:
        """The window that begins on `day`, or None where the rule does not hold on that day of the week."""
        if self.weekdays and day.isoweekday() not in self.weekdays:
            return None
        begins, ends = self.begins or time(), self.ends or time()
        last = day if begins < ends else day + timedelta(days=1)
        start = wall(datetime.combine(day, begins), self.zone)
        return Period(start, wall(datetime.combine(last, ends), self.zone, is_end=True))


def wall(local: datetime, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The instant (UTC) at which the wall's clock first shows `local` (naive), or jumps over it.

    As an end: the first instant after the last at which it shows less. They differ where an hour comes twice.
    """
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second < first:  # the clock never shows it
        after = first.astimezone(zone).utcoffset()
        jump = second
        while jump.astimezone(zone).utcoffset() != after:
            jump += timedelta(minutes=1)
        return jump
    if not is_end or first == second:
        return first
    before = (local - timedelta(microseconds=1)).replace(tzinfo=zone)
    comes_twice = before.replace(fold=1).astimezone(UTC) > before.replace(fold=0).astimezone(UTC)
    return second if comes_twice else first
