"""Units, their status and trail, shifts, officers and vehicles over HTTP."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.errors import Invalid
from core.http import Pages, View
from core.schema import page_of
from patrols import selectors, services
from patrols.cards import position_card, position_cards, unit_cards
from patrols.equipment.services import Finding
from patrols.models import Unit
from patrols.serializers import (
    NameFilter,
    OfficerOut,
    PositionOut,
    ShiftFilter,
    ShiftIn,
    ShiftOut,
    StatusChangeOut,
    StatusIn,
    TrailFilter,
    UndoStatusIn,
    UnitDetailOut,
    UnitFilter,
    UnitOut,
    VehicleOut,
)
from patrols.undoing import undo_unit_status

PICK_LIMIT = 500
"""How many officers or vehicles a list shows; a search narrows it."""


def _given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _source(view: View) -> str:
    """Where a change comes from: a console has a session, all others a token."""
    return "console" if view.viewer.channel == "web" else "api"


class UnitsView(View):
    """Units."""

    @extend_schema(parameters=[UnitFilter], responses=UnitOut(many=True))
    def get(self, request: Request) -> Response:
        """List the units that you may see, or those on which you may sign on, by call sign."""
        wanted = _given(UnitFilter, request.query_params)
        rows = selectors.units_to_sign_on(self.viewer) if wanted["sign_on"] else selectors.units(self.viewer)
        if wanted["on_duty"] is not None:
            rows = rows.filter(on_duty=wanted["on_duty"])
        if "organisation" in wanted:
            rows = rows.filter(organisation_id=wanted["organisation"])
        return Response(unit_cards(rows.values_list("pk", flat=True)))


def _detail(unit: Unit) -> dict[str, Any]:
    """A unit's card with position and shift. Seven queries."""
    (card,) = unit_cards([unit.pk])
    shift = unit.shifts.filter(ended_at__isnull=True).select_related("unit", "vehicle").first()
    return {
        **card,
        "position": next(iter(position_cards([unit.pk])), None),
        "shift": ShiftOut(shift).data if shift else None,
    }


class UnitView(View):
    """One unit."""

    @extend_schema(responses=UnitDetailOut)
    def get(self, request: Request, unit_id: int) -> Response:  # noqa: ARG002
        """Show a unit, where it was last seen, and its shift."""
        return Response(_detail(selectors.access_unit(self.viewer, unit_id)))


class UnitStatusView(View):
    """The status of one unit."""

    @extend_schema(operation_id="units_status_list", responses=page_of("StatusChangePage", StatusChangeOut))
    def get(self, request: Request, unit_id: int) -> Response:
        """List the unit's statuses, newest first, in pages."""
        pages = Pages()
        rows = pages.paginate_queryset(selectors.status_history(self.viewer, unit_id), request, view=self)
        return pages.get_paginated_response(StatusChangeOut(rows, many=True).data)

    @extend_schema(request=StatusIn, responses=UnitOut)
    def post(self, request: Request, unit_id: int) -> Response:
        """Set the unit's status. 409 with its present state when somebody was there first or it has a job."""
        wanted = _given(StatusIn, request.data)
        services.set_unit_status(unit_id=unit_id, by=self.viewer, source=_source(self), **wanted)
        (card,) = unit_cards([unit_id])
        return Response(card)


class UndoUnitStatusView(View):
    """Taking a status back."""

    @extend_schema(request=UndoStatusIn, responses=UnitOut)
    def post(self, request: Request, unit_id: int) -> Response:
        """Take back the status that you gave last; what was before it goes on from when it began.

        409 says why not: `too_late`, `somebody_went_on` with `by` and `at`, `not_the_last`, `cannot_undo`.
        """
        wanted = _given(UndoStatusIn, request.data)
        undo_unit_status(unit_id=unit_id, by=self.viewer, source=_source(self), **wanted)
        (card,) = unit_cards([unit_id])
        return Response(card)


class UnitPositionsView(View):
    """The trail of one unit."""

    @extend_schema(
        parameters=[TrailFilter],
        responses=PositionOut(many=True),
    )
    def get(self, request: Request, unit_id: int) -> Response:
        """Show where the unit was in a period, in order; the look is audited."""
        wanted = _given(TrailFilter, request.query_params)
        end = wanted.get("to") or clock.now()
        start = wanted.get("from") or end - timedelta(hours=1)
        if start >= end:
            raise Invalid(_("The period ends before it begins."), code="empty_period", field="from")
        rows = selectors.trail(self.viewer, unit_id, start=start, end=end, limit=wanted["limit"])
        unit = selectors.access_unit(self.viewer, unit_id)
        period = {"from": start.isoformat(), "to": end.isoformat()}
        audit.record_view(self.viewer, "unit.trail_viewed", unit, organisation=unit.organisation_id, detail=period)
        return Response(
            [
                position_card(
                    unit=row.unit_id,
                    lon=row.point.x,
                    lat=row.point.y,
                    at=row.at,
                    accuracy_m=row.accuracy_m,
                    heading_deg=row.heading_deg,
                    speed_mps=row.speed_mps,
                )
                for row in rows
            ]
        )


class ShiftsView(View):
    """Shifts."""

    @extend_schema(operation_id="shifts_list", parameters=[ShiftFilter], responses=page_of("ShiftPage", ShiftOut))
    def get(self, request: Request) -> Response:
        """List the shifts of the units that you may see, newest first, in pages."""
        wanted = _given(ShiftFilter, request.query_params)
        rows = selectors.shifts(self.viewer)
        if wanted["open"] is not None:
            rows = rows.filter(ended_at__isnull=wanted["open"])
        if "unit" in wanted:
            rows = rows.filter(unit_id=wanted["unit"])
        pages = Pages()
        return pages.get_paginated_response(ShiftOut(pages.paginate_queryset(rows, request, view=self), many=True).data)

    @extend_schema(request=ShiftIn, responses={201: ShiftOut})
    def post(self, request: Request) -> Response:
        """Sign on a crew. 409 with who holds it when the unit, an officer or the vehicle is on a shift already."""
        wanted = _given(ShiftIn, request.data)
        shift = services.sign_on(
            unit_id=wanted["unit"],
            officer_ids=wanted["crew"],
            vehicle_id=wanted["vehicle"],
            planned_end_at=wanted["planned_end_at"],
            equipment=[Finding(**finding) for finding in wanted["equipment"]],
            by=self.viewer,
        )
        return Response(ShiftOut(shift).data, status=201)


class ShiftView(View):
    """One shift."""

    @extend_schema(responses=ShiftOut)
    def get(self, request: Request, shift_id: int) -> Response:  # noqa: ARG002
        """Show a shift."""
        return Response(ShiftOut(selectors.access_shift(self.viewer, shift_id)).data)


class ShiftEndView(View):
    """The end of a shift."""

    @extend_schema(request=None, responses=ShiftOut)
    def post(self, request: Request, shift_id: int) -> Response:  # noqa: ARG002
        """Sign the crew off. 409 when the shift has ended already, or while the unit has a job."""
        return Response(ShiftOut(services.sign_off(shift_id=shift_id, by=self.viewer)).data)


class OfficersView(View):
    """Officers."""

    @extend_schema(parameters=[NameFilter], responses=OfficerOut(many=True))
    def get(self, request: Request) -> Response:
        """List officers by name, 500 at most, each with the unit on which they ride now."""
        wanted = _given(NameFilter, request.query_params)
        rows = selectors.officers(self.viewer, q=wanted["q"])
        if "organisation" in wanted:
            rows = rows.filter(organisation_id=wanted["organisation"])
        return Response(OfficerOut(rows[:PICK_LIMIT], many=True).data)


class VehiclesView(View):
    """Vehicles."""

    @extend_schema(parameters=[NameFilter], responses=VehicleOut(many=True))
    def get(self, request: Request) -> Response:
        """List vehicles by plate, 500 at most, each with the unit that has it now."""
        wanted = _given(NameFilter, request.query_params)
        rows = selectors.vehicles(self.viewer, q=wanted["q"])
        if "organisation" in wanted:
            rows = rows.filter(organisation_id=wanted["organisation"])
        return Response(VehicleOut(rows[:PICK_LIMIT], many=True).data)
