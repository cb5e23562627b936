"""What boards show of reminders that are not done."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from core.live import Card
from dispatch.reminders.models import Reminder
from patrols.cards import stamp


def on_board(board_id: int) -> QuerySet[Reminder]:
    """Those of a centre that are not done."""
    return Reminder.objects.filter(board_id=board_id, ended_at__isnull=True)


def reminder_cards(reminder_ids: Iterable[int]) -> list[Card]:
    """The cards of these, by id. One query."""
    rows = Reminder.objects.filter(pk__in=set(reminder_ids)).select_related("incident", "unit")
    return [_card(row) for row in rows.order_by("pk")]


def _card(row: Reminder) -> dict[str, Any]:
    return {
        "id": row.pk,
        "incident": row.incident_id,
        "number": row.incident.number if row.incident else None,
        "unit": row.unit_id,
        "call_sign": row.unit.call_sign if row.unit else None,
        "text": row.text,
        "set_at": stamp(row.set_at),
        "set_by": {"id": row.set_by_id, "name": row.set_by_name},
        "due_at": stamp(row.due_at),
        "snoozes": row.snoozes,
        "ended_at": stamp(row.ended_at) if row.ended_at else None,
        "ended_by": row.ended_by_name or None,
        "version": row.version,
    }
