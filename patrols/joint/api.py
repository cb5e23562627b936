"""Joint patrols over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.fields import IdField, MomentField, PointIn
from core.http import Pages, View
from core.rules import Permission
from core.schema import page_of
from patrols.joint import selectors, services
from patrols.joint.models import JointPatrol


class JointPatrolIn(serializers.Serializer[Any]):
    """A joint patrol to plan."""

    unit = IdField()
    section = IdField()
    partner_service = serializers.CharField(max_length=120)
    partner_country = serializers.RegexField(r"^[A-Za-z]{2}$")
    partner_sign = serializers.CharField(max_length=40, required=False, allow_blank=True)
    partner_officers = serializers.IntegerField(min_value=1, max_value=200, required=False)
    meeting_place = serializers.CharField(max_length=200)
    meeting_point = PointIn(required=False, allow_null=True)
    meets_at = MomentField()
    until = MomentField()

    def arguments(self) -> dict[str, Any]:
        """As `plan_joint_patrol` takes it."""
        given = dict(self.validated_data)
        return {"unit_id": given.pop("unit"), "section_id": given.pop("section"), **given}


class JointStepIn(serializers.Serializer[Any]):
    """When it happened, and how it went."""

    occurred_at = MomentField(required=False, allow_null=True)
    note = serializers.CharField(max_length=400, required=False, allow_blank=True)


class CallOffIn(serializers.Serializer[Any]):
    """Why nothing comes of it."""

    note = serializers.CharField(max_length=400)


class JointPatrolOut(serializers.ModelSerializer[JointPatrol]):
    """A joint patrol."""

    unit = serializers.IntegerField(source="unit_id")
    call_sign = serializers.CharField(source="unit.call_sign")
    section = serializers.IntegerField(source="section_id")
    section_name = serializers.CharField(source="section.name")
    meeting_point = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=["planned", "under_way", "ended", "called_off"])

    class Meta:
        model = JointPatrol
        fields = (
            "id", "unit", "call_sign", "section", "section_name", "partner_service", "partner_country", "partner_sign",
            "partner_officers", "meeting_place", "meeting_point", "meets_at", "until", "met_at", "ended_at",
            "called_off_at", "note", "state",
        )  # fmt: skip

    def get_meeting_point(self, patrol: JointPatrol) -> list[float] | None:
        """[lon, lat] or null."""
        return [patrol.meeting_point.x, patrol.meeting_point.y] if patrol.meeting_point else None


class JointPatrolsView(View):
    """Joint patrols."""

    @extend_schema(operation_id="joint_patrols_list", responses=page_of("JointPatrolPage", JointPatrolOut))
    def get(self, request: Request) -> Response:
        """List joint patrols, those planned last first."""
        pages = Pages()
        found = pages.paginate_queryset(selectors.joint_patrols(self.viewer), request, view=self) or []
        return pages.get_paginated_response(JointPatrolOut(found, many=True).data)

    @extend_schema(operation_id="joint_patrols_create", request=JointPatrolIn, responses={201: JointPatrolOut})
    def post(self, request: Request) -> Response:
        """Plan a joint patrol."""
        self.viewer.require_anywhere(Permission.UNIT_STATUS)
        given = JointPatrolIn(data=request.data)
        given.is_valid(raise_exception=True)
        patrol = services.plan_joint_patrol(by=self.viewer, **given.arguments())
        return Response(JointPatrolOut(patrol).data, status=status.HTTP_201_CREATED)


class JointPatrolMeetView(View):
    """They met."""

    @extend_schema(operation_id="joint_patrols_meet", request=JointStepIn, responses=JointPatrolOut)
    def post(self, request: Request, patrol_id: int) -> Response:
        """The two patrols have met."""
        at = _given(JointStepIn, request).get("occurred_at")
        return Response(JointPatrolOut(services.meet_partner(patrol_id=patrol_id, by=self.viewer, occurred_at=at)).data)


class JointPatrolEndView(View):
    """They parted."""

    @extend_schema(operation_id="joint_patrols_end", request=JointStepIn, responses=JointPatrolOut)
    def post(self, request: Request, patrol_id: int) -> Response:
        """The joint patrol is over."""
        patrol = services.end_joint_patrol(patrol_id=patrol_id, by=self.viewer, **_given(JointStepIn, request))
        return Response(JointPatrolOut(patrol).data)


class JointPatrolCallOffView(View):
    """Nothing comes of it."""

    @extend_schema(operation_id="joint_patrols_call_off", request=CallOffIn, responses=JointPatrolOut)
    def post(self, request: Request, patrol_id: int) -> Response:
        """Call a planned joint patrol off, for a reason."""
        patrol = services.call_off_joint_patrol(patrol_id=patrol_id, by=self.viewer, **_given(CallOffIn, request))
        return Response(JointPatrolOut(patrol).data)


def _given(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    sent = shape(data=request.data)
    sent.is_valid(raise_exception=True)
    values: dict[str, Any] = sent.validated_data
    return values
