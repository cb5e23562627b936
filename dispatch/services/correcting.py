"""Correcting when a step of a job was taken: a new row that supersedes; nothing is overwritten in the history."""

from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

import incidents.services
from core.access import Viewer
from core.change import change
from core.errors import Conflict, Forbidden, Invalid, Unprocessable
from dispatch import events, rules, selectors
from dispatch.models import Assignment, AssignmentChange
from dispatch.rules import Status
from dispatch.services.checks import known, state
from dispatch.services.locks import lock_job
from dispatch.services.news import emit
from incidents.models import Incident, Reopening
from incidents.rules import Source


def correct_step(*, assignment_id: int, status: str, occurred_at: datetime, reason: str, by: Viewer) -> Assignment:
    """Say when a step that was taken was really taken, also after the job or its incident has ended.

    The earlier telling stays in the history; reports count the correction. Locks incident, assignment, unit. Raises
    NotFound, Forbidden (crews ask their dispatcher); Invalid without a reason; Conflict `step_not_taken`; Unprocessable
    for the future, or a time before the unit was sent.
    """
    step = known(status)
    if not reason.strip():
        raise Invalid(_("Say why it is corrected."), code="reason_needed", field="reason")
    with change(by=by) as c:
        seen, own = selectors.access_assignment_to_act(by, assignment_id, step)
        if own:
            raise Forbidden
        job = lock_job(seen)
        field = rules.TIME_OF.get(step)
        was = getattr(job, field) if field else None
        if field is None or was is None:
            raise Conflict(_("This step was not taken."), code="step_not_taken", state=state(job))
        if occurred_at > c.now:
            raise Unprocessable(_("This time lies in the future."), code="in_future", field="occurred_at")
        if step != Status.DISPATCHED and job.dispatched_at and occurred_at < job.dispatched_at:
            raise Unprocessable(_("This is before the unit was sent."), code="before_dispatch", field="occurred_at")
        setattr(job, field, occurred_at)
        if step == Status.CLEARED:
            job.ended_at = occurred_at
        if step == Status.ON_SCENE:
            job.arrival_source = Source.CONSOLE
        job.version += 1
        job.save()
        AssignmentChange.objects.create(
            assignment=job,
            status=step,
            occurred_at=occurred_at,
            recorded_at=c.now,
            source=Source.CONSOLE,
            by_id=by.user_id,
            reason=reason,
        )
        _carry_times(job.incident)
        told = {"step": step.value, "was": was.isoformat(), "is": occurred_at.isoformat(), "reason": reason}
        incidents.services.add_timeline_quietly(
            incident_id=job.incident_id,
            kind="unit_corrected",
            by=by,
            occurred_at=c.now,
            source=Source.CONSOLE,
            data={"assignment": job.pk, "unit": job.unit_id, "call_sign": job.unit.call_sign, **told},
        )
        c.audit("assignment.corrected", job, organisation=job.incident.organisation_id, detail=told)
        emit(
            c,
            {job.incident.board_id, job.unit.board_id},
            events.AssignmentCorrected,
            job,
            at=c.now,
            data={"step": step.value, "reason": reason},
        )
    return job


def _carry_times(incident: Incident) -> None:
    """Let the incident's own times follow those of its units; its status stays. After a reopening they stay, too."""
    if Reopening.objects.filter(incident=incident).aggregate(at=Max("occurred_at"))["at"]:
        return
    rows = Assignment.objects.filter(incident=incident).values_list(*rules.Step._fields)
    _status, times = rules.progress(rules.Step(Status(first), *rest) for first, *rest in rows)
    incidents.services.correct_times_quietly(incident=incident, times=times)
