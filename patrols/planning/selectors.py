"""Reads of the shift plan, scoped to what the viewer may see: `plan.view` at the unit's node, and one's own shifts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from core.access import Viewer
from core.errors import NotFound
from core.models import Organisation
from core.rules import Permission
from geo.models import Area
from patrols.models import Officer, Unit, Vehicle
from patrols.planning import rules
from patrols.planning.models import (
    Absence,
    Override,
    PlanLimits,
    PlannedCrew,
    PlannedShift,
    PlanNotice,
    PlanRevision,
    ShiftPattern,
    Team,
)
from patrols.planning.rules import Limits, Person, Planned, State, Violation, instant

AROUND = timedelta(days=9)
"""How far around what is shown rest and hours a week look."""
LONGEST_SHOWN = timedelta(days=62)


def plan_nodes(viewer: Viewer) -> list[Organisation]:
    """Nodes whose plan the viewer may see, parents before children. One query."""
    allowed = viewer.organisations(Permission.PLAN_VIEW)
    return [node for node in Organisation.objects.with_tree_fields() if node.pk in allowed]


def access_node(viewer: Viewer, organisation_id: int) -> Organisation:
    """The node whose plan is asked for. Raises NotFound where the viewer may not see it. One query."""
    node: Organisation | None = Organisation.objects.filter(pk=organisation_id).first()
    if node is None or not viewer.can(Permission.PLAN_VIEW, organisation_id):
        raise NotFound
    return node


def nodes_below(viewer: Viewer, node: Organisation) -> list[int]:
    """Ids of a node and all below it where the viewer may see the plan. One query."""
    allowed = viewer.organisations(Permission.PLAN_VIEW)
    return [row.pk for row in node.descendants(include_self=True) if row.pk in allowed]


def with_all(rows: QuerySet[PlannedShift]) -> QuerySet[PlannedShift]:
    """The same shifts with everything that a card shows at hand: five queries in all."""
    crew = PlannedCrew.objects.select_related("officer").order_by("seat")
    return rows.select_related("unit__organisation", "vehicle", "sector", "team").prefetch_related(
        Prefetch("crew", queryset=crew), "tasks__area", "overrides"
    )


def shifts_between(nodes: Iterable[int], start: datetime, end: datetime) -> QuerySet[PlannedShift]:
    """Shifts of the units of these nodes that touch a period (aware) and are not called off, in order."""
    rows = PlannedShift.objects.filter(unit__organisation_id__in=nodes, starts_at__lt=end, ends_at__gt=start)
    return rows.exclude(state=State.CANCELLED).order_by("starts_at", "unit__call_sign", "pk")


def access_shift(viewer: Viewer, shift_id: int) -> PlannedShift:
    """A planned shift with all that its card shows. Raises NotFound. Six queries; seven for the crew itself."""
    shift = with_all(PlannedShift.objects.filter(pk=shift_id)).first()
    if shift is None:
        raise NotFound
    own = shift.state != State.DRAFT and viewer.user_id is not None
    if viewer.can(Permission.PLAN_VIEW, shift.unit.organisation_id) or (
        own and any(member.officer.user_id == viewer.user_id for member in shift.crew.all())
    ):
        return shift
    raise NotFound


def own_shifts(viewer: Viewer, *, since: datetime, until: datetime) -> QuerySet[PlannedShift]:
    """The published shifts of the officer that the viewer is."""
    rows = PlannedShift.objects.filter(state=State.PUBLISHED, ends_at__gt=since, starts_at__lt=until)
    if viewer.user_id is None:
        return rows.none()
    return with_all(rows.filter(crew__officer__user_id=viewer.user_id)).order_by("starts_at", "pk")


def own_notices(viewer: Viewer) -> QuerySet[PlanNotice]:
    """What the officer that the viewer is has not read yet, newest first."""
    rows = PlanNotice.objects.filter(seen_at__isnull=True)
    if viewer.user_id is None:
        return rows.none()
    return rows.filter(officer__user_id=viewer.user_id).select_related("revision")


def revisions(viewer: Viewer, shift_id: int) -> list[PlanRevision]:
    """What was published and changed after that, oldest first. Raises NotFound."""
    shift = access_shift(viewer, shift_id)
    return list(PlanRevision.objects.filter(shift=shift).order_by("pk"))


# --- what one chooses from ----------------------------------------------------------------------------------------


def choices(viewer: Viewer, node: Organisation) -> dict[str, Any]:
    """Units, officers, vehicles, areas, teams and patterns that a plan of this node is made of. Eight queries."""
    nodes = nodes_below(viewer, node)
    path = [row.pk for row in node.ancestors(include_self=True)]
    both = {*nodes, *path}
    units = Unit.objects.filter(organisation_id__in=nodes, external=False).select_related("organisation")
    return {
        "units": list(units.order_by("organisation__code", "call_sign")),
        "officers": list(Officer.objects.filter(organisation_id__in=nodes).order_by("name", "pk")),
        "vehicles": list(Vehicle.objects.filter(organisation_id__in=nodes).order_by("plate")),
        "areas": list(areas(both)),
        "teams": list(
            Team.objects.filter(organisation_id__in=both, active=True)
            .select_related("pattern")
            .prefetch_related("posts__unit")
        ),
        "patterns": list(ShiftPattern.objects.filter(organisation_id__in=both, active=True)),
    }


def areas(nodes: Iterable[int]) -> QuerySet[Area]:
    """Areas that may be planned for: of these nodes, or of nobody in particular."""
    mine = Q(organisation_id__in=nodes) | Q(organisation__isnull=True)
    return Area.objects.filter(mine).exclude(kind=Area.Kind.COMMUNITY).defer("geometry").order_by("kind", "code")


# --- the rules, held against rows ---------------------------------------------------------------------------------


def limits_of(nodes: Iterable[int]) -> dict[int, Limits]:
    """The numbers of the rules at each of these nodes: its own, or those of the nearest node above. Two queries."""
    rows = {row.organisation_id: row for row in PlanLimits.objects.all()}
    parents = dict(Organisation.objects.without_tree_fields().order_by().values_list("pk", "parent_id"))
    found = {}
    for node in nodes:
        step: int | None = node
        while step is not None and step not in rows:
            step = parents.get(step)
        row = rows.get(step) if step is not None else None
        found[node] = (
            Limits(row.min_rest_h, row.max_week_h, row.max_shift_h, row.min_crew) if row is not None else Limits()
        )
    return found


def as_planned(shifts: Sequence[PlannedShift], crews: Mapping[int, tuple[int, ...]] | None = None) -> list[Planned]:
    """Rows as the rules see them. Two queries beside what `with_all` brings; `crews` stand for those in the rows."""
    given = crews or {}
    limits = limits_of({shift.unit.organisation_id for shift in shifts})
    return [
        Planned(
            id=shift.pk or 0,
            unit=shift.unit_id,
            call_sign=shift.unit.call_sign,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            officers=given[shift.pk or 0]
            if (shift.pk or 0) in given
            else tuple(member.officer_id for member in shift.crew.all()),
            vehicle=shift.vehicle_id,
            plate=shift.vehicle.plate if shift.vehicle else "",
            vehicle_in_service=shift.vehicle is None or shift.vehicle.in_service,
            skills_needed=frozenset(shift.skills_needed),
            limits=limits[shift.unit.organisation_id],
            zone=ZoneInfo(shift.unit.organisation.time_zone),
        )
        for shift in shifts
    ]


def check(planned: Sequence[Planned]) -> dict[int, list[Violation]]:
    """What is wrong with these shifts, by their ids, with regard to all others of the same people, vehicles and units.

    A shift given here stands for its row. Some ten queries, whatever the number.
    """
    if not planned:
        return {}
    given = {shift.id for shift in planned}
    around = _around(planned, given)
    every = [*planned, *as_planned(around)]
    wanted = {pk for shift in every for pk in shift.officers}
    people = {row.pk: Person(row.pk, row.name, frozenset(row.skills)) for row in Officer.objects.filter(pk__in=wanted)}
    found: dict[int, list[Violation]] = defaultdict(list)
    for wrong in rules.violations(every, people, _absences(wanted, every)):
        if wrong.shift in given:
            found[wrong.shift].append(wrong)
        elif wrong.other in given and wrong.other is not None:
            found[wrong.other].append(_seen_from_the_other(wrong, every))
    return found


def _seen_from_the_other(wrong: Violation, every: Sequence[Planned]) -> Violation:
    """A collision that an earlier shift has with a later one that is not looked at."""
    later = next(shift for shift in every if shift.id == wrong.shift)
    return Violation(
        wrong.rule,
        wrong.other or 0,
        wrong.subject,
        wrong.name,
        wrong.amount,
        wrong.limit,
        wrong.shift,
        later.call_sign,
        wrong.detail,
    )


def _around(planned: Sequence[Planned], given: set[int]) -> list[PlannedShift]:
    officers = {pk for shift in planned for pk in shift.officers}
    vehicles = {shift.vehicle for shift in planned if shift.vehicle}
    touched = PlannedCrew.objects.filter(officer__in=officers).values("shift_id")
    rows = PlannedShift.objects.filter(
        Q(unit_id__in={shift.unit for shift in planned}) | Q(vehicle_id__in=vehicles) | Q(pk__in=touched),
        starts_at__lt=max(shift.ends_at for shift in planned) + AROUND,
        ends_at__gt=min(shift.starts_at for shift in planned) - AROUND,
    )
    return list(with_all(rows.exclude(state=State.CANCELLED).exclude(pk__in=given - {0})))


def _absences(officers: Iterable[int], every: Sequence[Planned]) -> list[rules.Absence]:
    first = min(shift.starts_at for shift in every).date() - timedelta(days=1)
    last = max(shift.ends_at for shift in every).date() + timedelta(days=1)
    rows = Absence.objects.filter(officer__in=officers, first_day__lte=last, last_day__gte=first)
    found = []
    for row in rows.select_related("officer__organisation"):
        zone = ZoneInfo(row.officer.organisation.time_zone)
        start, end = rules.day_bounds(row.first_day, row.last_day, zone)
        found.append(rules.Absence(row.officer_id, start, end, row.kind))
    return found


def overridden(shift: PlannedShift) -> Mapping[str, float]:
    """By how much each rule may be broken in this shift, by key: the newest reason counts."""
    found: dict[str, float] = {}
    rows: Iterable[Override] = sorted(shift.overrides.all(), key=lambda row: row.pk) if shift.pk else ()
    for row in rows:
        found[row.key] = row.amount
    return found


def bounds(node: Organisation, first: date, last: date) -> tuple[datetime, datetime]:
    """The instants where the first local day of a node begins and the last one ends (exclusive), in UTC."""
    return rules.day_bounds(first, last, ZoneInfo(node.time_zone))


def at_wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant when a local day's clock on the wall shows a time."""
    return instant(datetime.combine(day, clock), zone)
