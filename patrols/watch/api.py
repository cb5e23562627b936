"""Alarms from positions over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import Pages, View
from core.schema import page_of
from patrols.watch import selectors, services
from patrols.watch.cards import watch_alarm_card
from patrols.watch.serializers import WatchAlarmFilter, WatchAlarmOut, WatchAlarmTakenIn


def _given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


class WatchAlarmsView(View):
    """Alarms from positions."""

    @extend_schema(
        operation_id="watch_alarms_list",
        parameters=[WatchAlarmFilter],
        responses=page_of("WatchAlarmPage", WatchAlarmOut),
    )
    def get(self, request: Request) -> Response:
        """List the alarms of watch rules that you may see, newest first, in pages; `open` says which."""
        wanted = _given(WatchAlarmFilter, request.query_params)
        rows = selectors.watch_alarms(self.viewer)
        if wanted["open"] is not None:
            rows = rows.filter(ended_at__isnull=wanted["open"])
        if "board" in wanted:
            rows = rows.filter(board_id=wanted["board"])
        pages = Pages()
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([watch_alarm_card(row) for row in found])


class WatchAlarmTakeView(View):
    """One alarm from positions."""

    @extend_schema(request=WatchAlarmTakenIn, responses=WatchAlarmOut)
    def post(self, request: Request, watch_alarm_id: int) -> Response:
        """Take an alarm with a word on what was found or done. 409 with how it ended where it stands no more."""
        wanted = _given(WatchAlarmTakenIn, request.data)
        alarm = services.take_watch_alarm(alarm_id=watch_alarm_id, words=wanted["text"], by=self.viewer)
        return Response(watch_alarm_card(alarm))
