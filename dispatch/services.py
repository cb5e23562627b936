"""Writes of assignments: send, follow, end. Locks in this order: incidents, assignments, units (each by id), boards."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils.translation import gettext as _

import incidents.services
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, DomainError, Invalid, NotFound, Unprocessable
from core.rules import Permission
from dispatch import eta, events, rules, selectors
from dispatch.cards import difference
from dispatch.models import Assignment, AssignmentChange
from dispatch.rules import Status
from incidents.models import Incident, Reopening
from incidents.rules import OPEN, Source
from patrols.models import Unit
from patrols.rules import FROM_ASSIGNMENT, Availability
from patrols.services import apply_status_quietly


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
        at = _moment(occurred_at, c.now)
        broken_off = selectors.active().filter(unit_id=unit_id).first() if pre_empt else None
        locked = _lock_incidents({incident_id} | ({broken_off.incident_id} if broken_off else set()))
        incident = locked.get(incident_id)
        if incident is None:
            raise NotFound
        selectors.require_dispatch(by, incident=incident)
        if broken_off is not None:
            Assignment.objects.select_for_update().get(pk=broken_off.pk)
        unit = _lock_unit(unit_id)
        selectors.require_dispatch(by, incident=incident, unit=unit)
        _require_open(incident)
        current = selectors.active().filter(unit_id=unit_id).select_related("incident", "unit").first()
        if current is not None:
            _require_pre_emption(by, current, incident, allowed=broken_off is not None and broken_off.pk == current.pk)
        else:
            _require_available(unit, pre_empt=pre_empt)
        _require_reason(incident, is_all=is_all, reason=reason)
        previous = "" if current else unit.status
        if current is not None:
            current.incident, current.unit = locked[current.incident_id], unit
            _end(c, current, Status.PRE_EMPTED, at=at, by=by, source=source, reason=incident.number, keeps_unit=True)
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
        _record(c, job, at=at, by=by, source=source, reason=reason)
        c.audit(
            "assignment.created",
            job,
            organisation=incident.organisation_id,
            detail={"incident": incident.pk, "unit": unit.pk, "pre_empted": current.pk if current else None},
        )
        _emit_sent(c, job, at=at, instead_of=current)
    return job


def attend_incident(*, incident_id: int, unit_id: int, by: Viewer, occurred_at: datetime) -> Assignment:
    """Put a unit on the scene of an incident that it came upon. The crew itself may, and whoever may dispatch.

    Locks and raises as `assign_unit`.
    """
    with change(by=by) as c:
        at = _moment(occurred_at, c.now)
        incident = _lock_incidents({incident_id})[incident_id]
        unit = _lock_unit(unit_id)
        if not selectors.is_own_unit(by, unit_id):
            selectors.require_dispatch(by, incident=incident, unit=unit)
        _require_open(incident)
        current = selectors.active().filter(unit_id=unit_id).select_related("incident", "unit").first()
        if current is not None:
            raise _busy(by, current)
        _require_available(unit, pre_empt=True)
        job = Assignment.objects.create(
            incident=incident,
            unit=unit,
            status=Status.ON_SCENE,
            dispatched_at=at,
            on_scene_at=at,
            arrival_source=Source.CONSOLE,
            previous_unit_status="",
            created_by_id=by.user_id,
        )
        _record(c, job, at=at, by=by, source=Source.CONSOLE)
        c.audit(
            "assignment.created",
            job,
            organisation=incident.organisation_id,
            detail={"incident": incident.pk, "unit": unit.pk, "on_view": True},
        )
        _emit_sent(c, job, at=at)
    return job


def advance_assignment(
    *,
    assignment_id: int,
    status: str,
    by: Viewer,
    occurred_at: datetime | None = None,
    expected: str | None = None,
    reason: str = "",
    source: str = "console",
) -> Assignment:
    """Take an assignment to a later step, or end it. `occurred_at` (aware) may lie before now: a field unit was offline.

    Locks incident, assignment, unit. Raises NotFound, Forbidden; Conflict with the present state when it is not
    `expected`, is `status` already, or has ended; Unprocessable for a step back, the future, or a time before it was
    sent.
    """
    wanted = _known(status)
    with change(by=by) as c:
        seen, _own = selectors.access_assignment_to_act(by, assignment_id, wanted)
        job = _lock_job(seen)
        at = _moment(occurred_at, c.now)
        _require_transition(job, wanted, expected)
        if job.dispatched_at and at < job.dispatched_at:
            raise Unprocessable(
                _("This is before the unit was sent."), code="before_dispatch", field="occurred_at", state=_state(job)
            )
        _advance(c, job, wanted, at=at, by=by, source=source, reason=reason)
    return job


def undo_assignment(*, assignment_id: int, by: Viewer) -> Assignment:
    """Take back an assignment just made, while its unit has not answered: it ends as cancelled.

    Does not give back a job that was broken off for it. Raises as `advance_assignment`; Conflict `too_late` after
    `rules.UNDO_S` seconds or once the unit has answered.
    """
    with change(by=by) as c:
        seen, _own = selectors.access_assignment_to_act(by, assignment_id, Status.CANCELLED)
        job = _lock_job(seen)
        too_late = job.dispatched_at is None or c.now - job.dispatched_at > timedelta(seconds=rules.UNDO_S)
        if job.status != Status.DISPATCHED or too_late:
            raise Conflict(_("It is too late to undo this; cancel it instead."), code="too_late", state=_state(job))
        _advance(c, job, Status.CANCELLED, at=c.now, by=by, source=Source.CONSOLE, reason="undone")
    return job


def close_incident(*, incident_id: int, by: Viewer, disposition: str, text: str = "") -> Incident:
    """Close an incident and clear the units that are still on it, in one change.

    Locks the incident, its active assignments, their units. Raises as `incidents.services.close_incident`, and
    Forbidden when units are on it and `by` may not dispatch.
    """
    with change(by=by) as c:
        _end_all(c, incident_id, Status.CLEARED, by=by, reason="closed")
        return incidents.services.close_incident(
            incident_id=incident_id, disposition=disposition, text=text, by=by, assignments_ended=True
        )


def cancel_incident(*, incident_id: int, by: Viewer, reason: str) -> Incident:
    """Cancel an incident and call off the units that are on their way, in one change. As `close_incident`."""
    with change(by=by) as c:
        _end_all(c, incident_id, Status.CANCELLED, by=by, reason=reason)
        return incidents.services.cancel_incident(incident_id=incident_id, reason=reason, by=by, assignments_ended=True)


# --- what is refused ----------------------------------------------------------------------------------------------


def _known(status: str) -> Status:
    try:
        return Status(status)
    except ValueError as error:
        raise Invalid(_("There is no such status."), code="unknown_status", field="status") from error


def _moment(occurred_at: datetime | None, now: datetime) -> datetime:
    """When it happened: not in the future, but for a clock that is a little ahead."""
    if occurred_at is None:
        return now
    if occurred_at - now > timedelta(seconds=rules.CLOCK_SKEW_S):
        raise Unprocessable(_("This time lies in the future."), code="in_future", field="occurred_at")
    return min(occurred_at, now)


def _require_open(incident: Incident) -> None:
    if incident.status not in OPEN:
        raise Conflict(
            _("The incident has ended."),
            code="incident_ended",
            state={"incident": incident.pk, "number": incident.number, "status": incident.status},
        )


def _require_available(unit: Unit, *, pre_empt: bool) -> None:
    state = {
        "unit": unit.pk,
        "call_sign": unit.call_sign,
        "status": unit.status,
        "availability": unit.availability.value,
    }
    if not unit.on_duty or unit.external:
        raise Unprocessable(_("The unit is not on duty."), code="unit_off_duty", field="unit", state=state)
    if unit.availability not in rules.MAY_BE_SENT:
        raise Conflict(_("The unit cannot be sent now."), code="unit_unavailable", field="unit", state=state)
    if unit.availability == Availability.CONDITIONAL and not pre_empt:
        raise Conflict(
            _("The unit is doing something that may be broken off; confirm that it shall."),
            code="unit_conditional",
            field="unit",
            state=state,
        )


def _require_pre_emption(by: Viewer, current: Assignment, incident: Incident, *, allowed: bool) -> None:
    """Raise unless the unit's job may be broken off for `incident`."""
    if (
        not allowed
        or current.incident_id == incident.pk
        or not rules.may_pre_empt(priority=incident.priority, current_priority=current.incident.priority)
    ):
        raise _busy(by, current)


def _busy(by: Viewer, current: Assignment) -> Conflict:
    other = current.incident
    state = {
        "unit": current.unit_id,
        "call_sign": current.unit.call_sign,
        "assignment": current.pk,
        "status": current.status,
        "incident": None,
        "number": None,
        "priority": other.priority,
    }
    if by.can(Permission.INCIDENT_VIEW, other.organisation_id):
        state |= {"incident": other.pk, "number": other.number}
    return Conflict(_("The unit has a job already."), code="unit_busy", field="unit", state=state)


def _require_reason(incident: Incident, *, is_all: bool, reason: str) -> None:
    sent = selectors.active().filter(incident=incident).count() + 1 if is_all and not reason else incident.min_units
    if sent < incident.min_units:
        raise Unprocessable(
            _("Fewer units than this kind of incident needs: say why."),
            code="reason_needed",
            field="reason",
            state={"min_units": incident.min_units, "sent": sent},
        )


def _require_transition(job: Assignment, wanted: Status, expected: str | None) -> None:
    refusal: DomainError | None = None
    if expected is not None and job.status != expected:
        refusal = Conflict(_("The state has changed in the meantime."), code="state_changed", field="expected")
    elif job.status == wanted:
        refusal = Conflict(_("This was reported already."), code="already_so", field="status")
    elif job.status in rules.ENDED:
        refusal = Conflict(_("This assignment has ended."), code="assignment_ended", field="status")
    elif wanted not in rules.TRANSITIONS[Status(job.status)]:
        refusal = Unprocessable(_("This step does not follow."), code="no_such_step", field="status")
    if refusal is not None:
        refusal.state = _state(job)
        raise refusal


def _state(job: Assignment) -> dict[str, object]:
    return selectors.assignment_state(job)


# --- locks --------------------------------------------------------------------------------------------------------


def _lock_incidents(ids: Iterable[int]) -> dict[int, Incident]:
    rows = Incident.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")
    return {row.pk: row for row in rows}


def _lock_unit(unit_id: int) -> Unit:
    unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    return unit


def _lock_job(seen: Assignment) -> Assignment:
    """The assignment as it is now, with incident and unit, all three locked in order."""
    incident = _lock_incidents({seen.incident_id})[seen.incident_id]
    job = Assignment.objects.select_for_update().get(pk=seen.pk)
    job.incident, job.unit = incident, _lock_unit(seen.unit_id)
    return job


# --- steps --------------------------------------------------------------------------------------------------------


def _advance(c: Change, job: Assignment, wanted: Status, *, at: datetime, by: Viewer, source: str, reason: str) -> None:
    """Take a locked job one step, with all that follows from it."""
    if wanted in rules.ENDED:
        _end(c, job, wanted, at=at, by=by, source=source, reason=reason)
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
    _record(c, job, at=at, by=by, source=source, reason=reason)
    _audit_step(c, "assignment.advanced", job, previous, reason)
    _emit(
        c,
        {job.incident.board_id, job.unit.board_id},
        events.AssignmentAdvanced,
        job,
        at=at,
        data={"previous": previous, "status": wanted.value, "source": source},
    )


def _end(
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
    _record(c, job, at=at, by=by, source=source, reason=reason, ended_from=previous, keeps_unit=keeps_unit)
    _audit_step(c, "assignment.ended", job, previous, reason)
    if keeps_unit:
        return
    _emit(
        c,
        {job.incident.board_id, job.unit.board_id},
        events.AssignmentEnded,
        job,
        at=at,
        data={"previous": previous.value, "status": wanted.value, "reason": reason, "source": source},
    )


def _end_all(c: Change, incident_id: int, wanted: Status, *, by: Viewer, reason: str) -> None:
    """End all active jobs of an incident that is about to end."""
    incident = _lock_incidents({incident_id}).get(incident_id)
    if incident is None or not by.can(Permission.INCIDENT_VIEW, incident.organisation_id):
        raise NotFound
    jobs = list(selectors.active().select_for_update().filter(incident=incident).order_by("pk"))
    if not jobs:
        return
    selectors.require_dispatch(by, incident=incident)
    units = Unit.objects.select_for_update().filter(pk__in=[job.unit_id for job in jobs]).order_by("pk")
    by_id = {unit.pk: unit for unit in units}
    for job in jobs:
        job.incident, job.unit = incident, by_id[job.unit_id]
        _end(c, job, wanted, at=c.now, by=by, source=Source.CONSOLE, reason=reason)


def _record(
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
    _carry_incident(job.incident, by=by)


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


def _carry_incident(incident: Incident, *, by: Viewer) -> None:
    """Let the incident stand where its assignments since it was last opened put it.

    After a reopening its own times stay those of the first interval; the second is read from its assignments.
    """
    reopened_at = Reopening.objects.filter(incident=incident).aggregate(at=Max("occurred_at"))["at"]
    since = Q(dispatched_at__gte=reopened_at) if reopened_at else Q()
    rows = Assignment.objects.filter(since, incident=incident).values_list(*rules.Step._fields)
    status, times = rules.progress(rules.Step(Status(first), *rest) for first, *rest in rows)
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


# --- news ---------------------------------------------------------------------------------------------------------


def _emit_sent(c: Change, job: Assignment, *, at: datetime, instead_of: Assignment | None = None) -> None:
    boards = {job.incident.board_id, job.unit.board_id}
    if instead_of is None:
        _emit(c, boards, events.UnitAssigned, job, at=at)
        return
    left = instead_of.incident
    _emit(
        c,
        boards | {left.board_id},
        events.UnitPreEmpted,
        job,
        at=at,
        data={"ended_assignment": instead_of.pk, "left_incident": left.pk, "left_number": left.number},
        also=(instead_of,),
    )


def _emit(
    c: Change,
    boards: Iterable[int | None],
    kind: type[events.Event],
    job: Assignment,
    *,
    at: datetime,
    data: dict[str, object] | None = None,
    also: tuple[Assignment, ...] = (),
) -> None:
    """Tell each board what the change leaves there, once all of the change is done."""
    jobs = (job, *also)

    def make(board_id: int) -> events.Event:
        shown = difference(
            board_id,
            incidents=[one.incident_id for one in jobs],
            assignments=[one.pk for one in jobs],
            units=[job.unit_id],
        )
        return kind(
            at=at,
            assignment=job.pk,
            incident=job.incident_id,
            number=job.incident.number,
            unit=job.unit_id,
            call_sign=job.unit.call_sign,
            upserts=shown.upserts,
            removes=shown.removes,
            **(data or {}),
        )

    for board_id in boards:
        if board_id is not None:
            c.emit(board_id, lambda board_id=board_id: make(board_id))
