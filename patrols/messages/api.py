"""Messages over HTTP."""

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit
from core.http import Pages, View
from core.rules import Permission
from core.schema import page_of
from patrols.messages import selectors, services
from patrols.messages.cards import message_cards
from patrols.messages.serializers import MessageFilter, MessageIn, MessageOut, ReceiptsIn


def _given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


class MessagesView(View):
    """Messages."""

    @extend_schema(
        operation_id="messages_list", parameters=[MessageFilter], responses=page_of("MessagePage", MessageOut)
    )
    def get(self, request: Request) -> Response:
        """List the messages that you may see, the newest first, in pages. The look is audited."""
        wanted = _given(MessageFilter, request.query_params)
        rows = selectors.messages(self.viewer)
        if "board" in wanted:
            rows = rows.filter(Q(board_id=wanted["board"]) | Q(recipients__unit__board_id=wanted["board"]))
        if "unit" in wanted:
            rows = rows.filter(Q(from_unit_id=wanted["unit"]) | Q(recipients__unit_id=wanted["unit"]))
        if "incident" in wanted:
            rows = rows.filter(incident_id=wanted["incident"])
        pages = Pages()
        found = pages.paginate_queryset(rows.only("pk"), request, view=self) or []
        cards = {card["id"]: card for card in message_cards([row.pk for row in found])}
        audit.record_view(self.viewer, "message.listed", detail={"query": dict(wanted), "found": len(cards)})
        return pages.get_paginated_response([cards[row.pk] for row in found])

    @extend_schema(operation_id="messages_create", request=MessageIn, responses={201: MessageOut})
    def post(self, request: Request) -> Response:
        """Send a message: to units from the centre, or, without an addressee, from your own unit to its centre."""
        wanted = _given(MessageIn, request.data)
        if wanted["units"] or wanted["incident"] or wanted["board"]:
            message = services.send_to_units(
                text=wanted["text"],
                unit_ids=wanted["units"],
                incident_id=wanted["incident"],
                board_id=wanted["board"],
                occurred_at=wanted["occurred_at"],
                by=self.viewer,
                source="console" if self.viewer.channel == "web" else "api",
            )
        else:
            message = services.send_to_centre(
                text=wanted["text"], unit_id=wanted["unit"], occurred_at=wanted["occurred_at"], by=self.viewer
            )
        return Response(message_cards([message.pk])[0], status=201)


class MessageReceiptsView(View):
    """Who has which message."""

    @extend_schema(operation_id="messages_receipts", request=ReceiptsIn, responses=MessageOut(many=True))
    def post(self, request: Request) -> Response:
        """Say that messages came to your device, and which you have opened. Answers those where something is new."""
        wanted = _given(ReceiptsIn, request.data)
        if not self.viewer.can_anywhere(Permission.OWN_UNIT_STATUS):
            self.viewer.require_anywhere(Permission.UNIT_STATUS)  # whoever only looks on has received nothing
        changed = services.record_receipts(by=self.viewer, **wanted)
        return Response(message_cards([row.pk for row in changed]))
