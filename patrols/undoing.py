"""A unit's status, given by a slip, is taken back: what it did before goes on as if it had never been broken off."""

from django.utils.translation import gettext as _

from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Conflict
from core.undo import UNDONE, require_own_last
from patrols import events, selectors
from patrols.cards import unit_cards
from patrols.models import StatusChange, Unit
from patrols.rules import FROM_ASSIGNMENT, Status
from patrols.welfare.services import follow_unit_quietly

RECENT = 20
"""How many of a unit's newest changes are looked through for what was there before."""


def undo_unit_status(*, unit_id: int, status: str, by: Viewer, source: str = "console") -> Unit:
    """Take back the status that one gave a unit last; `status` is that one.

    The status before it goes on from when it began; the mistaken one stays in the history and lasted no time. Locks the
    unit. Raises NotFound, Forbidden; Conflict with the unit's state where somebody has gone on (`somebody_went_on`), it
    is not the last step, it was too long ago, or the unit has a job or an emergency by now.
    """
    with change(by=by) as c:
        selectors.access_unit_to_act(by, unit_id)
        unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        now = c.settle()
        found = present_and_before(unit)
        state = selectors.unit_state(unit_id)
        if found is None:
            raise Conflict(_("There is nothing to take back."), code="nothing_to_undo", state=state)
        present, before = found
        require_own_last(
            by=by,
            now=now,
            user_id=present.by_id,
            name=present.by.display_name if present.by else "",
            at=present.recorded_at,
            is_that=present.status == status == unit.status,
            state=state,
        )
        never_by_hand = {*FROM_ASSIGNMENT, Status.EMERGENCY, Status.OFF_DUTY}
        if present.status in never_by_hand or before.status in never_by_hand:
            raise Conflict(_("This status cannot be taken back by hand."), code="cannot_undo", state=state)
        take_back_status_quietly(unit=unit, present=present, before=before, by=by, source=source)
        c.audit(
            "unit.status_undone",
            unit,
            organisation=unit.organisation_id,
            detail={"from": present.status, "to": before.status, "source": source},
        )
        c.emit(
            unit.board_id,
            lambda: events.UnitStatusChanged(
                at=now,
                unit=unit_id,
                call_sign=unit.call_sign,
                previous=present.status,
                status=before.status,
                source=source,
                reason=UNDONE,
                upserts={"units": unit_cards([unit_id])},
            ),
        )
    return unit


def present_and_before(unit: Unit) -> tuple[StatusChange, StatusChange] | None:
    """The change that gave a unit its present status, and the one that counted before it. One query."""
    newest = StatusChange.objects.filter(unit=unit).select_related("by").order_by("-pk")[:RECENT]
    standing: list[StatusChange] = []
    for row in reversed(newest):
        if row.undoes_id is None:
            standing.append(row)
        elif standing and standing[-1].pk == row.undoes_id:
            standing.pop()
    return (standing[-1], standing[-2]) if len(standing) > 1 else None


def take_back_status_quietly(
    *, unit: Unit, present: StatusChange, before: StatusChange, by: Viewer, source: str
) -> None:
    """Give a locked unit the status `before` again, since when it had it: row and history, no check, **no event**."""
    unit.status = Status(before.status)
    unit.status_since = before.occurred_at
    unit.version += 1
    unit.save(update_fields=["status", "status_since", "version"])
    row = StatusChange.objects.create(
        unit=unit,
        status=before.status,
        occurred_at=present.occurred_at,
        recorded_at=clock.now(),
        source=source,
        by_id=by.user_id,
        assignment_id=before.assignment_id,
        reason=UNDONE,
        undoes=present,
    )
    follow_unit_quietly(unit=unit, at=row.recorded_at, by=by)
