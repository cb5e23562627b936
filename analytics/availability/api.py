"""Availability over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.availability import facts, selectors
from analytics.availability import serializers as shapes
from analytics.availability.rules import Gap, Use
from core import audit
from core.access import Viewer
from core.http import View
from core.rules import Permission
from patrols.planning import selectors as plan
from patrols.planning.api import given_by
from patrols.planning.serializers import PlanFilter
from patrols.rules import AVAILABILITY, Status


class _Question(View):
    """Base: what is asked, and the audit row of who asked."""

    def asked(self, request: Request, shape: type[Any], action: str) -> tuple[dict[str, Any], selectors.Scope]:
        """The question, checked, and its scope. Raises NotFound, Forbidden."""
        self.viewer.require_anywhere(Permission.PLAN_VIEW)
        wanted = given_by(shape, request.query_params)
        found = selectors.scope(self.viewer, wanted["organisation"], wanted["first"], wanted["last"])
        detail = {"first": wanted["first"].isoformat(), "last": wanted["last"].isoformat()}
        audit.record_view(self.viewer, action, None, organisation=found.node.pk, detail=detail)
        return wanted, found


def _head(found: selectors.Scope) -> dict[str, Any]:
    return {
        "organisation": found.node.pk,
        "time_zone": found.node.time_zone,
        "starts_at": found.start,
        "ends_at": found.end,
    }


class AvailabilityView(_Question):
    """Who was, is and will be there."""

    @extend_schema(parameters=[shapes.AvailabilityFilter], responses=shapes.AvailabilityOut)
    def get(self, request: Request) -> Response:
        """Show each unit's plan and what it did, the curve by hour, and where fewer are there than are needed."""
        wanted, found = self.asked(request, shapes.AvailabilityFilter, "availability.viewed")
        planned = plan.with_all(plan.shifts_between(found.nodes, found.start, found.end))
        spans: dict[int, list[dict[str, Any]]] = {}
        for shift in planned:
            spans.setdefault(shift.unit_id, []).append(
                {
                    "id": shift.pk,
                    "starts_at": shift.starts_at,
                    "ends_at": shift.ends_at,
                    "state": str(shift.state),
                    "sector": shift.sector.name if shift.sector else None,
                    "crew": [member.officer.name for member in shift.crew.all()],
                }
            )
        did = selectors.segments(found) if found.start < found.now else {}
        there = selectors.presence(found, with_drafts=wanted["drafts"])
        missing, minimums = selectors.gaps(found, there)
        answer = {
            **_head(found),
            "now": found.now,
            "counts": _counts(found, spans),
            "units": [
                {
                    "id": unit.pk,
                    "call_sign": unit.call_sign,
                    "station": unit.organisation.name,
                    "sector": unit.sector,
                    "status": unit.status,
                    "planned": spans.get(unit.pk, []),
                    "duty": did.get(unit.pk, []),
                }
                for unit in found.units
            ],
            "hours": selectors.curve(found, did, there, selectors.as_needs(minimums.values())),
            "gaps": _gaps(missing, minimums, _warned(self.viewer)),
            "has_minimums": bool(minimums),
        }
        return Response(shapes.AvailabilityOut(answer).data)


def _warned(viewer: Viewer) -> dict[tuple[int, datetime], datetime]:
    """When the commander was warned of each gap. One query."""
    return {(row.minimum_id, row.starts_at): row.warned_at for row in selectors.open_warnings(viewer)}


def _gaps(
    missing: Sequence[Gap], minimums: dict[int, Any], warned: dict[tuple[int, datetime], datetime]
) -> list[dict[str, Any]]:
    return [
        {
            "organisation": minimums[gap.need].organisation_id,
            "name": minimums[gap.need].organisation.name,
            "area": minimums[gap.need].area.name if minimums[gap.need].area else None,
            "skill": minimums[gap.need].skill,
            "start": gap.start,
            "end": gap.end,
            "has": gap.has,
            "needs": gap.needs,
            "warned_at": warned.get((gap.need, gap.start)),
        }
        for gap in missing
    ]


class StaffingGapsView(View):
    """Where patrols are short."""

    @extend_schema(parameters=[shapes.NodeFilter], responses=shapes.StaffingGapOut(many=True))
    def get(self, request: Request) -> Response:
        """List the gaps against the minimum that stand now or begin within twelve hours, soonest first. Of nobody by name."""
        self.viewer.require_anywhere(Permission.PLAN_VIEW)
        given = given_by(shapes.NodeFilter, request.query_params)
        missing, minimums = selectors.gaps_ahead(self.viewer, given["organisation"])
        return Response(shapes.StaffingGapOut(_gaps(missing, minimums, _warned(self.viewer)), many=True).data)


def _counts(found: selectors.Scope, spans: dict[int, list[dict[str, Any]]]) -> dict[str, int]:
    counts = dict.fromkeys(("planned", "on_duty", "available", "conditional", "busy", "out"), 0)
    for unit in found.units:
        counts["planned"] += any(
            one["state"] == "published" and one["starts_at"] <= found.now < one["ends_at"]
            for one in spans.get(unit.pk, ())
        )
        if not unit.on_duty:
            continue
        counts["on_duty"] += 1
        kind = AVAILABILITY[Status(unit.status)].value
        counts["out" if unit.status == Status.OUT_OF_SERVICE else "busy" if kind == "unavailable" else kind] += 1
    return counts


class TimeSplitView(_Question):
    """What the time on duty went into."""

    @extend_schema(parameters=[shapes.TimeSplitFilter], responses=shapes.TimeSplitOut)
    def get(self, request: Request) -> Response:
        """Split the time on duty into calls, self-initiated, directed, administrative, out of service and free time."""
        wanted, found = self.asked(request, shapes.TimeSplitFilter, "time_split.viewed")
        rows = selectors.time_split(found)
        groups = selectors.split_by(found, rows, wanted["by"])
        total = {
            "key": "",
            "name": found.node.name,
            "seconds": {use: sum(group["seconds"][use] for group in groups) for use in (use.value for use in Use)},
            "total_s": sum(group["total_s"] for group in groups),
        }
        answer = {**_head(found), "by": wanted["by"], "groups": groups, "total": total}
        return Response(shapes.TimeSplitOut(answer).data)


class PlanAndFactView(_Question):
    """Plan against fact."""

    @extend_schema(parameters=[PlanFilter], responses=shapes.PlanAndFactOut)
    def get(self, request: Request) -> Response:
        """Hold published shifts, sectors and tasks against who signed on, and against positions."""
        _wanted, found = self.asked(request, PlanFilter, "plan_and_fact.viewed")
        return Response(shapes.PlanAndFactOut({**_head(found), **facts.plan_and_fact(found)}).data)
