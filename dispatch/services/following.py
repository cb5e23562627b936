"""Following a job: its steps, and taking it back."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import change
from core.errors import Conflict, Unprocessable
from dispatch import rules, selectors
from dispatch.models import Assignment
from dispatch.rules import Status
from dispatch.services.checks import known, moment, require_reason_to_call_off, require_transition, state
from dispatch.services.locks import lock_job
from dispatch.services.steps import advance
from incidents.rules import Source


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
    sent, and `reason_needed` where calling off one of several leaves fewer than the minimum without a word.
    """
    wanted = known(status)
    with change(by=by) as c:
        seen, is_own = selectors.access_assignment_to_act(by, assignment_id, wanted)
        job = lock_job(seen)
        at = moment(occurred_at, c.settle())
        require_transition(job, wanted, expected)
        require_reason_to_call_off(job, wanted, is_own=is_own, reason=reason)
        if job.dispatched_at and at < job.dispatched_at:
            raise Unprocessable(
                _("This is before the unit was sent."), code="before_dispatch", field="occurred_at", state=state(job)
            )
        advance(c, job, wanted, at=at, by=by, source=source, reason=reason)
    return job


def undo_assignment(*, assignment_id: int, by: Viewer) -> Assignment:
    """Take back an assignment just made, while its unit has not answered: it ends as cancelled.

    Does not give back a job that was broken off for it. Raises as `advance_assignment`; Conflict `too_late` after
    `rules.UNDO_S` seconds or once the unit has answered.
    """
    with change(by=by) as c:
        seen, _own = selectors.access_assignment_to_act(by, assignment_id, Status.CANCELLED)
        job = lock_job(seen)
        c.settle()
        too_late = job.dispatched_at is None or c.now - job.dispatched_at > timedelta(seconds=rules.UNDO_S)
        if job.status != Status.DISPATCHED or too_late:
            raise Conflict(_("It is too late to undo this; cancel it instead."), code="too_late", state=state(job))
        advance(c, job, Status.CANCELLED, at=c.now, by=by, source=Source.CONSOLE, reason="undone")
    return job
