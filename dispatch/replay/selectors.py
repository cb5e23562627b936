"""Reads of a past period of a board, in two parts: what happened (once), and positions (slice by slice, thinned).

Units, incidents and assignments are those of the board as it is now, at the times that their histories tell.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from core.access import Viewer
from core.errors import Unprocessable
from core.models import Board
from core.selectors import access_board
from dispatch.models import Assignment
from dispatch.selectors import board_out
from incidents.models import Incident, PriorityChange, Reopening
from incidents.rules import OPEN
from patrols.cards import stamp
from patrols.models import Alarm, Shift, StatusChange, Unit
from patrols.rules import AVAILABILITY, Status

LONGEST = timedelta(hours=24)
LONGEST_SLICE = timedelta(minutes=30)
MOST_POINTS = 60_000
"""How many positions a slice holds at most; with more units each shows fewer."""
BEFORE = timedelta(minutes=15)
"""How far back the position is looked for with which a unit enters a slice."""

_SLICE = """
    SELECT unit.id, fix.at, ST_X(fix.point), ST_Y(fix.point), fix.heading_deg
    FROM unnest(%(units)s::bigint[]) AS unit (id)
    CROSS JOIN LATERAL (
        (
            SELECT at, point, heading_deg FROM patrols_fix
            WHERE unit_id = unit.id AND at >= %(before)s AND at < %(start)s ORDER BY at DESC LIMIT 1
        )
        UNION ALL
        (
            SELECT DISTINCT ON (floor(extract(epoch FROM at) / %(step)s)) at, point, heading_deg FROM patrols_fix
            WHERE unit_id = unit.id AND at >= %(start)s AND at < %(end)s
            ORDER BY floor(extract(epoch FROM at) / %(step)s), at DESC
        )
    ) AS fix
    ORDER BY unit.id, fix.at
"""


def what_happened(viewer: Viewer, board_id: int, *, start: datetime, end: datetime) -> dict[str, Any]:
    """The units, incidents, assignments and calls for help of a board from `start` until before `end` (aware).

    Raises NotFound where one may not watch the board; Unprocessable for more than a day. Nine queries.
    """
    board = access_board(viewer, board_id)
    if end - start > LONGEST:
        raise Unprocessable(_("A replay shows a day at most."), code="period_too_long", field="to")
    units = list(_units(board, start, end))
    return {
        "board": board_out(board),
        "from": stamp(start),
        "to": stamp(end),
        "units": _unit_rows(units, start, end),
        "incidents": _incidents(board, start, end),
        "assignments": _assignments(board, start, end),
        "alarms": _alarms(board, start, end),
    }


def positions(viewer: Viewer, board_id: int, *, start: datetime, end: datetime, step_s: int) -> dict[str, Any]:
    """Where the units of the board were: one position a unit in every `step_s` seconds, more where that is too much.

    By unit `[seconds after start, lon, lat, heading or null]`, in order; the first may lie before the start. Raises as
    `what_happened`; Unprocessable for more than half an hour. Three queries.
    """
    board = access_board(viewer, board_id)
    if end - start > LONGEST_SLICE:
        raise Unprocessable(_("Ask for half an hour of positions at most."), code="slice_too_long", field="to")
    ids = list(_units(board, start, end).values_list("pk", flat=True))
    span_s = (end - start).total_seconds()
    step_s = max(step_s, -int(-span_s * len(ids) // MOST_POINTS))
    found: dict[int, list[list[float | None]]] = defaultdict(list)
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"units": ids, "before": start - BEFORE, "start": start, "end": end, "step": step_s}
        cursor.execute(_SLICE, asked)
        for unit, at, lon, lat, heading in cursor.fetchall():
            after_s = round((at - start).total_seconds(), 1)
            found[unit].append([after_s, round(lon, 6), round(lat, 6), None if heading is None else round(heading)])
    return {"from": stamp(start), "to": stamp(end), "step_s": step_s, "units": found}


# --- parts --------------------------------------------------------------------------------------------------------


def _units(board: Board, start: datetime, end: datetime) -> QuerySet[Unit]:
    """The board's units that had a shift in the period, or are on duty since before it."""
    on_shift = Shift.objects.filter(starts_at__lt=end).filter(Q(ended_at__isnull=True) | Q(ended_at__gt=start))
    changed = StatusChange.objects.filter(occurred_at__gte=start, occurred_at__lt=end)
    seen = (
        Q(pk__in=on_shift.values("unit_id"))
        | Q(pk__in=changed.values("unit_id"))
        | Q(on_duty=True, status_since__lt=end)
    )
    return Unit.objects.filter(seen, board=board, external=False).order_by("call_sign", "pk")


def _unit_rows(units: Sequence[Unit], start: datetime, end: datetime) -> list[dict[str, Any]]:
    statuses = _statuses([unit.pk for unit in units], start, end)
    return [
        {
            "id": unit.pk,
            "call_sign": unit.call_sign,
            "sector": unit.sector or None,
            "kind": unit.kind,
            "statuses": [
                {"at": stamp(at), "status": status, "availability": AVAILABILITY[Status(status)].value}
                for at, status in statuses.get(unit.pk) or _present(unit, end)
            ],
        }
        for unit in units
    ]


def _present(unit: Unit, end: datetime) -> list[tuple[datetime, str]]:
    """What a unit without a history in the period does, where that began before its end."""
    return [(unit.status_since, unit.status)] if unit.status_since < end else []


def _statuses(unit_ids: Iterable[int], start: datetime, end: datetime) -> dict[int, list[tuple[datetime, str]]]:
    """Each unit's status at the start, and those that follow. Two queries."""
    rows = StatusChange.objects.filter(unit_id__in=list(unit_ids), occurred_at__lt=end)
    found: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    first = rows.filter(occurred_at__lte=start).order_by("unit_id", "-occurred_at", "-pk").distinct("unit_id")
    later = rows.filter(occurred_at__gt=start).order_by("occurred_at", "pk")
    for some in (first, later):
        for unit_id, at, status in some.values_list("unit_id", "occurred_at", "status"):
            found[unit_id].append((at, status))
    return found


def _incidents(board: Board, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Incidents that were open in the period, each with the intervals in which it was, and its priorities."""
    open_now = [status.value for status in OPEN]
    rows = list(
        Incident.objects.filter(board=board, received_at__lt=end)
        .filter(Q(closed_at__gt=start) | Q(status__in=open_now) | Q(reopenings__ended_at__gt=start))
        .distinct()
        .select_related("type")
        .order_by("received_at", "pk")
    )
    ids = [row.pk for row in rows]
    breaks: dict[int, list[Reopening]] = defaultdict(list)
    for pause in Reopening.objects.filter(incident_id__in=ids).order_by("occurred_at", "pk"):
        breaks[pause.incident_id].append(pause)
    priorities: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for change in PriorityChange.objects.filter(incident_id__in=ids).order_by("occurred_at", "pk"):
        priorities[change.incident_id].append({"at": stamp(change.occurred_at), "priority": change.priority})
    return [
        {
            "id": row.pk,
            "number": row.number,
            "type": {"code": row.type.code, "name": row.type.name},
            "priority": row.priority,
            "priorities": priorities[row.pk],
            "place": row.place,
            "location": None if row.location is None else [row.location.x, row.location.y],
            "open": _open(row, breaks[row.pk]),
        }
        for row in rows
    ]


def _open(row: Incident, breaks: Sequence[Reopening]) -> list[list[str | None]]:
    """The intervals in which an incident was open; the last may have no end."""
    starts = [row.received_at, *(pause.occurred_at for pause in breaks)]
    ends = [*(pause.ended_at for pause in breaks), row.closed_at]
    return [[stamp(start), stamp(end) if end else None] for start, end in zip(starts, ends, strict=True)]


def _assignments(board: Board, start: datetime, end: datetime) -> list[dict[str, Any]]:
    rows = (
        Assignment.objects.filter(Q(unit__board=board) | Q(incident__board=board), unit__external=False)
        .filter(dispatched_at__lt=end)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=start))
        .annotate(number=F("incident__number"))
        .order_by("dispatched_at", "pk")
    )
    names = ("dispatched_at", "acknowledged_at", "en_route_at", "on_scene_at", "action_taken_at", "ended_at")
    return [
        {
            "id": row["id"],
            "incident": row["incident_id"],
            "number": row["number"],
            "unit": row["unit_id"],
            **{name: stamp(row[name]) if row[name] else None for name in names},
        }
        for row in rows.values("id", "incident_id", "number", "unit_id", *names)
    ]


def _alarms(board: Board, start: datetime, end: datetime) -> list[dict[str, Any]]:
    rows = Alarm.objects.filter(board=board, raised_at__lt=end, withdrawn=False)
    rows = rows.filter(Q(resolved_at__isnull=True) | Q(resolved_at__gt=start)).order_by("raised_at", "pk")
    return [
        {
            "id": row.pk,
            "unit": row.unit_id,
            "is_drill": row.is_drill,
            "raised_at": stamp(row.raised_at),
            "acknowledged_at": stamp(row.acknowledged_at) if row.acknowledged_at else None,
            "resolved_at": stamp(row.resolved_at) if row.resolved_at else None,
        }
        for row in rows
    ]
