"""Reports over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import selectors, services, tasks
from analytics.measures import KEYS
from analytics.models import Report
from core import audit
from core.http import View
from core.rules import Permission


class ReportIn(serializers.Serializer[Any]):
    """What a response-time report is asked: a node, local dates (both inclusive, empty is open), a grouping."""

    organisation = serializers.IntegerField(min_value=1)
    to = serializers.DateField(required=False, allow_null=True, default=None)
    by = serializers.ChoiceField(choices=sorted(KEYS), required=False, allow_null=True, default=None)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot spell as a name."""
        first = serializers.DateField(required=False, allow_null=True, default=None)
        return super().get_fields() | {"from": first}


class ReportParametersOut(serializers.Serializer[Any]):
    """What a report was asked."""

    to = serializers.DateField(allow_null=True)
    by = serializers.ChoiceField(choices=sorted(KEYS), allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot spell as a name."""
        return super().get_fields() | {"from": serializers.DateField(allow_null=True)}


class ReportOut(serializers.ModelSerializer[Report]):
    """A report without its result."""

    organisation_name = serializers.CharField(source="organisation.name")
    params = ReportParametersOut(source="parameters")
    requested_by = serializers.SerializerMethodField()

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
        )

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

    @extend_schema(request=ReportIn, responses={202: ReportOut})
    def post(self, request: Request) -> Response:
        """Ask for a report; it is computed in the background. Look at `reports/{id}/` for progress and result."""
        self.viewer.require_anywhere(Permission.REPORT_VIEW)
        given = ReportIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        report = services.request_report(
            organisation_id=values["organisation"],
            since=values["from"],
            until=values["to"],
            grouping=values["by"],
            by=self.viewer,
            enqueue=tasks.enqueue_report,
        )
        return Response(ReportOut(report).data, status=status.HTTP_202_ACCEPTED)


class ReportsView(View):
    """Reports that were asked for."""

    @extend_schema(operation_id="reports_list", responses=ReportOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the newest fifty that one may see."""
        self.viewer.require_anywhere(Permission.REPORT_VIEW)
        return Response(ReportOut(selectors.reports(self.viewer), many=True).data)


class ReportView(View):
    """One report."""

    @extend_schema(responses=ReportResultOut)
    def get(self, request: Request, report_id: int) -> Response:  # noqa: ARG002
        """How far it is, and the result when it is done; reading a result leaves an audit row."""
        report = selectors.access_report(self.viewer, report_id)
        if report.state == Report.State.DONE:
            audit.record_view(self.viewer, "report.viewed", report, organisation=report.organisation_id)
        return Response(ReportResultOut(report).data)


class ReportCancelView(View):
    """The end of a report that is not wanted any more."""

    @extend_schema(request=None, responses=ReportOut)
    def post(self, request: Request, report_id: int) -> Response:  # noqa: ARG002
        """Cancel it; 409 when it is already finished."""
        return Response(ReportOut(services.cancel_report(report_id=report_id, by=self.viewer)).data)
