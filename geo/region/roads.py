"""Numbered roads out of ways, and the kilometre stones that stand on them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any

from geo.region.records import Line, LonLat, PlaceRecord, degrees_per_metre, length_m, middle
from geo.rules.chainage import kilometres, road_key, stone_m
from geo.rules.text import search_key, to_latin

NUMBERED = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified"})
ON_ROAD_M = 30  # a stone that names no road belongs to the one that is this near
CELL_DEG = 0.005
WEIGHT = {"road": 6, "road_km": 5}

type Cell = tuple[int, int]


@dataclass(slots=True)
class Stone:
    """A kilometre stone as the map has it; many name no road."""

    osm_ref: str
    distance: str
    ref: str
    point: LonLat


@dataclass(slots=True)
class NumberedWay:
    """A piece of one road or of several that run together, the foremost first."""

    refs: tuple[str, ...]
    line: Line


def refs_of(tags: dict[str, str]) -> tuple[str, ...]:
    """Numbers of the roads that a way belongs to."""
    if tags.get("highway") not in NUMBERED:
        return ()
    return tuple(dict.fromkeys(ref.strip() for ref in tags.get("ref", "").split(";") if road_key(ref)))


def road_records(ways: list[NumberedWay], stones: Iterable[Stone]) -> Iterator[PlaceRecord]:
    """Each numbered road with its whole course, and the stones that belong to one."""
    pieces: dict[str, list[Line]] = defaultdict(list)
    names: dict[str, str] = {}
    for way in ways:
        for ref in way.refs:
            pieces[road_key(ref)].append(way.line)
            names.setdefault(road_key(ref), ref)
    for key in sorted(pieces):
        lon, lat = middle(max(pieces[key], key=length_m))
        yield _record("road", names[key], key, (lon, lat), line=pieces[key])
    known = list(stones)
    near = _roads_of([stone for stone in known if road_key(stone.ref) not in pieces], ways)
    for stone in known:
        metres = stone_m(stone.distance)
        ref = stone.ref or near.get(stone.osm_ref, "")
        if metres is not None and ref:
            name = f"{ref} km {kilometres(metres)}"
            yield _record("road_km", name, road_key(ref), stone.point, number_value=metres, osm_ref=stone.osm_ref)


def _record(kind: str, name: str, key: str, point: LonLat, **more: Any) -> PlaceRecord:
    return PlaceRecord(
        kind=kind,
        name=name[:300],
        name_latin=to_latin(name)[:300],
        key=search_key(name)[:400],
        lon=point[0],
        lat=point[1],
        category="highway=milestone" if kind == "road_km" else "",
        street_key=key[:300],
        weight=WEIGHT[kind],
        **more,
    )


def _roads_of(stones: list[Stone], ways: list[NumberedWay]) -> dict[str, str]:
    """By stone, the foremost number of the road that it stands on."""
    cells: dict[Cell, list[Stone]] = defaultdict(list)
    for stone in stones:
        cells[_cell(stone.point)].append(stone)
    best: dict[str, tuple[float, str]] = {}
    for way in ways if cells else ():
        for one, two in pairwise(way.line):
            for stone in _near(cells, one, two):
                away = off_m(stone.point, one, two)
                if away <= ON_ROAD_M and away < best.get(stone.osm_ref, (ON_ROAD_M + 1.0, ""))[0]:
                    best[stone.osm_ref] = (away, way.refs[0])
    return {stone: ref for stone, (_, ref) in best.items()}


def _cell(point: LonLat) -> Cell:
    return int(point[0] / CELL_DEG), int(point[1] / CELL_DEG)


def _near(cells: dict[Cell, list[Stone]], one: LonLat, two: LonLat) -> Iterator[Stone]:
    """Stones in the cells that a segment crosses, and in those beside them."""
    (x1, y1), (x2, y2) = _cell(one), _cell(two)
    for x in range(min(x1, x2) - 1, max(x1, x2) + 2):
        for y in range(min(y1, y2) - 1, max(y1, y2) + 2):
            yield from cells.get((x, y), ())


def foot(point: LonLat, one: LonLat, two: LonLat) -> tuple[float, LonLat]:
    """Where the point of a segment that is nearest to `point` lies: its share from one to two, and itself."""
    across, along = degrees_per_metre(point[1])
    dx, dy = (two[0] - one[0]) / across, (two[1] - one[1]) / along
    px, py = (point[0] - one[0]) / across, (point[1] - one[1]) / along
    square = dx * dx + dy * dy
    share = min(1.0, max(0.0, (px * dx + py * dy) / square)) if square else 0.0
    return share, (one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share)


def off_m(point: LonLat, one: LonLat, two: LonLat) -> float:
    """Metres from a point to a segment."""
    _, (lon, lat) = foot(point, one, two)
    across, along = degrees_per_metre(point[1])
    return hypot((point[0] - lon) / across, (point[1] - lat) / along)
