"""What a console shows of alarms: plain JSON values, the same in snapshots and events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core.live import Card
from core.models import User
from patrols.cards import stamp
from patrols.models import Alarm


def alarm_cards(alarm_ids: Iterable[int]) -> list[Card]:
    """The cards of these alarms, the oldest first. Two queries."""
    found = Alarm.objects.filter(pk__in=set(alarm_ids)).select_related("unit", "raised_by", "acknowledged_by")
    rows = found.prefetch_related("steps")
    return [_card(row) for row in rows.order_by("pk")]


def _card(row: Alarm) -> dict[str, Any]:
    return {
        "id": row.pk,
        "unit": row.unit_id,
        "call_sign": row.unit.call_sign,
        "organisation": row.unit.organisation_id,
        "kind": row.kind,
        "is_drill": row.is_drill,
        "source": row.source,
        "raised_at": stamp(row.raised_at),
        "recorded_at": stamp(row.recorded_at),
        "raised_by": _person(row.raised_by, ""),
        "crew_names": list(row.crew_names),
        "position": None
        if row.point is None or row.position_at is None
        else {
            "lon": row.point.x,
            "lat": row.point.y,
            "at": stamp(row.position_at),
            "accuracy_m": row.accuracy_m,
        },
        "presses": row.presses,
        "pressed_at": stamp(row.pressed_at),
        "escalate_at": stamp(row.escalate_at),
        "escalated_at": _stamp(row.escalated_at),
        "acknowledged_at": _stamp(row.acknowledged_at),
        "acknowledged_by": _person(row.acknowledged_by, row.acknowledged_by_name) if row.acknowledged_at else None,
        "steps": [
            {"step": step.step, "text": step.text, "at": stamp(step.at), "by": step.by_name} for step in row.steps.all()
        ],
        "resolved_at": _stamp(row.resolved_at),
    }


def _person(user: User | None, name: str) -> dict[str, Any] | None:
    if user is None:
        return {"id": None, "name": name} if name else None
    return {"id": user.pk, "name": name or user.display_name}


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
