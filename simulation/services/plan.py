"""The shift plan of the city: last week, this one and the next; and last week as it really went. Invented, in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from analytics.availability.models import MinimumStaffing
from core.access import Viewer
from core.models import Organisation
from dispatch.models import Assignment
from geo.models import Area
from patrols.models import CrewMember, Shift, StatusChange, Vehicle
from patrols.planning.models import Absence, PlanLimits, PlannedShift, PlannedTask, ShiftPattern, Team, TeamPost
from patrols.planning.rules import State, wall
from patrols.planning.services import apply_pattern, publish_plan
from patrols.rules import Status
from simulation import demo
from simulation.rules.tour import Job, Step, presence, statuses
from simulation.services import city
from simulation.services.city import Post

NIGHT_H = 19
BATCH = 1_000


def has_plan(node: Organisation) -> bool:
    """Tell whether the directorate has a team yet. One query."""
    return Team.objects.filter(organisation=node).exists()


def load_plan(posts: list[Post], node: Organisation, *, now: datetime, rng: Random, by: Viewer) -> int:
    """Plan three weeks around `now` (aware), publish the first two, and let what is past have happened; returns shifts.

    Must run in a transaction, after units were put on duty.
    """
    own = [post for post in posts if not city.EXTRA.fullmatch(post.patrol.call_sign)]
    zone = ZoneInfo(node.time_zone)
    today = wall(now, zone).date()
    monday = today - timedelta(days=today.weekday())
    teams = _load_teams(own, node, anchor=monday - timedelta(days=8))
    for team in teams:
        apply_pattern(team_id=team.pk, first=monday - timedelta(days=7), last=monday + timedelta(days=13), by=by)
    _send_home(node, today, zone, rng)
    _load_tasks(node, zone)
    publish_plan(organisation_id=node.pk, first=monday - timedelta(days=7), last=monday + timedelta(days=6), by=by)
    _load_absences(node, monday + timedelta(days=7), rng)
    _load_minimums(node, today)
    _let_it_happen(own, now, rng)
    return PlannedShift.objects.filter(unit__in=[post.unit for post in own]).exclude(state=State.CANCELLED).count()


def _load_teams(posts: list[Post], node: Organisation, *, anchor: date) -> list[Team]:
    """Four teams a day apart, each with a crew of its own for every unit; the first has the crews that are there."""
    plan = demo.plan()
    pattern = ShiftPattern.objects.create(organisation=node, **plan.pattern)
    PlanLimits.objects.get_or_create(organisation=node, defaults=plan.limits)
    areas = {
        area.name: area for area in Area.objects.filter(organisation=node, kind=Area.Kind.SECTOR).defer("geometry")
    }
    vehicles = {vehicle.plate: vehicle for vehicle in Vehicle.objects.filter(organisation__in=_stations(posts))}
    teams = []
    for number, name in enumerate(plan.teams):
        team = Team.objects.create(
            organisation=node, name=name, pattern=pattern, anchor=anchor + timedelta(days=number)
        )
        teams.append(team)
        for post, crew in zip(posts, city.crews_of(posts, number), strict=True):
            made = TeamPost.objects.create(
                team=team,
                unit=post.unit,
                vehicle=vehicles.get(city.plate_of(post)),
                sector=areas.get(post.beat.sector),
                leader_id=crew[0],
                equipment=["заштитни прслук", "радио-станица"],
            )
            made.officers.set(crew[1:])
    return teams


def _stations(posts: list[Post]) -> set[int]:
    return {post.unit.organisation_id for post in posts}


def _send_home(node: Organisation, today: date, zone: ZoneInfo, rng: Random) -> None:
    """No bicycles at night, and some cars missing tonight."""
    plan = demo.plan()
    rows = PlannedShift.objects.filter(team__organisation=node, state=State.DRAFT).select_related("unit")
    nights = [row for row in rows if wall(row.starts_at, zone).hour == NIGHT_H]
    off = [row.pk for row in nights if row.unit.kind in plan.stays_home]
    tonight = [row for row in nights if row.unit.kind == "car" and wall(row.starts_at, zone).date() == today]
    tonight.sort(key=lambda row: row.unit.call_sign)
    off += [row.pk for row in rng.sample(tonight, min(plan.missing_tonight, len(tonight)))]
    PlannedShift.objects.filter(pk__in=off).update(state=State.CANCELLED)


def _load_tasks(node: Organisation, zone: ZoneInfo) -> None:
    rows = list(PlannedShift.objects.filter(team__organisation=node, state=State.DRAFT).order_by("starts_at", "pk"))
    tasks = []
    for given in demo.plan().tasks:
        fit = [row for row in rows if (wall(row.starts_at, zone).hour == NIGHT_H) == given.night]
        for row in fit[:: given.every]:
            start = row.starts_at + timedelta(hours=given.after_h)
            tasks.append(
                PlannedTask(
                    shift=row,
                    kind=given.kind,
                    area_id=row.sector_id,
                    starts_at=start,
                    ends_at=start + timedelta(hours=given.hours),
                    minutes=given.minutes,
                    text=given.text,
                )
            )
    PlannedTask.objects.bulk_create(tasks, batch_size=BATCH)


def _load_absences(node: Organisation, monday: date, rng: Random) -> None:
    """Two officers on leave and one at a course next week: the draft breaks rules that the commander shall see."""
    leaders = list(TeamPost.objects.filter(team__organisation=node).order_by("pk").values_list("leader_id", flat=True))
    kinds = (Absence.Kind.LEAVE, Absence.Kind.LEAVE, Absence.Kind.TRAINING)
    Absence.objects.bulk_create(
        Absence(officer_id=pk, kind=kind, first_day=monday + timedelta(days=1), last_day=monday + timedelta(days=5))
        for pk, kind in zip(rng.sample(leaders, len(kinds)), kinds, strict=True)
        if pk is not None
    )


def _load_minimums(node: Organisation, today: date) -> None:
    MinimumStaffing.objects.bulk_create(
        MinimumStaffing(organisation=node, valid_from=today.replace(day=1) - timedelta(days=31), **given)
        for given in demo.plan().minimums
    )


# --- as it really went --------------------------------------------------------------------------------------------


def _let_it_happen(posts: list[Post], now: datetime, rng: Random) -> None:
    """Real shifts, crews and statuses of what was planned until now; shifts that run began when they should."""
    units = [post.unit.pk for post in posts]
    planned = list(
        PlannedShift.objects.filter(unit__in=units, state=State.PUBLISHED, starts_at__lt=now)
        .order_by("unit_id", "starts_at")
        .prefetch_related("crew")
    )
    jobs = _jobs(units, since=min((row.starts_at for row in planned), default=now))
    running = {shift.unit_id: shift for shift in Shift.objects.filter(unit__in=units, ended_at__isnull=True)}
    free_from: dict[int, datetime] = {}
    changes: list[StatusChange] = []
    for row in planned:
        there = presence(rng, row.starts_at, row.ends_at)
        if row.ends_at > now:
            there = (row.starts_at, now)
        if there is None:
            continue
        start, end = max(there[0], free_from.get(row.unit_id, there[0])), min(there[1], now)
        free_from[row.unit_id] = end + timedelta(seconds=1)
        steps = statuses(rng, start, end, [job for job in jobs[row.unit_id] if start < job.ended_at < end])
        if row.ends_at > now and row.unit_id in running:
            _began_earlier(running[row.unit_id], start, row.ends_at)
            steps = steps[:-1]
        else:
            _was(row, start, end)
        changes += [_change(row.unit_id, step) for step in steps]
    StatusChange.objects.bulk_create(changes, batch_size=BATCH)


def _jobs(units: Iterable[int], *, since: datetime) -> Mapping[int, list[Job]]:
    found: dict[int, list[Job]] = defaultdict(list)
    rows = Assignment.objects.filter(unit__in=list(units), dispatched_at__gte=since, ended_at__isnull=False)
    for row in rows.order_by("dispatched_at"):
        if row.ended_at is not None:
            steps = (row.dispatched_at, row.en_route_at, row.on_scene_at, row.action_taken_at)
            found[row.unit_id].append(Job(row.pk, steps, row.ended_at))
    return found


def _began_earlier(shift: Shift, start: datetime, planned_end: datetime) -> None:
    shift.starts_at, shift.planned_end_at = start, planned_end
    shift.save(update_fields=["starts_at", "planned_end_at"])
    shift.crew.update(joined_at=start)


def _was(row: PlannedShift, start: datetime, end: datetime) -> None:
    shift = Shift.objects.create(
        unit_id=row.unit_id, vehicle_id=row.vehicle_id, starts_at=start, planned_end_at=row.ends_at, ended_at=end
    )
    CrewMember.objects.bulk_create(
        CrewMember(shift=shift, officer_id=member.officer_id, leads=member.seat == 0, joined_at=start, left_at=end)
        for member in row.crew.all()
    )


def _change(unit_id: int, step: Step) -> StatusChange:
    return StatusChange(
        unit_id=unit_id,
        status=Status(step.status),
        occurred_at=step.at,
        recorded_at=step.at,
        source="system",
        assignment_id=step.job,
    )
