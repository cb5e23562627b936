"""How long to get there: from each of a few, or who of many is nearest by road."""

import logging
from collections.abc import Mapping, Sequence
from itertools import batched

from geo.routing.engine import Engine, NoRoadError, RoutingDownError, costing, engine, profile
from geo.routing.straight import great_circle_m, straight
from geo.routing.types import Candidate, Leg, LonLat

log = logging.getLogger(__name__)

FIRST = 12  # how many are asked about before the rest is pruned
MOST = 72  # are asked about in all: a place that everybody reaches only late prunes nobody
BATCH = 48  # sources in one question: the router's time grows faster than their number


def eta_matrix(sources: Sequence[LonLat], target: LonLat) -> list[Leg]:
    """The drive from each source to `target`, in the order of the sources. Never raises.

    Costs about 1 ms for a near source and 5 ms for one some kilometres off. A point without a road, and everything
    while the router is down, gets the straight line with `source="straight"`.
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
        if not router.covers(target):
            return found
        asked = [at for at, source in enumerate(sources) if router.covers(source)]
        for part in batched(asked, BATCH, strict=False):
            for at, leg in zip(part, _matrix(router, [sources[at] for at in part], target), strict=True):
                found[at] = leg or _single(router, sources[at], target)
    except (NoRoadError, RoutingDownError) as error:
        log.warning("Times are estimated by straight line: %s", error)
    return found


def _matrix(router: Engine, sources: Sequence[LonLat], target: LonLat) -> list[Leg | None]:
    """The router's answer for some sources; None where it finds no way."""
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


def _single(router: Engine, source: LonLat, target: LonLat) -> Leg | None:
    """One drive by the search for ways: it finds some that the matrix gives up on."""
    locations = [{"lon": lon, "lat": lat} for lon, lat in (source, target)]
    try:
        found = router.ask("route", {"locations": locations, "directions_type": "none", **costing()})
    except NoRoadError:
        return None
    summary = found["trip"]["summary"]
    return Leg(summary["time"] * float(profile()["time"]["factor"]), summary["length"] * 1000, "route")


def nearest_by_eta(
    target: LonLat, candidates: Sequence[Candidate], *, want: int = 5, sure: int = 1
) -> list[tuple[Candidate, Leg]]:
    """The `want` candidates that are at `target` first, nearest first. Never raises.

    The router is asked about the few nearest by straight line, then about all who could still be among the first
    `sure`: those no further off than anybody gets in the time of the best so far (`quickest` of the region, measured
    when its pack was built), the nearer first and MOST in all. The first `sure` are nearly always the same as if the
    router had been asked about everybody; how often is measured in bench/bench_geo.py. See docs/adr/0011.
    """
    assumed = straight()
    distances = sorted((great_circle_m(candidate.point, target), at) for at, candidate in enumerate(candidates))
    legs: dict[int, Leg] = {}
    batch = max(FIRST, 2 * want)
    while batch:
        chosen = [at for _, at in distances[len(legs) : len(legs) + batch]]
        legs.update(zip(chosen, eta_matrix([candidates[at].point for at in chosen], target), strict=True))
        reach_m = assumed.reach_m(_time_of(legs, sure))
        within = sum(distance <= reach_m for distance, _ in distances[len(legs) :])
        batch = min(BATCH, within, max(MOST - len(legs), 0))
    ranked = sorted(legs, key=lambda at: (legs[at].duration_s, at))
    return [(candidates[at], legs[at]) for at in ranked[:want]]


def _time_of(legs: Mapping[int, Leg], rank: int) -> float:
    """Seconds by the router's own clock of the `rank`-th best so far."""
    durations = sorted(leg.duration_s for leg in legs.values())
    return durations[min(max(rank, 1), len(durations)) - 1] / float(profile()["time"]["factor"]) if durations else 0.0
