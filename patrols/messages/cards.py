"""A message as the console and the field unit show it."""

from collections.abc import Iterable
from typing import Any

from core.live import Card
from patrols.cards import stamp
from patrols.messages.models import Message


def message_cards(message_ids: Iterable[int]) -> list[Card]:
    """The cards of these messages, the oldest first. Three queries."""
    rows = Message.objects.filter(pk__in=set(message_ids)).select_related("from_unit")
    return [_card(row) for row in rows.prefetch_related("recipients__unit", "receipts__unit").order_by("pk")]


def _card(row: Message) -> dict[str, Any]:
    units = [{"unit": one.unit_id, "call_sign": one.unit.call_sign} for one in row.recipients.all()]
    receipts = [
        {
            "user": one.user_id,
            "name": one.name,
            "call_sign": one.unit.call_sign if one.unit else None,
            "delivered_at": stamp(one.delivered_at),
            "read_at": stamp(one.read_at) if one.read_at else None,
        }
        for one in row.receipts.all()
    ]
    return {
        "id": row.pk,
        "board": row.board_id,
        "from_unit": row.from_unit_id,
        "call_sign": row.from_unit.call_sign if row.from_unit else None,
        "to": row.to,
        "units": sorted(units, key=lambda one: str(one["call_sign"])),
        "incident": row.incident_id,
        "text": row.text,
        "by": {"id": row.by_id, "name": row.by_name},
        "at": stamp(row.occurred_at),
        "recorded_at": stamp(row.recorded_at),
        "receipts": sorted(receipts, key=lambda one: (str(one["call_sign"]), str(one["name"]))),
    }
