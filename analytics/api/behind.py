"""From a figure of a report to the incidents behind it."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics import selectors
from analytics.measures import KEYS
from analytics.models import Report
from analytics.rules import Measure
from analytics.selectors.behind import ORDERS, OUTCOMES
from core import audit
from core.errors import Conflict
from core.http import View

MOST = 200


class PartIn(serializers.Serializer[Any]):
    """Which of a report's cases: what a figure counts. `key` is the `value` of a group; left out, the group without one."""

    outcome = serializers.ChoiceField(choices=list(OUTCOMES), required=False, default=None)
    measure = serializers.ChoiceField(choices=[str(one) for one in Measure], required=False, default="response")
    by = serializers.ChoiceField(choices=sorted(KEYS), required=False, default=None)
    key = serializers.CharField(max_length=200, required=False, default=None)
    then = serializers.ChoiceField(choices=sorted(KEYS), required=False, default=None)
    then_key = serializers.CharField(max_length=200, required=False, default=None)
    from_s = serializers.FloatField(required=False, default=None)
    to_s = serializers.FloatField(required=False, default=None)
    began = serializers.DateField(required=False, default=None)
    cell = serializers.RegexField(r"^-?\d{1,7},-?\d{1,7}$", required=False, default=None, help_text="Of the map: q,r.")
    number = serializers.CharField(max_length=40, required=False, default=None, help_text="A part of the number.")
    other = serializers.BooleanField(required=False, default=False, help_text="Of the period compared with.")
    order = serializers.ChoiceField(choices=list(ORDERS), required=False, default="longest")
    offset = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, required=False, default=selectors.PAGE)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `source`, which means something else to the framework."""
        source = serializers.CharField(max_length=20, required=False, default=None)
        return super().get_fields() | {"source": source}

    def validate_began(self, value: date | None) -> str | None:
        """A date as SQL reads it."""
        return value.isoformat() if value else None


class StageOut(serializers.Serializer[Any]):
    """One step of what happened."""

    at = serializers.DateTimeField()
    event = serializers.CharField()
    unit = serializers.CharField(help_text="The call sign; of a regrading the new priority.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `source`, which means something else to the framework."""
        return super().get_fields() | {"source": serializers.CharField()}


class BehindOut(serializers.Serializer[Any]):
    """One incident behind a figure; seconds of each measure, and what happened."""

    incident = serializers.IntegerField()
    number = serializers.CharField()
    received_at = serializers.DateTimeField()
    priority = serializers.IntegerField()
    first_priority = serializers.IntegerField()
    highest_priority = serializers.IntegerField()
    type = serializers.CharField()
    type_name = serializers.CharField(help_text="In English, or as it was imported.")
    type_names = serializers.DictField(child=serializers.CharField(), help_text="By language, where there are any.")
    place = serializers.CharField()
    is_open = serializers.BooleanField()
    is_cancelled = serializers.BooleanField()
    on_view = serializers.BooleanField()
    first_sent = serializers.CharField(allow_null=True)
    first_arrived = serializers.CharField(allow_null=True)
    arrival_source = serializers.CharField()
    duplicates = serializers.IntegerField()
    corrections = serializers.IntegerField()
    waited_s = serializers.FloatField()
    response_s = serializers.FloatField(allow_null=True)
    dispatch_delay_s = serializers.FloatField(allow_null=True)
    turnout_s = serializers.FloatField(allow_null=True)
    travel_s = serializers.FloatField(allow_null=True)
    to_action_s = serializers.FloatField(allow_null=True)
    stages = StageOut(many=True)


class CasesOut(serializers.Serializer[Any]):
    """One page. `changed`: the cases are not what they were when the report was computed."""

    total = serializers.IntegerField()
    offset = serializers.IntegerField()
    limit = serializers.IntegerField()
    changed = serializers.BooleanField()
    incidents = BehindOut(many=True)


class ReportIncidentsView(View):
    """The incidents behind a figure."""

    @extend_schema(parameters=[PartIn], responses=CasesOut)
    def get(self, request: Request, report_id: int) -> Response:
        """A page of those that the figure counts, longest first, with what happened; leaves an audit row.

        Only incidents that one may see. 409 until the report is done.
        """
        report = selectors.access_report(self.viewer, report_id)
        given = PartIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        if report.state != Report.State.DONE:
            raise Conflict(code="report_unfinished", state={"state": report.state})
        part = selectors.Part(**given.validated_data)
        found = selectors.incidents_behind(self.viewer, report, part)
        audit.record_view(
            self.viewer,
            "report.incidents_viewed",
            report,
            organisation=report.organisation_id,
            detail={name: value for name, value in given.validated_data.items() if value not in (None, False)}
            | {"incidents": [one["incident"] for one in found.incidents]},
        )
        page = {"total": found.total, "offset": part.offset, "limit": part.limit, "changed": found.changed}
        return Response(page | {"incidents": found.incidents})
