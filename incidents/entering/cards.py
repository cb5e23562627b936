"""What boards show of calls being taken: by whom, since when, and what is known of place and kind; nothing of the caller."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from core.live import Card
from incidents.entering.models import Entry
from incidents.entering.rules import PERSONAL, Status


def on_board(board_id: int) -> QuerySet[Entry]:
    """Calls being taken at a centre."""
    return Entry.objects.filter(board_id=board_id, status=Status.ENTERING)


def entry_cards(entry_ids: Iterable[int]) -> list[Card]:
    """The cards of these, by id. One query."""
    return [_card(row) for row in Entry.objects.filter(pk__in=set(entry_ids)).order_by("pk")]


def _card(row: Entry) -> dict[str, Any]:
    last = max(row.fields.values(), key=lambda field: field["at"], default=None)
    shown = {name: field["value"] for name, field in row.fields.items() if name not in PERSONAL}
    return {
        "id": row.pk,
        "version": row.version,
        "begun_at": row.begun_at,
        "begun_by": {"id": row.begun_by_id, "name": row.begun_by_name},
        "place": shown.get("place", ""),
        "type": shown.get("type", ""),
        "priority": shown.get("priority", ""),
        "summary": shown.get("summary", ""),
        "location": shown.get("location"),
        "changed_at": last and last["at"],
        "changed_by": last and {"id": last["by_id"], "name": last["by"]},
    }
