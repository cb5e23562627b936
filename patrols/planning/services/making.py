"""Many drafts at once: by pattern, and by copying days. What is there already stays, and is counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import Change, change
from core.errors import NotFound, Unprocessable
from core.rules import Permission
from patrols.planning import rules, selectors
from patrols.planning.models import PlannedCrew, PlannedShift, PlannedTask, Team, TeamPost
from patrols.planning.rules import State
from patrols.planning.services import news

MOST_AT_ONCE = 2_000
LONGEST_PERIOD = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Made:
    """Ids of the drafts that were made, and how many were left out because the unit was planned for that time already."""

    ids: tuple[int, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    shift: PlannedShift
    officers: tuple[int, ...]
    tasks: tuple[PlannedTask, ...] = ()


def apply_pattern(*, team_id: int, first: date, last: date, by: Viewer) -> Made:
    """Draft the duties of a team that begin on local days `first` to `last`. Raises NotFound, Forbidden, Unprocessable."""
    _check_period(first, last)
    with change(by=by) as c:
        news.lock_plan()
        team = Team.objects.select_related("pattern", "organisation").filter(pk=team_id, active=True).first()
        if team is None:
            raise NotFound
        by.require(Permission.PLAN_EDIT, team.organisation_id, view=Permission.PLAN_VIEW)
        posts = list(team.posts.select_related("unit").prefetch_related("officers").order_by("unit__call_sign"))
        for post in posts:
            by.require(Permission.PLAN_EDIT, post.unit.organisation_id)
        duties = rules.duties(
            team.pattern.hours,
            anchor=team.anchor,
            starts=team.pattern.starts,
            first=first,
            last=last,
            zone=ZoneInfo(team.organisation.time_zone),
        )
        made = _make([_of_post(post, start, end) for start, end in duties for post in posts])
        detail = {"team": team.pk, "first": first.isoformat(), "last": last.isoformat(), "shifts": len(made.ids)}
        c.audit("plan.pattern_applied", team, organisation=team.organisation_id, detail=detail)
    return made


def _of_post(post: TeamPost, start: datetime, end: datetime) -> _Wanted:
    others = [officer.pk for officer in post.officers.all() if officer.pk != post.leader_id]
    return _Wanted(
        PlannedShift(
            unit=post.unit,
            team_id=post.team_id,
            vehicle_id=post.vehicle_id,
            sector_id=post.sector_id,
            starts_at=start,
            ends_at=end,
            equipment=list(post.equipment),
        ),
        tuple([post.leader_id] if post.leader_id else []) + tuple(others),
    )


def copy_plan(*, organisation_id: int, first: date, last: date, to: date, by: Viewer) -> Made:
    """Draft, from local day `to` on, what is planned to begin on days `first` to `last` at a node and below.

    Times stay those on the wall, tasks too. Raises NotFound, Forbidden, Unprocessable.
    """
    _check_period(first, last)
    days = (to - first).days
    if not days:
        raise Unprocessable(_("Choose another day to copy to."), code="same_day", field="to")
    with change(by=by) as c:
        news.lock_plan()
        node = selectors.access_node(by, organisation_id)
        by.require(Permission.PLAN_EDIT, organisation_id, view=Permission.PLAN_VIEW)
        start, end = selectors.bounds(node, first, last)
        rows = selectors.shifts_between(selectors.nodes_below(by, node), start, end).filter(starts_at__gte=start)
        made = _make([_copied(row, days) for row in selectors.with_all(rows)])
        detail = {"first": first.isoformat(), "last": last.isoformat(), "to": to.isoformat(), "shifts": len(made.ids)}
        c.audit("plan.copied", node, organisation=organisation_id, detail=detail)
    return made


def _copied(row: PlannedShift, days: int) -> _Wanted:
    zone = ZoneInfo(row.unit.organisation.time_zone)

    def later(at: datetime) -> datetime:
        return rules.days_later(at, days, zone)

    tasks = tuple(
        PlannedTask(
            kind=task.kind,
            area_id=task.area_id,
            place=task.place,
            starts_at=later(task.starts_at),
            ends_at=later(task.ends_at),
            minutes=task.minutes,
            text=task.text,
        )
        for task in row.tasks.all()
        if later(task.starts_at) < later(task.ends_at)  # the hour that spring takes
    )
    shift = PlannedShift(
        unit=row.unit,
        team_id=row.team_id,
        vehicle_id=row.vehicle_id,
        sector_id=row.sector_id,
        starts_at=later(row.starts_at),
        ends_at=later(row.ends_at),
        skills_needed=list(row.skills_needed),
        equipment=list(row.equipment),
        note=row.note,
    )
    return _Wanted(shift, tuple(member.officer_id for member in row.crew.all()), tasks)


def discard_drafts(*, shift_ids: Sequence[int], by: Viewer) -> int:
    """Take back drafts that nobody has touched since they were made; returns how many. Others stay."""
    with change(by=by) as c:
        news.lock_plan()
        rows = PlannedShift.objects.filter(
            pk__in=shift_ids,
            state=State.DRAFT,
            version=1,
            unit__organisation_id__in=by.organisations(Permission.PLAN_EDIT),
        )
        found = list(rows.values_list("pk", "unit__organisation_id"))
        PlannedShift.objects.filter(pk__in=[pk for pk, _ in found]).update(state=State.CANCELLED, version=2)
        _audit_discarded(c, found)
    return len(found)


def _audit_discarded(c: Change, found: Iterable[tuple[int, int]]) -> None:
    by_node: dict[int, list[int]] = {}
    for pk, node in found:
        by_node.setdefault(node, []).append(pk)
    for node, ids in by_node.items():
        c.audit("plan.drafts_discarded", None, organisation=node, detail={"shifts": ids})


def _check_period(first: date, last: date) -> None:
    if last < first:
        raise Unprocessable(_("The period ends before it begins."), code="empty_period", field="last")
    if last - first > LONGEST_PERIOD:
        raise Unprocessable(_("Plan two months at a time at most."), code="too_long", field="last")


def _make(wanted: Sequence[_Wanted]) -> Made:
    """Write drafts whose unit is not planned for that time. Four queries. The plan is locked."""
    if len(wanted) > MOST_AT_ONCE:
        raise Unprocessable(_("That is too much at once. Choose fewer days."), code="too_many")
    taken = _taken([one.shift for one in wanted])
    kept: list[_Wanted] = []
    for one in wanted:
        own = taken.setdefault(one.shift.unit_id, [])
        if any(start < one.shift.ends_at and one.shift.starts_at < end for start, end in own):
            continue
        own.append((one.shift.starts_at, one.shift.ends_at))
        kept.append(one)
    rows = PlannedShift.objects.bulk_create([one.shift for one in kept])
    PlannedCrew.objects.bulk_create(
        PlannedCrew(shift=row, officer_id=pk, seat=seat)
        for row, one in zip(rows, kept, strict=True)
        for seat, pk in enumerate(one.officers)
    )
    tasks = [(row, task) for row, one in zip(rows, kept, strict=True) for task in one.tasks]
    for row, task in tasks:
        task.shift = row
    PlannedTask.objects.bulk_create(task for _, task in tasks)
    return Made(tuple(row.pk for row in rows), len(wanted) - len(kept))


def _taken(shifts: Sequence[PlannedShift]) -> dict[int, list[tuple[datetime, datetime]]]:
    """When these units are planned already, around these shifts. One query."""
    if not shifts:
        return {}
    rows = PlannedShift.objects.filter(
        ~Q(state=State.CANCELLED),
        unit_id__in={shift.unit_id for shift in shifts},
        starts_at__lt=max(shift.ends_at for shift in shifts),
        ends_at__gt=min(shift.starts_at for shift in shifts),
    )
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for unit_id, start, end in rows.values_list("unit_id", "starts_at", "ends_at"):
        found.setdefault(unit_id, []).append((start, end))
    return found
