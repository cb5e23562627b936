"""The city that is staffed in full: stations, sectors, units with crews and vehicles, on duty and in their places."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from math import ceil
from random import Random

from django.contrib.gis.geos import Point

from core import clock
from core.access import Viewer
from core.models import Board, Organisation, User
from geo.models import Area
from geo.selectors import make_sectors
from patrols.models import LatestPosition, Officer, Shift, Unit, Vehicle
from patrols.rules import Fix, Status
from patrols.services import set_unit_status, sign_on, store_fixes
from patrols.watch.models import WatchRule
from simulation import demo
from simulation.rules.route import LonLat, distance_m
from simulation.services.ground import Ground, lon_lat, settled, stations, street_points
from simulation.services.tree import add_stations

CREW = {Unit.Kind.CAR: 2, Unit.Kind.FOOT: 2, Unit.Kind.BICYCLE: 2}
EXTRA = re.compile(r"X\d{4}")
TELL_EVERY = 100
WITH_VEHICLE = frozenset({Unit.Kind.CAR, Unit.Kind.MOTORCYCLE})


@dataclass(frozen=True, slots=True)
class Beat:
    """What a unit patrols: its sector by name (empty where there is none), its middle and radius."""

    sector: str
    center: LonLat
    radius_m: float


@dataclass(frozen=True, slots=True)
class Post:
    """A unit of the demo, where it belongs and what it patrols."""

    unit: Unit
    patrol: demo.Patrol
    beat: Beat


def load_stations(city: demo.City, ground: Ground) -> list[Organisation]:
    """The city's stations, added where they are missing, standing where the region has them. Six queries."""
    code = ground.directorate.code
    points = stations(ground, len(city.stations))
    wanted = [
        demo.Node(f"{code}-{suffix}", name, Organisation.Kind.STATION, point)
        for (suffix, name), point in zip(city.stations, points, strict=True)
    ]
    add_stations(code, wanted)
    rows = {
        row.code: row for row in Organisation.objects.without_tree_fields().filter(code__in=[n.code for n in wanted])
    }
    moved = [rows[node.code] for node in wanted if not _is_at(rows[node.code].location, node.location)]
    for row in moved:
        row.location = Point(*next(node.location for node in wanted if node.code == row.code), srid=4326)
    Organisation.objects.bulk_update(moved, ["location"])
    return [rows[node.code] for node in wanted]


def load_sectors(city: demo.City, ground: Ground, *, is_moved: bool) -> int:
    """The sectors of the city: drawn where there are none, drawn anew where the city has moved; returns how many."""
    drawn = Area.objects.filter(kind=Area.Kind.SECTOR, organisation=ground.directorate)
    if is_moved:
        left = drawn.filter(code__startswith=f"{ground.directorate.code}-S")
        WatchRule.objects.filter(area__in=left).delete()
        left.delete()
    if not drawn.exists():
        Area.objects.bulk_create(
            Area(
                kind=Area.Kind.SECTOR,
                code=f"{ground.directorate.code}-S{number}",
                name=sector.name,
                organisation=ground.directorate,
                geometry=sector.geometry,
            )
            for number, sector in enumerate(make_sectors(city.sectors), start=1)
        )
    return drawn.count()


def load_watch_rules(ground: Ground, board: Board) -> int:
    """Two sectors that want a visit, and patrols that should move: added where there are no rules; returns how many."""
    if WatchRule.objects.filter(organisation=ground.directorate).exists():
        return 0
    sectors = list(Area.objects.filter(kind=Area.Kind.SECTOR, organisation=ground.directorate).order_by("code"))
    rules = [WatchRule(name="Стајање дуже од сата", kind="still", after_s=3600, statuses=["on_patrol"])]
    if sectors:
        by_night = WatchRule(name=f"Ноћни обилазак: {sectors[0].name}", kind="coverage", area=sectors[0], after_s=3600)
        by_night.begins, by_night.ends = time(22), time(2)
        rules.append(by_night)
        rules.append(WatchRule(name=f"Обилазак: {sectors[-1].name}", kind="coverage", area=sectors[-1], after_s=7200))
    for rule in rules:
        rule.organisation, rule.board = ground.directorate, board
    return len(WatchRule.objects.bulk_create(rules))


def load_board(ground: Ground) -> tuple[Board, bool]:
    """The city's operations centre with its map on the region; and whether it had to be moved there. Two queries."""
    board = Board.objects.select_related("organisation").get(organisation=ground.directorate)
    if _is_at(board.center, ground.center):
        return board, False
    board.center = Point(*ground.center, srid=4326)
    board.zoom = 13
    board.save(update_fields=["center", "zoom"])
    return board, True


def load_fleet(city: demo.City, ground: Ground, board: Board, homes: list[Organisation], *, extra: int) -> list[Post]:
    """The city's units, added where they are missing, each with the beat that it has here.

    At least `extra` more units stand all over the city without people of their own, for load. About ten queries.
    """
    known = {
        unit.call_sign: unit
        for unit in Unit.objects.filter(board=board, external=False).select_related("board__organisation")
    }
    extra = max(extra, sum(EXTRA.fullmatch(sign) is not None for sign in known))
    patrols = [*city.fleet, *(demo.Patrol(f"X{n:04}", "car", n % len(homes), ()) for n in range(1, extra + 1))]
    beats = _beats(ground, homes)
    taken = [0] * len(homes)
    posts, new, changed = [], [], []
    for patrol in patrols:
        choices = beats[patrol.station]
        beat = choices[taken[patrol.station] % len(choices)]
        taken[patrol.station] += 1
        unit = known.get(patrol.call_sign)
        if unit is None:
            unit = _unit(patrol, board, homes[patrol.station], beat)
            new.append(unit)
        elif unit.sector != beat.sector:
            unit.sector = beat.sector
            changed.append(unit)
        posts.append(Post(unit, patrol, beat))
    Unit.objects.bulk_create(new)
    Unit.objects.bulk_update(changed, ["sector"])
    return posts


def put_on_duty(posts: list[Post], *, city: demo.City, by: Viewer, report: Callable[[str], None]) -> int:
    """Open a shift for each unit that has none, with its crew and vehicle, and let it patrol; returns for how many.

    The people's own patrol (`city.patrol`) starts in its own status. Through the services, like any sign-on.
    """
    busy = set(Shift.objects.filter(ended_at__isnull=True).values_list("unit_id", flat=True))
    waiting = [post for post in posts if post.unit.pk not in busy]
    crews = _load_crews(waiting)
    vehicles = _load_vehicles(waiting)
    for number, post in enumerate(waiting, start=1):
        unit = post.unit
        sign_on(unit_id=unit.pk, officer_ids=crews[unit.pk], vehicle_id=vehicles.get(unit.pk), by=by)
        status = city.patrol_status if post.patrol.call_sign == city.patrol else Status.ON_PATROL
        set_unit_status(unit_id=unit.pk, status=status, by=by, source="system")
        if number % TELL_EVERY == 0:
            report(f"{number} of {len(waiting)} shifts started")
    return len(waiting)


def place_units(posts: list[Post], ground: Ground, *, rng: Random, now: datetime) -> int:
    """Put each unit that was never seen, or not in this region, on a street of its beat; returns how many."""
    known = dict(LatestPosition.objects.filter(unit__in=[post.unit for post in posts]).values_list("unit_id", "point"))
    lost = [post for post in posts if post.unit.pk not in known or not ground.contains(lon_lat(known[post.unit.pk]))]
    points = street_points(ground, rng, [(post.beat.center, post.beat.radius_m) for post in lost])
    fixes = [
        Fix(unit=post.unit.pk, lon=point[0], lat=point[1], at=now, accuracy_m=6.0, speed_mps=0.0, source="system")
        for post, point in zip(lost, points, strict=True)
    ]
    return store_fixes(fixes, now=now).accepted if fixes else 0


def link_crews(posts: list[Post], users: dict[str, str]) -> None:
    """Let the leading officer of each unit be the person {call sign: user name} who signs in for it. Three queries."""
    people = {user.username: user for user in User.objects.filter(username__in=users.values())}
    badges = {_badge(post, 1): people[users[sign]] for post in posts if (sign := post.patrol.call_sign) in users}
    Officer.objects.filter(user__in=people.values()).exclude(badge__in=badges).update(user=None)
    officers = list(Officer.objects.filter(badge__in=badges))
    for officer in officers:
        officer.user = badges[officer.badge]
    Officer.objects.bulk_update(officers, ["user"])


def load_crews(posts: list[Post]) -> None:
    """Add the officers and vehicles of all units where they are missing."""
    _load_crews(posts)
    _load_vehicles(posts)


def crews_of(posts: list[Post], number: int) -> list[list[int]]:
    """Ids of the officers of each unit in the team of this number, missing ones added; team 0 has the units' own crews.

    Two queries.
    """
    crews = _load_crews(posts, team=number)
    return [crews[post.unit.pk] for post in posts]


def plate_of(post: Post) -> str:
    """The plate of the unit's vehicle, where it drives one."""
    return f"П {post.unit.board.organisation.code} {post.patrol.call_sign}"


def _is_at(point: Point | None, wanted: LonLat) -> bool:
    return point is not None and distance_m(lon_lat(point), wanted) < 1


def _unit(patrol: demo.Patrol, board: Board, home: Organisation, beat: Beat) -> Unit:
    return Unit(
        organisation=home,
        board=board,
        call_sign=patrol.call_sign,
        kind=patrol.kind,
        sector=beat.sector,
        skills=list(patrol.skills),
        status=Status.OFF_DUTY,
        on_duty=False,
        status_since=clock.now(),
    )


def _beats(ground: Ground, homes: list[Organisation]) -> list[list[Beat]]:
    """The beats of each station: sectors near it, about as many for each, or the city around it where none are drawn."""
    beats = []
    for area in Area.objects.filter(kind=Area.Kind.SECTOR, organisation=ground.directorate).order_by("code"):
        center, radius_m = settled(area) or (lon_lat(area.geometry.centroid), ground.radius_m / 3)
        if distance_m(center, ground.center) <= ground.radius_m:  # not villages around the city
            beats.append(Beat(area.name, center, min(radius_m, ground.radius_m / 2)))
    pairs = sorted(
        (distance_m(lon_lat(home.location), beat.center), index, number)
        for index, home in enumerate(homes)
        for number, beat in enumerate(beats)
    )
    most = ceil(len(beats) / len(homes))
    found: list[list[Beat]] = [[] for _ in homes]
    given: set[int] = set()
    for _, index, number in pairs:
        if number not in given and len(found[index]) < most:
            given.add(number)
            found[index].append(beats[number])
    return [
        own or [Beat("", lon_lat(home.location), ground.radius_m / 2)] for own, home in zip(found, homes, strict=True)
    ]


def _badge(post: Post, seat: int, team: int = 0) -> str:
    ending = f"{'ABCD'[team]}{seat}" if team else str(seat)
    return f"{post.unit.board.organisation.code}-{post.patrol.call_sign}-{ending}"


def _load_crews(posts: list[Post], team: int = 0) -> dict[int, list[int]]:
    """The officers of each unit, by its id; missing ones are added. Two queries."""
    wanted = {
        _badge(post, seat, team): post
        for post in posts
        for seat in range(1, CREW.get(Unit.Kind(post.patrol.kind), 1) + 1)
    }
    known = {officer.badge: officer for officer in Officer.objects.filter(badge__in=wanted)}
    talk = demo.talk()
    new = []
    for badge, post in wanted.items():
        if badge not in known:
            rng = Random(badge)
            name = f"{rng.choice(talk.given)} {rng.choice(talk.family)}"
            new.append(
                Officer(
                    organisation_id=post.unit.organisation_id, badge=badge, name=name, skills=list(post.patrol.skills)
                )
            )
    known |= {officer.badge: officer for officer in Officer.objects.bulk_create(new)}
    crews: dict[int, list[int]] = {}
    for badge, post in wanted.items():
        crews.setdefault(post.unit.pk, []).append(known[badge].pk)
    return crews


def _load_vehicles(posts: list[Post]) -> dict[int, int]:
    """The vehicle of each unit that drives one, by the unit's id; missing ones are added. Two queries."""
    wanted = {plate_of(post): post for post in posts if post.patrol.kind in WITH_VEHICLE}
    known = {vehicle.plate: vehicle for vehicle in Vehicle.objects.filter(plate__in=wanted)}
    new = [
        Vehicle(organisation_id=post.unit.organisation_id, plate=plate)
        for plate, post in wanted.items()
        if plate not in known
    ]
    known |= {vehicle.plate: vehicle for vehicle in Vehicle.objects.bulk_create(new)}
    return {post.unit.pk: known[plate].pk for plate, post in wanted.items()}
