"""One step of a job, and what follows from it for unit, incident and timeline."""

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField

import incidents.services
from core.access import Viewer
from core.change import Change
from core.prepared import Given, Prepared
from dispatch import events, rules
from dispatch.models import Assignment, AssignmentChange
from dispatch.rules import Status
from dispatch.services.backup import follow_backups
from dispatch.services.news import emit
from incidents.models import Incident, Reopening
from patrols.rules import FROM_ASSIGNMENT
from patrols.services import apply_status_quietly
from patrols.welfare.services import follow_unit_quietly

_INCIDENT = Given("incident", BigIntegerField())
_REOPENED: Prepared[datetime] = Prepared(
    lambda: Reopening.objects.filter(incident=_INCIDENT).order_by().values_list("occurred_at", flat=True)
)
_STEPS: Prepared[tuple[Any, ...]] = Prepared(
    lambda: Assignment.objects.filter(incident=_INCIDENT).values_list(*rules.Step._fields)
)


def advance(c: Change, job: Assignment, wanted: Status, *, at: datetime, by: Viewer, source: str, reason: str) -> None:
    """Take a locked job one step, with all that follows from it."""
    if wanted in rules.ENDED:
        end(c, job, wanted, at=at, by=by, source=source, reason=reason)
        return
    previous = job.status
    job.status = wanted
    field = rules.TIME_OF[wanted]
    if getattr(job, field) is None:
        setattr(job, field, at)
    if wanted == Status.ON_SCENE:
        job.arrival_source = source
    job.version += 1
    job.save()
    record(c, job, at=at, by=by, source=source, reason=reason)
    _audit_step(c, "assignment.advanced", job, previous, reason)
    emit(
        c,
        {job.incident.board_id, job.unit.board_id},
        events.AssignmentAdvanced,
        job,
        at=at,
        data={"previous": previous, "status": wanted.value, "source": source},
    )


def end(
    c: Change,
    job: Assignment,
    wanted: Status,
    *,
    at: datetime,
    by: Viewer,
    source: str,
    reason: str = "",
    keeps_unit: bool = False,
) -> None:
    """End a locked job. `keeps_unit` leaves the unit to the caller, who has other work for it and tells of both."""
    previous = Status(job.status)
    job.status = wanted
    job.ended_at = at
    job.end_reason = reason
    if wanted == Status.CLEARED:
        job.cleared_at = at
    job.version += 1
    job.save()
    record(c, job, at=at, by=by, source=source, reason=reason, ended_from=previous, keeps_unit=keeps_unit)
    _audit_step(c, "assignment.ended", job, previous, reason)
    if keeps_unit:
        return
    emit(
        c,
        {job.incident.board_id, job.unit.board_id},
        events.AssignmentEnded,
        job,
        at=at,
        data={"previous": previous.value, "status": wanted.value, "reason": reason, "source": source},
    )


def record(
    c: Change,
    job: Assignment,
    *,
    at: datetime,
    by: Viewer,
    source: str,
    reason: str = "",
    ended_from: Status | None = None,
    keeps_unit: bool = False,
) -> None:
    """What follows from the step that `job` now stands at: its history, the unit's status, the incident, the timeline."""
    AssignmentChange.objects.create(
        assignment=job,
        status=job.status,
        occurred_at=at,
        recorded_at=c.now,
        source=source,
        by_id=by.user_id,
        reason=reason,
    )
    if not keeps_unit:
        _let_unit_follow(job, at=at, by=by, source=source, ended_from=ended_from)
    incidents.services.add_timeline_quietly(
        incident_id=job.incident_id,
        kind=f"unit_{Status(job.status).value}",
        by=by,
        occurred_at=at,
        source=source,
        data={"assignment": job.pk, "unit": job.unit_id, "call_sign": job.unit.call_sign, "reason": reason},
    )
    carry_incident(job.incident, by=by)
    if job.version == 1 or job.status in rules.ENDED:
        follow_backups(c, job.incident, broken_off=job.status in rules.BROKEN_OFF)


def _let_unit_follow(
    job: Assignment, *, at: datetime, by: Viewer, source: str, ended_from: Status | None = None
) -> None:
    """Give the unit the status that its job brings. A status that is not the job's, such as emergency, stays."""
    unit = job.unit
    sent_now = job.version == 1
    if unit.status not in FROM_ASSIGNMENT and not sent_now:
        return
    if ended_from is None:
        status = rules.UNIT_STATUS[Status(job.status)]
    else:
        status = rules.status_after_end(ended_from, job.previous_unit_status)
    if status != unit.status or sent_now:
        apply_status_quietly(unit=unit, status=status, occurred_at=at, assignment_id=job.pk, by=by, source=source)
    else:
        follow_unit_quietly(unit=unit, at=at, by=by)


def carry_incident(incident: Incident, *, by: Viewer) -> None:
    """Let the incident stand where its assignments since it was last opened put it.

    After a reopening its own times stay those of the first interval; the second is read from its assignments.
    """
    reopened_at = max(_REOPENED(incident=incident.pk), default=None)
    steps = [rules.Step(Status(first), *rest) for first, *rest in _STEPS(incident=incident.pk)]
    if reopened_at:
        steps = [step for step in steps if step.dispatched_at and step.dispatched_at >= reopened_at]
    status, times = rules.progress(steps)
    incidents.services.apply_progress_quietly(
        incident=incident, status=status, times={} if reopened_at else times, by=by
    )


def _audit_step(c: Change, action: str, job: Assignment, previous: str, reason: str) -> None:
    c.audit(
        action,
        job,
        organisation=job.incident.organisation_id,
        detail={"from": str(previous), "to": str(job.status), "reason": reason},
    )
