"""Reports over HTTP."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import selectors, services, tasks
from analytics.measures import KEYS
from analytics.models import Report
from analytics.rules import MIN_CASES
from core import audit
from core.http import View
from core.rules import Permission


class QuestionIn(serializers.Serializer[Any]):
    """What a response-time report is asked: a node, local dates (both inclusive, empty is open), groupings.

    `compare_from`, `compare_to` name a period to compare with; `shift` (such as `19:00-07:00`) asks about one shift of
    one day.
    """

    organisation = serializers.IntegerField(min_value=1)
    to = serializers.DateField(required=False, allow_null=True, default=None)
    by = serializers.ChoiceField(choices=sorted(KEYS), required=False, allow_null=True, default=None)
    then = serializers.ChoiceField(choices=sorted(KEYS), required=False, allow_null=True, default=None)
    shift = serializers.CharField(max_length=11, required=False, allow_null=True, default=None)
    compare_from = serializers.DateField(required=False, allow_null=True, default=None)
    compare_to = serializers.DateField(required=False, allow_null=True, default=None)
    min_cases = serializers.IntegerField(min_value=1, max_value=1000, required=False, default=MIN_CASES)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot spell as a name."""
        first = serializers.DateField(required=False, allow_null=True, default=None)
        return super().get_fields() | {"from": first}

    def question(self) -> selectors.Question:
        """The question that was asked. Raises Invalid for one that makes no sense."""
        given = self.validated_data
        return selectors.Question(
            organisation_id=given["organisation"],
            since=given["from"],
            until=given["to"],
            by=given["by"],
            then=given["then"],
            shift=given["shift"],
            other_since=given["compare_from"],
            other_until=given["compare_to"],
            min_cases=given["min_cases"],
        )


class ReportParametersOut(serializers.Serializer[Any]):
    """What a report was asked."""

    to = serializers.DateField(allow_null=True)
    by = serializers.ChoiceField(choices=sorted(KEYS), allow_null=True)
    then = serializers.ChoiceField(choices=sorted(KEYS), required=False)
    shift = serializers.CharField(required=False)
    compare_from = serializers.DateField(required=False)
    compare_to = serializers.DateField(required=False)
    min_cases = serializers.IntegerField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot spell as a name."""
        return super().get_fields() | {"from": serializers.DateField(allow_null=True)}


class ReportOut(serializers.ModelSerializer[Report]):
    """A report without its result."""

    organisation_name = serializers.CharField(source="organisation.name")
    params = ReportParametersOut(source="parameters")
    requested_by = serializers.SerializerMethodField()
    unread = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = (
            "id",
            "kind",
            "organisation",
            "organisation_name",
            "params",
            "state",
            "progress",
            "error",
            "requested_by",
            "requested_at",
            "started_at",
            "finished_at",
            "schedule",
            "unread",
        )

    def get_unread(self, report: Report) -> bool:
        """Whether it was delivered to who asks, and they have not read it."""
        return bool(getattr(report, "unread", False))

    def get_requested_by(self, report: Report) -> str | None:
        """The name of who asked."""
        return report.requested_by.display_name if report.requested_by else None


class ReportResultOut(ReportOut):
    """A report with its result, once it is done: the same JSON that `manage.py response_times --json` prints."""

    class Meta:
        model = Report
        fields = (*ReportOut.Meta.fields, "result", "code_version", "data_fingerprint")


class ResponseTimesView(View):
    """Response-time reports."""

    @extend_schema(request=QuestionIn, responses={202: ReportOut})
    def post(self, request: Request) -> Response:
        """Ask for a report; it is computed in the background. Look at `reports/{id}/` for progress and result."""
        self.viewer.require_anywhere(Permission.REPORT_VIEW)
        given = QuestionIn(data=request.data)
        given.is_valid(raise_exception=True)
        report = services.request_report(question=given.question(), by=self.viewer, enqueue=tasks.enqueue_report)
        return Response(ReportOut(report).data, status=status.HTTP_202_ACCEPTED)


class ReportsView(View):
    """Reports that were asked for."""

    @extend_schema(
        operation_id="reports_list",
        parameters=[OpenApiParameter("delivered", bool, description="Only those that were delivered to who asks.")],
        responses=ReportOut(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the newest fifty that one may see."""
        self.viewer.require_anywhere(Permission.REPORT_VIEW)
        delivered = request.query_params.get("delivered", "") in ("1", "true")
        return Response(ReportOut(selectors.reports(self.viewer, delivered=delivered), many=True).data)


class ReportView(View):
    """One report."""

    @extend_schema(responses=ReportResultOut)
    def get(self, request: Request, report_id: int) -> Response:  # noqa: ARG002
        """How far it is, and the result when it is done; reading a result leaves an audit row."""
        report = selectors.access_report(self.viewer, report_id)
        if report.state == Report.State.DONE:
            audit.record_view(self.viewer, "report.viewed", report, organisation=report.organisation_id)
            services.mark_read(report_id=report.pk, by=self.viewer)
        return Response(ReportResultOut(report).data)


class ReportCancelView(View):
    """The end of a report that is not wanted any more."""

    @extend_schema(request=None, responses=ReportOut)
    def post(self, request: Request, report_id: int) -> Response:  # noqa: ARG002
        """Cancel it; 409 when it is already finished."""
        return Response(ReportOut(services.cancel_report(report_id=report_id, by=self.viewer)).data)
