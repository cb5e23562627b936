"""Taking back one's own last step: of a job, or the end of an incident with the jobs that ended with it.

What was taken back stays in the history; the rows stand as if it had not been, so no measure counts it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

import incidents.services
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict
from core.undo import UNDONE, require_own_last
from dispatch import events, rules, selectors
from dispatch.models import Assignment, AssignmentChange, BackupRequest
from dispatch.rules import BackupStatus, Status
from dispatch.services.backup import follow_backups
from dispatch.services.checks import known, state
from dispatch.services.following import undo_assignment
from dispatch.services.locks import lock_job
from dispatch.services.news import emit
from dispatch.services.steps import carry_incident
from incidents.models import Incident
from incidents.rules import OPEN, Source
from patrols.models import Unit
from patrols.rules import Status as UnitStatus
from patrols.undoing import present_and_before, take_back_status_quietly

_MAY_COME_BACK = frozenset({Status.CLEARED, Status.CANCELLED, Status.REFUSED})
_ONE_CHANGE = timedelta(seconds=5)
"""Rows of one change are not further apart than this."""


def undo_step(*, assignment_id: int, status: str, by: Viewer) -> Assignment:
    """Take back the step `status` of a job, which is one's own last and new; the job stands where it stood before.

    `dispatched` takes back the sending, see `undo_assignment`. An end is taken back while the unit has nothing else to do.
    Locks incident, assignment, unit. Raises NotFound, Forbidden (crews ask their dispatcher); Conflict with the present
    state: `somebody_went_on` (who, when), `not_the_last`, `too_late`, `unit_went_on`, `incident_ended`, `cannot_undo`.
    """
    wanted = known(status)
    if wanted == Status.DISPATCHED:
        return undo_assignment(assignment_id=assignment_id, by=by)
    with change(by=by) as c:
        seen, _own = selectors.access_assignment_to_act(by, assignment_id, Status.CANCELLED)
        job = lock_job(seen)
        now = c.settle()
        present, before = _steps(job)
        require_own_last(
            by=by,
            now=now,
            user_id=present.by_id,
            name=present.by.display_name if present.by else "",
            at=present.recorded_at,
            is_that=present.status == wanted == job.status,
            state=state(job),
        )
        _take_back(c, job, present, before, by=by)
    return job


def undo_end(*, incident_id: int, by: Viewer) -> Incident:
    """Take back that one has just closed or cancelled an incident: it stands as before, its units are on it again.

    No second interval begins. Locks the incident, the assignments that ended with it, their units. Raises NotFound,
    Forbidden; Conflict as `undo_step`: where one of the units has gone on, nothing is taken back.
    """
    with change(by=by) as c:
        incident, ended = incidents.services.take_back_end(incident_id=incident_id, by=by)
        jobs = _ended_with(incident, ended.recorded_at, by)
        if jobs:
            selectors.require_dispatch(by, incident=incident)
        c.settle()
        for job in jobs:
            _take_back(c, job, *_steps(job), by=by)
        if not jobs and incident.ready_at:
            carry_incident(incident, by=by)
    return incident


def _ended_with(incident: Incident, at: datetime, by: Viewer) -> list[Assignment]:
    """The jobs that ended in the change that ended the incident, locked with their units. Four queries."""
    changes = AssignmentChange.objects.filter(
        assignment__incident=incident,
        by_id=by.user_id,
        status__in=(Status.CLEARED, Status.CANCELLED),
        recorded_at__gte=at - _ONE_CHANGE,
        recorded_at__lte=at,
        undoes=None,
    ).exclude(reason="")
    ids = list(changes.values_list("assignment_id", flat=True))
    jobs = list(Assignment.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    units = Unit.objects.select_for_update(no_key=True).filter(pk__in=[job.unit_id for job in jobs]).order_by("pk")
    by_id = {unit.pk: unit for unit in units}
    for job in jobs:
        job.incident, job.unit = incident, by_id[job.unit_id]
    return jobs


def _steps(job: Assignment) -> tuple[AssignmentChange, AssignmentChange]:
    """The step at which a job stands, and the one before it; corrections of times are no steps. One query."""
    standing: list[AssignmentChange] = []
    for row in AssignmentChange.objects.filter(assignment=job).select_related("by").order_by("pk"):
        if row.undoes_id is not None:
            standing = [one for one in standing if one.pk != row.undoes_id]
        elif row.status not in {one.status for one in standing}:
            standing.append(row)
    if len(standing) < 2:  # noqa: PLR2004 - the sending itself is not taken back here
        raise Conflict(_("There is nothing to take back."), code="nothing_to_undo", state=state(job))
    return standing[-1], standing[-2]


def _take_back(c: Change, job: Assignment, present: AssignmentChange, before: AssignmentChange, *, by: Viewer) -> None:
    """Put a locked job where it stood before its present step, with all that follows from it."""
    mistaken, status = Status(present.status), Status(before.status)
    if mistaken in rules.ENDED:
        _require_free(job, mistaken, at=present.recorded_at)
        job.ended_at, job.cleared_at, job.end_reason = None, None, ""
    elif field := rules.TIME_OF.get(mistaken):
        setattr(job, field, None)
    if mistaken == Status.ON_SCENE:
        job.arrival_source = ""
    job.status = status
    job.version += 1
    job.save()
    AssignmentChange.objects.create(
        assignment=job,
        status=status,
        occurred_at=present.occurred_at,
        recorded_at=c.now,
        source=Source.CONSOLE,
        by_id=by.user_id,
        reason=UNDONE,
        undoes=present,
    )
    _let_unit_follow(job, status, by=by)
    incidents.services.add_timeline_quietly(
        incident_id=job.incident_id,
        kind="unit_undone",
        by=by,
        occurred_at=c.now,
        source=Source.CONSOLE,
        data=_told(job, mistaken, status),
    )
    carry_incident(job.incident, by=by)
    if mistaken in rules.ENDED:
        follow_backups(c, job.incident)
    detail = {"from": mistaken.value, "to": status.value}
    c.audit("assignment.undone", job, organisation=job.incident.organisation_id, detail=detail)
    emit(
        c,
        {job.incident.board_id, job.unit.board_id},
        events.AssignmentStepUndone,
        job,
        at=c.now,
        data={"previous": mistaken.value, "status": status.value},
    )


def _told(job: Assignment, mistaken: Status, status: Status) -> dict[str, Any]:
    told = {"assignment": job.pk, "unit": job.unit_id, "call_sign": job.unit.call_sign}
    return {**told, "step": mistaken.value, "status": status.value}


def _require_free(job: Assignment, mistaken: Status, *, at: datetime) -> None:
    """Raise Conflict unless an ended job may go on: the incident is open, and the unit has not gone on."""
    if mistaken not in _MAY_COME_BACK:
        raise Conflict(_("The patrol was needed elsewhere; send it again."), code="cannot_undo", state=state(job))
    if job.incident.status not in OPEN:
        raise Conflict(_("The incident has ended."), code="incident_ended", state=state(job))
    found = present_and_before(job.unit)
    has_gone_on = job.unit.status != UnitStatus.EMERGENCY and (found is None or found[0].assignment_id != job.pk)
    if has_gone_on or not job.unit.on_duty or selectors.job_of(job.unit_id) is not None:
        raise Conflict(
            _("%(unit)s has gone on since; send it again.") % {"unit": job.unit.call_sign},
            code="unit_went_on",
            state=state(job),
        )
    if BackupRequest.objects.filter(assignment=job, status=BackupStatus.ENDED, ended_at__gte=at).exists():
        raise Conflict(
            _("Its request for back-up has ended with it; send it again."), code="cannot_undo", state=state(job)
        )


def _let_unit_follow(job: Assignment, status: Status, *, by: Viewer) -> None:
    """Give the unit the status back that the job's earlier step gave it; one that is not the job's, such as emergency, stays."""
    found = present_and_before(job.unit)
    if found is None or found[0].assignment_id != job.pk or job.unit.status != found[0].status:
        return
    if found[0].status != rules.UNIT_STATUS[status]:
        take_back_status_quietly(unit=job.unit, present=found[0], before=found[1], by=by, source=Source.CONSOLE)
