"""What a console shows of alarms from positions: plain JSON values, the same in snapshots and events."""

from collections.abc import Iterable
from typing import Any

from core.live import Card
from patrols.cards import stamp
from patrols.watch.models import WatchAlarm


def watch_alarm_cards(alarm_ids: Iterable[int]) -> list[Card]:
    """The cards of these alarms, the oldest first. One query."""
    rows = WatchAlarm.objects.filter(pk__in=set(alarm_ids)).select_related("unit")
    return [watch_alarm_card(row) for row in rows.order_by("pk")]


def watch_alarm_card(row: WatchAlarm) -> dict[str, Any]:
    """One alarm. `position` is where the unit was, or a spot in the area; `unit` is null where it is about an area."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "name": row.name,
        "area": row.area_name or None,
        "board": row.board_id,
        "organisation": row.organisation_id,
        "unit": row.unit_id,
        "call_sign": row.unit.call_sign if row.unit else None,
        "position": None if row.point is None else {"lon": row.point.x, "lat": row.point.y},
        "since": stamp(row.since),
        "raised_at": stamp(row.raised_at),
        "ended_at": stamp(row.ended_at) if row.ended_at else None,
        "ended_by": row.ended_by or None,
        "taken_by": row.taken_by_name or None,
        "words": row.words,
    }
