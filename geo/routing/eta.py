"""How long to get there: from each of a few, or who of many is nearest by road."""

from collections.abc import Sequence

from geo.routing.engine import Engine, NoRoadError, RoutingDownError, costing, engine, profile
from geo.routing.straight import Straight, great_circle_m, straight
from geo.routing.types import Candidate, Leg, LonLat

NEAR_DEGREES = 0.05  # a point further than this outside the region has no road of ours
FIRST, NEXT = 24, 48  # how many the router is asked about at first, and at a time afterwards


def eta_matrix(sources: Sequence[LonLat], target: LonLat) -> list[Leg]:
    """The drive from each source to `target`, in the order of the sources. Never raises.

    One search of the router for all of them. A point without a road, and everything while the router is down, gets the
    straight line with `source="straight"`.
    """
    assumed = straight()
    legs = [assumed.leg(source, target) for source in sources]
    routed = _routed(sources, target)
    return [leg if found is None else found for leg, found in zip(legs, routed, strict=True)]


def _routed(sources: Sequence[LonLat], target: LonLat) -> list[Leg | None]:
    """Legs by road; None for those that the router could not answer."""
    found: list[Leg | None] = [None] * len(sources)
    try:
        router = engine()
        west, south, east, north = router.pack.bbox
        near = (west - NEAR_DEGREES, south - NEAR_DEGREES, east + NEAR_DEGREES, north + NEAR_DEGREES)
        if not _is_in(near, target):
            return found
        asked = [at for at, source in enumerate(sources) if _is_in(near, source)]
        for at, leg in zip(asked, _matrix(router, [sources[at] for at in asked], target), strict=True):
            found[at] = leg
    except (NoRoadError, RoutingDownError):
        pass
    return found


def _is_in(box: tuple[float, float, float, float], point: LonLat) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _matrix(router: Engine, sources: Sequence[LonLat], target: LonLat) -> list[Leg | None]:
    """The router's answer: one search backwards from the target."""
    if not sources:
        return []
    request = {
        "sources": [{"lon": lon, "lat": lat} for lon, lat in sources],
        "targets": [{"lon": target[0], "lat": target[1]}],
        "verbose": False,
        **costing(),
    }
    try:
        table = router.ask("matrix", request)["sources_to_targets"]
    except NoRoadError:
        # One point far from every road fails the whole question: find it by halves, so that the others are answered.
        half = len(sources) // 2
        if half == 0:
            return [None]
        return [leg for part in (sources[:half], sources[half:]) for leg in _matrix(router, part, target)]
    factor = float(profile()["time"]["factor"])
    return [
        None if seconds[0] is None else Leg(seconds[0] * factor, kilometres[0] * 1000, "route")
        for seconds, kilometres in zip(table["durations"], table["distances"], strict=True)
    ]


def nearest_by_eta(
    target: LonLat, candidates: Sequence[Candidate], *, want: int = 5, sure: int = 1
) -> list[tuple[Candidate, Leg]]:
    """The `want` candidates that are at `target` first, nearest first. Never raises.

    The router is asked about the nearest by straight line, then about all who could still be among the first `sure`:
    those whose straight line is no longer than the best found so far could have driven at `bound_mps`, a speed that
    hardly any drive on these roads reaches (measured when the pack was built, see ADR 0011). The first `sure` are the
    same as if the router had been asked about everybody, but for drives beyond that bound.
    """
    assumed = straight()
    distances = [(great_circle_m(candidate.point, target), at) for at, candidate in enumerate(candidates)]
    distances.sort()
    legs: dict[int, Leg] = {}
    asked = 0
    batch = max(FIRST, 2 * want)
    while asked < len(distances):
        chosen = [at for _, at in distances[asked : asked + batch]]
        found = eta_matrix([candidates[at].point for at in chosen], target)
        legs.update(zip(chosen, found, strict=True))
        asked += len(chosen)
        reach_m = _reach_m(assumed, legs, max(want if asked < want else sure, 1))
        batch = min(NEXT, sum(distance <= reach_m for distance, _ in distances[asked:]))
        if batch == 0:
            break
    ranked = sorted(legs, key=lambda at: (legs[at].duration_s, at))
    return [(candidates[at], legs[at]) for at in ranked[:want]]


def _reach_m(assumed: Straight, legs: dict[int, Leg], rank: int) -> float:
    """How far by straight line somebody may be and still come before the `rank`-th best so far."""
    durations = sorted(leg.duration_s for leg in legs.values())
    limit = durations[min(rank, len(durations)) - 1]
    return limit / float(profile()["time"]["factor"]) * assumed.bound_mps + assumed.snap_m
