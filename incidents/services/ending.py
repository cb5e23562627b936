"""Incidents end: closed, cancelled, merged; and are opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Conflict, Invalid, Unprocessable
from core.live import Event
from core.selectors import board_of
from incidents import ports
from incidents.events import IncidentCancelled, IncidentClosed, IncidentMerged, IncidentReopened
from incidents.models import Call, Incident, Reopening
from incidents.questions.selectors import require_disposition
from incidents.rules import ATTENDED, OPEN, REOPENABLE, Source, Status
from incidents.selectors import lock_incident, state_of
from incidents.services.quiet import add_timeline_quietly, go_to, moment, save, tell


def close_incident(
    *,
    incident_id: int,
    disposition: str,
    by: Viewer,
    text: str = "",
    occurred_at: datetime | None = None,
    source: str = Source.CONSOLE,
    assignments_ended: bool = False,
) -> Incident:
    """End an incident whose work is done. It leaves the board, with its assignments, by this event.

    `assignments_ended` says that the caller (`dispatch`) has ended the assignments in the same change; without it, an
    incident that units are sent to is refused. About eleven queries.
    Raises NotFound, Forbidden, Invalid, Unprocessable; Conflict when it has ended or has units.
    """
    if not disposition.strip():
        raise Invalid(_("Say how it ended."), code="blank", field="disposition")
    return _end(
        incident_id,
        Status.CLOSED,
        IncidentClosed,
        {"disposition": disposition},
        text=text,
        by=by,
        occurred_at=occurred_at,
        source=source,
        assignments_ended=assignments_ended,
    )


def cancel_incident(
    *,
    incident_id: int,
    reason: str,
    by: Viewer,
    occurred_at: datetime | None = None,
    source: str = Source.CONSOLE,
    assignments_ended: bool = False,
) -> Incident:
    """End an incident that nobody needs any more; as `close_incident`."""
    if not reason.strip():
        raise Invalid(_("Say why."), code="blank", field="reason")
    return _end(
        incident_id,
        Status.CANCELLED,
        IncidentCancelled,
        {"reason": reason},
        text=reason,
        by=by,
        occurred_at=occurred_at,
        source=source,
        assignments_ended=assignments_ended,
    )


def _end(
    incident_id: int,
    status: Status,
    kind: type[Event],
    data: Mapping[str, Any],
    *,
    text: str,
    by: Viewer,
    occurred_at: datetime | None,
    source: str,
    assignments_ended: bool,
) -> Incident:
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        go_to(incident, status)
        if status == Status.CLOSED:
            require_disposition(incident, data["disposition"])
        if not assignments_ended:
            _refuse_attended(incident)
        at = moment(occurred_at, now=clock.now(), since=incident.received_at)
        save(incident, status=status, closed_at=at, disposition=data.get("disposition", ""), outcome=text)
        add_timeline_quietly(
            incident_id=incident.pk, kind=status.value, by=by, occurred_at=at, source=source, text=text, data=data
        )
        c.audit(f"incident.{status}", incident, organisation=incident.organisation_id, detail=data)
        tell(c, kind, [incident], at=at, incident=incident.pk, **data)
    return incident


def reopen_incident(*, incident_id: int, reason: str, by: Viewer, source: str = Source.CONSOLE) -> Incident:
    """Let a closed or cancelled incident wait again; the first interval is frozen, a second one starts now.

    Raises NotFound, Forbidden, Invalid; Conflict when it is open; Unprocessable when it was merged, or belongs to no
    operations centre. About thirteen queries.
    """
    if not reason.strip():
        raise Invalid(_("Say why."), code="blank", field="reason")
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        if incident.status == Status.MERGED:
            raise Unprocessable(
                _("The incident was merged; work on the one that it was merged into."),
                code="incident_is_merged",
                state={**state_of(incident), "merged_into": incident.merged_into_id},
            )
        if incident.status not in REOPENABLE:
            raise Conflict(_("The incident is open."), code="incident_is_open", state=state_of(incident))
        now = clock.now()
        Reopening.objects.create(
            incident=incident,
            ended_at=incident.closed_at or now,
            occurred_at=now,
            recorded_at=now,
            reason=reason,
            by_id=by.user_id,
        )
        board = incident.board or board_of(incident.organisation_id)
        was = {"status": incident.status, "disposition": incident.disposition}
        save(incident, status=Status.WAITING, board=board, closed_at=None, disposition="", outcome="")
        add_timeline_quietly(
            incident_id=incident.pk, kind="reopened", by=by, occurred_at=now, source=source, text=reason, data=was
        )
        c.audit("incident.reopened", incident, organisation=incident.organisation_id, detail=was)
        tell(c, IncidentReopened, [incident], at=now, assignments=True, incident=incident.pk, reason=reason)
    return incident


def merge_incidents(*, incident_id: int, into_id: int, by: Viewer, source: str = Source.CONSOLE) -> Incident:
    """Let a duplicate go up in the incident `into_id`, which gets its calls, and is returned.

    The earliest call starts the clock; the highest priority is remembered. The duplicate's units must have been moved
    or released before. Locks both rows in the order of their ids. About fifteen queries.
    Raises NotFound, Forbidden; Unprocessable for one with itself; Conflict when either has ended, or the duplicate has
    units.
    """
    if incident_id == into_id:
        raise Unprocessable(_("An incident cannot be merged into itself."), code="same_incident", field="into")
    with change(by=by) as c:
        rows = {pk: lock_incident(by, pk) for pk in sorted((incident_id, into_id))}
        duplicate, target = rows[incident_id], rows[into_id]
        for incident in (duplicate, target):
            if incident.status not in OPEN:
                raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))
        _refuse_attended(duplicate)
        now = clock.now()
        kept = _to_take_back(duplicate, target)
        Call.objects.filter(incident=duplicate).update(incident=target)
        Incident.objects.filter(merged_into=duplicate).update(merged_into=target)
        save(duplicate, status=Status.MERGED, merged_into=target, closed_at=now)
        earlier = duplicate.received_at < target.received_at and not (duplicate.on_view or target.on_view)
        times = {"received_at": duplicate.received_at, "answered_at": duplicate.answered_at} if earlier else {}
        save(target, highest_priority=min(target.highest_priority, duplicate.highest_priority), **times)
        for incident, data in (
            (duplicate, {"into": target.pk, "number": target.number, **kept}),
            (target, {"from": duplicate.pk, "number": duplicate.number, "earliest": earlier}),
        ):
            add_timeline_quietly(
                incident_id=incident.pk, kind="merged", by=by, occurred_at=now, source=source, data=data
            )
            c.audit("incident.merged", incident, organisation=incident.organisation_id, detail=data)
        ports.jobs.merged(c, duplicate=duplicate, target=target, at=now)
        tell(c, IncidentMerged, [duplicate, target], at=now, incident=duplicate.pk, into=target.pk)
    return target


def _to_take_back(duplicate: Incident, target: Incident) -> dict[str, Any]:
    """What a merging changes and rows do not tell afterwards, for taking it back. Two queries."""
    return {
        "calls": list(Call.objects.filter(incident=duplicate).order_by("pk").values_list("pk", flat=True)),
        "merged": list(Incident.objects.filter(merged_into=duplicate).order_by("pk").values_list("pk", flat=True)),
        "status": duplicate.status,
        "received_at": target.received_at.isoformat(),
        "answered_at": target.answered_at and target.answered_at.isoformat(),
        "highest_priority": target.highest_priority,
    }


def _refuse_attended(incident: Incident) -> None:
    if incident.status in ATTENDED:
        raise Conflict(
            _("Units are sent to this incident; move or release them first."),
            code="units_assigned",
            state=state_of(incident),
        )
