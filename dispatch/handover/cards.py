"""What consoles show of offers: the same card at the sender and at the receiver.

It holds what the receiver needs to decide, and no caller's name or number: those are seen once it is accepted.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from core.live import Card
from dispatch.handover.models import Handover
from dispatch.handover.rules import CAME_BACK, Status
from patrols.cards import stamp

_CAME_BACK = [status.value for status in CAME_BACK]


def on_board(board_id: int) -> QuerySet[Handover]:
    """Offers that stand on a board: open ones at both ends, and at the sender those that came back, until noted."""
    return Handover.objects.filter(
        Q(status=Status.OFFERED) & (Q(from_board_id=board_id) | Q(to_board_id=board_id))
        | Q(from_board_id=board_id, status__in=_CAME_BACK, noted_at__isnull=True)
    )


def handover_cards(handover_ids: Iterable[int]) -> list[Card]:
    """The cards of these offers, by id. One query."""
    rows: Any = (
        Handover.objects.filter(pk__in=set(handover_ids))
        .select_related("incident__type", "from_board", "to_board")
        .annotate(callers=Count("incident__calls"))
    )
    return [_card(row) for row in rows.order_by("pk")]


def _card(row: Any) -> dict[str, Any]:
    incident = row.incident
    return {
        "id": row.pk,
        "incident": incident.pk,
        "number": incident.number,
        "type": {"code": incident.type.code, "name": incident.type.name},
        "priority": incident.priority,
        "place": incident.place,
        "place_detail": incident.place_detail,
        "location": [incident.location.x, incident.location.y] if incident.location else None,
        "summary": incident.summary,
        "received_at": stamp(incident.received_at),
        "callers": row.callers,
        "from_board": {"id": row.from_board_id, "name": row.from_board.name},
        "to_board": {"id": row.to_board_id, "name": row.to_board.name},
        "status": row.status,
        "text": row.text,
        "reason": row.reason,
        "offered_at": stamp(row.offered_at),
        "offered_by": {"id": row.offered_by_id, "name": row.offered_by_name},
        "expires_at": stamp(row.expires_at),
        "answered_at": _stamp(row.answered_at),
        "answered_by": {"id": row.answered_by_id, "name": row.answered_by_name} if row.answered_by_name else None,
    }


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
