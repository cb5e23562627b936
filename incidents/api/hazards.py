"""What is known of an address, over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.http import Pages, View
from core.rules import Permission
from incidents import selectors, services
from incidents.api.incidents import page_of
from incidents.api.inputs import HazardIn, KnownQuery, ReasonIn, RenewIn
from incidents.api.outputs import HazardOut, KnownOut, OpenedHazardOut


class KnownView(View):
    """An address, while a call is taken."""

    @extend_schema(operation_id="addresses_known", parameters=[KnownQuery], responses=KnownOut)
    def get(self, request: Request) -> Response:
        """Earlier incidents and current hazards at an address. Asking leaves an audit row."""
        query = KnownQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        self.viewer.require_anywhere(Permission.INCIDENT_VIEW)
        return answer(self, selectors.known_at(self.viewer, now=clock.now(), **query.arguments()))


class IncidentKnownView(View):
    """The address of an incident."""

    @extend_schema(operation_id="incidents_known", responses=KnownOut)
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        """Earlier incidents and current hazards where this incident is. Asking leaves an audit row."""
        incident = selectors.access_incident(self.viewer, pk)
        known = selectors.known_at(
            self.viewer,
            point=incident.location,
            gazetteer_id=incident.gazetteer_id,
            now=clock.now(),
            besides=incident.pk,
        )
        return answer(self, known)


def answer(view: View, known: selectors.Known) -> Response:
    """Say what is known, and note who asked."""
    detail = {"incidents": [card["id"] for card in known.incidents], "hazards": [row.pk for row in known.hazards]}
    audit.record_view(view.viewer, "address.viewed", detail=detail)
    return Response(KnownOut(known).data)


class HazardsView(View):
    """Hazards."""

    @extend_schema(operation_id="hazards_list", responses=page_of("HazardPage", HazardOut))
    def get(self, request: Request) -> Response:
        """Hazards that hold now, newest first, without what they say. Looking leaves an audit row."""
        self.viewer.require_anywhere(Permission.INCIDENT_VIEW)
        pages = Pages()
        rows = selectors.current_hazards(self.viewer, now=clock.now())
        found = pages.paginate_queryset(rows, request, view=self) or []
        audit.record_view(self.viewer, "hazard.listed", detail={"found": [row.pk for row in found]})
        return pages.get_paginated_response(HazardOut(found, many=True).data)

    @extend_schema(operation_id="hazards_create", request=HazardIn, responses={201: OpenedHazardOut})
    def post(self, request: Request) -> Response:
        """Record a hazard, with its source and until when it holds."""
        given = HazardIn(data=request.data)
        given.is_valid(raise_exception=True)
        hazard = services.record_hazard(by=self.viewer, **given.arguments())
        return Response(OpenedHazardOut(hazard).data, status=status.HTTP_201_CREATED)


class HazardView(View):
    """One hazard."""

    @extend_schema(operation_id="hazards_retrieve", responses=OpenedHazardOut)
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        """Open a hazard: what it says. Opening it leaves an audit row."""
        hazard = selectors.access_hazard(self.viewer, pk)
        audit.record_view(self.viewer, "hazard.viewed", hazard, organisation=hazard.organisation_id)
        return Response(OpenedHazardOut(hazard).data)


class RenewHazardView(View):
    """It still holds."""

    @extend_schema(operation_id="hazards_renew", request=RenewIn, responses=OpenedHazardOut)
    def post(self, request: Request, pk: int) -> Response:
        """Renew a hazard after a review; the new one is answered."""
        given = RenewIn(data=request.data)
        given.is_valid(raise_exception=True)
        hazard = services.renew_hazard(hazard_id=pk, by=self.viewer, **given.validated_data)
        return Response(OpenedHazardOut(hazard).data)


class WithdrawHazardView(View):
    """It does not hold any more."""

    @extend_schema(operation_id="hazards_withdraw", request=ReasonIn, responses=OpenedHazardOut)
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw a hazard, for a reason."""
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        hazard = services.withdraw_hazard(hazard_id=pk, by=self.viewer, **given.validated_data)
        return Response(OpenedHazardOut(hazard).data)
