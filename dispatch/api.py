"""Assignments, recommendations, boards, the field unit and oneself over HTTP."""

import hashlib
from typing import Any, cast

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

import incidents.services
from core import audit, clock
from core import selectors as core_selectors
from core.http import View
from core.live import encode, wire
from core.models import Organisation, User
from core.rules import Permission
from dispatch import recommendation, selectors, services
from dispatch.cards import assignment_cards
from dispatch.console import LayoutOut, keep_layout, layout_of
from dispatch.field import FieldStateOut, OnViewIn, OnViewOut, OutcomeIn, field_state
from dispatch.ground import AreasOut, CoverageOut, CoverageQuery, areas_of, coverage
from dispatch.serializers import (
    AssignmentIn,
    AssignmentOut,
    BoardOut,
    CancelIn,
    CloseIn,
    CorrectionIn,
    EventsFilter,
    EventsOut,
    MeOut,
    RecommendationOut,
    SnapshotOut,
    StepIn,
    UndoIncidentIn,
    UndoStepIn,
)
from incidents.api.outputs import IncidentCardOut, TimelineOut
from incidents.cards import incident_cards
from incidents.rules import Source
from incidents.services import PlaceData
from patrols.cards import stamp
from patrols.erasure.services import note_device
from patrols.selectors import own_officer, own_unit
from patrols.welfare.api import contacts_out
from patrols.welfare.serializers import ContactIn, ContactOut


def _given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _source(view: View) -> Source:
    """Where a change comes from: a dispatcher's console, a crew in the field, or another program."""
    if not view.viewer.can_anywhere(Permission.ASSIGN):
        return Source.FIELD
    return Source.CONSOLE if view.viewer.channel == "web" else Source.API


class IncidentAssignmentsView(View):
    """Units on an incident."""

    @extend_schema(responses=AssignmentOut(many=True))
    def get(self, request: Request, incident_id: int) -> Response:  # noqa: ARG002
        """List all assignments of an incident, ended ones too, in the order in which they were made."""
        return Response(AssignmentOut(selectors.assignments_of(self.viewer, incident_id), many=True).data)

    @extend_schema(request=AssignmentIn, responses={201: AssignmentOut})
    def post(self, request: Request, incident_id: int) -> Response:
        """Send a unit. 409 `unit_busy` names its job; `pre_empt` breaks off what may be broken off."""
        given = _given(AssignmentIn, request.data)
        job = services.assign_unit(
            incident_id=incident_id,
            unit_id=given["unit"],
            by=self.viewer,
            reason=given["reason"],
            pre_empt=given["pre_empt"],
            is_all=given["is_all"],
            occurred_at=given["occurred_at"],
            source=_source(self),
        )
        return Response(AssignmentOut(job).data, status=status.HTTP_201_CREATED)


class AssignmentView(View):
    """One assignment."""

    @extend_schema(responses=AssignmentOut)
    def get(self, request: Request, assignment_id: int) -> Response:  # noqa: ARG002
        """Read an assignment."""
        return Response(AssignmentOut(selectors.access_assignment(self.viewer, assignment_id)).data)

    @extend_schema(request=StepIn, responses=AssignmentOut)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Report a step or an end. 409 with the present state when it is not as `expected`; 422 for a step back."""
        given = _given(StepIn, request.data)
        job = services.advance_assignment(assignment_id=assignment_id, by=self.viewer, source=_source(self), **given)
        return Response(AssignmentOut(job).data)

    @extend_schema(request=StepIn, responses=AssignmentOut)
    def patch(self, request: Request, assignment_id: int) -> Response:
        """As POST."""
        return self.post(request, assignment_id)


class UndoAssignmentView(View):
    """Taking back."""

    @extend_schema(request=UndoStepIn, responses=AssignmentOut)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Take back the step that you took last, or without one the sending while its unit has not answered.

        409 says why not: `too_late`, `somebody_went_on` with `by` and `at`, `unit_went_on`, `not_the_last`, `cannot_undo`.
        """
        given = _given(UndoStepIn, request.data)
        return Response(AssignmentOut(services.undo_step(assignment_id=assignment_id, by=self.viewer, **given)).data)


class UndoIncidentView(View):
    """Taking back what was just done to an incident."""

    @extend_schema(request=UndoIncidentIn, responses=IncidentCardOut)
    def post(self, request: Request, incident_id: int) -> Response:
        """Take back your last regrading, change of fields, merging, or closing or cancelling. Answers its card.

        409 says why not: `too_late`, `somebody_went_on` with `by` and `at`, `unit_went_on`, `nothing_to_undo`.
        """
        undo = {
            "regrade": incidents.services.undo_regrade,
            "change": incidents.services.undo_change,
            "merge": incidents.services.undo_merge,
            "end": services.undo_end,
        }[_given(UndoIncidentIn, request.data)["what"]]
        return Response(incident_cards([undo(incident_id=incident_id, by=self.viewer).pk])[0])


class CorrectAssignmentView(View):
    """Correcting."""

    @extend_schema(request=CorrectionIn, responses=AssignmentOut)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Say when a step was really taken, also after the end; the earlier telling stays in the history."""
        given = _given(CorrectionIn, request.data)
        job = services.correct_step(assignment_id=assignment_id, by=self.viewer, **given)
        return Response(AssignmentOut(job).data)


class CloseIncidentView(View):
    """Closing."""

    @extend_schema(request=CloseIn, responses=IncidentCardOut)
    def post(self, request: Request, incident_id: int) -> Response:
        """Close an incident; its units are cleared in the same change. Answers its card."""
        given = _given(CloseIn, request.data)
        incident = services.close_incident(incident_id=incident_id, by=self.viewer, **given)
        return Response(incident_cards([incident.pk])[0])


class CancelIncidentView(View):
    """Cancelling."""

    @extend_schema(request=CancelIn, responses=IncidentCardOut)
    def post(self, request: Request, incident_id: int) -> Response:
        """Cancel an incident; its units are called off in the same change. Answers its card."""
        given = _given(CancelIn, request.data)
        incident = services.cancel_incident(incident_id=incident_id, by=self.viewer, **given)
        return Response(incident_cards([incident.pk])[0])


class ContactIncidentView(View):
    """All on an incident are well."""

    @extend_schema(request=ContactIn, responses=ContactOut(many=True))
    def post(self, request: Request, incident_id: int) -> Response:
        """Record that you have heard of all units on an incident: each of their timers begins anew."""
        given = _given(ContactIn, request.data)
        found = services.contact_incident(incident_id=incident_id, by=self.viewer, source=_source(self), **given)
        return Response(contacts_out(found))


class RecommendationsView(View):
    """Whom to send."""

    @extend_schema(responses=RecommendationOut)
    def get(self, request: Request, incident_id: int) -> Response:  # noqa: ARG002
        """Rank the units of the board by the time they need by road, with the reasons for and against each."""
        return Response(recommendation.recommend(self.viewer, incident_id))


class BoardsView(View):
    """Boards."""

    @extend_schema(responses=BoardOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the boards that one may watch."""
        return Response([selectors.board_out(board) for board in core_selectors.boards(self.viewer)])


@method_decorator(gzip_page, name="dispatch")  # nothing of the request is repeated in the answer: see CVE-2013-3587
class SnapshotView(View):
    """All of a board."""

    @extend_schema(responses=SnapshotOut)
    def get(self, request: Request, board_id: int) -> HttpResponse:  # noqa: ARG002
        """Read all that stands on a board, and the number of the event that it is true of."""
        found = selectors.snapshot(self.viewer, board_id)
        audit.record_view(self.viewer, "board.viewed", organisation=found["board"]["organisation"])
        return HttpResponse(encode(found), content_type="application/json")


@method_decorator(gzip_page, name="dispatch")
class EventsView(View):
    """What happened on a board."""

    @extend_schema(parameters=[EventsFilter], responses=EventsOut)
    def get(self, request: Request, board_id: int) -> HttpResponse:
        """List events after a number, in order; 410 `too_old` when some of them are no longer kept."""
        given = _given(EventsFilter, request.query_params)
        core_selectors.access_board(self.viewer, board_id)
        head, rows = core_selectors.events_after(board_id, given["after"], limit=given["limit"])
        reached = rows[-1].seq if rows else given["after"]
        found = {"head": head, "events": [wire(row) for row in rows], "complete": reached >= head}
        return HttpResponse(encode(found), content_type="application/json")


@method_decorator(gzip_page, name="dispatch")
class AreasView(View):
    """What the map of a board is divided into."""

    @extend_schema(responses=AreasOut)
    def get(self, request: Request, board_id: int) -> Response:  # noqa: ARG002
        """List the sectors, border sections and watched areas of a board that are valid today."""
        return Response(areas_of(self.viewer, board_id))


@method_decorator(gzip_page, name="dispatch")
class CoverageView(View):
    """What the free units reach."""

    @extend_schema(parameters=[CoverageQuery], responses=CoverageOut)
    def get(self, request: Request, board_id: int) -> Response:
        """Say where some free unit would be within so many minutes' drive."""
        given = _given(CoverageQuery, request.query_params)
        return Response(coverage(self.viewer, board_id, int(given["minutes"])))


class LayoutView(View):
    """How the console is arranged."""

    @extend_schema(responses=LayoutOut)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Read how one has arranged the console."""
        return Response(layout_of(self.viewer))

    @extend_schema(request=LayoutOut, responses=LayoutOut)
    def put(self, request: Request) -> Response:
        """Keep how one has arranged the console."""
        return Response(keep_layout(layout=_given(LayoutOut, request.data), by=self.viewer))


class FieldStateView(View):
    """The crew's own page."""

    @extend_schema(responses=FieldStateOut)
    def get(self, request: Request) -> HttpResponse:
        """Read what the crew may know: its unit, its job, who else is on it. 304 while nothing is new.

        What is new and tells of a job leaves an audit row. `X-Device` is the key of the device: 401 `erasure_ordered` once
        an administrator has ordered that it erases what it keeps of this person.
        """
        self.viewer.require_anywhere(Permission.OWN_UNIT_STATUS)
        key, agent = request.headers.get("X-Device", ""), request.headers.get("User-Agent", "")
        if note_device(key=key, viewer=self.viewer, agent=agent):
            raise exceptions.NotAuthenticated(_("This device is to be erased."), code="erasure_ordered")
        found = field_state(self.viewer)
        etag = f'"{hashlib.sha256(encode(found).encode()).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-store"}
        if request.headers.get("If-None-Match") == etag:
            return HttpResponse(status=304, headers=headers)
        if job := found["job"]:
            detail = {
                "incident": job["incident"]["id"],
                "calls": [call["id"] for call in job["calls"]],
                "hazards": [hazard["id"] for hazard in job["hazards"]],
                "earlier": [one["id"] for one in job["earlier"]],
            }
            audit.record_view(self.viewer, "field.viewed", organisation=job["incident"]["organisation"], detail=detail)
        body = encode({**found, "now": stamp(clock.now())})
        return HttpResponse(body, content_type="application/json", headers=headers)


class FieldIncidentsView(View):
    """What a crew comes upon."""

    @extend_schema(operation_id="field_incidents_create", request=OnViewIn, responses={201: OnViewOut})
    def post(self, request: Request) -> Response:
        """Enter an incident that your own patrol came upon; it is on its scene from then on."""
        given = _given(OnViewIn, request.data)
        where = PlaceData(
            place=given["place"],
            location=given["location"],
            location_accuracy_m=given["location_accuracy_m"],
            location_source="coordinates" if given["location"] else "",
        )
        incident, job = services.report_on_view(
            type_code=given["type"],
            where=where,
            summary=given["summary"],
            occurred_at=given["occurred_at"],
            unit_id=given["unit"],
            attend=given["attend"],
            by=self.viewer,
        )
        body = {
            "incident": incident_cards([incident.pk])[0],
            "assignment": assignment_cards([job.pk])[0] if job else None,
        }
        return Response(body, status=status.HTTP_201_CREATED)


class AssignmentOutcomeView(View):
    """How a job ended."""

    @extend_schema(request=OutcomeIn, responses={201: TimelineOut})
    def post(self, request: Request, assignment_id: int) -> Response:
        """Say how the job ended; the centre sees it in the timeline, and when it closes the incident."""
        given = _given(OutcomeIn, request.data)
        entry = services.report_outcome(assignment_id=assignment_id, by=self.viewer, source=_source(self), **given)
        return Response(TimelineOut(entry).data, status=status.HTTP_201_CREATED)


class MeView(View):
    """Oneself."""

    @extend_schema(responses=MeOut)
    def get(self, request: Request) -> Response:
        """Say who one is, what one may do, and which unit one rides on."""
        viewer, user = self.viewer, cast("User", request.user)
        names = dict(Organisation.objects.filter(pk__in=[n for _, n in viewer.roles]).values_list("pk", "name"))
        unit, officer = own_unit(viewer), own_officer(viewer)
        found = {
            "id": user.pk,
            "username": user.get_username(),
            "name": viewer.name,
            "language": user.language,
            "theme": user.theme,
            "roles": [
                {"role": role, "organisation": node, "organisation_name": names[node]} for role, node in viewer.roles
            ],
            "permissions": sorted(permission.value for permission in viewer.reach),
            "boards": [{"id": board.pk, "name": board.name} for board in core_selectors.boards(viewer)],
            "unit": unit and {"id": unit.pk, "call_sign": unit.call_sign, "board": unit.board_id},
            "officer": officer and {"id": officer.pk, "name": officer.name},
        }
        return Response(found)
