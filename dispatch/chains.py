"""The chain of an alarm: pressed, stored, shown by each console, acknowledged, resolved. What a commander proves by it."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit
from core.access import Viewer
from core.errors import Forbidden
from core.http import View
from core.rules import Permission
from dispatch import watches
from patrols.cards import stamp
from patrols.models import Alarm, AlarmReceipt
from patrols.safety.cards import alarm_cards
from patrols.safety.selectors import access_alarm
from patrols.safety.serializers import AlarmOut

SHOWN = 50


def alarms_with_chain(viewer: Viewer, *, drill: bool | None) -> QuerySet[Alarm]:
    """Alarms whose chain the viewer may read, the newest first: those of units where it may drill."""
    rows = Alarm.objects.filter(unit__organisation__in=viewer.organisations(Permission.ALARM_DRILL))
    if drill is not None:
        rows = rows.filter(is_drill=drill)
    return rows.order_by("-pk")


def chain_of(viewer: Viewer, alarm_id: int) -> dict[str, Any]:
    """The chain of one alarm. Seconds are by the server's clock, from when the alarm was stored. Raises NotFound, Forbidden.

    `consoles` are the pages whose socket was open when it was stored, and those that showed it all the same. A page
    that has said nothing has `shown_at` null: it did not show it, or could not say so.
    """
    alarm = access_alarm(viewer, alarm_id)
    if not viewer.can(Permission.ALARM_DRILL, alarm.unit.organisation_id):
        raise Forbidden
    receipts = {row.page: row for row in AlarmReceipt.objects.filter(alarm=alarm).order_by("recorded_at", "pk")}
    pages = {row.page: row.user_name for row in watches.watching_at(alarm.board_id, alarm.recorded_at)}
    expected = set(pages)
    pages |= {page: row.user_name for page, row in receipts.items()}
    consoles = [_console(alarm, page, name, receipts.get(page), page in expected) for page, name in pages.items()]
    consoles.sort(key=lambda one: (one["after_s"] is None, one["after_s"] or 0.0, one["name"]))
    return {
        "alarm": alarm_cards([alarm.pk])[0],
        "pressed_at": stamp(alarm.raised_at),
        "stored_at": stamp(alarm.recorded_at),
        "consoles": consoles,
        "silent": sum(one["was_connected"] and one["shown_at"] is None for one in consoles),
        "slowest_s": max((one["after_s"] for one in consoles if one["after_s"] is not None), default=None),
        "escalated_s": _after(alarm, alarm.escalated_at),
        "acknowledged_s": _after(alarm, alarm.acknowledged_at),
        "resolved_s": _after(alarm, alarm.resolved_at),
        "resolved_by": alarm.resolved_by.display_name if alarm.resolved_by else None,
        "resolution": alarm.resolution,
        "withdrawn": alarm.withdrawn,
    }


def _console(alarm: Alarm, page: str, name: str, receipt: AlarmReceipt | None, was_connected: bool) -> dict[str, Any]:
    return {
        "page": page,
        "name": name,
        "was_connected": was_connected,
        "shown_at": stamp(receipt.shown_at) if receipt else None,
        "heard_at": stamp(receipt.recorded_at) if receipt else None,
        "after_s": _after(alarm, receipt.recorded_at if receipt else None),
    }


def _after(alarm: Alarm, at: datetime | None) -> float | None:
    return None if at is None else round((at - alarm.recorded_at).total_seconds(), 3)


# --- over HTTP ----------------------------------------------------------------------------------------------------


class ChainFilter(serializers.Serializer[Any]):
    """Which alarms."""

    drill = serializers.BooleanField(required=False, allow_null=True, default=None)


class ConsoleOut(serializers.Serializer[Any]):
    """A page that watched the board. `heard_at` is when the server heard that it had shown the alarm."""

    page = serializers.CharField()
    name = serializers.CharField()
    was_connected = serializers.BooleanField()
    shown_at = serializers.DateTimeField(allow_null=True)
    heard_at = serializers.DateTimeField(allow_null=True)
    after_s = serializers.FloatField(allow_null=True)


class ChainOut(serializers.Serializer[Any]):
    """The chain of an alarm; seconds from when it was stored. `silent` consoles were connected and have not said that
    they showed it.
    """

    alarm = AlarmOut()
    pressed_at = serializers.DateTimeField()
    stored_at = serializers.DateTimeField()
    consoles = ConsoleOut(many=True)
    silent = serializers.IntegerField()
    slowest_s = serializers.FloatField(allow_null=True)
    escalated_s = serializers.FloatField(allow_null=True)
    acknowledged_s = serializers.FloatField(allow_null=True)
    resolved_s = serializers.FloatField(allow_null=True)
    resolved_by = serializers.CharField(allow_null=True)
    resolution = serializers.CharField()
    withdrawn = serializers.BooleanField()


class ChainsView(View):
    """Alarms and drills, afterwards."""

    @extend_schema(parameters=[ChainFilter], responses=AlarmOut(many=True))
    def get(self, request: Request) -> Response:
        """List the newest alarms, resolved ones too, whose chain you may read; 50 at most."""
        given = ChainFilter(data=request.query_params)
        given.is_valid(raise_exception=True)
        self.viewer.require_anywhere(Permission.ALARM_DRILL)
        rows = alarms_with_chain(self.viewer, drill=given.validated_data["drill"])
        return Response(alarm_cards(rows.values_list("pk", flat=True)[:SHOWN])[::-1])


class ChainView(View):
    """One alarm, from the press to its end."""

    @extend_schema(responses=ChainOut)
    def get(self, request: Request, alarm_id: int) -> Response:  # noqa: ARG002
        """Show when an alarm was pressed, stored, shown by each console, acknowledged and resolved; the look is audited."""
        found = chain_of(self.viewer, alarm_id)
        detail = {"alarm": alarm_id}
        audit.record_view(self.viewer, "alarm.chain_viewed", organisation=found["alarm"]["organisation"], detail=detail)
        return Response(found)
