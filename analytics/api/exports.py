"""A finished report as a file."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from analytics import exports, selectors
from analytics.models import Report
from core import audit
from core.errors import Conflict
from core.http import View


class ExportIn(serializers.Serializer[Any]):
    """In which form and language."""

    form = serializers.ChoiceField(choices=sorted(exports.FORMS), required=False, default="pdf")
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False, default=None)


class ReportExportView(View):
    """Reports as files."""

    @extend_schema(
        parameters=[ExportIn],
        responses={(200, form.content_type.partition(";")[0]): OpenApiTypes.BINARY for form in exports.FORMS.values()},
    )
    def get(self, request: Request, report_id: int) -> HttpResponse:
        """The report as PDF, XLSX, CSV or JSON, in any of the languages; leaves an audit row. 409 until it is done."""
        report = selectors.access_report(self.viewer, report_id)
        given = ExportIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        if report.state != Report.State.DONE:
            raise Conflict(code="report_unfinished", state={"state": report.state})
        form, language = given.validated_data["form"], given.validated_data["language"] or get_language() or "en"
        body = exports.export(report, form, language)
        audit.record_view(
            self.viewer,
            "report.exported",
            report,
            organisation=report.organisation_id,
            detail={"form": form, "language": language, "bytes": len(body)},
        )
        name = exports.file_name(report, form)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Language": language}
        return HttpResponse(body, content_type=exports.FORMS[form].content_type, headers=headers)
