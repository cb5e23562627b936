"""Incidents over HTTP."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.change import change
from core.http import Pages, View
from core.rules import Permission
from geo.rules.text import fold
from incidents import selectors, services
from incidents.api.inputs import (
    AttachIn,
    DuplicateQuery,
    IncidentChangeIn,
    IncidentIn,
    IncidentQuery,
    MergeIn,
    NoteIn,
    ReasonIn,
    RegradeIn,
    SplitIn,
)
from incidents.api.outputs import (
    DuplicateOut,
    IncidentCardOut,
    IncidentOut,
    IncidentTypeOut,
    TargetOut,
    TimelineOut,
    incident_out,
)
from incidents.cards import incident_cards
from incidents.entering.services import end_entry
from incidents.models import Incident
from incidents.questions.services import answer_all_quietly
from incidents.rules import ENDED, OPEN, Source


def page_of(name: str, item: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The schema of one page of a list."""
    return inline_serializer(
        name,
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": item(many=True),
        },
    )


class IncidentsView(View):
    """Incidents: find, enter."""

    @extend_schema(
        operation_id="incidents_list",
        parameters=[IncidentQuery],
        responses=page_of("IncidentPage", IncidentCardOut),
    )
    def get(self, request: Request) -> Response:
        """Find incidents, newest first. The search leaves an audit row."""
        query = IncidentQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        self.viewer.require_anywhere(Permission.INCIDENT_VIEW)
        pages = Pages()
        rows = _filtered(selectors.incidents(self.viewer), query.validated_data)
        found = pages.paginate_queryset(rows.only("pk"), request, view=self) or []
        cards = {card["id"]: card for card in incident_cards([row.pk for row in found])}
        audit.record_view(self.viewer, "incident.listed", detail={"query": query.data, "found": sorted(cards)})
        return pages.get_paginated_response([cards[row.pk] for row in found])

    @extend_schema(operation_id="incidents_create", request=IncidentIn, responses={201: IncidentOut})
    def post(self, request: Request) -> Response:
        """Enter an incident, with the call that reports it."""
        given = IncidentIn(data=request.data)
        given.is_valid(raise_exception=True)
        with change(by=self.viewer):
            incident = services.create_incident(by=self.viewer, source=source_of(self), **given.arguments())
            answers = given.validated_data.get("answers") or {}
            answer_all_quietly(incident=incident, answers=answers, by=self.viewer, source=source_of(self))
            if entry_id := given.validated_data.get("entry"):
                end_entry(entry_id=entry_id, incident=incident, by=self.viewer)
        return Response(incident_out(self.viewer, incident), status=status.HTTP_201_CREATED)


def _filtered(rows: QuerySet[Incident], query: dict[str, Any]) -> QuerySet[Incident]:
    """`rows` that fit the query."""
    match query.get("status"):
        case None:
            pass
        case "open":
            rows = rows.filter(status__in=OPEN)
        case "ended":
            rows = rows.filter(status__in=ENDED)
        case one:
            rows = rows.filter(status=one)
    names = {
        "type": "type__code",
        "priority": "priority",
        "organisation": "organisation_id",
        "since": "received_at__gte",
        "to": "received_at__lt",
    }
    rows = rows.filter(**{names[name]: value for name, value in query.items() if name in names})
    if "q" in query:
        words = fold(query["q"]).split()
        if not words:
            return rows.none()
        for word in words:
            rows = rows.filter(search__contains=word)
    return rows


class DuplicatesView(View):
    """Likely duplicates of what is being entered."""

    @extend_schema(operation_id="incidents_duplicates", parameters=[DuplicateQuery], responses=DuplicateOut(many=True))
    def get(self, request: Request) -> Response:
        """Open incidents near in place, time and kind, the likeliest first."""
        query = DuplicateQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        self.viewer.require_anywhere(Permission.INCIDENT_VIEW)
        found = selectors.likely_duplicates(
            self.viewer,
            point=query.point(),
            type_code=query.validated_data.get("type", ""),
            at=query.validated_data.get("at") or clock.now(),
            besides=query.validated_data.get("besides"),
        )
        return Response(DuplicateOut(found, many=True).data)


class IncidentView(View):
    """One incident."""

    @extend_schema(operation_id="incidents_retrieve", responses=IncidentOut)
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        """Everything about an incident. Looking at it leaves an audit row."""
        incident = selectors.access_incident(self.viewer, pk)
        body = incident_out(self.viewer, incident)
        self._note_view(incident, body)
        return Response(body)

    @extend_schema(operation_id="incidents_update", request=IncidentChangeIn, responses=IncidentOut)
    def patch(self, request: Request, pk: int) -> Response:
        """Change some fields. 409 if somebody else changed one of them since `version`; its state says who and what."""
        given = IncidentChangeIn(data=request.data)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        incident = services.update_incident(
            incident_id=pk, version=changes.pop("version"), changes=changes, by=self.viewer, source=source_of(self)
        )
        return Response(incident_out(self.viewer, incident))

    def _note_view(self, incident: Incident, body: dict[str, Any]) -> None:
        audit.record_view(
            self.viewer,
            "incident.viewed",
            incident,
            organisation=incident.organisation_id,
            detail={"calls": [call["id"] for call in body["calls"]]},
        )


class NotesView(View):
    """Notes of an incident."""

    @extend_schema(operation_id="incidents_notes_list", responses=TimelineOut(many=True))
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        """All notes, in order."""
        incident = selectors.access_incident(self.viewer, pk)
        audit.record_view(self.viewer, "incident.notes_viewed", incident, organisation=incident.organisation_id)
        return Response(TimelineOut(selectors.timeline(incident).filter(kind="note"), many=True).data)

    @extend_schema(operation_id="incidents_notes_create", request=NoteIn, responses={201: TimelineOut})
    def post(self, request: Request, pk: int) -> Response:
        """Add a note; the crew that is sent there may do it too."""
        given = NoteIn(data=request.data)
        given.is_valid(raise_exception=True)
        entry = services.add_note(incident_id=pk, by=self.viewer, source=source_of(self), **given.validated_data)
        return Response(TimelineOut(entry).data, status=status.HTTP_201_CREATED)


class TimelineView(View):
    """What happened."""

    @extend_schema(operation_id="incidents_timeline", responses=TimelineOut(many=True))
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        """Everything that happened, in the order in which it happened."""
        incident = selectors.access_incident(self.viewer, pk)
        audit.record_view(self.viewer, "incident.timeline_viewed", incident, organisation=incident.organisation_id)
        return Response(TimelineOut(selectors.timeline(incident), many=True).data)


class RegradeView(View):
    """Another priority."""

    @extend_schema(operation_id="incidents_regrade", request=RegradeIn, responses=IncidentOut)
    def post(self, request: Request, pk: int) -> Response:
        """Give it another priority, for a reason."""
        given = RegradeIn(data=request.data)
        given.is_valid(raise_exception=True)
        incident = services.regrade_incident(
            incident_id=pk, by=self.viewer, source=source_of(self), **given.validated_data
        )
        return Response(incident_out(self.viewer, incident))


class ReopenView(View):
    """Open it again."""

    @extend_schema(operation_id="incidents_reopen", request=ReasonIn, responses=IncidentOut)
    def post(self, request: Request, pk: int) -> Response:
        """Let a closed or cancelled incident wait again; a second interval starts."""
        given = ReasonIn(data=request.data)
        given.is_valid(raise_exception=True)
        incident = services.reopen_incident(
            incident_id=pk, by=self.viewer, source=source_of(self), **given.validated_data
        )
        return Response(incident_out(self.viewer, incident))


class MergeView(View):
    """Two incidents are one."""

    @extend_schema(operation_id="incidents_merge", request=MergeIn, responses=IncidentOut)
    def post(self, request: Request, pk: int) -> Response:
        """Let it go up in the incident `into`, which is answered. Its units must have been moved or released."""
        given = MergeIn(data=request.data)
        given.is_valid(raise_exception=True)
        target = services.merge_incidents(
            incident_id=pk, into_id=given.validated_data["into"], by=self.viewer, source=source_of(self)
        )
        return Response(incident_out(self.viewer, target))


class SplitView(View):
    """Two incidents in one."""

    @extend_schema(operation_id="incidents_split", request=SplitIn, responses={201: IncidentOut})
    def post(self, request: Request, pk: int) -> Response:
        """Take one of its calls out to an incident of its own, which is answered."""
        given = SplitIn(data=request.data)
        given.is_valid(raise_exception=True)
        made = services.split_incident(
            incident_id=pk,
            call_id=given.validated_data["call"],
            type_code=given.validated_data["type"],
            by=self.viewer,
            source=source_of(self),
        )
        return Response(incident_out(self.viewer, made), status=status.HTTP_201_CREATED)


class AttachView(View):
    """One more caller."""

    @extend_schema(operation_id="incidents_attach_call", request=AttachIn, responses=IncidentOut)
    def post(self, request: Request, pk: int) -> Response:
        """Let a call that was taken already report this incident; doing it again changes nothing."""
        given = AttachIn(data=request.data)
        given.is_valid(raise_exception=True)
        incident = services.attach_call(
            incident_id=pk, call_id=given.validated_data["call"], by=self.viewer, source=source_of(self)
        )
        return Response(incident_out(self.viewer, incident))


class IncidentTypesView(View):
    """Kinds of incidents."""

    @extend_schema(operation_id="incident_types_list", responses=IncidentTypeOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Kinds in use, the most urgent first."""
        return Response(IncidentTypeOut(selectors.incident_types().prefetch_related("questions"), many=True).data)


class TargetsView(View):
    """Targets."""

    @extend_schema(operation_id="targets_list", responses=TargetOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Targets that hold where you have a right; of one node, priority and measure the newest valid one holds."""
        return Response(TargetOut(selectors.targets(self.viewer), many=True).data)


def source_of(view: View) -> str:
    """Where a record that is made by this request comes from."""
    return Source.API if view.viewer.channel == "api" else Source.CONSOLE
