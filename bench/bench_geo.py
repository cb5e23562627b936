"""The gazetteer and the router, each beside its bare limit in the same run.

Bare is, for search, one query by primary key; for the nearest of a thousand by road, one question of the same kind to
the router about a single unit. The region is `PATRULJA_BENCH_PBF`, else Novi Sad where the shared data are at hand, else
the invented town.
"""

import os
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from django.conf import settings

from core.access import Viewer
from geo import routing, selectors
from geo.models import Place
from geo.region.build import build_pack
from geo.region.pack import use_pack
from geo.routing.straight import great_circle_m
from geo.services import load_region

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("PATRULJA_SHARED_DATA", ROOT.parent / "shared" / "data"))
UNITS, INCIDENTS, CHECKED = 1_000, 100, 200


def run(emit: Callable[..., None]) -> None:
    """Build a region aside, measure over it, and leave no trace."""
    default = SHARED / "regions" / "novi-sad.osm.pbf"
    pbf = Path(os.environ.get("PATRULJA_BENCH_PBF", default))
    kept = settings.REGION_DIR
    with TemporaryDirectory() as folder:
        settings.REGION_DIR = folder
        try:
            started = time.perf_counter()
            pack = build_pack(pbf if pbf.is_file() else None, tell=lambda _: None)
            use_pack(pack)
            load_region(pack, by=Viewer.system("bench"))
            counts = pack.manifest["counts"]
            note = f"{pack.manifest['name_latin']}: {counts['address']} addresses, {counts['road_km']} km of road"
            emit(name="geo.build", value=time.perf_counter() - started, unit="s", note=note)
            _search(emit)
            _nearest(emit)
        finally:
            settings.REGION_DIR = kept


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1_000


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def _search(emit: Callable[..., None]) -> None:
    """Addresses as people type them: in Latin without diacritics, with a slip, as a beginning, as a crossing."""
    chance = random.Random(1)
    doors = selectors.random_addresses(120, seed=1)
    corners = list(
        Place.objects.filter(kind="crossing").order_by("osm_ref", "key").values_list("name_latin", flat=True)
    )
    typed = [door.name for door in doors]
    typed += [door.key for door in doors]
    typed += [_slip(door.name_latin, chance) for door in doors]
    typed += [door.name_latin[: len(door.name_latin) // 2] for door in doors]
    typed += chance.sample(corners, min(120, len(corners)))
    pk = doors[0].id
    bare = [_milliseconds(lambda: Place.objects.values_list("name", flat=True).get(pk=pk)) for _ in range(200)]
    selectors.search_gazetteer(typed[0])
    spent = [_milliseconds(partial(selectors.search_gazetteer, text)) for text in typed]
    emit(name="geo.search.p50", value=median(spent), unit="ms", bare=median(bare), note=f"{len(typed)} queries")
    emit(name="geo.search.p95", value=_p95(spent), unit="ms", bare=median(bare), note="bare: one row by its key")
    hits = sum(selectors.search_gazetteer(door.key)[0].name == door.name for door in doors)
    emit(
        name="geo.search.first",
        value=hits / len(doors),
        unit="share",
        note="doors found first, typed without diacritics",
    )


def _slip(text: str, chance: random.Random) -> str:
    """`text` with two neighbouring letters swapped."""
    at = chance.randrange(1, max(len(text) // 2, 2))
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _nearest(emit: Callable[..., None]) -> None:
    """The nearest by road among a thousand units, and how often the first is the one that asking about all gives.

    All is the CHECKED nearest by straight line: the router needs seconds for a thousand, and nobody from beyond wins.
    """
    chance = random.Random(2)
    doors = [door.point for door in selectors.random_addresses(UNITS + INCIDENTS, seed=2)]
    spots, targets = doors[:UNITS], doors[UNITS:]
    units = [routing.Candidate(at, _beside(spot, chance)) for at, spot in enumerate(spots)]
    routing.nearest_by_eta(targets[0], units)
    single, spent, same = [], [], 0
    for target in targets:
        closest = sorted(units, key=lambda unit: great_circle_m(unit.point, target))
        single.append(_milliseconds(partial(routing.eta_matrix, [closest[0].point], target)))
        started = time.perf_counter()
        first = routing.nearest_by_eta(target, units)[0]
        spent.append((time.perf_counter() - started) * 1_000)
        everybody = routing.eta_matrix([unit.point for unit in closest[:CHECKED]], target)
        same += first[1].duration_s <= min(leg.duration_s for leg in everybody)
    note = (
        f"{UNITS} units, {len(targets)} incidents; bare: the router asked about the one unit nearest by straight line"
    )
    emit(name="geo.nearest.p50", value=median(spent), unit="ms", bare=median(single), note=note)
    emit(name="geo.nearest.p95", value=_p95(spent), unit="ms", bare=median(single), note=note)
    emit(
        name="geo.nearest.same_first",
        value=same / len(targets),
        unit="share",
        note="same first choice as asking about all",
    )


def _beside(spot: tuple[float, float], chance: random.Random) -> tuple[float, float]:
    """A place on the street before a door, as a GPS would say: some 20 m off."""
    return spot[0] + chance.gauss(0, 0.0002), spot[1] + chance.gauss(0, 0.0002)
