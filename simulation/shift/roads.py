"""The way along streets, as the service's router knows it; straight where it knows none."""

from random import Random

from simulation.rules import timing
from simulation.rules.route import LonLat, Route, distance_m, offset, scatter
from simulation.shift.client import Client, Refused

STRAIGHT_MPS = 8.0
NEAR_M = 8.0  # nobody drives this little
JITTER_M = 2.0


class Roads:
    """Asks for ways between points."""

    def __init__(self, client: Client, rng: Random) -> None:
        self._client = client
        self._rng = rng

    async def way(self, start: LonLat, end: LonLat, *, kind: str, pace: float) -> Route:
        """The route of a unit of this kind; `pace` stretches its time (below 1: in a hurry)."""
        pace *= timing.PACE.get(kind, 1.0)
        if distance_m(start, end) < NEAR_M:
            return Route.standing(start)
        try:
            found = await self._client.get("/api/v1/routes/", **{"from": _text(start), "to": _text(end)})
            points = [(lon, lat) for lon, lat, *_ in found["geometry"]["coordinates"]]
        except Refused:
            return Route.straight(start, end, STRAIGHT_MPS / pace)
        return Route([start, *points], max(found["duration_s"], 1) * pace)

    def somewhere(self, center: LonLat, radius_m: float) -> LonLat:
        """A point to drive to."""
        return scatter(self._rng, center, radius_m)

    def as_measured(self, point: LonLat) -> LonLat:
        """A point as a device measures it, a metre or two off."""
        return offset(point, self._rng.gauss(0, JITTER_M), self._rng.gauss(0, JITTER_M))


def _text(point: LonLat) -> str:
    return f"{point[0]:.6f},{point[1]:.6f}"
