"""Where somebody is who follows a route. Pure; longitude and latitude in degrees (WGS 84), metres and seconds."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import atan2, cos, degrees, hypot, pi, radians, sqrt
from random import Random
from typing import Self

type LonLat = tuple[float, float]

METRES_A_DEGREE = 111_195.0  # of a great circle on the mean Earth (6 371 km)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where, which way (degrees clockwise from north) and how fast."""

    lon: float
    lat: float
    heading_deg: float
    speed_mps: float

    @property
    def point(self) -> LonLat:
        """Longitude and latitude."""
        return (self.lon, self.lat)


def distance_m(one: LonLat, two: LonLat) -> float:
    """Metres between two near points, on a plane scaled at their mean latitude."""
    across = cos(radians((one[1] + two[1]) / 2))
    return METRES_A_DEGREE * hypot((two[0] - one[0]) * across, two[1] - one[1])


def heading_deg(one: LonLat, two: LonLat) -> float:
    """The direction from one near point to another, in degrees clockwise from north."""
    across = cos(radians((one[1] + two[1]) / 2))
    return degrees(atan2((two[0] - one[0]) * across, two[1] - one[1])) % 360


def offset(origin: LonLat, east_m: float, north_m: float) -> LonLat:
    """The point some metres east and north of another."""
    return (
        origin[0] + east_m / (METRES_A_DEGREE * cos(radians(origin[1]))),
        origin[1] + north_m / METRES_A_DEGREE,
    )


def scatter(rng: Random, origin: LonLat, radius_m: float) -> LonLat:
    """A point drawn evenly from the disc of `radius_m` around `origin`."""
    angle, distance = rng.uniform(0, 2 * pi), radius_m * sqrt(rng.random())
    return offset(origin, distance * cos(angle), distance * cos(angle - pi / 2))


class Route:
    """A line driven at an even pace from its first point to its last within `duration_s`."""

    def __init__(self, points: Sequence[LonLat], duration_s: float) -> None:
        if not points:
            raise ValueError("a route has at least one point")
        kept = [points[0]] + [b for a, b in pairwise(points) if a != b]
        self.points: list[LonLat] = [(lon, lat) for lon, lat in kept]
        self._reached_m = list(accumulate((distance_m(a, b) for a, b in pairwise(self.points)), initial=0.0))
        self.length_m = self._reached_m[-1]
        self.duration_s = max(duration_s, 0.001) if self.length_m else 0.0

    @classmethod
    def straight(cls, start: LonLat, end: LonLat, speed_mps: float) -> Self:
        """The way as the crow flies, for when nobody knows the streets."""
        return cls([start, end], distance_m(start, end) / speed_mps)

    @classmethod
    def standing(cls, point: LonLat) -> Self:
        """No way at all."""
        return cls([point], 0)

    @property
    def speed_mps(self) -> float:
        """The even pace; 0 where there is no way to go."""
        return self.length_m / self.duration_s if self.duration_s else 0.0

    def at(self, elapsed_s: float) -> Spot:
        """Where one is `elapsed_s` after the start: before it at the first point, after the end at the last, standing."""
        share = min(max(elapsed_s / self.duration_s, 0.0), 1.0) if self.duration_s else 1.0
        if len(self.points) == 1:
            return Spot(*self.points[0], 0.0, 0.0)
        target_m = share * self.length_m
        leg = min(bisect_right(self._reached_m, target_m) - 1, len(self.points) - 2)
        start, end = self.points[leg], self.points[leg + 1]
        along = (target_m - self._reached_m[leg]) / (self._reached_m[leg + 1] - self._reached_m[leg])
        return Spot(
            start[0] + (end[0] - start[0]) * along,
            start[1] + (end[1] - start[1]) * along,
            heading_deg(start, end),
            self.speed_mps if 0 < elapsed_s < self.duration_s else 0.0,
        )
