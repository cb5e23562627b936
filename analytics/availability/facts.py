"""Plan against fact: who came late, left early or did not come; which sectors and directed patrols were done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from analytics import sql
from analytics.availability import rules
from analytics.availability.rules import Stay
from analytics.availability.selectors import Scope
from geo.models import Area
from patrols.models import Shift
from patrols.planning import selectors as plan
from patrols.planning.models import PlannedShift, PlannedTask
from patrols.planning.rules import State

ON_TIME_S = 300
"""A sign-on that is less late than this, or a sign-off less early, is on time."""


def plan_and_fact(found: Scope) -> dict[str, Any]:
    """All published shifts that began in the period and before now, held against what was. Some ten queries.

    Which real shifts served a planned one says `_serves`. Minutes and visits come from positions.
    """
    rows = PlannedShift.objects.filter(
        unit__in=found.unit_ids,
        state=State.PUBLISHED,
        starts_at__gte=found.start,
        starts_at__lt=min(found.end, found.now),
    )
    shifts = list(plan.with_all(rows).order_by("starts_at", "unit__call_sign"))
    served = _served(shifts, found.now)
    where = _where(found, shifts)
    return {
        "shifts": [_shift_row(shift, served[shift.pk], where, found.now) for shift in shifts],
        "areas": _area_rows(found, shifts, where),
        "tasks": [_task_row(task, shift, where, found.now) for shift in shifts for task in shift.tasks.all()],
    }


def _served(shifts: Sequence[PlannedShift], now: datetime) -> dict[int, list[Shift]]:
    """The real shifts that served each planned one. One query."""
    found: dict[int, list[Shift]] = {shift.pk: [] for shift in shifts}
    if not shifts:
        return found
    rows = Shift.objects.filter(
        unit_id__in={shift.unit_id for shift in shifts}, starts_at__lt=max(shift.ends_at for shift in shifts)
    ).exclude(ended_at__lte=min(shift.starts_at for shift in shifts))
    by_unit: dict[int, list[Shift]] = defaultdict(list)
    for row in rows.order_by("starts_at"):
        by_unit[row.unit_id].append(row)
    for shift in shifts:
        found[shift.pk] = [row for row in by_unit[shift.unit_id] if _serves(row, shift, now)]
    return found


def _serves(row: Shift, shift: PlannedShift, now: datetime) -> bool:
    """Tell whether a real shift served a planned one: they overlap for more than half of the shorter of the two.

    A crew that stays some minutes into the next shift, or comes some minutes early, does not serve that one, too.
    """
    ended = row.ended_at or max(now, row.starts_at)
    overlap = min(ended, shift.ends_at) - max(row.starts_at, shift.starts_at)
    return overlap * 2 > min(ended - row.starts_at, min(shift.ends_at, now) - shift.starts_at)


type Stays = Mapping[tuple[int, int], Sequence[Stay]]


def _where(found: Scope, shifts: Sequence[PlannedShift]) -> Stays:
    """The stays of each unit in each area that the plan names, by (unit, area). One query."""
    areas = {shift.sector_id for shift in shifts} | {t.area_id for shift in shifts for t in shift.tasks.all()}
    if not shifts or areas <= {None}:
        return {}
    return stays(
        units={shift.unit_id for shift in shifts},
        areas={area for area in areas if area is not None},
        since=found.start,
        until=min(max(shift.ends_at for shift in shifts), found.now),
    )


def stays(*, units: Iterable[int], areas: Iterable[int], since: datetime, until: datetime) -> Stays:
    """The stays of these units in these areas from `since` until before `until`, by (unit, area). One query."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "units": sorted(units),
            "areas": sorted(areas),
            "since": since,
            "until": until,
            "silence": rules.LONGEST_SILENCE,
            "coarsest_m": rules.COARSEST_FIX_M,
        }
        cursor.execute(sql.statements("availability")["stays"], values)
        rows = cursor.fetchall()
    by_pair: dict[tuple[int, int], list[Stay]] = defaultdict(list)
    for unit, area, start, end in rows:
        by_pair[unit, area].append(Stay(start, end))
    return by_pair


def _within(where: Stays, unit: int, area: int | None, start: datetime, end: datetime) -> tuple[float, int]:
    """Minutes and visits of a unit in an area between two instants."""
    if area is None:
        return 0, 0
    cut = [
        Stay(max(stay.start, start), min(stay.end, end))
        for stay in where.get((unit, area), ())
        if stay.start < end and stay.end > start
    ]
    seconds = sum((stay.end - stay.start).total_seconds() for stay in cut)
    return round(seconds / 60, 2), sum(stay.is_visit for stay in cut)


def _shift_row(shift: PlannedShift, served: Sequence[Shift], where: Stays, now: datetime) -> dict[str, Any]:
    first = served[0].starts_at if served else None
    is_over = shift.ends_at <= now
    left = max((row.ended_at or now for row in served), default=None)
    still_there = any(row.ended_at is None for row in served)
    late_s = max((first - shift.starts_at).total_seconds(), 0) if first else None
    early_s = None
    if left is not None and not (still_there and not is_over):
        early_s = max((min(shift.ends_at, now) - left).total_seconds(), 0)
    minutes, visits = _within(where, shift.unit_id, shift.sector_id, shift.starts_at, min(shift.ends_at, now))
    return {
        "shift": shift.pk,
        "call_sign": shift.unit.call_sign,
        "station": shift.unit.organisation.name,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "came_at": first,
        "left_at": None if still_there else left,
        "outcome": _outcome(served, late_s, early_s, is_over=is_over),
        "late_s": late_s,
        "early_s": early_s,
        "sector": shift.sector.name if shift.sector else None,
        "sector_minutes": minutes if shift.sector else None,
        "sector_visits": visits if shift.sector else None,
    }


def _outcome(served: Sequence[Shift], late_s: float | None, early_s: float | None, *, is_over: bool) -> str:
    if not served:
        return "no_show" if is_over else "not_yet"
    late, early = (late_s or 0) > ON_TIME_S, (early_s or 0) > ON_TIME_S
    if late and early:
        return "late_and_early"
    if late or early:
        return "late" if late else "early"
    return "as_planned"


def _area_rows(found: Scope, shifts: Sequence[PlannedShift], where: Stays) -> list[dict[str, Any]]:
    """Each sector that was planned or belongs to these nodes, with the units planned there and what they did."""
    planned: dict[int, list[PlannedShift]] = defaultdict(list)
    for shift in shifts:
        if shift.sector_id is not None:
            planned[shift.sector_id].append(shift)
    own = Area.objects.filter(organisation_id__in=found.nodes, kind=Area.Kind.SECTOR).defer("geometry")
    areas = {row.pk: row for row in [*own, *(shift.sector for shift in shifts if shift.sector)]}
    rows = []
    for area in sorted(areas.values(), key=lambda row: row.code):
        did = [
            _within(where, shift.unit_id, area.pk, shift.starts_at, min(shift.ends_at, found.now))
            for shift in planned[area.pk]
        ]
        rows.append(
            {
                "area": area.pk,
                "code": area.code,
                "name": area.name,
                "shifts": len(did),
                "minutes": round(sum(minutes for minutes, _ in did), 2),
                "visits": sum(visits for _, visits in did),
                "unvisited": any(shift.ends_at <= found.now for shift in planned[area.pk])
                and not any(visits for _, visits in did),
            }
        )
    return rows


def _task_row(task: PlannedTask, shift: PlannedShift, where: Stays, now: datetime) -> dict[str, Any]:
    minutes, visits = _within(where, shift.unit_id, task.area_id, task.starts_at, min(task.ends_at, now))
    if task.area_id is None:
        outcome = "not_measured"
    elif minutes >= task.minutes:
        outcome = "done"
    elif task.ends_at > now:
        outcome = "not_yet"
    else:
        outcome = "partly" if minutes > 0 else "not_done"
    return {
        "task": task.pk,
        "kind": task.kind,
        "call_sign": shift.unit.call_sign,
        "area": task.area.name if task.area else None,
        "place": task.place,
        "starts_at": task.starts_at,
        "ends_at": task.ends_at,
        "minutes_planned": task.minutes,
        "minutes": minutes,
        "visits": visits,
        "outcome": outcome,
    }
