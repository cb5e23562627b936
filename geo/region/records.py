"""What is taken out of an `.osm.pbf`: plain records, before any database."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any, Self

type LonLat = tuple[float, float]
type Line = list[LonLat]


@lru_cache(maxsize=10_000)
def _metres_per_degree(latitude: float) -> tuple[float, float]:
    """Metres in a degree of longitude and of latitude there, on the WGS 84 ellipsoid (series of its arc lengths)."""
    phi = radians(latitude)
    along = 111_132.92 - 559.82 * cos(2 * phi) + 1.175 * cos(4 * phi)
    across = 111_412.84 * cos(phi) - 93.5 * cos(3 * phi) + 0.118 * cos(5 * phi)
    return across, along


def degrees_per_metre(latitude: float) -> tuple[float, float]:
    """Degrees of longitude and of latitude in a metre there."""
    across, along = _metres_per_degree(round(latitude, 2))
    return 1 / across, 1 / along


def distance_m(one: LonLat, two: LonLat) -> float:
    """Metres between two points some tens of kilometres apart at most, on a plane scaled at their mean latitude."""
    across, along = _metres_per_degree(round((one[1] + two[1]) / 2, 2))
    return hypot((one[0] - two[0]) * across, (one[1] - two[1]) * along)


def length_m(line: Iterable[LonLat]) -> float:
    """Length of a line in metres."""
    points = list(line)
    return sum(distance_m(a, b) for a, b in pairwise(points))


def middle(line: Line) -> LonLat:
    """The point half way along a line."""
    half = length_m(line) / 2
    for a, b in pairwise(line):
        step = distance_m(a, b)
        if step >= half and step > 0:
            share = half / step
            return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
        half -= step
    return line[-1]


def centre(points: Iterable[LonLat]) -> LonLat:
    """The mean of some points (of a ring: without its repeated last)."""
    ring = list(points)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return (sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring))


@dataclass(slots=True)
class PlaceRecord:
    """A row of `geo.models.Place` to be; coordinates in degrees, WGS 84."""

    kind: str
    name: str
    name_latin: str
    key: str
    lon: float
    lat: float
    category: str = ""
    street_key: str = ""
    cross_key: str = ""
    number: str = ""
    number_value: int | None = None
    detail: str = ""
    weight: int = 0
    osm_ref: str = ""
    line: list[Line] | None = None

    def moved(self, point: LonLat) -> Self:
        """The same place elsewhere."""
        return replace(self, lon=point[0], lat=point[1])

    def as_json(self) -> dict[str, Any]:
        """Without what is empty, for the pack's file."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


@dataclass(slots=True)
class AreaRecord:
    """A row of `geo.models.Area` to be; `geometry` is a GeoJSON MultiPolygon."""

    code: str
    name: str
    geometry: dict[str, Any]


@dataclass(slots=True)
class Extract:
    """All that a region's gazetteer is made of, and figures about it."""

    places: list[PlaceRecord] = field(default_factory=list)
    areas: list[AreaRecord] = field(default_factory=list)
    bbox: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    name: str = ""
    counts: dict[str, float] = field(default_factory=dict)
