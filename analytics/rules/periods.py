"""Which periods a regular report is about: local days, weeks, months and shifts that are over. Pure; instants are UTC.

A period is over when the next one begins on the clock of the organisational unit, so a day of a clock change has 23 or 25
hours and is one day all the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST_MISSED = 31
"""So many periods are made up for after the machine stood still; older ones are let go."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One period of a schedule: its first and last local day, and the shift where it is one."""

    since: date
    until: date
    shift: str | None = None

    @property
    def name(self) -> str:
        """What tells it from all others of its schedule."""
        return "/".join(dict.fromkeys([self.since.isoformat(), self.until.isoformat(), *filter(None, [self.shift])]))


def occasions(
    every: str, *, after: datetime, now: datetime, zone: ZoneInfo, shifts: Sequence[str] = ()
) -> list[Occasion]:
    """Periods that ended after `after` and not after `now`, oldest first, `MOST_MISSED` at most.

    `every` is `shift`, `day`, `week` (from Monday) or `month`; `shifts` are those of a day: `19:00-07:00`.
    """
    found: list[Occasion] = []
    for ends, occasion in _backwards(every, now.astimezone(zone).date(), zone, shifts):
        if ends > now:
            continue
        if ends <= after or len(found) == MOST_MISSED:
            break
        found.append(occasion)
    return found[::-1]


def _backwards(every: str, today: date, zone: ZoneInfo, shifts: Sequence[str]) -> Iterator[tuple[datetime, Occasion]]:
    """Periods with the instants where they end, the latest first, without end."""
    if every == "shift":
        yield from _shifts_backwards(today, zone, shifts)
        return
    following = _begin(every, today + timedelta(days=32))
    while True:
        last = following - timedelta(days=1)
        first = _begin(every, last)
        yield _at(following, time(), zone), Occasion(first, last)
        following = first


def _begin(every: str, day: date) -> date:
    if every == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if every == "week" else day


def _shifts_backwards(today: date, zone: ZoneInfo, shifts: Sequence[str]) -> Iterator[tuple[datetime, Occasion]]:
    day = today + timedelta(days=1)
    while True:
        ended = []
        for shift in shifts:
            begins, ends = (time.fromisoformat(clock) for clock in shift.split("-"))
            ended.append((_at(day + timedelta(days=int(ends <= begins)), ends, zone), Occasion(day, day, shift)))
        yield from sorted(ended, key=lambda one: one[0], reverse=True)
        day -= timedelta(days=1)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def before(occasion: Occasion, every: str) -> tuple[date, date]:
    """The local days of the period before: the day, week or month before; of a shift the same one a week before."""
    if every == "shift":
        earlier = occasion.since - timedelta(days=7)
        return earlier, earlier
    last = occasion.since - timedelta(days=1)
    return _begin(every, last), last


def a_year_before(since: date, until: date) -> tuple[date, date]:
    """The same local days a year before; of 29 February the 28th."""
    return _last_year(since), _last_year(until)


def _last_year(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)
