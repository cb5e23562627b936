"""Writes of reminders: set, put off, done. Compare-and-set on the version that the desk saw."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _

import incidents.services
from core import selectors as core_selectors
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid, NotFound
from core.live import Event
from core.rules import Permission
from dispatch import events
from dispatch.reminders.cards import reminder_cards
from dispatch.reminders.models import Reminder
from incidents.models import Incident
from patrols.models import Unit

SOONEST_S = 5.0
LATEST_S = 24 * 3600.0
"""Beyond a day it is a matter for the plan of the shift, not for the desk."""


def set_reminder(
    *,
    board_id: int,
    after_s: float,
    text: str,
    by: Viewer,
    incident_id: int | None = None,
    unit_id: int | None = None,
) -> Reminder:
    """Have the desk of a board reminded in `after_s` seconds, about an incident or a unit of it, or neither.

    Raises NotFound, Forbidden; Invalid without words, for a time that is not within a day, or for an incident or a unit
    that is not on this board.
    """
    words = text.strip()
    if not words:
        raise Invalid(_("Say what is not to be forgotten."), code="blank", field="text")
    if not SOONEST_S <= after_s <= LATEST_S:
        raise Invalid(_("A reminder is due within a day."), code="not_within_a_day", field="after_s")
    with change(by=by) as c:
        board = core_selectors.access_board(by, board_id)
        by.require(Permission.INCIDENT_EDIT, board.organisation_id)
        incident = incident_id and Incident.objects.filter(pk=incident_id, board=board).first()
        if incident_id is not None and not incident:
            raise Invalid(_("There is no such incident on this board."), code="unknown_incident", field="incident")
        unit = unit_id and Unit.objects.filter(pk=unit_id, board=board).first()
        if unit_id is not None and not unit:
            raise Invalid(_("There is no such unit on this board."), code="unknown_unit", field="unit")
        reminder = Reminder.objects.create(
            board=board,
            incident=incident or None,
            unit=unit or None,
            text=words,
            set_at=c.now,
            set_by_id=by.user_id,
            set_by_name=by.name,
            due_at=c.now + timedelta(seconds=after_s),
        )
        _tell(c, reminder, "set", events.ReminderSet)
    return reminder


def snooze_reminder(*, reminder_id: int, after_s: float, version: int, by: Viewer) -> Reminder:
    """Put a reminder off: due in `after_s` seconds from now. Locks it.

    Raises NotFound, Forbidden, Invalid; Conflict with who did it where it is done, or put off meanwhile.
    """
    if not SOONEST_S <= after_s <= LATEST_S:
        raise Invalid(_("A reminder is due within a day."), code="not_within_a_day", field="after_s")
    with change(by=by) as c:
        reminder = _lock(reminder_id, by)
        if reminder.version != version:
            raise Conflict(_("Somebody has put it off meanwhile."), code="state_changed", state=_state(reminder))
        reminder.due_at = c.now + timedelta(seconds=after_s)
        reminder.snoozes += 1
        reminder.version += 1
        reminder.save(update_fields=["due_at", "snoozes", "version"])
        _tell(c, reminder, "snoozed", events.ReminderSnoozed)
    return reminder


def end_reminder(*, reminder_id: int, by: Viewer) -> Reminder:
    """Note that what one was reminded of is done. Locks it. Raises as `snooze_reminder`."""
    with change(by=by) as c:
        reminder = _lock(reminder_id, by)
        reminder.ended_at, reminder.ended_by_id, reminder.ended_by_name = c.now, by.user_id, by.name
        reminder.version += 1
        reminder.save(update_fields=["ended_at", "ended_by", "ended_by_name", "version"])
        _tell(c, reminder, "done", events.ReminderDone)
    return reminder


def _lock(reminder_id: int, by: Viewer) -> Reminder:
    rows = Reminder.objects.select_for_update(no_key=True, of=("self",)).select_related("board")
    reminder = rows.filter(pk=reminder_id).first()
    if reminder is None:
        raise NotFound
    by.require(Permission.INCIDENT_EDIT, reminder.board.organisation_id, view=Permission.INCIDENT_VIEW)
    if reminder.ended_at is not None:
        raise Conflict(
            _("%(name)s has done it already.") % {"name": reminder.ended_by_name},
            code="reminder_done",
            state=_state(reminder),
        )
    return reminder


def _state(reminder: Reminder) -> dict[str, object]:
    return dict(reminder_cards([reminder.pk])[0])


def _tell(c: Change, reminder: Reminder, what: str, kind: Callable[..., Event]) -> None:
    """The timeline of its incident, the audit trail and the board hear of it."""
    if reminder.incident_id is not None and what != "snoozed":
        incidents.services.add_timeline_quietly(
            incident_id=reminder.incident_id,
            kind=f"reminder_{what}",
            by=c.by,
            occurred_at=c.now,
            text=reminder.text,
            data={"reminder": reminder.pk, "due_at": reminder.due_at.isoformat()},
        )
    detail = {"due_at": reminder.due_at.isoformat(), "snoozes": reminder.snoozes}
    c.audit(f"reminder.{what}", reminder, organisation=reminder.board.organisation_id, detail=detail)

    def make() -> Event:
        is_open = reminder.ended_at is None
        return kind(
            at=c.now,
            reminder=reminder.pk,
            incident=reminder.incident_id,
            upserts={"reminders": reminder_cards([reminder.pk])} if is_open else {},
            removes={} if is_open else {"reminders": [reminder.pk]},
        )

    c.emit(reminder.board_id, make)
