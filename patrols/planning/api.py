"""The shift plan over HTTP."""

from datetime import timedelta
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.http import View
from core.rules import Permission
from patrols.cards import stamp
from patrols.planning import selectors, services
from patrols.planning import serializers as shapes
from patrols.planning.cards import shift_cards, unit_card, violation_cards
from patrols.planning.models import PlannedShift, Team
from patrols.planning.services import ShiftData, TaskData

OWN_SINCE_DAYS, OWN_UNTIL_DAYS = 2, 60


def given_by(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _shift_values(given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a shift as the services take them."""
    values = {name: value for name, value in given.items() if name in ShiftData.__slots__}
    for name in ("officer_ids", "skills_needed", "equipment"):
        if name in values:
            values[name] = tuple(values[name])
    if "tasks" in values:
        values["tasks"] = tuple(TaskData(**task) for task in values["tasks"])
    return values


def _card(shift: PlannedShift) -> Any:
    return shift_cards([shift])[0]


class PlanView(View):
    """The plan of a period."""

    @extend_schema(parameters=[shapes.PlanFilter], responses=shapes.PlanOut)
    def get(self, request: Request) -> Response:
        """Show the shifts of a node and all below it that touch these local days, with what is wrong with them."""
        self.viewer.require_anywhere(Permission.PLAN_VIEW)
        wanted = given_by(shapes.PlanFilter, request.query_params)
        node = selectors.access_node(self.viewer, wanted["organisation"])
        last = min(wanted["last"], wanted["first"] + selectors.LONGEST_SHOWN)
        start, end = selectors.bounds(node, wanted["first"], last)
        rows = selectors.with_all(selectors.shifts_between(selectors.nodes_below(self.viewer, node), start, end))
        answer = {
            "organisation": node.pk,
            "time_zone": node.time_zone,
            "starts_at": stamp(start),
            "ends_at": stamp(end),
            "shifts": shift_cards(list(rows)),
        }
        return Response(answer)


class PlanChoicesView(View):
    """What a plan is made of."""

    @extend_schema(responses=shapes.PlanChoicesOut)
    def get(self, request: Request, organisation_id: int) -> Response:  # noqa: ARG002
        """List units, officers, vehicles, areas and teams of a node and all below it."""
        node = selectors.access_node(self.viewer, organisation_id)
        found = selectors.choices(self.viewer, node)
        return Response(
            {
                "units": [unit_card(unit) for unit in found["units"]],
                "officers": [
                    {"id": row.pk, "name": row.name, "badge": row.badge, "skills": list(row.skills)}
                    for row in found["officers"]
                ],
                "vehicles": [{"id": row.pk, "plate": row.plate} for row in found["vehicles"] if row.in_service],
                "areas": [
                    {"id": row.pk, "name": row.name, "kind": row.kind, "code": row.code} for row in found["areas"]
                ],
                "teams": [_team(team) for team in found["teams"]],
                "may_edit": self.viewer.can(Permission.PLAN_EDIT, organisation_id),
            }
        )


def _team(team: Team) -> dict[str, Any]:
    pattern = team.pattern
    return {
        "id": team.pk,
        "name": team.name,
        "anchor": team.anchor.isoformat(),
        "pattern": {"id": pattern.pk, "name": pattern.name, "hours": pattern.hours, "starts": str(pattern.starts)},
        "units": sorted(post.unit.call_sign for post in team.posts.all()),
    }


class PlannedShiftsView(View):
    """Planned shifts."""

    @extend_schema(request=shapes.PlannedShiftIn, responses={201: shapes.PlannedShiftOut})
    def post(self, request: Request) -> Response:
        """Add a draft. What is wrong with it comes with it; that stops only its publication."""
        values = _shift_values(given_by(shapes.PlannedShiftIn, request.data))
        shift = services.create_planned_shift(data=ShiftData(**values), by=self.viewer)
        return Response(_card(shift), status=status.HTTP_201_CREATED)


class PlannedShiftView(View):
    """One planned shift."""

    @extend_schema(operation_id="plan_shift_retrieve", responses=shapes.PlannedShiftOut)
    def get(self, request: Request, planned_shift_id: int) -> Response:  # noqa: ARG002
        """Show a planned shift."""
        return Response(_card(selectors.access_shift(self.viewer, planned_shift_id)))

    @extend_schema(request=shapes.PlannedShiftChangeIn, responses=shapes.PlannedShiftOut)
    def patch(self, request: Request, planned_shift_id: int) -> Response:
        """Change it: 409 with the shift as it stands where somebody was faster; 422 with all rules that it breaks."""
        given = given_by(shapes.PlannedShiftChangeIn, request.data)
        shift = services.change_planned_shift(
            shift_id=planned_shift_id,
            version=given["version"],
            changes=_shift_values(given),
            reason=given["reason"],
            override_reason=given["override_reason"],
            by=self.viewer,
        )
        return Response(_card(shift))


class PlannedShiftCancelView(View):
    """The end of a planned shift."""

    @extend_schema(request=shapes.PlanCancelIn, responses=shapes.PlannedShiftOut)
    def post(self, request: Request, planned_shift_id: int) -> Response:
        """Call it off; a published one needs a reason, and its crew is told."""
        given = given_by(shapes.PlanCancelIn, request.data)
        return Response(_card(services.cancel_planned_shift(shift_id=planned_shift_id, by=self.viewer, **given)))


class PlannedShiftOverrideView(View):
    """Rules that one shift may break."""

    @extend_schema(request=shapes.PlanOverrideIn, responses=shapes.PlannedShiftOut)
    def post(self, request: Request, planned_shift_id: int) -> Response:
        """Say why; it holds until something gets worse. 422 for what no reason makes possible."""
        given = given_by(shapes.PlanOverrideIn, request.data)
        return Response(_card(services.override_violations(shift_id=planned_shift_id, by=self.viewer, **given)))


class PlannedShiftRevisionsView(View):
    """What was published, and each change after that."""

    @extend_schema(operation_id="plan_shift_revisions", responses=shapes.PlanRevisionOut(many=True))
    def get(self, request: Request, planned_shift_id: int) -> Response:  # noqa: ARG002
        """List the revisions of a shift, oldest first."""
        rows = selectors.revisions(self.viewer, planned_shift_id)
        return Response(shapes.PlanRevisionOut(rows, many=True).data)


class PlanTryView(View):
    """A look before the leap."""

    commands = False

    @extend_schema(request=shapes.PlanTryIn, responses=shapes.PlanViolationsOut)
    def post(self, request: Request) -> Response:
        """Say what would be wrong with a shift; nothing is kept."""
        given = given_by(shapes.PlanTryIn, request.data)
        shift_id = given.pop("shift")
        if shift_id is not None:
            selectors.access_shift(self.viewer, shift_id)
        data = ShiftData(**_shift_values(given))
        shift, wrong = services.try_shift(data=data, shift_id=shift_id, by=self.viewer)
        return Response({"violations": violation_cards(wrong, shift)})


class PlanPatternView(View):
    """Drafts by pattern."""

    @extend_schema(request=shapes.PlanPatternIn, responses=shapes.PlanMadeOut)
    def post(self, request: Request) -> Response:
        """Draft the duties of a team in a period. A patrol that is planned for that time already is left as it is."""
        made = services.apply_pattern(
            **renamed(given_by(shapes.PlanPatternIn, request.data), team="team_id"), by=self.viewer
        )
        return Response({"ids": made.ids, "skipped": made.skipped})


class PlanCopyView(View):
    """Drafts by copying."""

    @extend_schema(request=shapes.PlanCopyIn, responses=shapes.PlanMadeOut)
    def post(self, request: Request) -> Response:
        """Copy days to others, at the same times on the wall. What is planned there already stays."""
        values = renamed(given_by(shapes.PlanCopyIn, request.data), organisation="organisation_id")
        made = services.copy_plan(**values, by=self.viewer)
        return Response({"ids": made.ids, "skipped": made.skipped})


class PlanDiscardView(View):
    """Drafts taken back."""

    @extend_schema(request=shapes.PlanDiscardIn, responses=shapes.PlanCountOut)
    def post(self, request: Request) -> Response:
        """Take back drafts that nobody has touched since they were made."""
        given = given_by(shapes.PlanDiscardIn, request.data)
        return Response({"count": services.discard_drafts(shift_ids=given["shifts"], by=self.viewer)})


class PlanPublishView(View):
    """Publication."""

    @extend_schema(request=shapes.PlanPeriodIn, responses=shapes.PlanCountOut)
    def post(self, request: Request) -> Response:
        """Publish all drafts of a period, or none: 422 with every rule that is broken without a reason."""
        values = renamed(given_by(shapes.PlanPeriodIn, request.data), organisation="organisation_id")
        return Response({"count": len(services.publish_plan(**values, by=self.viewer))})


class OwnPlanView(View):
    """An officer's own plan."""

    @extend_schema(responses=shapes.OwnPlanOut)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Show one's own published shifts of the coming two months, and what one has not read yet."""
        now = clock.now()
        rows = selectors.own_shifts(
            self.viewer,
            since=now - timedelta(days=OWN_SINCE_DAYS),
            until=now + timedelta(days=OWN_UNTIL_DAYS),
        )
        notices = selectors.own_notices(self.viewer)[:100]
        return Response(
            {"shifts": shift_cards(list(rows), {}), "notices": shapes.PlanNoticeOut(notices, many=True).data}
        )

    @extend_schema(request=shapes.PlanSeenIn, responses=shapes.PlanCountOut)
    def post(self, request: Request) -> Response:
        """Note which notices one has read."""
        given = given_by(shapes.PlanSeenIn, request.data)
        return Response({"count": services.mark_notices_seen(notice_ids=given["notices"], by=self.viewer)})


def renamed(values: dict[str, Any], **names: str) -> dict[str, Any]:
    """What was sent, under the names that services have."""
    return {names.get(name, name): value for name, value in values.items()}


def note_export(view: View, form: str, organisation_id: int, wanted: dict[str, Any]) -> None:
    """Audit that the plan was taken out."""
    detail = {"format": form, "first": wanted["first"].isoformat(), "last": wanted["last"].isoformat()}
    audit.record_view(view.viewer, "plan.exported", None, organisation=organisation_id, detail=detail)
