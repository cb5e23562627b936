"""Where the demo's city lies and what stands in it, as the region pack has it; on bare ground where there is none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from django.contrib.gis.geos import Point, Polygon
from django.db.models import QuerySet

from core.models import Organisation
from geo.models import Area, Place
from geo.selectors import region_summary
from simulation import demo
from simulation.rules.history import PastSpot
from simulation.rules.route import LonLat, distance_m, offset, scatter

CITY_RADIUS_M = 5_000  # how far from the centre stations, beats and past incidents lie
BARE_SPOTS = 400
DOORS = 2_000
SMALLEST_BEAT_M = 300


@dataclass(frozen=True, slots=True)
class Ground:
    """The city's directorate, the centre and radius of what is patrolled, its box (west, south, east, north), and
    the police stations on its map.
    """

    directorate: Organisation
    center: LonLat
    radius_m: float
    bbox: tuple[float, float, float, float]
    name: str = ""
    police: tuple[LonLat, ...] = ()

    def contains(self, point: LonLat) -> bool:
        """Tell whether a point lies in the box."""
        west, south, east, north = self.bbox
        return west <= point[0] <= east and south <= point[1] <= north


def lon_lat(point: Point | None) -> LonLat:
    """Longitude and latitude of a point that is there."""
    if point is None:
        raise ValueError("a point is missing: has somebody emptied a seat of the demo?")
    return (point.x, point.y)


def survey(city: demo.City) -> Ground:
    """Read which ground the city stands on. Three queries."""
    region = region_summary()
    if region is None:
        home = Organisation.objects.get(code=city.default_directorate)
        center = lon_lat(home.location)
        corners = [offset(center, sign * 8_000, sign * 8_000) for sign in (-1, 1)]
        return Ground(home, center, CITY_RADIUS_M / 2, (*corners[0], *corners[1]))
    west, south, east, north = region.bbox
    lon, lat = center = region.center
    half_m = min(distance_m((west, lat), (east, lat)), distance_m((lon, south), (lon, north))) / 2
    return Ground(
        directorate=_directorate(city, center),
        center=center,
        radius_m=min(CITY_RADIUS_M, half_m * 0.9),
        bbox=region.bbox,
        name=region.name,
        police=tuple(place.point for place in region.police),
    )


def _directorate(city: demo.City, center: LonLat) -> Organisation:
    """The directorate with its seat near the region's centre, else the default one."""
    seats = Organisation.objects.without_tree_fields().filter(
        kind=Organisation.Kind.DIRECTORATE, location__isnull=False
    )
    away = {seat.code: distance_m(lon_lat(seat.location), center) for seat in seats}
    nearest = min(away, key=lambda code: away[code])
    wanted = nearest if away[nearest] <= city.seat_within_m else city.default_directorate
    found: Organisation = Organisation.objects.get(code=wanted)
    return found


def stations(ground: Ground, count: int) -> list[LonLat]:
    """Where the city's police stations stand: the most central one, then from east to west.

    They are the map's own, as far apart as may be; where it has too few, the rest is put around the centre.
    """
    near = [point for point in ground.police if distance_m(point, ground.center) < ground.radius_m]
    chosen = [min(near, key=lambda point: distance_m(point, ground.center), default=ground.center)]
    while len(chosen) < count:
        side = 1 if len(chosen) % 2 else -1
        spare = offset(ground.center, side * ground.radius_m / 2, ground.radius_m / 5)
        rest = [point for point in near if _gap_m(point, chosen) > ground.radius_m / 6]
        chosen.append(max(rest, key=lambda point: _gap_m(point, chosen), default=spare))
    return [chosen[0], *sorted(chosen[1:], key=lambda point: -point[0])]


def _gap_m(point: LonLat, others: Sequence[LonLat]) -> float:
    return min(distance_m(point, other) for other in others)


def settled(area: Area) -> tuple[LonLat, float] | None:
    """The middle of an area's doors, and the radius (metres) within which four in five of them lie. One query."""
    doors = Place.objects.filter(kind=Place.Kind.ADDRESS, point__within=area.geometry).order_by("osm_ref")
    points = [lon_lat(point) for point in doors.values_list("point", flat=True)[:DOORS]]
    if not points:
        return None
    middle = (sum(lon for lon, _ in points) / len(points), sum(lat for _, lat in points) / len(points))
    away = sorted(distance_m(middle, point) for point in points)
    return middle, max(away[int(len(away) * 0.8)], SMALLEST_BEAT_M)


def spots(ground: Ground, rng: Random, count: int) -> list[PastSpot]:
    """Doors, crossings and known places of the city, drawn at random; invented ones on bare ground. Two queries."""
    kinds = (Place.Kind.ADDRESS, Place.Kind.CROSSING, Place.Kind.POI)
    keys = list(_places(ground).filter(kind__in=kinds).order_by("pk").values_list("pk", flat=True))
    if not keys:
        points = [scatter(rng, ground.center, ground.radius_m) for _ in range(BARE_SPOTS)]
        return [PastSpot(lon, lat, "") for lon, lat in points]
    rows = Place.objects.in_bulk(rng.sample(keys, min(count, len(keys))))
    return [PastSpot(row.point.x, row.point.y, row.name[:200], str(row.pk)) for row in rows.values()]


def street_points(ground: Ground, rng: Random, around: Iterable[tuple[LonLat, float]]) -> list[LonLat]:
    """For each (point, radius in metres) a point on a street therein, or any point where no street is known.

    One query.
    """
    known = [lon_lat(place.point) for place in _places(ground).filter(kind=Place.Kind.CROSSING).order_by("pk")[:5000]]
    found = []
    for center, radius_m in around:
        near = [point for point in known if distance_m(point, center) <= radius_m]
        found.append(rng.choice(near) if near else scatter(rng, center, radius_m / 2))
    return found


def _places(ground: Ground) -> QuerySet[Place]:
    """Places of the city."""
    center_box = [offset(ground.center, sign * ground.radius_m, sign * ground.radius_m) for sign in (-1, 1)]
    return Place.objects.filter(point__coveredby=Polygon.from_bbox((*center_box[0], *center_box[1])))
