"""Reads of alarms from positions, scoped to what the viewer may see.

Who may see one: whoever has `unit.view` at its node. Who may take one: whoever has `alarm.handle` there.
"""

from typing import Any

from django.db.models import QuerySet

from core.access import Viewer
from core.errors import NotFound
from core.rules import Permission
from patrols.watch.cards import watch_alarm_card
from patrols.watch.models import WatchAlarm


def board_watch_alarm_ids(board_id: int) -> list[int]:
    """The alarms that stand on a board. One query.

    Not scoped: for whoever has reached the board through `core.selectors.access_board`.
    """
    rows = WatchAlarm.objects.filter(board_id=board_id, ended_at__isnull=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def watch_alarms(viewer: Viewer) -> QuerySet[WatchAlarm]:
    """All alarms that the viewer may see, newest first, those that have ended, too."""
    nodes = viewer.organisations(Permission.UNIT_VIEW)
    return WatchAlarm.objects.filter(organisation__in=nodes).select_related("unit").order_by("-pk")


def access_watch_alarm_to_take(viewer: Viewer, alarm_id: int) -> WatchAlarm:
    """The alarm, to take it. Raises NotFound where one may not see it, Forbidden where only that. One query."""
    alarm = WatchAlarm.objects.select_related("unit").filter(pk=alarm_id).first()
    if alarm is None:
        raise NotFound
    viewer.require(Permission.ALARM_HANDLE, alarm.organisation_id, view=Permission.UNIT_VIEW)
    return alarm


def watch_alarm_state(alarm_id: int) -> dict[str, Any]:
    """How an alarm stands now, for a refusal. One query."""
    return watch_alarm_card(WatchAlarm.objects.select_related("unit").get(pk=alarm_id))
