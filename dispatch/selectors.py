"""Reads of assignments and boards, scoped to what the viewer may see.

Who may see an assignment: whoever sees its incident or its unit, and the unit's own crew. Who may act on it: whoever
may dispatch at the node of its incident or of its unit (they differ after a hand-over, or where a unit was lent), and the
crew for the steps of its own job.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import BigIntegerField, Q, QuerySet

from core import clock
from core.access import Viewer
from core.errors import Forbidden, NotFound
from core.live import Card
from core.models import Board
from core.prepared import Given, Prepared
from core.rules import Permission
from core.selectors import access_board, head_of
from dispatch import cards
from dispatch.handover import cards as handover_cards
from dispatch.models import Assignment, BackupRequest
from dispatch.reminders import cards as reminder_cards
from dispatch.rules import ENDED, OWN_STEPS, BackupStatus, Status
from incidents.cards import incident_cards
from incidents.entering import cards as entering_cards
from incidents.models import Incident
from incidents.rules import OPEN
from incidents.selectors import access_incident
from patrols.cards import position_cards, stamp, unit_cards
from patrols.models import Unit
from patrols.safety.cards import alarm_cards
from patrols.safety.selectors import board_alarm_ids
from patrols.selectors import board_unit_ids, is_own_unit, units
from patrols.watch.cards import watch_alarm_cards
from patrols.watch.selectors import board_watch_alarm_ids

_ENDED = [status.value for status in ENDED]
_OPEN = [status.value for status in OPEN]


def active() -> QuerySet[Assignment]:
    """Assignments that have not ended. Not scoped."""
    return Assignment.objects.exclude(status__in=_ENDED)


_JOB: Prepared[Assignment] = Prepared(
    lambda: Assignment.objects.select_related("incident", "unit").filter(pk=Given("job", BigIntegerField()))
)
_JOB_OF: Prepared[Assignment] = Prepared(
    lambda: active().select_related("incident", "unit").filter(unit_id=Given("unit", BigIntegerField()))
)


def _job(assignment_id: int) -> Assignment | None:
    return next(iter(_JOB(job=assignment_id)), None)


def job_of(unit_id: int) -> Assignment | None:
    """The job that a unit has now, with its incident and unit; not scoped. One query."""
    return next(iter(_JOB_OF(unit=unit_id)), None)


def access_assignment(viewer: Viewer, assignment_id: int) -> Assignment:
    """The assignment with its incident and unit, or NotFound. One query, two for a crew."""
    row = _job(assignment_id)
    if row is None or not (_sees(viewer, row) or is_own_unit(viewer, row.unit_id)):
        raise NotFound
    return row


def access_assignment_to_act(viewer: Viewer, assignment_id: int, status: Status) -> tuple[Assignment, bool]:
    """The assignment, for a step to `status`, and whether it is the crew itself that acts.

    Raises NotFound where the viewer may not see it, Forbidden where only that. One query, two for a crew.
    """
    row = _job(assignment_id)
    if row is None:
        raise NotFound
    if any(viewer.can(Permission.ASSIGN, node) for node in (row.incident.organisation_id, row.unit.organisation_id)):
        return row, False
    if is_own_unit(viewer, row.unit_id):
        if status in OWN_STEPS and viewer.can(Permission.OWN_UNIT_STATUS, row.unit.organisation_id):
            return row, True
        raise Forbidden
    raise Forbidden if _sees(viewer, row) else NotFound


def _sees(viewer: Viewer, row: Assignment) -> bool:
    return viewer.can(Permission.INCIDENT_VIEW, row.incident.organisation_id) or viewer.can(
        Permission.UNIT_VIEW, row.unit.organisation_id
    )


def require_dispatch(viewer: Viewer, *, incident: Incident, unit: Unit | None = None) -> None:
    """Raise NotFound or Forbidden unless the viewer may send units to `incident`, and `unit` anywhere."""
    viewer.require(Permission.ASSIGN, incident.organisation_id, view=Permission.INCIDENT_VIEW)
    if unit is not None:
        viewer.require(Permission.ASSIGN, unit.organisation_id, view=Permission.UNIT_VIEW)


def assignments_of(viewer: Viewer, incident_id: int) -> QuerySet[Assignment]:
    """All assignments of an incident, first sent first. Raises NotFound as `incidents.selectors.access_incident`."""
    incident = access_incident(viewer, incident_id)
    return (
        Assignment.objects.filter(incident=incident).select_related("incident", "unit").order_by("dispatched_at", "pk")
    )


def assignment_state(assignment: Assignment) -> dict[str, Any]:
    """How an assignment stands now, for a refusal. One query."""
    return {**cards.assignment_cards([assignment.pk])[0], "call_sign": assignment.unit.call_sign}


def open_backups(viewer: Viewer) -> QuerySet[BackupRequest]:
    """Requests for back-up that are open, of the incidents and units that the viewer may see, the oldest first."""
    seen = Q(incident__organisation_id__in=viewer.organisations(Permission.INCIDENT_VIEW)) | Q(unit__in=units(viewer))
    return BackupRequest.objects.filter(seen, status=BackupStatus.OPEN).order_by("pk")


def access_backup(viewer: Viewer, backup_id: int) -> BackupRequest:
    """The request with its incident and unit, or NotFound. One query, two for a crew."""
    row = BackupRequest.objects.select_related("incident", "unit").filter(pk=backup_id).first()
    if row is None:
        raise NotFound
    seen = viewer.can(Permission.INCIDENT_VIEW, row.incident.organisation_id)
    if (
        not seen
        and not viewer.can(Permission.UNIT_VIEW, row.unit.organisation_id)
        and not is_own_unit(viewer, row.unit_id)
    ):
        raise NotFound
    return row


def access_backup_to_refuse(viewer: Viewer, backup_id: int) -> BackupRequest:
    """The request, to refuse it. Raises NotFound where one may not see it, Forbidden where only that."""
    row = access_backup(viewer, backup_id)
    if not viewer.can(Permission.ASSIGN, row.incident.organisation_id):
        raise Forbidden
    return row


def board_out(board: Board) -> dict[str, Any]:
    """A board as clients get it; the centre as [lon, lat]."""
    return {
        "id": board.pk,
        "name": board.name,
        "code": board.organisation.code,
        "organisation": board.organisation_id,
        "center": [board.center.x, board.center.y] if board.center else None,
        "zoom": board.zoom,
        "bounds": None,
    }


def snapshot(viewer: Viewer, board_id: int) -> dict[str, Any]:
    """All that stands on a board, and the number of the event that it is true of. A constant number of queries.

    Read in one repeatable-read transaction, so that cards and number agree. Raises NotFound.
    """
    board = access_board(viewer, board_id)
    with _one_view():
        head = head_of(board_id)
        incidents = Incident.objects.filter(board_id=board_id, status__in=_OPEN).values_list("pk", flat=True)
        assignments = cards.on_board(board_id).order_by().values_list("pk", flat=True)
        units = board_unit_ids(board_id)
        return {
            "board": board_out(board),
            "seq": head,
            "now": stamp(clock.now()),
            "incidents": _by_id(incident_cards(list(incidents))),
            "assignments": _by_id(cards.assignment_cards(assignments)),
            "units": _by_id(unit_cards(units)),
            "positions": _by_id(position_cards(units), "unit"),
            "backups": _by_id(cards.backup_cards(cards.open_backups(board_id).values_list("pk", flat=True))),
            "alarms": _by_id(alarm_cards(board_alarm_ids(board_id))),
            "entries": _by_id(
                entering_cards.entry_cards(entering_cards.on_board(board_id).values_list("pk", flat=True))
            ),
            "handovers": _by_id(
                handover_cards.handover_cards(handover_cards.on_board(board_id).values_list("pk", flat=True))
            ),
            "reminders": _by_id(
                reminder_cards.reminder_cards(reminder_cards.on_board(board_id).values_list("pk", flat=True))
            ),
            "watch_alarms": _by_id(watch_alarm_cards(board_watch_alarm_ids(board_id))),
        }


def _by_id(rows: list[Card], key: str = "id") -> Mapping[str, Card]:
    return {str(row[key]): row for row in rows}


@contextmanager
def _one_view() -> Iterator[None]:
    """A read-only transaction that sees one state; inside another transaction, what that one sees."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
