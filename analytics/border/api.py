"""The situation at the border over HTTP, and as a file."""

import csv
from io import StringIO
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.border.paper import to_pdf
from analytics.border.selectors import BorderQuestion, situation
from core import audit
from core.fields import IdField
from core.http import View
from core.rules import Permission

COLUMNS = (
    "number", "section", "kind", "means", "direction", "detected_at", "place", "impact", "required", "in_place",
    "reaction_s", "first_arrival_s",
)  # fmt: skip
PERSONS = ("detected", "apprehended", "turned_back", "asylum", "detected_only")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class SituationQuery(serializers.Serializer[Any]):
    """Which section and which local days (both inclusive)."""

    section = IdField(required=False)
    to = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name in Python."""
        return {**super().get_fields(), "from": serializers.DateField(source="since")}

    def question(self) -> BorderQuestion:
        """As the selector takes it."""
        given = self.validated_data
        return BorderQuestion(given["since"], given["to"], given.get("section"))


def asked(view: View, request: Request, action: str) -> dict[str, Any]:
    """The situation that a request asks about; asking leaves an audit row."""
    view.viewer.require_anywhere(Permission.REPORT_VIEW)
    query = SituationQuery(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    question = query.question()
    found = situation(view.viewer, question)
    detail = {"section": question.section_id, "from": str(question.since), "to": str(question.until)}
    audit.record_view(view.viewer, action, detail=detail)
    return found


class SituationView(View):
    """The situation at the border."""

    @extend_schema(operation_id="border_situation", parameters=[SituationQuery], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Events, persons by outcome, reaction beside first arrival, joint patrols. Asking leaves an audit row."""
        return Response(asked(self, request, "border_situation.viewed"))


class SituationFileView(View):
    """The events of a situation as a table."""

    @extend_schema(
        operation_id="border_situation_csv",
        parameters=[SituationQuery],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Request) -> HttpResponse:
        """One row an event, UTF-8 with a mark of order, times in UTC. An export leaves an audit row."""
        found = asked(self, request, "border_situation.exported")
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow([*COLUMNS, *(f"persons_{name}" for name in PERSONS)])
        for event in found["events"]:
            cells = [event[name] for name in COLUMNS] + [event["persons"][name] for name in PERSONS]
            writer.writerow([_safe(cell) for cell in cells])
        name = f"border-{found['period']['from']}-{found['period']['to']}.csv"
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class SituationPaperView(View):
    """The situation as pages to hand on."""

    @extend_schema(
        operation_id="border_situation_pdf",
        parameters=[SituationQuery],
        responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request) -> HttpResponse:
        """The figures, tables and definitions as PDF, in the reader's language. An export leaves an audit row."""
        found = asked(self, request, "border_situation.exported")
        answer = HttpResponse(to_pdf(found, asked_by=self.viewer.name), content_type="application/pdf")
        name = f"border-{found['period']['from']}-{found['period']['to']}.pdf"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _safe(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula is marked as text."""
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell.isoformat() if hasattr(cell, "isoformat") else cell
