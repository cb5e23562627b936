"""Events at the border over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.http import Pages, View
from core.rules import Permission
from core.schema import page_of
from incidents.border import selectors, services
from incidents.border.serializers import (
    AssessmentIn,
    BorderEventIn,
    BorderEventOut,
    BorderQuery,
    CountIn,
    PersonsIn,
    SectionOut,
)


class BorderSectionsView(View):
    """Border sections."""

    @extend_schema(operation_id="border_sections", responses=SectionOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the sections that exist today, with their outlines."""
        self.viewer.require_anywhere(Permission.INCIDENT_VIEW)
        return Response(SectionOut(selectors.sections(clock.now().date()), many=True).data)


class BorderEventsView(View):
    """Events at the border."""

    @extend_schema(
        operation_id="border_events_list",
        parameters=[BorderQuery],
        responses=page_of("BorderEventPage", BorderEventOut),
    )
    def get(self, request: Request) -> Response:
        """List events, the newest first. Looking leaves an audit row."""
        self.viewer.require_anywhere(Permission.INCIDENT_VIEW)
        query = BorderQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        rows = selectors.border_events(self.viewer)
        for name, lookup in (("section", "section_id"), ("kind", "kind"), ("since", "detected_at__gte")):
            if name in wanted:
                rows = rows.filter(**{lookup: wanted[name]})
        if "to" in wanted:
            rows = rows.filter(detected_at__lt=wanted["to"])
        pages = Pages()
        found = pages.paginate_queryset(rows, request, view=self) or []
        audit.record_view(self.viewer, "border_event.listed", detail={"found": [row.pk for row in found]})
        return pages.get_paginated_response(BorderEventOut(found, many=True).data)

    @extend_schema(operation_id="border_events_create", request=BorderEventIn, responses={201: BorderEventOut})
    def post(self, request: Request) -> Response:
        """Record an event, for an incident that there is or with a new one."""
        given = BorderEventIn(data=request.data)
        given.is_valid(raise_exception=True)
        event = services.record_border_event(by=self.viewer, **given.arguments())
        return Response(_whole(self, event.pk), status=status.HTTP_201_CREATED)


class BorderEventView(View):
    """One event at the border."""

    @extend_schema(operation_id="border_events_retrieve", responses=BorderEventOut)
    def get(self, request: Request, event_id: int) -> Response:  # noqa: ARG002
        """The event with all its counts and judgements. Looking leaves an audit row."""
        event = selectors.access_border_event(self.viewer, event_id)
        audit.record_view(self.viewer, "border_event.viewed", event, organisation=event.incident.organisation_id)
        return Response(BorderEventOut(event).data)


class BorderCountView(View):
    """How many persons."""

    @extend_schema(operation_id="border_events_count", request=CountIn, responses=BorderEventOut)
    def post(self, request: Request, event_id: int) -> Response:
        """Count persons anew, for a reason; earlier counts stay."""
        given = CountIn(data=request.data)
        given.is_valid(raise_exception=True)
        services.count_persons(
            event_id=event_id,
            persons=PersonsIn.persons(given.validated_data),
            reason=given.validated_data["reason"],
            by=self.viewer,
        )
        return Response(_whole(self, event_id))


class BorderAssessmentView(View):
    """How much it weighs."""

    @extend_schema(operation_id="border_events_assess", request=AssessmentIn, responses=BorderEventOut)
    def post(self, request: Request, event_id: int) -> Response:
        """Weigh an event anew, for a reason; earlier judgements stay."""
        given = AssessmentIn(data=request.data)
        given.is_valid(raise_exception=True)
        services.assess_border_event(event_id=event_id, by=self.viewer, **given.validated_data)
        return Response(_whole(self, event_id))


def _whole(view: View, event_id: int) -> object:
    return BorderEventOut(selectors.access_border_event(view.viewer, event_id)).data
