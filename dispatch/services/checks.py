"""What is refused, with how things stand."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core.access import Viewer
from core.errors import Conflict, DomainError, Invalid, Unprocessable
from core.rules import Permission
from dispatch import rules, selectors
from dispatch.models import Assignment
from dispatch.rules import Status
from incidents.models import Incident
from incidents.rules import OPEN
from patrols.models import Unit
from patrols.rules import Availability


def known(status: str) -> Status:
    """The status of that name. Raises Invalid."""
    try:
        return Status(status)
    except ValueError as error:
        raise Invalid(_("There is no such status."), code="unknown_status", field="status") from error


def moment(occurred_at: datetime | None, now: datetime) -> datetime:
    """When it happened: not in the future, but for a clock that is a little ahead."""
    if occurred_at is None:
        return now
    if occurred_at - now > timedelta(seconds=rules.CLOCK_SKEW_S):
        raise Unprocessable(_("This time lies in the future."), code="in_future", field="occurred_at")
    return min(occurred_at, now)


def require_open(incident: Incident) -> None:
    """Raise Conflict when the incident has ended."""
    if incident.status not in OPEN:
        raise Conflict(
            _("The incident has ended."),
            code="incident_ended",
            state={"incident": incident.pk, "number": incident.number, "status": incident.status},
        )


def require_available(unit: Unit, *, pre_empt: bool) -> None:
    """Raise Unprocessable for a unit off duty, Conflict for one that cannot be sent or needs a confirmation."""
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


def require_pre_emption(by: Viewer, current: Assignment, incident: Incident, *, allowed: bool) -> None:
    """Raise unless the unit's job may be broken off for `incident`."""
    if (
        not allowed
        or current.incident_id == incident.pk
        or not rules.may_pre_empt(priority=incident.priority, current_priority=current.incident.priority)
    ):
        raise busy(by, current)


def busy(by: Viewer, current: Assignment) -> Conflict:
    """The refusal of a unit that has a job; names the incident only to those who may see it."""
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


def require_reason(incident: Incident, *, is_all: bool, reason: str) -> None:
    """Raise Unprocessable when all that is sent is less than the minimum and nobody says why. One query at most."""
    if not is_all or reason.strip():
        return
    sent = selectors.active().filter(incident=incident).count() + 1
    if sent < incident.min_units:
        raise Unprocessable(
            _("Fewer units than this kind of incident needs: say why."),
            code="reason_needed",
            field="reason",
            state={"min_units": incident.min_units, "sent": sent},
        )


def require_reason_to_call_off(job: Assignment, wanted: Status, *, is_own: bool, reason: str) -> None:
    """Raise Unprocessable when calling off one of several leaves fewer than the minimum and nobody says why.

    The last one to be called off leaves an incident that waits, which says enough; a crew refuses for itself. One query.
    """
    if wanted != Status.CANCELLED or is_own or reason.strip():
        return
    counted = selectors.active().filter(incident=job.incident).exclude(pk=job.pk).count()
    if 0 < counted < job.incident.min_units:
        raise Unprocessable(
            _("Fewer units than this kind of incident needs: say why."),
            code="reason_needed",
            field="reason",
            state={"min_units": job.incident.min_units, "sent": counted},
        )


def require_transition(job: Assignment, wanted: Status, expected: str | None) -> None:
    """Raise Conflict or Unprocessable, with the present state, unless the job may go to `wanted`."""
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
        refusal.state = state(job)
        raise refusal


def state(job: Assignment) -> dict[str, object]:
    """How a job stands, for a refusal. One query."""
    return selectors.assignment_state(job)
