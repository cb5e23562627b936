"""Reads of who is there when, scoped to what the viewer may see of the plan (`plan.view`)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from analytics import sql
from analytics.availability import rules
from analytics.availability.models import MinimumStaffing, StaffingWarning
from analytics.availability.rules import Gap, Need, Presence, Use
from core import clock
from core.access import Viewer
from core.models import Organisation
from core.rules import Permission
from patrols.models import CrewMember, Shift, Unit
from patrols.planning import selectors as plan
from patrols.planning.models import PlannedShift
from patrols.planning.rules import State
from patrols.rules import AVAILABILITY, FROM_ASSIGNMENT, Status

LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Scope:
    """A node with all below it where the viewer may look, its units, and a period of local days as instants."""

    node: Organisation
    nodes: list[int]
    units: list[Unit]
    start: datetime
    end: datetime
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the node."""
        return ZoneInfo(self.node.time_zone)

    @property
    def unit_ids(self) -> list[int]:
        """Ids of the units."""
        return [unit.pk for unit in self.units]


def scope(viewer: Viewer, organisation_id: int, first: date, last: date, *, now: datetime | None = None) -> Scope:
    """What is asked about. Raises NotFound. Three queries. A period is cut to `LONGEST`."""
    node = plan.access_node(viewer, organisation_id)
    nodes = plan.nodes_below(viewer, node)
    start, end = plan.bounds(node, first, min(last, first + LONGEST))
    units = Unit.objects.filter(organisation_id__in=nodes, external=False).select_related("organisation")
    ordered = list(units.order_by("organisation__code", "call_sign"))
    return Scope(node, nodes, ordered, start, end, now or clock.now())


# --- what units did -----------------------------------------------------------------------------------------------


def segments(found: Scope) -> dict[int, list[dict[str, Any]]]:
    """What each unit did on duty in the period, exactly from the history of status. One query."""
    rows = _rows("segments", units=found.unit_ids, since=found.start, until=found.end, now=found.now)
    by_unit: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for unit, start, end, status, on_view, incident, number in rows:
        by_unit[unit].append(
            {
                "start": start,
                "end": end,
                "status": status,
                "availability": AVAILABILITY[Status(status)].value,
                "on_view": on_view,
                "incident": incident,
                "number": number,
            }
        )
    return by_unit


def time_split(found: Scope) -> list[tuple[int, datetime, str, float]]:
    """Seconds by unit, local hour (the instant where it begins) and use, in that order. One query.

    The seconds are decimals of the database, exact to the microsecond.
    """
    statuses = sorted(rules.USE)
    return [
        (unit, hour, use, seconds)
        for unit, hour, use, seconds in _rows(
            "split",
            units=found.unit_ids,
            since=found.start,
            until=found.end,
            now=found.now,
            zone=found.node.time_zone,
            from_assignment=sorted(status.value for status in FROM_ASSIGNMENT),
            statuses=[status.value for status in statuses],
            uses=[rules.USE[status].value for status in statuses],
        )
    ]


def split_by(found: Scope, rows: Iterable[tuple[int, datetime, str, float]], by: str) -> list[dict[str, Any]]:
    """The time split by hour of the day, unit, directorate, or each single hour; seconds by use, and their sum."""
    units = {unit.pk: unit for unit in found.units}
    tops = directorates(found.nodes) if by == "directorate" else {}

    def named(unit: Unit, hour: datetime) -> tuple[Any, Any, Any]:
        """In which order, by which name, and in which group."""
        if by == "unit":
            return unit.call_sign, f"{unit.call_sign} · {unit.organisation.name}", unit.pk
        if by == "directorate":
            return tops[unit.organisation_id]
        key = hour.astimezone(found.zone).hour if by == "hour" else hour.isoformat()
        return key, key, key

    groups: dict[Any, dict[str, Any]] = {}
    for unit_id, hour, use, seconds in rows:
        order, name, key = named(units[unit_id], hour)
        group = groups.setdefault(key, {"key": str(key), "name": str(name), "order": order, "seconds": {}})
        group["seconds"][use] = group["seconds"].get(use, 0) + seconds
    ordered = sorted(groups.values(), key=lambda group: (group["order"], group["key"]))
    return [
        {
            "key": group["key"],
            "name": group["name"],
            "seconds": {use.value: float(group["seconds"].get(use.value, 0)) for use in Use},
            "total_s": float(sum(group["seconds"].values())),
        }
        for group in ordered
    ]


def directorates(nodes: Sequence[int]) -> dict[int, tuple[str, str, int]]:
    """The directorate or border centre above each node (code, name, id); the node itself where there is none. One query."""
    rows = {row.pk: row for row in Organisation.objects.without_tree_fields()}
    found = {}
    for node in nodes:
        step: int | None = node
        top = rows[node]
        while step is not None:
            if rows[step].kind in (Organisation.Kind.DIRECTORATE, Organisation.Kind.BORDER_CENTRE):
                top = rows[step]
                break
            step = rows[step].parent_id
        found[node] = (top.code, top.name, top.pk)
    return found


def _rows(name: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.statements("availability")[name], values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


# --- who is there -------------------------------------------------------------------------------------------------


def presence(found: Scope, *, with_drafts: bool = False) -> list[Presence]:
    """Who was, is and will be there: on duty by the history until now, from now on by the published plan.

    A unit that is on duty now stays until the planned end of its shift, or until that of its plan. Six queries.
    """
    until_now = _presence_so_far(found) if found.start < found.now else []
    return until_now + (_presence_to_come(found, with_drafts=with_drafts) if found.end > found.now else [])


def _presence_so_far(found: Scope) -> list[Presence]:
    units = {unit.pk: unit for unit in found.units}
    sectors = _sectors(found)
    skills = _skills_so_far(found)
    there = []
    for unit_id, rows in segments(found).items():
        unit = units[unit_id]
        there += [
            Presence(
                unit_id,
                unit.organisation_id,
                _sector_at(sectors.get(unit_id, ()), row["start"]),
                row["start"],
                row["end"],
                frozenset(unit.skills) | skills.get(unit_id, frozenset()),
            )
            for row in rows
        ]
    return there


def _skills_so_far(found: Scope) -> dict[int, frozenset[str]]:
    """The skills of those who rode on each unit in the period."""
    members = CrewMember.objects.filter(shift__unit__in=found.unit_ids, joined_at__lt=found.end)
    rows = members.exclude(left_at__lt=found.start).values_list("shift__unit_id", "officer__skills")
    skills: dict[int, set[str]] = defaultdict(set)
    for unit_id, some in rows:
        skills[unit_id].update(some)
    return {unit_id: frozenset(some) for unit_id, some in skills.items()}


def _sectors(found: Scope) -> dict[int, list[tuple[datetime, datetime, int]]]:
    """When each unit is planned in which area."""
    rows = PlannedShift.objects.filter(
        unit__in=found.unit_ids, state=State.PUBLISHED, sector__isnull=False, starts_at__lt=found.end
    ).filter(ends_at__gt=found.start)
    sectors: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for unit_id, start, end, area in rows.values_list("unit_id", "starts_at", "ends_at", "sector_id"):
        if area is not None:
            sectors[unit_id].append((start, end, area))
    return sectors


def _sector_at(planned: Iterable[tuple[datetime, datetime, int]], at: datetime) -> int:
    return next((area for start, end, area in planned if start <= at < end), 0)


def _presence_to_come(found: Scope, *, with_drafts: bool) -> list[Presence]:
    since = max(found.now, found.start)
    rows = plan.with_all(plan.shifts_between(found.nodes, since, found.end))
    if not with_drafts:
        rows = rows.filter(state=State.PUBLISHED)
    shifts = list(rows)
    there = [
        Presence(
            shift.unit_id,
            shift.unit.organisation_id,
            shift.sector_id or 0,
            max(shift.starts_at, since),
            shift.ends_at,
            frozenset(shift.unit.skills).union(*(member.officer.skills for member in shift.crew.all())),
        )
        for shift in shifts
    ]
    planned = {shift.unit_id: shift.sector_id or 0 for shift in reversed(shifts) if shift.starts_at <= found.now}
    running = Shift.objects.filter(unit__in=found.unit_ids, ended_at__isnull=True, planned_end_at__gt=since)
    there += [
        Presence(
            shift.unit_id, shift.unit.organisation_id, planned.get(shift.unit_id, 0), since, shift.planned_end_at,
            frozenset(shift.unit.skills),
        )
        for shift in running.select_related("unit")
        if shift.planned_end_at is not None
    ]  # fmt: skip
    return there


# --- what is missing ----------------------------------------------------------------------------------------------


def minimums(nodes: Iterable[int], first: date, last: date) -> list[MinimumStaffing]:
    """What is needed at these nodes on any of these days. One query."""
    rows = MinimumStaffing.objects.filter(organisation_id__in=nodes, valid_from__lte=last)
    return list(rows.exclude(valid_to__lt=first).select_related("organisation", "area"))


def as_needs(rows: Iterable[MinimumStaffing]) -> list[Need]:
    """Rows as the rules see them."""
    return [
        Need(
            id=row.pk,
            organisation=row.organisation_id,
            area=row.area_id or 0,
            units=row.units,
            weekdays=frozenset(row.weekdays),
            starts=row.starts,
            ends=row.ends,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            skill=row.skill,
        )
        for row in rows
    ]


def gaps(found: Scope, there: Sequence[Presence]) -> tuple[list[Gap], dict[int, MinimumStaffing]]:
    """Where fewer units are there than are needed, and the minimums by id. Two queries."""
    first, last = (at.astimezone(found.zone).date() for at in (found.start, found.end))
    rows = minimums(found.nodes, first - timedelta(days=1), last)
    needs = as_needs(rows)
    missing = rules.gaps(needs, there, below=below(rows), since=found.start, until=found.end, zone=found.zone)
    return missing, {row.pk: row for row in rows}


AHEAD = timedelta(hours=12)
"""How far a desk looks ahead for too few patrols: to the end of the shift that follows its own."""


def gaps_ahead(viewer: Viewer, organisation_id: int) -> tuple[list[Gap], dict[int, MinimumStaffing]]:
    """Gaps at a node and below that stand now or begin soon, the soonest first; the minimums they fall below, by id.

    Raises NotFound. A dozen queries, whatever the number of units.
    """
    node, now = plan.access_node(viewer, organisation_id), clock.now()
    zone = ZoneInfo(node.time_zone)
    days = (now.astimezone(zone).date(), (now + AHEAD).astimezone(zone).date())
    found = scope(viewer, organisation_id, *days, now=now)
    missing, minimums = gaps(found, presence(found))
    near = [gap for gap in missing if gap.end > now and gap.start < now + AHEAD]
    return sorted(near, key=lambda gap: (gap.start, gap.end)), minimums


def below(rows: Iterable[MinimumStaffing]) -> dict[int, frozenset[int]]:
    """Each node of these minimums, with itself and all below it. One query."""
    parents = dict(Organisation.objects.without_tree_fields().order_by().values_list("pk", "parent_id"))
    wanted = {row.organisation_id for row in rows}
    nodes: Mapping[int, set[int]] = {node: set() for node in wanted}
    for pk in parents:
        step: int | None = pk
        while step is not None:
            if step in nodes:
                nodes[step].add(pk)
            step = parents[step]
    return {node: frozenset(ids) for node, ids in nodes.items()}


def open_warnings(viewer: Viewer) -> list[StaffingWarning]:
    """Gaps that were warned of and have not closed, where the viewer may see the plan, soonest first. One query."""
    rows = StaffingWarning.objects.filter(closed_at__isnull=True, ends_at__gt=clock.now())
    allowed = viewer.organisations(Permission.PLAN_VIEW)
    found = rows.filter(minimum__organisation_id__in=allowed).select_related("minimum__organisation", "minimum__area")
    return list(found.order_by("starts_at")[:50])


# --- the curve ----------------------------------------------------------------------------------------------------


def curve(
    found: Scope, did: Mapping[int, Sequence[Mapping[str, Any]]], there: Sequence[Presence], needs: Sequence[Need]
) -> list[dict[str, Any]]:
    """For each local hour of the period: units on average by availability (past), planned at least (future), and needed.

    Averages are integrals: unit-seconds of the hour over its seconds, up to now in the hour that runs.
    """
    hours = _hours(found)
    index = {start: number for number, (start, _) in enumerate(hours)}
    sums = [dict.fromkeys(("available", "conditional", "busy", "out"), 0.0) for _ in hours]
    for rows in did.values():
        for row in rows:
            _spread(sums, index, hours, row, _kind_of(row["status"]))
    needed = _needed(found, needs)
    answer = []
    for number, (start, end) in enumerate(hours):
        known = (min(end, found.now) - start).total_seconds()
        past = {kind: round(value / known, 4) for kind, value in sums[number].items()} if known > 0 else None
        edges = {start, *(at for one in there for at in (one.start, one.end) if start < at < end)}
        counts = [len({one.unit for one in there if one.start <= at < one.end}) for at in sorted(edges)]
        answer.append(
            {
                "start": start,
                "end": end,
                "past": past,
                "least": min(counts, default=0),
                "needed": max((units for since, until, units in needed if since < end and until > start), default=0),
            }
        )
    return answer


def _needed(found: Scope, needs: Sequence[Need]) -> list[tuple[datetime, datetime, int]]:
    """How many units the node itself needs, and when; needs of nodes below and of areas stand in their own rows."""
    return [
        (window.start, window.end, need.units)
        for need in needs
        if need.organisation == found.node.pk and not need.area and not need.skill
        for window in rules.windows(need, since=found.start, until=found.end, zone=found.zone)
    ]


def _kind_of(status: str) -> str:
    if status == Status.OUT_OF_SERVICE:
        return "out"
    kind = AVAILABILITY[Status(status)].value
    return "busy" if kind == "unavailable" else kind


def _hours(found: Scope) -> list[tuple[datetime, datetime]]:
    hours = []
    at = found.start
    while at < found.end:
        hours.append((at, min(at + timedelta(hours=1), found.end)))
        at += timedelta(hours=1)
    return hours


def _spread(
    sums: list[dict[str, float]],
    index: Mapping[datetime, int],
    hours: Sequence[tuple[datetime, datetime]],
    row: Mapping[str, Any],
    kind: str,
) -> None:
    """Add the seconds of one segment to the hours that it touches."""
    first = hours[0][0]
    number = index[first] + int((row["start"] - first) // timedelta(hours=1))
    while number < len(hours) and hours[number][0] < row["end"]:
        start, end = hours[number]
        sums[number][kind] += (min(row["end"], end) - max(row["start"], start)).total_seconds()
        number += 1
