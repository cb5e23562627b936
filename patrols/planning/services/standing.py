"""What plans are made from and held against: absences of officers, teams with their posts. Commanders change them here.

Each row is changed by whoever has read it as it stands: `version` is the print of what they saw (`cards.print_of`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid, NotFound, Unprocessable
from core.rules import Permission
from geo.models import Area
from patrols.models import Officer, Unit, Vehicle
from patrols.planning import selectors
from patrols.planning.cards import absence_card, team_card
from patrols.planning.models import Absence, PlannedShift, ShiftPattern, Team, TeamPost
from patrols.planning.services import news

LONGEST_ABSENCE = timedelta(days=3 * 366)
MOST_POSTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceData:
    """An officer away on whole local days, both inclusive."""

    officer_id: int
    kind: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PostData:
    """One patrol of a team; the leader comes first."""

    unit_id: int
    officer_ids: tuple[int, ...] = ()
    vehicle_id: int | None = None
    sector_id: int | None = None
    equipment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamData:
    """A team; `anchor` is a local day of its first duty."""

    organisation_id: int
    name: str
    pattern_id: int
    anchor: date
    posts: tuple[PostData, ...] = ()
    active: bool = True


# --- absences -----------------------------------------------------------------------------------------------------


def add_absence(*, data: AbsenceData, by: Viewer) -> Absence:
    """Note that an officer is away. Shifts that are planned then are wrong from now on, and their cards say so.

    Raises NotFound, Forbidden, Invalid; Unprocessable where the officer is away then already.
    """
    with change(by=by) as c:
        news.lock_plan()
        officer = _officer(data, by)
        absence = Absence.objects.create(
            officer=officer, kind=data.kind, first_day=data.first_day, last_day=data.last_day
        )
        _note(c, "absence.added", absence, None)
    return absence


def change_absence(*, absence_id: int, version: str, data: AbsenceData, by: Viewer) -> Absence:
    """Change an absence. Raises as `add_absence`, and Conflict with the absence as it stands."""
    with change(by=by) as c:
        news.lock_plan()
        absence = _absence(absence_id, version, by)
        before = absence_card(absence)
        absence.officer = _officer(data, by, but=absence_id)
        absence.kind, absence.first_day, absence.last_day = data.kind, data.first_day, data.last_day
        absence.save()
        _note(c, "absence.changed", absence, before)
    return absence


def remove_absence(*, absence_id: int, version: str, by: Viewer) -> None:
    """Take an absence back that was entered wrongly. Raises NotFound, Forbidden, Conflict."""
    with change(by=by) as c:
        news.lock_plan()
        absence = _absence(absence_id, version, by)
        _note(c, "absence.removed", absence, absence_card(absence), is_gone=True)
        absence.delete()


def _absence(absence_id: int, version: str, by: Viewer) -> Absence:
    absence = Absence.objects.select_related("officer").filter(pk=absence_id).first()
    if absence is None:
        raise NotFound
    by.require(Permission.PLAN_EDIT, absence.officer.organisation_id, view=Permission.PLAN_VIEW)
    card = absence_card(absence)
    if card["version"] != version:
        raise Conflict(_("Somebody has changed this absence meanwhile."), code="absence_changed", state=card)
    return absence


def _officer(data: AbsenceData, by: Viewer, *, but: int = 0) -> Officer:
    """The officer, when the absence makes sense."""
    officer = Officer.objects.filter(pk=data.officer_id).first()
    if officer is None:
        raise NotFound
    by.require(Permission.PLAN_EDIT, officer.organisation_id, view=Permission.PLAN_VIEW)
    if data.kind not in Absence.Kind.values:
        raise Invalid(_("There is no such kind of absence."), code="unknown_kind", field="kind")
    if data.last_day < data.first_day:
        raise Unprocessable(_("The absence ends before it begins."), code="ends_before_start", field="last_day")
    if data.last_day - data.first_day > LONGEST_ABSENCE:
        raise Unprocessable(_("An absence lasts three years at most."), code="too_long", field="last_day")
    other = (
        Absence.objects.filter(officer=officer, first_day__lte=data.last_day, last_day__gte=data.first_day)
        .exclude(pk=but)
        .first()
    )
    if other is not None:
        said = {"name": officer.name, "first": f"{other.first_day:%Y-%m-%d}", "last": f"{other.last_day:%Y-%m-%d}"}
        raise Unprocessable(
            _("%(name)s is away from %(first)s to %(last)s already: change that absence.") % said,
            code="absent_already",
            field="first_day",
            state=absence_card(other),
        )
    return officer


def shifts_in_the_way(absence: Absence) -> list[PlannedShift]:
    """Shifts that are planned for the officer on days of an absence, the earliest first. Five queries."""
    start, end = selectors.bounds(absence.officer.organisation, absence.first_day, absence.last_day)
    rows = PlannedShift.objects.filter(crew__officer=absence.officer, starts_at__lt=end, ends_at__gt=start)
    return list(selectors.with_all(rows.exclude(state="cancelled")).order_by("starts_at"))


# --- teams --------------------------------------------------------------------------------------------------------


def add_team(*, data: TeamData, by: Viewer) -> Team:
    """Add a team with its posts. Raises NotFound, Forbidden, Invalid, Unprocessable for what contradicts itself."""
    with change(by=by) as c:
        news.lock_plan()
        _check_team(data, by)
        team = Team(organisation_id=data.organisation_id)
        _fill(team, data)
        _note(c, "team.added", team, None)
    return team


def change_team(*, team_id: int, version: str, data: TeamData, by: Viewer) -> Team:
    """Change a team, its posts, or end it (`active`). Shifts that were drafted from it stay. Raises as `add_team`.

    Raises Conflict with the team as it stands where somebody was faster.
    """
    with change(by=by) as c:
        news.lock_plan()
        team = Team.objects.filter(pk=team_id).first()
        if team is None:
            raise NotFound
        by.require(Permission.PLAN_EDIT, team.organisation_id, view=Permission.PLAN_VIEW)
        before = team_card(team)
        if before["version"] != version:
            raise Conflict(_("Somebody has changed this team meanwhile."), code="team_changed", state=before)
        if data.organisation_id != team.organisation_id:
            raise Invalid(_("A team stays where it is."), code="other_node", field="organisation")
        _check_team(data, by, but=team_id)
        _fill(team, data)
        _note(c, "team.changed", team, before)
    return team


def _fill(team: Team, data: TeamData) -> None:
    """The team and its posts anew."""
    team.name, team.pattern_id, team.anchor, team.active = data.name.strip(), data.pattern_id, data.anchor, data.active
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise Unprocessable(_("There is a team of this name already."), code="name_taken", field="name") from error
    team.posts.all().delete()
    for post in data.posts:
        row = TeamPost.objects.create(
            team=team,
            unit_id=post.unit_id,
            vehicle_id=post.vehicle_id,
            sector_id=post.sector_id,
            leader_id=post.officer_ids[0] if post.officer_ids else None,
            equipment=list(post.equipment),
        )
        row.officers.set(post.officer_ids[1:])


def _check_team(data: TeamData, by: Viewer, *, but: int = 0) -> None:
    """Refuse what is not known to `by`, and what contradicts itself or another team."""
    by.require(Permission.PLAN_EDIT, data.organisation_id, view=Permission.PLAN_VIEW)
    if not data.name.strip():
        raise Invalid(_("A team needs a name."), code="no_name", field="name")
    if len(data.posts) > MOST_POSTS:
        raise Unprocessable(_("A team has sixty patrols at most."), code="too_many", field="posts")
    nodes = by.organisations(Permission.PLAN_VIEW)
    officers = [pk for post in data.posts for pk in post.officer_ids]
    vehicles = [post.vehicle_id for post in data.posts if post.vehicle_id is not None]
    units = [post.unit_id for post in data.posts]
    sectors = {post.sector_id for post in data.posts if post.sector_id is not None}
    known = (
        ShiftPattern.objects.filter(pk=data.pattern_id, organisation_id__in=nodes).count() == 1
        and Unit.objects.filter(pk__in=units, organisation_id__in=nodes, external=False).count() == len(set(units))
        and Officer.objects.filter(pk__in=officers, organisation_id__in=nodes).count() == len(set(officers))
        and Vehicle.objects.filter(pk__in=vehicles, organisation_id__in=nodes).count() == len(set(vehicles))
        and Area.objects.filter(pk__in=sectors).count() == len(sectors)
    )
    if not known:
        raise Invalid(_("The pattern, a patrol, an officer, a vehicle or a sector is not known."), code="unknown")
    _check_once(Unit, units, "call_sign", _("%(name)s is in this team twice."), "twice")
    _check_once(Officer, officers, "name", _("%(name)s is on two patrols of this team."), "twice")
    _check_once(Vehicle, vehicles, "plate", _("%(name)s is in this team twice."), "twice")
    if data.active:
        _check_other_teams(officers, but)


def _check_once(model: Any, ids: Sequence[int], name: str, text: str, code: str) -> None:
    twice = next((pk for pk in ids if ids.count(pk) > 1), None)
    if twice is not None:
        found = model.objects.values_list(name, flat=True).get(pk=twice)
        raise Unprocessable(text % {"name": found}, code=code, field="posts")


def _check_other_teams(officers: Sequence[int], but: int) -> None:
    posts = TeamPost.objects.filter(team__active=True).exclude(team_id=but).select_related("team", "leader")
    for post in posts.filter(leader_id__in=officers) | posts.filter(officers__in=officers):
        who = (
            post.leader if post.leader_id in officers and post.leader else post.officers.filter(pk__in=officers).first()
        )
        raise Unprocessable(
            _("%(name)s is in the team %(team)s already.") % {"name": who.name if who else "–", "team": post.team.name},
            code="in_other_team",
            field="posts",
        )


def _note(c: Change, action: str, row: Absence | Team, before: Any, *, is_gone: bool = False) -> None:
    """The audit row, with what was and what is."""
    is_team = isinstance(row, Team)
    node = row.organisation_id if isinstance(row, Team) else row.officer.organisation_id
    after = None if is_gone else team_card(row) if is_team else absence_card(row)  # type: ignore[arg-type]
    c.audit(action, row, organisation=node, detail={"before": before, "after": after})
