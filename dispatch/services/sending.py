"""Sending a unit to an incident."""

from datetime import datetime

from core.access import Viewer
from core.change import change
from core.errors import NotFound
from dispatch import eta, selectors
from dispatch.models import Assignment
from dispatch.rules import Status
from dispatch.services.checks import busy, moment, require_available, require_open, require_pre_emption, require_reason
from dispatch.services.locks import lock_incidents, lock_unit
from dispatch.services.news import emit_sent
from dispatch.services.steps import end, record
from incidents.rules import Source
from patrols.selectors import is_own_unit


def assign_unit(
    *,
    incident_id: int,
    unit_id: int,
    by: Viewer,
    reason: str = "",
    pre_empt: bool = False,
    is_all: bool = False,
    source: str = "console",
    occurred_at: datetime | None = None,
) -> Assignment:
    """Send a unit to an incident.

    With `pre_empt` a unit may be taken off what may be broken off: a conditional status, or the job of a less urgent
    incident, which then ends as pre-empted; that incident waits again when it has no other unit. `is_all` says that
    no more units will be sent: when they are fewer than the incident's minimum, `reason` must say why.

    Locks the incident (both, by id, when pre-empting), the job broken off, the unit. Raises NotFound, Forbidden;
    Conflict `unit_busy` with the unit's job, `unit_conditional`, `unit_unavailable`, `incident_ended`;
    Unprocessable `unit_off_duty`, `reason_needed`, `in_future`.
    """
    estimate = eta.of_unit(unit_id, incident_id)
    with change(by=by) as c:
        broken_off = selectors.job_of(unit_id) if pre_empt else None
        locked = lock_incidents({incident_id} | ({broken_off.incident_id} if broken_off else set()))
        incident = locked.get(incident_id)
        if incident is None:
            raise NotFound
        selectors.require_dispatch(by, incident=incident)
        if broken_off is not None:
            Assignment.objects.select_for_update(no_key=True).get(pk=broken_off.pk)
        unit = lock_unit(unit_id)
        at = moment(occurred_at, c.settle())
        selectors.require_dispatch(by, incident=incident, unit=unit)
        require_open(incident)
        current = selectors.job_of(unit_id)
        if current is not None:
            require_pre_emption(by, current, incident, allowed=broken_off is not None and broken_off.pk == current.pk)
        else:
            require_available(unit, pre_empt=pre_empt)
        require_reason(incident, is_all=is_all, reason=reason)
        previous = "" if current else unit.status
        if current is not None:
            current.incident, current.unit = locked[current.incident_id], unit
            end(c, current, Status.PRE_EMPTED, at=at, by=by, source=source, reason=incident.number, keeps_unit=True)
        job = Assignment.objects.create(
            incident=incident,
            unit=unit,
            dispatched_at=at,
            eta_s=estimate.duration_s if estimate else None,
            eta_source=estimate.source if estimate else "",
            short_reason=reason,
            previous_unit_status=previous,
            source=source,
            created_by_id=by.user_id,
        )
        record(c, job, at=at, by=by, source=source, reason=reason)
        c.audit(
            "assignment.created",
            job,
            organisation=incident.organisation_id,
            detail={"incident": incident.pk, "unit": unit.pk, "pre_empted": current.pk if current else None},
        )
        emit_sent(c, job, at=at, instead_of=current)
    return job


def attend_incident(
    *, incident_id: int, unit_id: int, by: Viewer, occurred_at: datetime, source: str = Source.CONSOLE
) -> Assignment:
    """Put a unit on the scene of an incident that it came upon. The crew itself may, and whoever may dispatch.

    Locks and raises as `assign_unit`.
    """
    with change(by=by) as c:
        incident = lock_incidents({incident_id})[incident_id]
        unit = lock_unit(unit_id)
        at = moment(occurred_at, c.settle())
        if not is_own_unit(by, unit_id):
            selectors.require_dispatch(by, incident=incident, unit=unit)
        require_open(incident)
        current = selectors.job_of(unit_id)
        if current is not None:
            raise busy(by, current)
        require_available(unit, pre_empt=True)
        job = Assignment.objects.create(
            incident=incident,
            unit=unit,
            status=Status.ON_SCENE,
            dispatched_at=at,
            on_scene_at=at,
            arrival_source=source,
            source=source,
            previous_unit_status="",
            created_by_id=by.user_id,
        )
        record(c, job, at=at, by=by, source=source)
        c.audit(
            "assignment.created",
            job,
            organisation=incident.organisation_id,
            detail={"incident": incident.pk, "unit": unit.pk, "on_view": True},
        )
        emit_sent(c, job, at=at)
    return job
