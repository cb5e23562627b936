"""Measures on a region's own roads what a straight line is worth; goes into the manifest as `straight`."""

import random
from itertools import batched
from pathlib import Path
from statistics import median, quantiles

from geo.region.errors import BuildError
from geo.region.records import Extract, LonLat, distance_m
from geo.routing.engine import Engine, NoRoadError, RoutingDownError, costing
from geo.region.pack import Pack

TARGETS, SOURCES = 60, 100
REACH_M = 30_000  # pairs further apart say little about who comes first
FAR_M = 300  # shorter drives are all snapping and turning
SNAP_M = 200


def calibrate(tiles: Path, extract: Extract) -> dict[str, float]:
    """Detour (way over straight line), speed (straight line over time), and the speed that 999 of 1 000 drives stay below.

    Deterministic: the same region gives the same figures.
    """
    samples = list(_samples(tiles, extract))
    far = [sample for sample in samples if sample[0] > FAR_M and sample[1] > 0]
    if len(far) < TARGETS:
        return {}
    speeds = sorted(max(metres - SNAP_M, 0) / seconds for metres, seconds, _ in samples if seconds > 0)
    return {
        "detour": round(median(way / metres for metres, _, way in far), 3),
        "speed_mps": round(median(metres / seconds for metres, seconds, _ in far), 2),
        "bound_mps": round(quantiles(speeds, n=1000, method="inclusive")[-1], 2),
        "snap_m": SNAP_M,
    }


def _samples(tiles: Path, extract: Extract) -> list[tuple[float, float, float]]:
    """Straight metres, seconds and metres by road of drives between doors and crossings, half of them between near ones."""
    chance = random.Random(1)  # noqa: S311 - a sample, not a secret
    points = sorted(
        (place.lon, place.lat) for place in extract.places if place.kind in ("address", "crossing", "street")
    )
    if len(points) < SOURCES:
        return []
    engine = Engine(Pack(tiles.parent))
    found = []
    for _ in range(TARGETS):
        target = chance.choice(points)
        chosen = [point for point in chance.sample(points, SOURCES) if distance_m(point, target) < REACH_M]
        chosen += sorted(chance.sample(points, min(len(points), 2_000)), key=lambda p: distance_m(p, target))[:SOURCES]  # noqa: B023
        for sources in batched(chosen, SOURCES, strict=False):
            found += _drives(engine, list(sources), target)
    return found


def _drives(engine: Engine, sources: list[LonLat], target: LonLat) -> list[tuple[float, float, float]]:
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
