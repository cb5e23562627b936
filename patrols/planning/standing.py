"""Absences and teams over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import View
from core.rules import Permission
from patrols.planning import selectors
from patrols.planning.api import given_by, renamed
from patrols.planning.cards import absence_card, core_of, team_card
from patrols.planning.models import Absence, ShiftPattern, Team
from patrols.planning.serializers import MOST_OFFICERS, PlanFilter, in_this_era
from patrols.planning.services import standing
from patrols.planning.services.standing import AbsenceData, PostData, TeamData

_ERA = [in_this_era]


class PlanNameOut(serializers.Serializer[Any]):
    """Something by its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class AbsentOfficerOut(PlanNameOut):
    """Who is away."""

    badge = serializers.CharField()


class AbsenceIn(serializers.Serializer[Any]):
    """An officer away on whole local days, both inclusive."""

    officer = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(choices=Absence.Kind.choices)
    first_day = serializers.DateField(validators=_ERA)
    last_day = serializers.DateField(validators=_ERA)


class AbsenceChangeIn(AbsenceIn):
    """The absence as it shall be; `version` is that of the one that was read."""

    version = serializers.CharField(max_length=16)


class VersionIn(serializers.Serializer[Any]):
    """The version of what was read."""

    version = serializers.CharField(max_length=16)


class ShiftInTheWayOut(serializers.Serializer[Any]):
    """A shift that is planned for somebody who is away."""

    id = serializers.IntegerField()
    call_sign = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.CharField()


class AbsenceOut(serializers.Serializer[Any]):
    """An absence."""

    id = serializers.IntegerField()
    officer = AbsentOfficerOut()
    kind = serializers.ChoiceField(choices=Absence.Kind.choices)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    version = serializers.CharField()


class AbsenceKeptOut(serializers.Serializer[Any]):
    """An absence, and the shifts that are planned in it all the same."""

    absence = AbsenceOut()
    in_the_way = ShiftInTheWayOut(many=True)


class PostIn(serializers.Serializer[Any]):
    """A patrol of a team; the first of the crew leads."""

    unit = serializers.IntegerField(min_value=1, source="unit_id")
    crew = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, source="officer_ids", max_length=MOST_OFFICERS
    )
    vehicle = serializers.IntegerField(required=False, allow_null=True, source="vehicle_id")
    sector = serializers.IntegerField(required=False, allow_null=True, source="sector_id")
    equipment = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=40)


class TeamIn(serializers.Serializer[Any]):
    """A team; `anchor` is a local day of its first duty, `active` false ends it."""

    organisation = serializers.IntegerField(min_value=1, source="organisation_id")
    name = serializers.CharField(max_length=80)
    pattern = serializers.IntegerField(min_value=1, source="pattern_id")
    anchor = serializers.DateField(validators=_ERA)
    active = serializers.BooleanField(required=False, default=True)
    posts = PostIn(many=True)


class TeamChangeIn(TeamIn):
    """The team as it shall be; `version` is that of the one that was read."""

    version = serializers.CharField(max_length=16)


class PostOut(serializers.Serializer[Any]):
    """A patrol of a team; the first of the crew leads."""

    unit = PlanNameOut()
    vehicle = PlanNameOut(allow_null=True)
    sector = PlanNameOut(allow_null=True)
    crew = PlanNameOut(many=True)
    equipment = serializers.ListField(child=serializers.CharField())


class TeamOut(serializers.Serializer[Any]):
    """A team with its posts."""

    id = serializers.IntegerField()
    organisation = serializers.IntegerField()
    name = serializers.CharField()
    anchor = serializers.DateField()
    active = serializers.BooleanField()
    pattern = serializers.IntegerField()
    posts = PostOut(many=True)
    version = serializers.CharField()


class TeamsOut(serializers.Serializer[Any]):
    """Teams of a node and all below it, and the patterns that they may follow."""

    teams = TeamOut(many=True)
    patterns = PlanNameOut(many=True)


class TeamFilter(serializers.Serializer[Any]):
    """A node with all below it."""

    organisation = serializers.IntegerField(min_value=1)


def _kept(absence: Absence) -> dict[str, Any]:
    return {
        "absence": absence_card(absence),
        "in_the_way": [core_of(shift) for shift in standing.shifts_in_the_way(absence)],
    }


def _team_data(given: dict[str, Any]) -> TeamData:
    return TeamData(**given | {"posts": tuple(_post_data(post) for post in given["posts"])})


def _post_data(given: dict[str, Any]) -> PostData:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return PostData(**values)


class AbsencesView(View):
    """Absences."""

    @extend_schema(parameters=[PlanFilter], responses=AbsenceOut(many=True))
    def get(self, request: Request) -> Response:
        """List who is away on any of these local days, at a node and all below it."""
        self.viewer.require_anywhere(Permission.PLAN_VIEW)
        wanted = given_by(PlanFilter, request.query_params)
        node = selectors.access_node(self.viewer, wanted["organisation"])
        rows = Absence.objects.filter(
            officer__organisation_id__in=selectors.nodes_below(self.viewer, node),
            first_day__lte=wanted["last"],
            last_day__gte=wanted["first"],
        )
        return Response([absence_card(row) for row in rows.select_related("officer").order_by("first_day", "pk")])

    @extend_schema(request=AbsenceIn, responses={201: AbsenceKeptOut})
    def post(self, request: Request) -> Response:
        """Note that an officer is away; the answer names the shifts that are planned then all the same."""
        self.viewer.require_anywhere(Permission.PLAN_EDIT)
        given = renamed(given_by(AbsenceIn, request.data), officer="officer_id")
        absence = standing.add_absence(data=AbsenceData(**given), by=self.viewer)
        return Response(AbsenceKeptOut(_kept(absence)).data, status=status.HTTP_201_CREATED)


class AbsenceView(View):
    """One absence."""

    @extend_schema(request=AbsenceChangeIn, responses=AbsenceKeptOut)
    def patch(self, request: Request, absence_id: int) -> Response:
        """Change it: 409 with the absence as it stands where somebody was faster."""
        given = renamed(given_by(AbsenceChangeIn, request.data), officer="officer_id")
        version = given.pop("version")
        absence = standing.change_absence(
            absence_id=absence_id, version=version, data=AbsenceData(**given), by=self.viewer
        )
        return Response(AbsenceKeptOut(_kept(absence)).data)


class AbsenceRemoveView(View):
    """An absence taken back."""

    @extend_schema(request=VersionIn, responses={204: None})
    def post(self, request: Request, absence_id: int) -> Response:
        """Take back an absence that was entered wrongly."""
        given = given_by(VersionIn, request.data)
        standing.remove_absence(absence_id=absence_id, by=self.viewer, **given)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TeamsView(View):
    """Teams."""

    @extend_schema(parameters=[TeamFilter], responses=TeamsOut)
    def get(self, request: Request) -> Response:
        """List the teams of a node and all below it, also those that have ended, with the patterns to choose from."""
        self.viewer.require_anywhere(Permission.PLAN_VIEW)
        node = selectors.access_node(self.viewer, given_by(TeamFilter, request.query_params)["organisation"])
        nodes = selectors.nodes_below(self.viewer, node)
        rows = Team.objects.filter(organisation_id__in=nodes).order_by("-active", "name", "pk")
        path = [row.pk for row in node.ancestors(include_self=True)]
        patterns = ShiftPattern.objects.filter(organisation_id__in={*nodes, *path}, active=True)
        return Response(
            {
                "teams": [team_card(team) for team in rows],
                "patterns": [{"id": row.pk, "name": row.name} for row in patterns.order_by("name")],
            }
        )

    @extend_schema(request=TeamIn, responses={201: TeamOut})
    def post(self, request: Request) -> Response:
        """Add a team with its posts."""
        self.viewer.require_anywhere(Permission.PLAN_EDIT)
        team = standing.add_team(data=_team_data(given_by(TeamIn, request.data)), by=self.viewer)
        return Response(team_card(team), status=status.HTTP_201_CREATED)


class TeamView(View):
    """One team."""

    @extend_schema(request=TeamChangeIn, responses=TeamOut)
    def patch(self, request: Request, team_id: int) -> Response:
        """Change a team, its posts, or end it: 409 with the team as it stands where somebody was faster."""
        given = given_by(TeamChangeIn, request.data)
        version = given.pop("version")
        team = standing.change_team(team_id=team_id, version=version, data=_team_data(given), by=self.viewer)
        return Response(team_card(team))
