"""Incidents of a board that ended lately, over HTTP."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.http import View
from core.selectors import access_board
from incidents import selectors
from incidents.api.outputs import IncidentCardOut
from incidents.cards import incident_cards


class EndedQuery(serializers.Serializer[Any]):
    """How far back."""

    hours = serializers.IntegerField(min_value=1, max_value=72, default=12)


class EndedOut(serializers.Serializer[Any]):
    """An incident that has ended: when, how, and in which words. `disposition` is empty where it was cancelled."""

    incident = IncidentCardOut()
    ended_at = serializers.DateTimeField()
    disposition = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField(allow_blank=True)


class EndedView(View):
    """Incidents of a board that were closed or cancelled."""

    @extend_schema(operation_id="boards_ended_list", parameters=[EndedQuery], responses=EndedOut(many=True))
    def get(self, request: Request, board_id: int) -> Response:
        """List what was closed or cancelled in the last hours, the last first. Looking leaves an audit row."""
        board = access_board(self.viewer, board_id)
        query = EndedQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        since = clock.now() - timedelta(hours=query.validated_data["hours"])
        rows = selectors.recently_ended(self.viewer, board_id, since=since)
        cards = {card["id"]: card for card in incident_cards([row.pk for row in rows])}
        detail = {"hours": query.validated_data["hours"], "found": sorted(cards)}
        audit.record_view(self.viewer, "incident.listed", board, organisation=board.organisation_id, detail=detail)
        found = [
            {
                "incident": cards[row.pk],
                "ended_at": row.closed_at,
                "disposition": row.disposition,
                "outcome": row.outcome,
            }
            for row in rows
        ]
        return Response(EndedOut(found, many=True).data)
