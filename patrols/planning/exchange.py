"""The plan in and out over HTTP: CSV, iCalendar, patrol orders as PDF."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.errors import NotFound
from core.http import View
from core.models import Organisation
from core.rules import Permission
from patrols.planning import calendar_file, calendar_read, csv_file, order, selectors
from patrols.planning import serializers as shapes
from patrols.planning.api import OWN_SINCE_DAYS, OWN_UNTIL_DAYS, given_by, note_export, renamed
from patrols.planning.book import as_rows
from patrols.planning.models import PlannedShift

_FILE = OpenApiResponse(OpenApiTypes.BINARY, description="The file.")


def _file(content: bytes | str, *, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


class _Export(View):
    """Base of exports: the plan of a node in a period, and the audit row of who took it."""

    form = ""

    def rows(self, request: Request) -> tuple[Organisation, list[PlannedShift], dict[str, Any]]:
        """The node, its shifts, and what was asked; the export is audited."""
        self.viewer.require_anywhere(Permission.PLAN_VIEW)
        wanted = given_by(shapes.PlanFilter, request.query_params)
        node = selectors.access_node(self.viewer, wanted["organisation"])
        last = min(wanted["last"], wanted["first"] + selectors.LONGEST_SHOWN)
        start, end = selectors.bounds(node, wanted["first"], last)
        shifts = selectors.shifts_between(selectors.nodes_below(self.viewer, node), start, end)
        note_export(self, self.form, node.pk, wanted)
        return node, list(selectors.with_all(shifts.filter(starts_at__gte=start))), wanted


class PlanCsvView(_Export):
    """The plan as a file for spreadsheets."""

    form = "csv"

    @extend_schema(parameters=[shapes.PlanFilter], responses={(200, "text/csv"): _FILE})
    def get(self, request: Request) -> HttpResponse:
        """Take out the shifts that begin in these local days as CSV; the same file can be read in again."""
        node, shifts, wanted = self.rows(request)
        return _file(
            csv_file.written(shifts), kind="text/csv; charset=utf-8", name=f"plan-{node.code}-{wanted['first']}.csv"
        )

    @extend_schema(request=shapes.PlanImportIn, responses=shapes.PlanImportOut)
    def post(self, request: Request) -> Response:
        """Read a file in: the answer says of each row whether it was added, changed, as it stood, or refused and why."""
        self.viewer.require_anywhere(Permission.PLAN_EDIT)
        given = given_by(shapes.PlanImportIn, request.data)
        found = csv_file.read(
            organisation_id=given["organisation"], text=given["text"], rehearse=given["rehearse"], by=self.viewer
        )
        return Response({"rows": as_rows(found)})


class PlanCalendarView(_Export):
    """The plan as a calendar."""

    form = "ics"

    @extend_schema(parameters=[shapes.PlanFilter], responses={(200, "text/calendar"): _FILE})
    def get(self, request: Request) -> HttpResponse:
        """Take out the shifts that begin in these local days as iCalendar."""
        node, shifts, wanted = self.rows(request)
        content = calendar_file.written(shifts, name=node.name, at=clock.now())
        return _file(content, kind="text/calendar; charset=utf-8", name=f"plan-{node.code}-{wanted['first']}.ics")

    @extend_schema(request=shapes.PlanCalendarIn, responses=shapes.PlanImportOut)
    def post(self, request: Request) -> Response:
        """Read the events of a calendar in that begin in these local days; recurring ones are spread over them.

        The answer says of each occurrence whether it was added, changed, called off, as it stood, outside of the period,
        or refused and why; and which rules are broken. With `rehearse` nothing is kept.
        """
        self.viewer.require_anywhere(Permission.PLAN_EDIT)
        given = renamed(given_by(shapes.PlanCalendarIn, request.data), organisation="organisation_id")
        return Response({"rows": as_rows(calendar_read.read(**given, by=self.viewer))})


class PlanOrderView(_Export):
    """Patrol orders."""

    form = "pdf"

    @extend_schema(parameters=[shapes.PlanFilter], responses={(200, "application/pdf"): _FILE})
    def get(self, request: Request) -> HttpResponse:
        """Print the orders of all shifts that begin in these local days, a page or more each."""
        node, shifts, wanted = self.rows(request)
        if not shifts:
            raise NotFound
        content = order.patrol_order(shifts, by_name=self.viewer.name, at=clock.now())
        return _file(content, kind="application/pdf", name=f"orders-{node.code}-{wanted['first']}.pdf")


class PlannedShiftOrderView(View):
    """The order of one shift."""

    @extend_schema(responses={(200, "application/pdf"): _FILE})
    def get(self, request: Request, planned_shift_id: int) -> HttpResponse:  # noqa: ARG002
        """Print the patrol order of one shift; its crew may, too."""
        shift = selectors.access_shift(self.viewer, planned_shift_id)
        content = order.patrol_order([shift], by_name=self.viewer.name, at=clock.now())
        return _file(content, kind="application/pdf", name=f"order-{shift.pk}.pdf")


class OwnCalendarView(View):
    """An officer's own calendar."""

    @extend_schema(responses={(200, "text/calendar"): _FILE})
    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002
        """Take out one's own published shifts as iCalendar."""
        now = clock.now()
        rows = selectors.own_shifts(
            self.viewer, since=now - timedelta(days=OWN_SINCE_DAYS), until=now + timedelta(days=OWN_UNTIL_DAYS)
        )
        content = calendar_file.written(list(rows), name="Patrulja", at=now)
        return _file(content, kind="text/calendar; charset=utf-8", name="patrulja.ics")
