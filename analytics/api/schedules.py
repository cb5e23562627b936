"""Regular reports over HTTP."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import selectors, services
from analytics.measures import KEYS
from analytics.models import ReportSchedule
from analytics.services.schedules import COMPARISONS
from core.http import View
from core.models import User
from core.rules import Permission

MOST_RECIPIENTS = 200


class ScheduleIn(serializers.Serializer[Any]):
    """What report is made, after what, in which language, for whom."""

    organisation = serializers.IntegerField(min_value=1)
    every = serializers.ChoiceField(choices=ReportSchedule.Every.choices)
    by = serializers.ChoiceField(choices=sorted(KEYS), required=False, allow_null=True, default=None)
    compare = serializers.ChoiceField(choices=COMPARISONS, required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False, default=settings.LANGUAGE_CODE)
    recipients = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=MOST_RECIPIENTS
    )


class NodeIn(serializers.Serializer[Any]):
    """About which node."""

    organisation = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class ReaderOut(serializers.ModelSerializer[User]):
    """Somebody who may get reports."""

    name = serializers.CharField(source="display_name")

    class Meta:
        model = User
        fields = ("id", "name")


class ScheduleOut(serializers.ModelSerializer[ReportSchedule]):
    """A regular report."""

    organisation_name = serializers.CharField(source="organisation.name")
    by = serializers.SerializerMethodField()
    compare = serializers.SerializerMethodField()
    recipients = ReaderOut(many=True)

    class Meta:
        model = ReportSchedule
        fields = (
            "id",
            "organisation",
            "organisation_name",
            "every",
            "by",
            "compare",
            "language",
            "recipients",
            "created_at",
            "ended_at",
        )

    def get_by(self, schedule: ReportSchedule) -> str | None:
        """What groups are made by."""
        by = schedule.parameters.get("by")
        return str(by) if by else None

    def get_compare(self, schedule: ReportSchedule) -> str:
        """What it is compared with: nothing, `before`, `year`."""
        return str(schedule.parameters.get("compare", ""))


class SchedulesView(View):
    """Regular reports."""

    @extend_schema(operation_id="schedules_list", responses=ScheduleOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List those that run, about nodes where one may see reports."""
        self.viewer.require_anywhere(Permission.REPORT_VIEW)
        return Response(ScheduleOut(selectors.schedules(self.viewer), many=True).data)

    @extend_schema(request=ScheduleIn, responses={201: ScheduleOut})
    def post(self, request: Request) -> Response:
        """Have a report made after each period from now on, and delivered to people who may see it."""
        self.viewer.require_anywhere(Permission.REPORT_VIEW)
        given = ScheduleIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        schedule = services.schedule_report(
            question=selectors.Question(organisation_id=values["organisation"], by=values["by"]),
            every=values["every"],
            compare=values["compare"],
            language=values["language"],
            recipients=values["recipients"],
            by=self.viewer,
        )
        return Response(ScheduleOut(schedule).data, status=status.HTTP_201_CREATED)


class ScheduleEndView(View):
    """The end of a regular report."""

    @extend_schema(request=None, responses=ScheduleOut)
    def post(self, request: Request, schedule_id: int) -> Response:  # noqa: ARG002
        """Make no more of it; 409 when it has ended already."""
        return Response(ScheduleOut(services.end_schedule(schedule_id=schedule_id, by=self.viewer)).data)


class ReportReadersView(View):
    """Who may get reports about a node."""

    @extend_schema(
        operation_id="report_readers_list",
        parameters=[NodeIn],
        responses=ReaderOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List people who may see reports about the node."""
        self.viewer.require_anywhere(Permission.REPORT_VIEW)
        given = NodeIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        people = selectors.readers(self.viewer, given.validated_data["organisation"])
        return Response(ReaderOut(people, many=True).data)
