"""What a console shows of assignments, and what a change leaves on a board."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Expression, Q, QuerySet

from core.live import Card
from core.prepared import Among, Given, Prepared
from dispatch.handover.cards import handover_cards
from dispatch.handover.cards import on_board as handovers_on_board
from dispatch.models import Assignment, BackupRequest
from dispatch.rules import ENDED, BackupStatus
from incidents.cards import incident_cards
from incidents.models import Incident
from incidents.rules import OPEN
from patrols.cards import stamp, unit_cards
from patrols.models import Unit

_OPEN = [status.value for status in OPEN]
_ENDED = [status.value for status in ENDED]
_FIELDS = (
    "status", "dispatched_at", "acknowledged_at", "en_route_at", "on_scene_at", "action_taken_at", "ended_at", "eta_s",
    "eta_source", "version",
)  # fmt: skip

_CARDS: Prepared[Assignment] = Prepared(
    lambda: (
        Assignment.objects.filter(pk__in=Among("ids"))
        .select_related("unit", "incident")
        .only("unit__call_sign", "incident__number", *_FIELDS)
        .order_by("pk")
    )
)


def assignment_cards(assignment_ids: Iterable[int]) -> list[Card]:
    """The cards of these assignments, by id. One query."""
    return [_card(row) for row in _CARDS(ids=list(set(assignment_ids)))]


def _card(row: Assignment) -> Card:
    eta_at = None
    if row.eta_s is not None and row.dispatched_at is not None:
        eta_at = row.dispatched_at + timedelta(seconds=row.eta_s)
    return {
        "id": row.pk,
        "incident": row.incident_id,
        "number": row.incident.number,
        "unit": row.unit_id,
        "call_sign": row.unit.call_sign,
        "status": row.status,
        "dispatched_at": _stamp(row.dispatched_at),
        "acknowledged_at": _stamp(row.acknowledged_at),
        "en_route_at": _stamp(row.en_route_at),
        "on_scene_at": _stamp(row.on_scene_at),
        "action_taken_at": _stamp(row.action_taken_at),
        "ended_at": _stamp(row.ended_at),
        "eta_s": None if row.eta_s is None else round(row.eta_s),
        "eta_at": _stamp(eta_at),
        "eta_source": row.eta_source or None,
        "version": row.version,
    }


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def backup_cards(backup_ids: Iterable[int]) -> list[Card]:
    """The cards of these requests for back-up, by id. One query."""
    rows = BackupRequest.objects.filter(pk__in=set(backup_ids)).select_related("unit", "incident", "requested_by")
    return [
        {
            "id": row.pk,
            "incident": row.incident_id,
            "number": row.incident.number,
            "unit": row.unit_id,
            "call_sign": row.unit.call_sign,
            "level": row.level,
            "reason": row.reason,
            "wanted": row.wanted,
            "needed": row.needed,
            "requested_at": stamp(row.requested_at),
            "recorded_at": stamp(row.recorded_at),
            "requested_by": row.requested_by.display_name if row.requested_by else None,
            "presses": row.presses,
            "escalate_at": stamp(row.escalate_at),
            "escalated_at": _stamp(row.escalated_at),
            "status": row.status,
            "ended_at": _stamp(row.ended_at),
            "ended_by": row.ended_by_name or None,
            "refusal": row.refusal or None,
        }
        for row in rows.order_by("pk")
    ]


def open_backups(board_id: int) -> QuerySet[BackupRequest]:
    """Requests for back-up that stand on a board: the open ones of its incidents and of its units."""
    here = Q(incident__board_id=board_id) | Q(unit__board_id=board_id)
    return BackupRequest.objects.filter(here, status=BackupStatus.OPEN)


def on_board(board_id: int | Expression) -> QuerySet[Assignment]:
    """Assignments that stand on a board: of its open incidents, and the active ones of its units."""
    return Assignment.objects.filter(
        Q(incident__board_id=board_id, incident__status__in=_OPEN)
        | (Q(unit__board_id=board_id, unit__external=False) & ~Q(status__in=_ENDED))
    )


_BOARD, _IDS = Given("board", BigIntegerField()), Among("ids")
_INCIDENTS_SHOWN: Prepared[int] = Prepared(
    lambda: (
        Incident.objects.filter(board_id=_BOARD, status__in=_OPEN, pk__in=_IDS).order_by().values_list("pk", flat=True)
    )
)
_ASSIGNMENTS_SHOWN: Prepared[int] = Prepared(
    lambda: on_board(_BOARD).filter(pk__in=_IDS).order_by().values_list("pk", flat=True)
)
_UNITS_SHOWN: Prepared[int] = Prepared(
    lambda: (
        Unit.objects.filter(board_id=_BOARD, on_duty=True, external=False, pk__in=_IDS)
        .order_by()
        .values_list("pk", flat=True)
    )
)


class Difference(NamedTuple):
    """What a change leaves on one board."""

    upserts: Mapping[str, Sequence[Card]]
    removes: Mapping[str, Sequence[int]]


def difference(
    board_id: int,
    *,
    incidents: Iterable[int] = (),
    assignments: Iterable[int] = (),
    units: Iterable[int] = (),
    backups: Iterable[int] = (),
    handovers: Iterable[int] = (),
) -> Difference:
    """Cards of what a change touched, as far as it stands on the board now; ids of what stands there no more.

    With an incident that has left the board go all its assignments. A dozen queries at most, whatever the numbers.
    """
    incidents, units, assignments = set(incidents), set(units), set(assignments)
    backups, handovers = set(backups), set(handovers)
    opened = set(_INCIDENTS_SHOWN(board=board_id, ids=list(incidents))) if incidents else set()
    if left := incidents - opened:
        assignments |= set(Assignment.objects.filter(incident_id__in=left).order_by().values_list("pk", flat=True))
    shown: dict[str, set[int]] = {
        "incidents": opened,
        "assignments": set(_ASSIGNMENTS_SHOWN(board=board_id, ids=list(assignments))) if assignments else set(),
        "units": set(_UNITS_SHOWN(board=board_id, ids=list(units))) if units else set(),
        "backups": _ids(open_backups(board_id).filter(pk__in=backups)) if backups else set(),
        "handovers": _ids(handovers_on_board(board_id).filter(pk__in=handovers)) if handovers else set(),
    }
    touched = {
        "incidents": incidents,
        "assignments": assignments,
        "units": units,
        "backups": backups,
        "handovers": handovers,
    }
    cards = {
        "incidents": incident_cards(shown["incidents"]) if shown["incidents"] else [],
        "assignments": assignment_cards(shown["assignments"]) if shown["assignments"] else [],
        "units": unit_cards(shown["units"]) if shown["units"] else [],
        "backups": backup_cards(shown["backups"]) if shown["backups"] else [],
        "handovers": handover_cards(shown["handovers"]) if shown["handovers"] else [],
    }
    gone = {name: sorted(touched[name] - shown[name]) for name in touched}
    return Difference(
        upserts={name: rows for name, rows in cards.items() if rows},
        removes={name: ids for name, ids in gone.items() if ids},
    )


def _ids(rows: QuerySet[Any]) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))
