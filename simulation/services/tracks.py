"""Where the demo's patrols were last night: along streets of the region pack, in their beats and to their jobs. Invented.

Replay, trails and plan against fact then show something at once. Bounded: `HOURS` back, some 40,000 positions.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import Q

from dispatch.models import Assignment
from geo.routing.ways import route
from patrols.gps.store import store_fixes
from patrols.models import PastPosition, Shift
from patrols.rules import Fix
from simulation.rules.route import LonLat, Route, offset
from simulation.rules.track import Stretch
from simulation.services.city import EXTRA, Post
from simulation.services.ground import Ground, lon_lat, street_points

HOURS = 14
CORNERS = 5
"""How many points of its beat a patrol drives round."""
PATROL_PACE = 1.6
"""A patrol takes its time."""
PAUSE_S = (120, 720)
JITTER_M = 2.5
BATCH = 2_000
SOURCE = "system"


@dataclass(frozen=True, slots=True)
class Trip:
    """A job of the past: when the patrol set off, when it arrived (None: never), when it was free, and where it was."""

    departs_at: datetime
    arrives_at: datetime | None
    ends_at: datetime
    place: LonLat


def has_tracks(posts: Sequence[Post], *, now: datetime) -> bool:
    """Tell whether there are positions of these units from before the last hour. One query."""
    units = [post.unit.pk for post in posts]
    return PastPosition.objects.filter(unit_id__in=units, at__lt=now - timedelta(hours=1)).exists()


def load_tracks(posts: Sequence[Post], ground: Ground, *, rng: Random, now: datetime) -> int:
    """Add the positions of the last `HOURS` of all units but extra ones, as far as they were on duty; returns how many."""
    own = {post.unit.pk: post for post in posts if not EXTRA.fullmatch(post.patrol.call_sign)}
    since = now - timedelta(hours=HOURS)
    shifts = Shift.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since), unit__in=own, starts_at__lt=now)
    trips = _trips(own, since)
    beats = {pk: _beat(post, ground, rng) for pk, post in own.items()}
    waiting: list[Fix] = []
    count = 0
    for shift in shifts.order_by("unit_id", "starts_at"):
        start, end = max(shift.starts_at, since), min(shift.ended_at or now, now)
        jobs = [trip for trip in trips[shift.unit_id] if start <= trip.departs_at < end]
        for stretch in _stretches(beats[shift.unit_id], jobs, start, end, rng):
            waiting += _fixes(shift.unit_id, stretch, rng)
        while len(waiting) >= BATCH:
            count += store_fixes(waiting[:BATCH], now=now).accepted
            del waiting[:BATCH]
    return count + (store_fixes(waiting, now=now).accepted if waiting else 0)


class Beat:
    """A round of points on streets, and the ways between them, each asked for once."""

    def __init__(self, corners: Sequence[LonLat]) -> None:
        self.corners = corners
        self._ways: dict[tuple[LonLat, LonLat], Route] = {}

    def way(self, start: LonLat, end: LonLat) -> Route:
        """How one drives."""
        if start not in self.corners or end not in self.corners:
            return _way(start, end)
        if (start, end) not in self._ways:
            self._ways[start, end] = _way(start, end)
        return self._ways[start, end]


def _way(start: LonLat, end: LonLat) -> Route:
    found = route(start, end, "en")
    points = [(lon, lat) for lon, lat, *_ in found.geometry["coordinates"]]
    return Route([start, *points, end], max(found.duration_s, 1) * PATROL_PACE)


def _beat(post: Post, ground: Ground, rng: Random) -> Beat:
    return Beat(street_points(ground, rng, [(post.beat.center, post.beat.radius_m)] * CORNERS))


def _trips(units: dict[int, Post], since: datetime) -> dict[int, list[Trip]]:
    """The jobs of these units, in order. One query."""
    found: dict[int, list[Trip]] = defaultdict(list)
    rows = Assignment.objects.filter(unit__in=units, en_route_at__gte=since, ended_at__isnull=False)
    for row in rows.filter(incident__location__isnull=False).select_related("incident").order_by("en_route_at"):
        if row.en_route_at and row.ended_at:
            place = lon_lat(row.incident.location)
            found[row.unit_id].append(Trip(row.en_route_at, row.on_scene_at, row.ended_at, place))
    return found


def _stretches(beat: Beat, trips: Sequence[Trip], start: datetime, end: datetime, rng: Random) -> Iterator[Stretch]:
    """One stretch after the other from `start` until `end`: round the beat, and to each job when it came."""
    at, turn = start, rng.randrange(len(beat.corners))
    here = beat.corners[turn]
    ahead = list(trips)
    while at < end:
        if ahead and ahead[0].departs_at <= at:
            trip = ahead.pop(0)
            way = _way(here, trip.place)
            if trip.arrives_at is not None and way.length_m:
                way = Route(way.points, max((trip.arrives_at - at).total_seconds(), 1))
            stretch = Stretch(way, at, max(trip.ends_at, at))
        else:
            turn = (turn + 1) % len(beat.corners)
            way = beat.way(here, beat.corners[turn])
            stretch = Stretch(way, at, at + timedelta(seconds=way.duration_s + rng.uniform(*PAUSE_S)))
            stretch = stretch.cut(ahead[0].departs_at) if ahead else stretch
        stretch = stretch.cut(end)
        yield stretch
        at, here = stretch.ends_at, stretch.last


def _fixes(unit: int, stretch: Stretch, rng: Random) -> Iterator[Fix]:
    for at, spot in stretch.told():
        lon, lat = offset(spot.point, rng.gauss(0, JITTER_M), rng.gauss(0, JITTER_M))
        moves = spot.speed_mps > 0
        yield Fix(
            unit=unit,
            lon=lon,
            lat=lat,
            at=at,
            accuracy_m=rng.choice((3.0, 4.0, 5.0, 8.0)),
            heading_deg=round(spot.heading_deg, 1) if moves else None,
            speed_mps=round(min(spot.speed_mps, 40.0), 1),
            source=SOURCE,
        )
