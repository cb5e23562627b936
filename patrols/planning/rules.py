"""The shift plan: when a pattern puts people on duty, and what is wrong with a plan. Pure.

A pattern is counted on the clock on the wall: a night from 19:00 to 07:00 in Belgrade lasts 13 hours on 24 October 2026
and 11 on 28 March 2026. Rest and hours worked are counted in real hours.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import cycle, pairwise
from zoneinfo import ZoneInfo


class State(StrEnum):
    """How far a planned shift is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What a shift is told to do beside answering calls."""

    DIRECTED_PATROL = "directed_patrol"
    CHECKPOINT = "checkpoint"
    ESCORT = "escort"
    BORDER_SECTION = "border_section"


class Rule(StrEnum):
    """What a plan is held against."""

    UNIT_TWICE = "unit_twice"
    OFFICER_TWICE = "officer_twice"
    VEHICLE_TWICE = "vehicle_twice"
    VEHICLE_OUT = "vehicle_out_of_service"
    NO_CREW = "too_few_officers"
    LEAVE = "leave"
    REST = "rest"
    WEEK = "hours_a_week"
    LENGTH = "length"
    SKILL = "skill"


NEVER_OVERRIDDEN = frozenset({Rule.UNIT_TWICE, Rule.OFFICER_TWICE, Rule.VEHICLE_TWICE})
"""Nobody can be in two places: no reason makes that possible."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of the rules, as they hold at one organisational unit."""

    min_rest_h: float = 12
    max_week_h: float = 48
    max_shift_h: float = 14
    min_crew: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """An officer as the rules see them."""

    id: int
    name: str
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned shift as the rules see it; times are aware UTC. `id` is 0 for one that is only tried."""

    id: int
    unit: int
    call_sign: str
    starts_at: datetime
    ends_at: datetime
    officers: tuple[int, ...] = ()
    vehicle: int | None = None
    plate: str = ""
    vehicle_in_service: bool = True
    skills_needed: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Belgrade"))


@dataclass(frozen=True, slots=True)
class Absence:
    """An officer who is away, from an instant until before another."""

    officer: int
    starts_at: datetime
    ends_at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with a planned shift: by which rule, about whom, by how much.

    `amount` is by how much the limit is passed, `limit` what it is (hours; officers for the size of a crew; nothing for a
    skill, which is `name`d). `other` is the shift that it collides with.
    """

    rule: Rule
    shift: int
    subject: int
    name: str
    amount: float = 0
    limit: float = 0
    other: int | None = None
    other_call_sign: str = ""
    detail: str = ""

    @property
    def key(self) -> str:
        """What an override names: the rule and about whom or what."""
        return f"{self.rule.value}:{self.subject or self.name}"

    @property
    def may_be_overridden(self) -> bool:
        """Tell whether a reason is enough to let it be."""
        return self.rule not in NEVER_OVERRIDDEN


# --- the clock on the wall ----------------------------------------------------------------------------------------


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) when the clock on the wall shows `wall` (naive).

    Where it shows that twice, the first time; where it never does (the hour that spring takes), the clock of before goes on.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at an instant (aware); naive."""
    return at.astimezone(zone).replace(tzinfo=None)


def days_later(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The same time on the wall so many days later; hours may be more or fewer than 24 a day."""
    return instant(wall(at, zone) + timedelta(days=days), zone)


def day_bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the start of one local day until the end (exclusive) of another, in UTC."""
    return (
        instant(datetime.combine(first, time()), zone),
        instant(datetime.combine(last + timedelta(days=1), time()), zone),
    )


def duties(
    hours: Sequence[int], *, anchor: date, starts: time, first: date, last: date, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """The duties (UTC) that begin on local days `first` to `last` by a pattern: on, off, on, off, … hours, over and over.

    12/24/12/48 from `anchor` at 07:00 is day, night, two days off. Raises ValueError for a pattern without duty, or one
    that does not end with time off.
    """
    if not hours or len(hours) % 2 or min(hours) < 1:
        raise ValueError(hours)
    length = sum(hours)
    begin = datetime.combine(anchor, starts)
    since = datetime.combine(first, time())
    until = datetime.combine(last + timedelta(days=1), time())
    at = begin + timedelta(hours=(since - begin) // timedelta(hours=length) * length)
    found = []
    for index, step in enumerate(cycle(hours)):
        if at >= until:
            break
        if index % 2 == 0 and at >= since:
            found.append((instant(at, zone), instant(at + timedelta(hours=step), zone)))
        at += timedelta(hours=step)
    return found


# --- what is wrong with a plan ------------------------------------------------------------------------------------


def violations(
    shifts: Iterable[Planned], people: Mapping[int, Person], absences: Iterable[Absence] = ()
) -> list[Violation]:
    """What is wrong with these shifts taken together, the later of two that collide named first.

    Give it the shifts around those of interest, too: rest and hours a week look over the edge of what is shown.
    """
    ordered = sorted(shifts, key=lambda shift: (shift.starts_at, shift.id))
    away: dict[int, list[Absence]] = defaultdict(list)
    for absence in absences:
        away[absence.officer].append(absence)
    found = [wrong for shift in ordered for wrong in _of_one(shift, people, away)]
    for rule, groups in (
        (Rule.UNIT_TWICE, _grouped((shift.unit, shift.call_sign, shift) for shift in ordered)),
        (Rule.VEHICLE_TWICE, _grouped((s.vehicle, s.plate, s) for s in ordered if s.vehicle)),
    ):
        found += [wrong for group in groups for wrong in _collisions(rule, *group)]
    for officer, name, own in _grouped((pk, _name(people, pk), shift) for shift in ordered for pk in shift.officers):
        found += _collisions(Rule.OFFICER_TWICE, officer, name, own)
        found += _short_rests(officer, name, own)
        found += _long_weeks(officer, name, own)
    return found


def _grouped(rows: Iterable[tuple[int | None, str, Planned]]) -> list[tuple[int, str, list[Planned]]]:
    groups: dict[int, tuple[str, list[Planned]]] = {}
    for key, name, shift in rows:
        if key is not None:
            groups.setdefault(key, (name, []))[1].append(shift)
    return [(key, name, own) for key, (name, own) in groups.items()]


def _name(people: Mapping[int, Person], pk: int) -> str:
    return people[pk].name if pk in people else str(pk)


def _of_one(shift: Planned, people: Mapping[int, Person], away: Mapping[int, Sequence[Absence]]) -> Iterator[Violation]:
    """What is wrong with a shift by itself."""
    limits = shift.limits
    lasts = _hours(shift.starts_at, shift.ends_at)
    if lasts > limits.max_shift_h:
        yield Violation(
            Rule.LENGTH, shift.id, shift.unit, shift.call_sign, lasts - limits.max_shift_h, limits.max_shift_h
        )
    if len(shift.officers) < limits.min_crew:
        missing = limits.min_crew - len(shift.officers)
        yield Violation(Rule.NO_CREW, shift.id, shift.unit, shift.call_sign, missing, limits.min_crew)
    if shift.vehicle and not shift.vehicle_in_service:
        yield Violation(Rule.VEHICLE_OUT, shift.id, shift.vehicle, shift.plate)
    skills = frozenset().union(*(people[pk].skills for pk in shift.officers if pk in people))
    for skill in sorted(shift.skills_needed - skills):
        yield Violation(Rule.SKILL, shift.id, 0, skill)
    for pk in shift.officers:
        for absence in away.get(pk, ()):
            hours = _overlap_h(shift, absence.starts_at, absence.ends_at)
            if hours > 0:
                yield Violation(Rule.LEAVE, shift.id, pk, _name(people, pk), hours, detail=absence.kind)


def _collisions(rule: Rule, subject: int, name: str, own: Sequence[Planned]) -> Iterator[Violation]:
    """Shifts (in order of their start) of one unit, officer or vehicle that overlap one that began earlier."""
    last: Planned | None = None
    for shift in own:
        if last is not None and shift.starts_at < last.ends_at:
            hours = _overlap_h(shift, last.starts_at, last.ends_at)
            yield Violation(rule, shift.id, subject, name, hours, 0, last.id, last.call_sign)
        if last is None or shift.ends_at > last.ends_at:
            last = shift


def _short_rests(officer: int, name: str, own: Sequence[Planned]) -> Iterator[Violation]:
    """Shifts that begin too soon after the officer's last one; those that overlap are another rule's."""
    for before, shift in pairwise(own):
        rest = _hours(before.ends_at, shift.starts_at)
        if 0 <= rest < shift.limits.min_rest_h:
            short = shift.limits.min_rest_h - rest
            yield Violation(
                Rule.REST, shift.id, officer, name, short, shift.limits.min_rest_h, before.id, before.call_sign
            )


def _long_weeks(officer: int, name: str, own: Sequence[Planned]) -> Iterator[Violation]:
    """Shifts with which the officer passes the hours of a local week (Monday to Sunday); hours are cut at its border."""
    worked: dict[date, float] = defaultdict(float)
    for shift in own:
        over = 0.0
        for monday, hours in _by_week(shift):
            worked[monday] += hours
            over = max(over, worked[monday] - shift.limits.max_week_h)
        if over > 0:
            yield Violation(Rule.WEEK, shift.id, officer, name, over, shift.limits.max_week_h)


def _by_week(shift: Planned) -> Iterator[tuple[date, float]]:
    """The hours of a shift in each local week that it touches, by the Monday."""
    at = shift.starts_at
    while at < shift.ends_at:
        day = wall(at, shift.zone).date()
        monday = day - timedelta(days=day.weekday())
        end = min(shift.ends_at, instant(datetime.combine(monday + timedelta(days=7), time()), shift.zone))
        yield monday, _hours(at, end)
        at = end


def _hours(start: datetime, end: datetime) -> float:
    return (end - start) / timedelta(hours=1)


def _overlap_h(shift: Planned, start: datetime, end: datetime) -> float:
    return _hours(max(shift.starts_at, start), min(shift.ends_at, end))


def still_overridden(violation: Violation, overridden: Mapping[str, float]) -> bool:
    """Tell whether a reason was given for a violation as it is, or for a worse one (`overridden`: amounts by key)."""
    amount = overridden.get(violation.key)
    return violation.may_be_overridden and amount is not None and violation.amount <= amount + 1e-9
