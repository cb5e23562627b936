"""Where the demo's city lies and what stands in it, as the region pack has it; on bare ground where there is none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from django.contrib.gis.geos import Polygon

from core.models import Organisation
from geo.models import Place, Region
from simulation import demo
from simulation.rules.history import PastSpot
from simulation.rules.route import LonLat, distance_m, offset, scatter

CITY_RADIUS_M = 5_000  # how far from the centre stations, beats and past incidents lie
BARE_SPOTS = 400


@dataclass(frozen=True, slots=True)
class Ground:
    """The city's directorate, the centre and radius of what is patrolled, and its box (west, south, east, north)."""

    directorate: Organisation
    center: LonLat
    radius_m: float
    bbox: tuple[float, float, float, float]
    name: str = ""

    def contains(self, point: LonLat) -> bool:
        """Tell whether a point lies in the box."""
        west, south, east, north = self.bbox
        return west <= point[0] <= east and south <= point[1] <= north


def survey(city: demo.City) -> Ground:
    """Read which ground the city stands on. Three queries."""
    region = Region.objects.first()
    if region is None:
        home = Organisation.objects.get(code=city.default_directorate)
        center: LonLat = home.location.coords
        corners = [offset(center, sign * 8_000, sign * 8_000) for sign in (-1, 1)]
        return Ground(home, center, CITY_RADIUS_M / 2, (*corners[0], *corners[1]))
    west, south, east, north = region.manifest["bbox"]
    center = tuple(region.manifest.get("center") or ((west + east) / 2, (south + north) / 2))
    half_m = (
        min(distance_m((west, center[1]), (east, center[1])), distance_m((center[0], south), (center[0], north))) / 2
    )
    return Ground(
        _directorate(city, center), center, min(CITY_RADIUS_M, half_m * 0.9), (west, south, east, north), region.name
    )


def _directorate(city: demo.City, center: LonLat) -> Organisation:
    """The directorate with its seat near the region's centre, else the default one."""
    seats = Organisation.objects.filter(kind=Organisation.Kind.DIRECTORATE, location__isnull=False)
    away = {node: distance_m(node.location.coords, center) for node in seats}
    nearest = min(away, key=lambda node: away[node])
    if away[nearest] <= city.seat_within_m:
        return nearest
    return next(node for node in away if node.code == city.default_directorate)


def stations(ground: Ground, count: int) -> list[LonLat]:
    """Where the city's police stations stand: the most central one, then from east to west.

    They are the map's own, as far apart as may be; where it has too few, the rest is put around the centre. One query.
    """
    found = [place.point.coords for place in _places(ground).filter(category="amenity=police")]
    near = sorted(
        (point for point in found if distance_m(point, ground.center) < ground.radius_m), key=ground_key(ground)
    )
    chosen = near[:1] or [ground.center]
    while len(chosen) < count:
        rest = [point for point in near if min(distance_m(point, other) for other in chosen) > ground.radius_m / 6]
        east = len(chosen) % 2
        spare = offset(ground.center, ground.radius_m * (0.5 if east else -0.5), ground.radius_m * 0.2)
        chosen.append(max(rest, key=lambda point: min(distance_m(point, other) for other in chosen), default=spare))
    return [chosen[0], *sorted(chosen[1:], key=lambda point: -point[0])]


def ground_key(ground: Ground):  # noqa: ANN201 - a key function for sorting
    """Sort points by how far from the centre they lie."""
    return lambda point: distance_m(point, ground.center)


def spots(ground: Ground, rng: Random, count: int) -> list[PastSpot]:
    """Doors, crossings and known places of the city, drawn at random; invented ones on bare ground. Two queries."""
    kinds = (Place.Kind.ADDRESS, Place.Kind.CROSSING, Place.Kind.POI)
    keys = list(_places(ground).filter(kind__in=kinds).order_by("pk").values_list("pk", flat=True))
    if not keys:
        points = [scatter(rng, ground.center, ground.radius_m) for _ in range(BARE_SPOTS)]
        return [PastSpot(*point, name="") for point in points]
    rows = Place.objects.in_bulk(rng.sample(keys, min(count, len(keys))))
    return [PastSpot(*row.point.coords, name=row.name[:200], gazetteer_id=str(row.pk)) for row in rows.values()]


def street_points(ground: Ground, rng: Random, around: Iterable[tuple[LonLat, float]]) -> list[LonLat]:
    """For each (point, radius in metres) a point on a street therein, or any point where no street is known.

    One query.
    """
    known: Sequence[LonLat] = [
        place.point.coords for place in _places(ground).filter(kind=Place.Kind.CROSSING).order_by("pk")[:5000]
    ]
    found = []
    for center, radius_m in around:
        near = [point for point in known if distance_m(point, center) <= radius_m]
        found.append(rng.choice(near) if near else scatter(rng, center, radius_m / 2))
    return found


def _places(ground: Ground):  # noqa: ANN202 - a queryset of places
    center_box = [offset(ground.center, sign * ground.radius_m, sign * ground.radius_m) for sign in (-1, 1)]
    return Place.objects.filter(point__coveredby=Polygon.from_bbox((*center_box[0], *center_box[1])))
