"""Hand-overs over HTTP."""

from typing import Any

from django.contrib.gis.geos import Point
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.http import View
from core.rules import Permission
from dispatch.handover import selectors, services
from dispatch.handover.cards import handover_cards
from dispatch.handover.models import Handover
from dispatch.handover.serializers import CentreOut, CentreQuery, HandoverOut, HandoverRefusalIn, OfferIn, WithdrawalIn


def _given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _answer(handover: Handover, code: int = status.HTTP_200_OK) -> Response:
    return Response(handover_cards([handover.pk])[0], status=code)


class CentresView(View):
    """Operations centres."""

    @extend_schema(parameters=[CentreQuery], responses=CentreOut(many=True))
    def get(self, request: Request) -> Response:
        """List all operations centres by name, and tell which one answers for a place, if one is given."""
        self.viewer.require_anywhere(Permission.INCIDENT_EDIT)
        given = _given(CentreQuery, request.query_params.dict())
        point = Point(given["lon"], given["lat"], srid=4326) if {"lon", "lat"} <= set(given) else None
        return Response(
            [
                {
                    "id": row.board.pk,
                    "name": row.board.name,
                    "code": row.board.organisation.code,
                    "covers": row.covers,
                }
                for row in selectors.centres(point=point, day=clock.now().date())
            ]
        )


class IncidentHandoversView(View):
    """Offers of one incident."""

    @extend_schema(responses=HandoverOut(many=True))
    def get(self, request: Request, incident_id: int) -> Response:  # noqa: ARG002
        """List all offers of an incident, in order. Looking leaves an audit row."""
        rows = selectors.handovers_of(self.viewer, incident_id)
        found = handover_cards(rows.values_list("pk", flat=True))
        audit.record_view(self.viewer, "handover.listed", detail={"incident": incident_id})
        return Response(found)

    @extend_schema(request=OfferIn, responses={201: HandoverOut})
    def post(self, request: Request, incident_id: int) -> Response:
        """Offer it to another operations centre. 409 `handover_open` while it is offered already."""
        given = _given(OfferIn, request.data)
        handover = services.offer_handover(
            incident_id=incident_id, board_id=given["to"], text=given["text"], by=self.viewer
        )
        return _answer(handover, status.HTTP_201_CREATED)


class AcceptHandoverView(View):
    """Taking it."""

    @extend_schema(request=None, responses=HandoverOut)
    def post(self, request: Request, handover_id: int) -> Response:  # noqa: ARG002
        """Take the incident to the centre that it is offered to. 409 `handover_over` when somebody was faster."""
        return _answer(services.accept_handover(handover_id=handover_id, by=self.viewer))


class RefuseHandoverView(View):
    """Leaving it."""

    @extend_schema(request=HandoverRefusalIn, responses=HandoverOut)
    def post(self, request: Request, handover_id: int) -> Response:
        """Leave the incident with its sender, for a reason."""
        given = _given(HandoverRefusalIn, request.data)
        return _answer(services.refuse_handover(handover_id=handover_id, by=self.viewer, **given))


class WithdrawHandoverView(View):
    """Taking the offer back."""

    @extend_schema(request=WithdrawalIn, responses=HandoverOut)
    def post(self, request: Request, handover_id: int) -> Response:
        """Take the offer back while nobody has answered."""
        given = _given(WithdrawalIn, request.data)
        return _answer(services.withdraw_handover(handover_id=handover_id, by=self.viewer, **given))


class NoteHandoverView(View):
    """Taking note."""

    @extend_schema(request=None, responses=HandoverOut)
    def post(self, request: Request, handover_id: int) -> Response:  # noqa: ARG002
        """Take note that an offer was refused or timed out: the strip at the sender goes."""
        return _answer(services.note_handover(handover_id=handover_id, by=self.viewer))
