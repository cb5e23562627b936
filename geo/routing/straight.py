"""What is assumed where the router cannot be asked: straight line, a detour, a speed; and the bound for pruning."""

from dataclasses import dataclass
from math import asin, cos, inf, radians, sin, sqrt

from geo.region.pack import current_pack
from geo.routing.engine import profile
from geo.routing.types import Leg, LonLat

EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Straight:
    """Figures of `profile.toml`, or those measured on the region's roads."""

    detour: float
    speed_mps: float
    quickest: tuple[tuple[float, float], ...]

    def leg(self, source: LonLat, target: LonLat) -> Leg:
        """The estimate for one drive."""
        metres = great_circle_m(source, target)
        factor = float(profile()["time"]["factor"])
        return Leg(duration_s=metres / self.speed_mps * factor, distance_m=metres * self.detour, source="straight")

    def reach_m(self, seconds: float) -> float:
        """How far off, in a straight line, somebody may be and still come within so many seconds of driving."""
        out_of_reach = (metres for metres, quickest_s in self.quickest if quickest_s > seconds)
        return next(out_of_reach, inf)


def straight() -> Straight:
    """The figures for the present region."""
    figures = dict(profile()["straight"])
    pack = current_pack()
    if pack is not None:
        figures |= pack.manifest.get("straight", {})
    return Straight(
        detour=float(figures["detour"]),
        speed_mps=float(figures["speed_mps"]),
        quickest=tuple((float(metres), float(seconds)) for metres, seconds in figures["quickest"]),
    )


def great_circle_m(one: LonLat, two: LonLat) -> float:
    """Metres between two points on the mean Earth (haversine)."""
    lon1, lat1, lon2, lat2 = map(radians, (*one, *two))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(half)))
