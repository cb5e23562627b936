"""Measures on a region's own roads what a straight line is worth; goes into the manifest as `straight`."""

import random
from pathlib import Path
from statistics import median
from typing import Any

from geo.region.errors import BuildError
from geo.region.pack import Pack
from geo.region.records import Extract, LonLat, distance_m
from geo.routing.engine import Engine, NoRoadError, RoutingDownError, costing

TARGETS, NEAR, FAR = 80, 48, 8  # drives to each target: from near by, from anywhere
POOL, NEIGHBOURS = 2_000, 400
FAR_M = 300  # shorter drives are all snapping and turning
# Rings of straight distance (m) for which the quickest drive is noted, and how many drives make a ring trustworthy.
RINGS = (*range(0, 1_000, 100), 1_000, 1_250, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 7_000, 10_000, 15_000, 30_000)
ENOUGH = 25
CAUTION = 0.9  # nobody has measured all drives: a little quicker than the quickest is taken for possible


def calibrate(tiles: Path, extract: Extract) -> dict[str, Any]:
    """Detour (way over straight line), speed (straight line over time), and the quickest drive by straight distance.

    Deterministic: the same region gives the same figures. Nothing where there are too few places to drive between.
    """
    drives = _drives(tiles, extract)
    far = [drive for drive in drives if drive[0] > FAR_M and drive[1] > 0]
    if len(far) < TARGETS:
        return {}
    return {
        "detour": round(median(way / metres for metres, _, way in far), 3),
        "speed_mps": round(median(metres / seconds for metres, seconds, _ in far), 2),
        "quickest": _quickest([(metres, seconds) for metres, seconds, _ in drives]),
    }


def _quickest(drives: list[tuple[float, float]]) -> list[list[float]]:
    """[metres from which on, seconds]: nobody further off was quicker, less some caution. Never falls."""
    steps: list[list[float]] = []
    quickest_beyond = float("inf")
    for ring, beyond in reversed(list(zip(RINGS, (*RINGS[1:], 1e9), strict=True))):
        times = [seconds for metres, seconds in drives if ring <= metres < beyond]
        if len(times) >= ENOUGH or (times and quickest_beyond < float("inf")):
            quickest_beyond = min(quickest_beyond, *times, float("inf"))
            steps.append([ring, round(quickest_beyond * CAUTION, 1)])
    return steps[::-1]


def _drives(tiles: Path, extract: Extract) -> list[tuple[float, float, float]]:
    """Straight metres, seconds and metres by road of drives between doors, crossings and streets."""
    chance = random.Random(1)  # noqa: S311 - a sample, not a secret
    points = sorted(
        (place.lon, place.lat) for place in extract.places if place.kind in ("address", "crossing", "street")
    )
    if len(points) < NEAR + FAR:
        return []
    engine = Engine(Pack(tiles.parent))
    found = []
    for target in chance.choices(points, k=TARGETS):
        pool = chance.sample(points, min(len(points), POOL))
        by_distance = sorted((distance_m(point, target), point) for point in pool)
        near = [point for _, point in by_distance[:NEIGHBOURS]]
        sources = chance.sample(near, min(NEAR, len(near))) + [point for _, point in chance.sample(by_distance, FAR)]
        found += _to(engine, sources, target)
    return found


def _to(engine: Engine, sources: list[LonLat], target: LonLat) -> list[tuple[float, float, float]]:
    request = {
        "sources": [{"lon": lon, "lat": lat} for lon, lat in sources],
        "targets": [{"lon": target[0], "lat": target[1]}],
        "verbose": False,
        **costing(),
    }
    try:
        table = engine.ask("matrix", request)["sources_to_targets"]
    except NoRoadError:
        return []
    except RoutingDownError as error:
        raise BuildError(f"The routing graph does not answer: {error}", remedy="Build the pack again.") from error
    return [
        (distance_m(source, target), seconds[0], kilometres[0] * 1000)
        for source, seconds, kilometres in zip(sources, table["durations"], table["distances"], strict=True)
        if seconds[0] is not None
    ]
