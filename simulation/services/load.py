"""The demo, as a whole. Doing it again adds what is missing, and moves the city when the region pack has changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

import dispatch.services
from core import clock
from core.access import Viewer
from core.change import change
from core.models import Board, Organisation
from incidents.models import Incident
from incidents.rules import OPEN
from simulation import demo
from simulation.rules.history import PastUnit
from simulation.services import border, catalogue, city, history, people, tracks, tree
from simulation.services import plan as plan_of_shifts
from simulation.services.ground import Ground, lon_lat, spots, survey

type Report = Callable[[str], None]

LOCK = 0x9A7201  # of PostgreSQL, so that two loadings never run at once
SPOTS = 2_500
SEED = 20260101
CREDENTIALS = "demo-credentials.json"
ROSTER = "simulation.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the city is, and the files that say who may sign in."""

    place: str
    credentials: Path
    roster: Path


def load_demo(*, state_dir: Path, by: Viewer, report: Report, extra_units: int = 0, days: int = 30) -> Outcome:
    """Load what is missing of the demo, all of it in one transaction; then write the files of credentials.

    `report` hears a line about each step. `extra_units` more units, without crews who sign in, serve to try load; `days` is how long the invented past is.
    Holds an advisory lock.
    """
    plan = demo.city()
    outcome = Outcome("", state_dir / CREDENTIALS, state_dir / ROSTER)
    kept, roster = people.read_file(outcome.credentials), people.read_file(outcome.roster)
    with change(by=by) as c:
        _lock()
        added, boards = tree.load_tree()
        report(f"organisation: {added} units and {boards} operations centres added")
        report(f"kinds of incidents: {catalogue.load_kinds()} added; targets: {catalogue.load_targets()} added")
        report("questions: {} added; dispositions: {} added".format(*catalogue.load_questions()))
        report(f"welfare timers: {catalogue.load_welfare()} rules added")
        report(f"skills: {catalogue.load_skills()} named")
        report(f"equipment to check: {catalogue.load_equipment()} items added")
        ground = survey(plan)
        board, is_moved = city.load_board(ground)
        posts = _load_city(plan, ground, board, is_moved=is_moved, by=by, report=report, extra=extra_units)
        nodes = {"root": Organisation.objects.get(code=demo.service().code), "city": ground.directorate}
        report("people: checking who may sign in")
        seals = dict(roster.get("seals", {}))
        credentials = people.load_accounts(plan.people, kept=kept, nodes=nodes, seals=seals)
        roster = {**_load_simulation(plan, posts, roster, nodes, seals), "seals": seals}
        _link(plan, posts, roster)
        _load_past(board, posts, ground, days=days, is_moved=is_moved, by=by, report=report)
        found = border.load_border(ground, board, is_moved=is_moved, seed=SEED)
        report(f"border: {found} events of the past in {len(border.SECTIONS)} invented sections added")
        if not plan_of_shifts.has_plan(ground.directorate):
            count = plan_of_shifts.load_plan(posts, ground.directorate, now=clock.now(), rng=Random(SEED), by=by)
            report(f"plan: {count} shifts of last, this and next week added")
        if not tracks.has_tracks(posts, now=clock.now()):
            count = tracks.load_tracks(posts, ground, rng=Random(SEED), now=clock.now())
            report(f"positions: {count} of the last {tracks.HOURS} hours added")
        c.audit("demo.loaded", board, organisation=board.organisation_id, detail={"region": ground.name})
    people.write_file(outcome.roster, roster)
    people.write_file(outcome.credentials, credentials)
    return Outcome(f"{ground.directorate.name}, {ground.name or 'no region pack'}", outcome.credentials, outcome.roster)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _load_city(
    plan: demo.City, ground: Ground, board: Board, *, is_moved: bool, by: Viewer, report: Report, extra: int
) -> list[city.Post]:
    """Stations, sectors, units, crews; units on duty and in their places."""
    rng = Random(SEED)
    homes = city.load_stations(plan, ground)
    sectors = city.load_sectors(plan, ground, is_moved=is_moved)
    rules = city.load_watch_rules(ground, board)
    posts = city.load_fleet(plan, ground, board, homes, extra=extra)
    city.load_crews(posts)
    started = city.put_on_duty(posts, city=plan, by=by, report=report)
    placed = city.place_units(posts, ground, rng=rng, now=clock.now())
    report(
        f"{ground.directorate.name}: {len(posts)} units in {sectors} sectors of {len(homes)} stations; "
        f"{started} shifts started, {placed} units placed, {rules} watch rules added"
    )
    return posts


def _load_simulation(
    plan: demo.City,
    posts: list[city.Post],
    kept: Mapping[str, Any],
    nodes: Mapping[str, Organisation],
    seals: dict[str, str],
) -> dict[str, Any]:
    """The accounts of the simulated shift, and which unit patrols where: what `play_shift` reads."""
    accounts = people.load_accounts(plan.simulated, kept=kept, nodes=nodes, seals=seals)
    own = {str(unit.get("call_sign")): unit for unit in kept.get("units", []) if isinstance(unit, dict)}
    crews = [
        demo.Account(
            key=patrol.call_sign,
            username=f"sim-{patrol.call_sign}",
            given="Патрола",
            family=patrol.call_sign,
            role="patrol",
        )
        for patrol in plan.fleet
        if patrol.call_sign != plan.patrol
    ]
    signed = people.load_accounts(crews, kept=own, nodes=nodes, seals=seals)
    units = [
        {
            "id": post.unit.pk,
            "call_sign": post.patrol.call_sign,
            "kind": post.patrol.kind,
            "beat": [round(value, 6) for value in post.beat.center],
            "radius_m": round(post.beat.radius_m),
            **signed.get(post.patrol.call_sign, {}),
        }
        for post in posts
        if post.patrol.call_sign != plan.patrol
    ]
    return {**accounts, "units": units}


def _link(plan: demo.City, posts: list[city.Post], roster: Mapping[str, Any]) -> None:
    users = {unit["call_sign"]: unit["username"] for unit in roster["units"] if "username" in unit}
    city.link_crews(posts, {plan.patrol: "patrol", **users})


def _load_past(
    board: Board, posts: list[city.Post], ground: Ground, *, days: int, is_moved: bool, by: Viewer, report: Report
) -> None:
    """Some days of invented incidents where there is none yet; where the city has moved, moved with it."""
    rng = Random(SEED)
    if not history.has_history(board):
        units = [
            PastUnit(post.unit.pk, post.patrol.call_sign, post.patrol.kind, post.beat.center)
            for post in posts
            if not city.EXTRA.fullmatch(post.patrol.call_sign)
        ]
        found = spots(ground, rng, SPOTS)
        count = history.load_history(board, units=units, spots=found, rng=rng, now=clock.now(), days=days)
        report(f"history: {count} invented incidents of the last {days} days added")
    elif is_moved:
        stranded = _cancel_stranded(board, ground, by=by)
        count = history.move_history(board, spots=spots(ground, rng, SPOTS), rng=rng)
        report(f"history: {count} invented incidents moved to {ground.name}, {stranded} open ones cancelled")


def _cancel_stranded(board: Board, ground: Ground, *, by: Viewer) -> int:
    """Cancel open incidents of the operations centre that lie in another region; returns how many."""
    rows = Incident.objects.filter(board=board, status__in=[str(status) for status in OPEN], location__isnull=False)
    stranded = [row for row in rows if not ground.contains(lon_lat(row.location))]
    for row in stranded:
        dispatch.services.cancel_incident(incident_id=row.pk, by=by, reason="The demo has moved to another region.")
    return len(stranded)
