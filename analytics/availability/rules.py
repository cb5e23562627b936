"""What units did with their time, who is there when, what is missing, and what counts as a visit. Pure.

The same is computed by `analytics/sql/availability.sql`; a test holds the two equal for random histories. All instants are
aware UTC; hours are those of the local clock, cut where they begin and end as instants: a day has 23 or 25 of them when
the clock changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from patrols.planning.rules import instant, wall
from patrols.rules import FROM_ASSIGNMENT, Status


class Use(StrEnum):
    """What a unit's time went into."""

    CALLS = "calls"
    SELF_INITIATED = "self_initiated"
    DIRECTED = "directed"
    ADMINISTRATIVE = "administrative"
    OUT_OF_SERVICE = "out_of_service"
    FREE = "free"


USE: Mapping[Status, Use] = {
    Status.ON_PATROL: Use.FREE,
    Status.AT_STATION: Use.FREE,
    Status.DISPATCHED: Use.CALLS,
    Status.EN_ROUTE: Use.CALLS,
    Status.ON_SCENE: Use.CALLS,
    Status.ACTION_TAKEN: Use.CALLS,
    Status.EMERGENCY: Use.CALLS,
    Status.STAGING: Use.DIRECTED,
    Status.TRAFFIC_STOP: Use.SELF_INITIATED,
    Status.TRANSPORT: Use.ADMINISTRATIVE,
    Status.COURT: Use.ADMINISTRATIVE,
    Status.MEAL: Use.ADMINISTRATIVE,
    Status.REPORT_WRITING: Use.ADMINISTRATIVE,
    Status.OUT_OF_SERVICE: Use.OUT_OF_SERVICE,
}
"""What each status on duty counts as, before the job's origin and the tasks of the plan are looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """A status of one unit from an instant on; `on_view` of the job that gave it, None without one."""

    at: datetime
    status: Status
    on_view: bool | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A status of one unit from `start` until before `end`."""

    start: datetime
    end: datetime
    status: Status
    on_view: bool | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant until before another."""

    start: datetime
    end: datetime


def segments(changes: Sequence[Change], *, since: datetime, until: datetime, now: datetime) -> list[Segment]:
    """What one unit did on duty in a period, from the whole history of its status in the order of its rows.

    Each status lasts until the next, the last one until now; of several at one instant the last counts. Nothing is known
    of before the first, and nothing is said of the future.
    """
    end = min(until, now)
    ends = [change.at for change in changes[1:]] + [end] * bool(changes)
    found = []
    for change, last in zip(changes, ends, strict=True):
        start, stop = max(change.at, since), min(last, end)
        if start < stop and change.status != Status.OFF_DUTY:
            found.append(Segment(start, stop, change.status, change.on_view))
    return found


def use_of(segment: Segment) -> Use:
    """What a segment counts as, tasks of the plan apart. A job that a patrol came upon is self-initiated."""
    if segment.status in FROM_ASSIGNMENT and segment.on_view:
        return Use.SELF_INITIATED
    return USE[segment.status]


def split(found: Iterable[Segment], tasks: Sequence[Span], *, zone: ZoneInfo) -> dict[tuple[datetime, Use], timedelta]:
    """How long one unit did what, by the instant where each local hour begins.

    Free time within the time of a published task is directed patrol. The sum is the time on duty, to the microsecond.
    """
    total: dict[tuple[datetime, Use], timedelta] = defaultdict(timedelta)
    for segment in found:
        use = use_of(segment)
        for piece in _cut(segment, tasks if use == Use.FREE else (), zone):
            total[_hour(piece.start, zone), Use.DIRECTED if piece.directed else use] += piece.end - piece.start
    return dict(total)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: datetime
    end: datetime
    directed: bool


def _cut(segment: Segment, tasks: Sequence[Span], zone: ZoneInfo) -> list[_Piece]:
    """The segment cut at each hour's border and at each border of a task."""
    edges = {segment.start, segment.end, *(at for task in tasks for at in (task.start, task.end))}
    border = _hour(segment.start, zone) + timedelta(hours=1)
    while border < segment.end:
        edges.add(border)
        border += timedelta(hours=1)
    inside = sorted(at for at in edges if segment.start <= at <= segment.end)
    return [
        _Piece(start, end, any(task.start <= start < task.end for task in tasks)) for start, end in pairwise(inside)
    ]


def _hour(at: datetime, zone: ZoneInfo) -> datetime:
    """The instant where the local hour of `at` begins; clocks change at whole hours."""
    local = at.astimezone(zone)
    return at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


# --- what is needed -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Need:
    """So many units are needed on these weekdays (1 is Monday) from one local time to another; equal times are all day.

    A time that ends before it begins ends on the next day. `area` is 0 for a whole organisational unit.
    """

    id: int
    organisation: int
    area: int
    units: int
    weekdays: frozenset[int]
    starts: time
    ends: time
    valid_from: date
    valid_to: date | None = None
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """A unit that is there, or is planned to be, from `start` until before `end`."""

    unit: int
    organisation: int
    area: int
    start: datetime
    end: datetime
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Gap:
    """From `start` until before `end` only `has` of `needs` units are there."""

    need: int
    start: datetime
    end: datetime
    has: int
    needs: int


def windows(need: Need, *, since: datetime, until: datetime, zone: ZoneInfo) -> list[Span]:
    """When something is needed in a period."""
    found = []
    day = wall(since, zone).date() - timedelta(days=1)
    while day <= wall(until, zone).date():
        valid = need.valid_from <= day and (need.valid_to is None or day <= need.valid_to)
        if valid and day.isoweekday() in need.weekdays:
            last = day if need.ends > need.starts else day + timedelta(days=1)
            start = max(instant(datetime.combine(day, need.starts), zone), since)
            end = min(instant(datetime.combine(last, need.ends), zone), until)
            if start < end:
                found.append(Span(start, end))
        day += timedelta(days=1)
    return found


def gaps(
    needs: Iterable[Need],
    there: Sequence[Presence],
    *,
    below: Mapping[int, frozenset[int]],
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
) -> list[Gap]:
    """Where fewer units are there than are needed, exactly from when until when; in the order of their beginnings.

    `below` maps an organisational unit to itself and all below it. A unit counts once, however often it is planned.
    """
    found = []
    for need in needs:
        fit = [
            one
            for one in there
            if one.organisation in below.get(need.organisation, frozenset())
            and (not need.area or one.area == need.area)
            and (not need.skill or need.skill in one.skills)
        ]
        for window in windows(need, since=since, until=until, zone=zone):
            found += _gaps_in(need, window, fit)
    return sorted(found, key=lambda gap: (gap.start, gap.need))


def _gaps_in(need: Need, window: Span, fit: Sequence[Presence]) -> list[Gap]:
    near = [one for one in fit if one.start < window.end and one.end > window.start]
    edges = {window.start, window.end, *(at for one in near for at in (one.start, one.end))}
    inside = sorted(at for at in edges if window.start <= at <= window.end)
    found: list[Gap] = []
    for start, end in pairwise(inside):
        has = len({one.unit for one in near if one.start <= start < one.end})
        if has >= need.units:
            continue
        if found and found[-1].end == start and found[-1].has == has:
            found[-1] = Gap(need.id, found[-1].start, end, has, need.units)
        else:
            found.append(Gap(need.id, start, end, has, need.units))
    return found


# --- visits -------------------------------------------------------------------------------------------------------

LONGEST_SILENCE = timedelta(minutes=5)
"""Two fixes further apart say nothing of what lies between them."""
SHORTEST_VISIT = timedelta(minutes=2)
"""Less than this is passing through: its minutes count, it is no visit."""
COARSEST_FIX_M = 100.0
"""A fix that may be off by more does not say in which sector it is."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A unit inside an area from its first fix there to its last, without a silence between."""

    start: datetime
    end: datetime

    @property
    def is_visit(self) -> bool:
        """Tell whether it was long enough to count as a visit."""
        return self.end - self.start >= SHORTEST_VISIT


def stays(fixes: Iterable[tuple[datetime, bool]]) -> list[Stay]:
    """The stays of one unit in one area, from its fixes in order: when, and whether inside."""
    found: list[Stay] = []
    last: datetime | None = None
    for at, inside in fixes:
        if inside:
            if last is not None and at - last <= LONGEST_SILENCE:
                found[-1] = Stay(found[-1].start, at)
            else:
                found.append(Stay(at, at))
        last = at if inside else None
    return found
