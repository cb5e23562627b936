"""Needed minimums over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.availability import minimums
from analytics.availability.minimums import MinimumData, minimum_card
from core.http import View
from core.rules import Permission
from patrols.planning import selectors as plan
from patrols.planning.api import given_by
from patrols.planning.serializers import in_this_era

_ERA = [in_this_era]


class MinimumFilter(serializers.Serializer[Any]):
    """A node with all below it."""

    organisation = serializers.IntegerField(min_value=1)


class MinimumIn(serializers.Serializer[Any]):
    """What is needed; an end before the start is on the next day, the same is all day. 1 is Monday, 7 is Sunday."""

    organisation = serializers.IntegerField(min_value=1, source="organisation_id")
    area = serializers.IntegerField(required=False, allow_null=True, default=None, source="area_id")
    skill = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)
    units = serializers.IntegerField(min_value=1, max_value=minimums.MOST_UNITS)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), min_length=1, max_length=7
    )
    starts = serializers.TimeField()
    ends = serializers.TimeField()
    valid_from = serializers.DateField(validators=_ERA)
    valid_to = serializers.DateField(required=False, allow_null=True, default=None, validators=_ERA)
    warn_before_h = serializers.IntegerField(required=False, default=24, min_value=0, max_value=minimums.MOST_HOURS)


class MinimumChangeIn(MinimumIn):
    """What is needed from today on; `version` is that of the minimum that was read."""

    version = serializers.CharField(max_length=16)


class MinimumEndIn(serializers.Serializer[Any]):
    """The last day on which it holds."""

    version = serializers.CharField(max_length=16)
    last_day = serializers.DateField(validators=_ERA)


class MinimumAreaOut(serializers.Serializer[Any]):
    """An area by its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class MinimumOut(serializers.Serializer[Any]):
    """A minimum."""

    id = serializers.IntegerField()
    organisation = serializers.IntegerField()
    name = serializers.CharField()
    area = MinimumAreaOut(allow_null=True)
    skill = serializers.CharField(allow_blank=True)
    units = serializers.IntegerField()
    weekdays = serializers.ListField(child=serializers.IntegerField())
    starts = serializers.CharField()
    ends = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    warn_before_h = serializers.IntegerField()
    version = serializers.CharField()


class MinimumsOut(serializers.Serializer[Any]):
    """Minimums of a node and all below it, those that hold first; `may_edit` is whether the viewer may change them."""

    minimums = MinimumOut(many=True)
    may_edit = serializers.BooleanField()


def _data(given: dict[str, Any]) -> MinimumData:
    return MinimumData(**given | {"weekdays": tuple(sorted(set(given["weekdays"])))})


class MinimumsView(View):
    """Needed minimums."""

    @extend_schema(parameters=[MinimumFilter], responses=MinimumsOut)
    def get(self, request: Request) -> Response:
        """List how many units are needed at a node and all below it, also what has ended."""
        self.viewer.require_anywhere(Permission.PLAN_VIEW)
        node = plan.access_node(self.viewer, given_by(MinimumFilter, request.query_params)["organisation"])
        rows = minimums.minimums_of(plan.nodes_below(self.viewer, node))
        may = self.viewer.can(Permission.PLAN_EDIT, node.pk)
        return Response({"minimums": [minimum_card(row) for row in rows], "may_edit": may})

    @extend_schema(request=MinimumIn, responses={201: MinimumOut})
    def post(self, request: Request) -> Response:
        """Say what is needed: 422 where another minimum says otherwise of the same hours."""
        self.viewer.require_anywhere(Permission.PLAN_EDIT)
        row = minimums.add_minimum(data=_data(given_by(MinimumIn, request.data)), by=self.viewer)
        return Response(minimum_card(row), status=status.HTTP_201_CREATED)


class MinimumView(View):
    """One minimum."""

    @extend_schema(request=MinimumChangeIn, responses=MinimumOut)
    def patch(self, request: Request, minimum_id: int) -> Response:
        """Change it from today on; what held on past days stays. 409 with it as it stands where somebody was faster."""
        given = given_by(MinimumChangeIn, request.data)
        version = given.pop("version")
        row = minimums.change_minimum(minimum_id=minimum_id, version=version, data=_data(given), by=self.viewer)
        return Response(minimum_card(row))


class MinimumEndView(View):
    """The end of a minimum."""

    @extend_schema(request=MinimumEndIn, responses={204: None})
    def post(self, request: Request, minimum_id: int) -> Response:
        """Let it hold until a day, today at the earliest."""
        minimums.end_minimum(minimum_id=minimum_id, by=self.viewer, **given_by(MinimumEndIn, request.data))
        return Response(status=status.HTTP_204_NO_CONTENT)
