"""What a console and the field page show of a welfare timer: a part of the unit's card."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from patrols.welfare.models import WelfareTimer


def welfare_parts(unit_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Of these units, the timers that run, by unit. One query."""
    rows = WelfareTimer.objects.filter(unit_id__in=set(unit_ids), ended_at__isnull=True)
    return {row.unit_id: welfare_part(row) for row in rows.order_by()}


def welfare_part(row: WelfareTimer) -> dict[str, Any]:
    """One timer."""
    return {
        "id": row.pk,
        "stage": row.stage,
        "kind": row.kind or None,
        "started_at": _stamp(row.started_at),
        "due_at": _stamp(row.due_at),
        "dispatcher_at": _stamp(row.dispatcher_at),
        "commander_at": _stamp(row.commander_at),
    }


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
