"""The invented town: streets to drive on where no map is at hand. Plainly fictional, and the same on every machine.

It lies in the open Adriatic (15.50° E, 42.70° N; the nearest islet is over 30 km off), where nobody can take it for a
real place. Everything is laid out in metres around its middle and written as an ordinary `.osm.pbf`, so that it goes
the same way as a real map: four bow-shaped districts of blocks on two banks of a river, two bridges, a ring road.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, sin
from pathlib import Path

import osmium
from osmium.osm import Box, Location
from osmium.osm import mutable as osm

from geo.region import town_names as names
from geo.region.records import degrees_per_metre

CENTRE = (15.50, 42.70)
SEED = 1
TOWN_ATTRIBUTION = "Измишљено место · invented town"

STEP_M = 230  # from street to street
HALF_RIVER_M = 45
QUAY_M = 95  # from the middle of the river
NORTH_COLUMNS, NORTH_ROWS = range(-8, 9), 8
SOUTH_COLUMNS, SOUTH_ROWS = range(-6, 7), 6
BRIDGES = (-2, 3)  # columns that cross the river
HOUSE_EVERY_M, HOUSE_AWAY_M, CORNER_M = 27, 15, 26

RING_FROM_M, RING_KM, STONE_AWAY_M = 400, 12, 5  # where the first stone of the ring stands, what it says, how far off

type Metres = tuple[float, float]
type Tags = Mapping[str, str]


@dataclass
class Drawing:
    """Nodes, ways and relations to be; numbered as they come."""

    nodes: list[tuple[Metres, Tags]] = field(default_factory=list)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)
    relations: list[tuple[list[tuple[str, int, str]], Tags]] = field(default_factory=list)

    def node(self, at: Metres, tags: Tags | None = None) -> int:
        """A new node; its number."""
        self.nodes.append((at, tags or {}))
        return len(self.nodes)

    def way(self, nodes: Sequence[int], tags: Tags) -> int:
        """A new way; its number."""
        self.ways.append((list(nodes), tags))
        return len(self.ways)

    def ring(self, points: Iterable[Metres], tags: Tags) -> int:
        """A closed way around `points`."""
        nodes = [self.node(point) for point in points]
        return self.way([*nodes, nodes[0]], tags)

    def at(self, node: int) -> Metres:
        """Where a node is."""
        return self.nodes[node - 1][0]


def town_file(path: Path) -> None:
    """Write the town to `path` (an `.osm.pbf`). The same bytes every time."""
    drawing = draw_town()
    across, along = degrees_per_metre(CENTRE[1])

    def place(point: Metres) -> tuple[float, float]:
        return round(CENTRE[0] + point[0] * across, 7), round(CENTRE[1] + point[1] * along, 7)

    spots = [place(point) for point, _ in drawing.nodes]
    header = osmium.io.Header()
    header.set("generator", "patrulja")
    lons, lats = [lon for lon, _ in spots], [lat for _, lat in spots]
    header.add_box(Box(Location(min(lons), min(lats)), Location(max(lons), max(lats))))
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for number, (spot, (_, tags)) in enumerate(zip(spots, drawing.nodes, strict=True), start=1):
            writer.add_node(osm.Node(id=number, version=1, location=spot, tags=tags))
        for number, (nodes, tags) in enumerate(drawing.ways, start=1):
            writer.add_way(osm.Way(id=number, version=1, nodes=nodes, tags=tags))
        for number, (members, tags) in enumerate(drawing.relations, start=1):
            writer.add_relation(osm.Relation(id=number, version=1, members=members, tags=tags))


def draw_town() -> Drawing:
    """The whole town, in metres."""
    chance = random.Random(SEED)  # noqa: S311 - a drawing, not a secret
    drawing = Drawing()
    streets = iter(names.STREETS)
    north = _Bank(drawing, chance, NORTH_COLUMNS, NORTH_ROWS, side=1)
    south = _Bank(drawing, chance, SOUTH_COLUMNS, SOUTH_ROWS, side=-1)
    for bank in (north, south):
        bank.lay_streets(streets)
    for column, name in zip(BRIDGES, names.BRIDGES, strict=True):
        tags = {"highway": "secondary", "name": name, "maxspeed": "50", "bridge": "yes", "layer": "1"}
        drawing.way([south.node(column, 0), north.node(column, 0)], tags)
    _lay_ring(drawing, north)
    _lay_water_and_green(drawing, north, south)
    taken: dict[str, int] = {}
    for bank in (north, south):
        bank.build_houses(taken)
    _name_parts(drawing)
    _place_things(drawing, chance, (north, south))
    _set_stones(drawing)
    return drawing


def river_y(x: float) -> float:
    """Where the middle of the river is at `x`."""
    return -120 - 0.10 * x + 150 * sin(x / 900)


class _Bank:
    """The blocks on one bank: columns of streets away from the river, rows along it; `side` is 1 in the north."""

    def __init__(self, drawing: Drawing, chance: random.Random, columns: range, rows: int, *, side: int) -> None:
        self.drawing, self.columns, self.rows, self.side = drawing, columns, rows, side
        self._houses: list[tuple[str, list[int], bool]] = []
        self._nodes: dict[tuple[int, int], int] = {}
        for column in columns:
            for row in range(rows):
                shift = 0 if row == 0 else 30
                x = column * STEP_M + chance.uniform(-shift, shift)
                y = river_y(column * STEP_M) + side * (QUAY_M + row * STEP_M * 0.9) + chance.uniform(-shift, shift)
                self._nodes[column, row] = drawing.node((x, y))

    def node(self, column: int, row: int) -> int:
        """The crossing of a column and a row (row 0 is the quay)."""
        return self._nodes[column, row]

    def block(self, column: int, row: int, inset_m: float = 22) -> list[Metres]:
        """The corners of the block to the right of `column` and behind `row`, drawn in from the streets."""
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        points = [self.drawing.at(self._nodes[corner]) for corner in corners]
        mx, my = sum(p[0] for p in points) / 4, sum(p[1] for p in points) / 4
        share = 1 - inset_m / (STEP_M / 2)
        return [(mx + (x - mx) * share, my + (y - my) * share) for x, y in points]

    def is_park(self, column: int, row: int) -> bool:
        """Whether the block is green: no houses on its inside."""
        return (column, row) in PARKS[self.side]

    def lay_streets(self, streets: Iterable[str]) -> None:
        """Lay the rows (two names each, west and east) and the columns (in the north two names each, near and far)."""
        fresh = iter(streets)
        first, last = self.columns[0], self.columns[-1]
        for row in range(self.rows):
            whole = self._row_name(row)
            for start, end in ((first, 0), (0, last)):
                name = whole or next(fresh)
                line = [self._nodes[column, row] for column in range(start, end + 1)]
                self._street(name, line, self._row_tags(row, start, end))
        middle = self.rows // 2
        for column in self.columns:
            whole = names.BOULEVARD if column == 0 else ""
            parts = ((0, middle), (middle, self.rows - 1)) if self.side > 0 else ((0, self.rows - 1),)
            for start, end in parts:
                name = whole or next(fresh)
                line = [self._nodes[column, row] for row in range(start, end + 1)]
                self._street(name, line, self._column_tags(column, start))

    def _row_name(self, row: int) -> str:
        if row == 0:
            return names.NORTH_QUAY if self.side > 0 else names.SOUTH_QUAY
        return names.AVENUE if self.side > 0 and row == self.rows // 2 else ""

    def _row_tags(self, row: int, start: int, end: int) -> dict[str, str]:
        if row == 0:
            return {"highway": "tertiary", "maxspeed": "50"}
        if self._row_name(row):
            return {"highway": "primary", "maxspeed": "60", "lanes": "4"}
        if self.side > 0 and row == 1 and start == 0:
            return {"highway": "living_street", "maxspeed": "10"}
        if self.side > 0 and row in (2, 3) and end == 0:
            return {"highway": "residential", "maxspeed": "30", "oneway": "yes" if row == 2 else "-1"}  # noqa: PLR2004
        return {"highway": "residential"}

    def _column_tags(self, column: int, start: int) -> dict[str, str]:
        if column == 0:
            return {"highway": "secondary", "maxspeed": "60", "lanes": "4"}
        if column in BRIDGES:
            return {"highway": "secondary", "maxspeed": "50"}
        if abs(column) == 5:  # noqa: PLR2004 - the streets that collect a district
            return {"highway": "tertiary", "maxspeed": "50"}
        if self.side > 0 and start == 0 and column in (-1, 1, 2):
            return {"highway": "residential", "maxspeed": "30", "oneway": "-1" if column == 1 else "yes"}
        return {"highway": "residential"}

    def _street(self, name: str, line: list[int], tags: dict[str, str]) -> None:
        self.drawing.way(line, {**tags, "name": name})
        self._houses.append((name, line, tags["highway"] in ("primary", "secondary")))

    def build_houses(self, taken: dict[str, int]) -> None:
        """Build houses along all streets: odd numbers on the left, even on the right, none into parks or the river.

        `taken` counts the pairs of numbers that a street has so far, on either bank.
        """
        for name, line, is_wide in self._houses:
            for one, two in pairwise(line):
                taken[name] = self._houses_along(name, one, two, taken.get(name, 0), 6 if is_wide else 0)

    def _houses_along(self, name: str, one: int, two: int, count: int, wider_m: int) -> int:
        (x1, y1), (x2, y2) = self.drawing.at(one), self.drawing.at(two)
        length = hypot(x2 - x1, y2 - y1)
        ux, uy = (x2 - x1) / length, (y2 - y1) / length
        along = CORNER_M
        while along < length - CORNER_M:
            for hand in (1, -1):
                away = hand * (HOUSE_AWAY_M + wider_m)
                middle = (x1 + ux * along - uy * away, y1 + uy * along + ux * away)
                number = 2 * count + (1 if hand > 0 else 2)
                if self._may_build(middle):
                    self._house(middle, (ux, uy), {"addr:street": name, "addr:housenumber": str(number)})
            count += 1
            along += HOUSE_EVERY_M
        return count

    def _may_build(self, point: Metres) -> bool:
        if abs(point[1] - river_y(point[0])) < HALF_RIVER_M + 25:
            return False
        return not any(_inside(point, self.block(*park, inset_m=0)) for park in PARKS[self.side])

    def _house(self, middle: Metres, way: Metres, address: Tags) -> None:
        (x, y), (ux, uy) = middle, way
        corners = ((-8, -5), (8, -5), (8, 5), (-8, 5))
        points = [(x + ux * a - uy * b, y + uy * a + ux * b) for a, b in corners]
        self.drawing.ring(points, {"building": "yes", "addr:city": names.TOWN, **address})


PARKS: dict[int, tuple[tuple[int, int], ...]] = {1: ((0, 2), (1, 2), (-5, 5)), -1: ((-3, 2), (-3, 3), (2, 3))}


def _inside(point: Metres, polygon: Sequence[Metres]) -> bool:
    """Whether a point lies in a polygon (crossing number)."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _lay_ring(drawing: Drawing, north: _Bank) -> None:
    """The ring road around the north bank, 80 km/h, with a roundabout where the boulevard meets it."""
    first, last, top = north.columns[0], north.columns[-1], north.rows - 1
    west, east = drawing.at(north.node(first, 0)), drawing.at(north.node(last, 0))
    x, y = drawing.at(north.node(0, top))
    circle = [
        drawing.node((x + dx, y + 330 + dy))
        for dx, dy in ((28, 0), (20, 20), (0, 28), (-20, 20), (-28, 0), (-20, -20), (0, -28), (20, -20))
    ]
    drawing.way([*circle, circle[0]], {"highway": "trunk", "junction": "roundabout", "oneway": "yes", "maxspeed": "40"})
    drawing.way([north.node(0, top), circle[6]], {"highway": "secondary", "maxspeed": "60", "name": names.BOULEVARD})
    fast = {"highway": "trunk", "maxspeed": "80", "name": names.RING, "ref": names.RING_REF}
    left = [
        (west[0] - 420, west[1] + 200),
        (west[0] - 480, west[1] + 900),
        (west[0] - 150, west[1] + 1650),
        (x - 900, y + 300),
    ]
    right = [
        (x + 900, y + 310),
        (east[0] + 150, east[1] + 1700),
        (east[0] + 460, east[1] + 900),
        (east[0] + 400, east[1] + 250),
    ]
    west_arc = [north.node(first, 0), *map(drawing.node, left), circle[4]]
    east_arc = [circle[0], *map(drawing.node, right), north.node(last, 0)]
    drawing.way(west_arc, fast)
    drawing.way(east_arc, fast)
    avenue = {"highway": "primary", "maxspeed": "60", "name": names.AVENUE}
    drawing.way([north.node(first, north.rows // 2), west_arc[2]], avenue)
    drawing.way([north.node(last, north.rows // 2), east_arc[-3]], avenue)


def _lay_water_and_green(drawing: Drawing, north: _Bank, south: _Bank) -> None:
    """The river, parks, and the land that is built on."""
    xs = range(-2_700, 2_701, 100)
    bank = [(float(x), river_y(x) + HALF_RIVER_M) for x in xs]
    other = [(float(x), river_y(x) - HALF_RIVER_M) for x in reversed(xs)]
    drawing.ring([*bank, *other], {"natural": "water", "water": "river", "name": names.RIVER})
    middle = [drawing.node((float(x), river_y(x))) for x in xs]
    drawing.way(middle, {"waterway": "river", "name": names.RIVER})
    named = iter(names.PARKS)
    for side in (north, south):
        for column, row in PARKS[side.side]:
            name = {"name": next(named)} if (column, row) in ((0, 2), (-5, 5), (-3, 2)) else {}
            drawing.ring(side.block(column, row), {"leisure": "park", **name})
    for side in (north, south):
        first, last, top = side.columns[0], side.columns[-1], side.rows - 1
        corners = [side.node(first, 0), side.node(last, 0), side.node(last, top), side.node(first, top)]
        drawing.way([*corners, corners[0]], {"landuse": "residential"})


def _name_parts(drawing: Drawing) -> None:
    """The town, its quarters, and the local communities with their outlines."""
    drawing.node((0, 250), {"place": "town", "name": names.TOWN, "population": "0", "description": "invented"})
    spots = ((100, 350), (200, 1_300), (-1_400, 1_200), (1_400, 900), (200, -800), (-1_000, -900))
    for name, spot in zip(names.QUARTERS, spots, strict=True):
        drawing.node(spot, {"place": "quarter", "name": name})
    boxes = (
        (-2_700, -690, 1), (-690, 690, 1), (690, 2_700, 1), (-2_700, 0, -1), (0, 2_700, -1),
    )  # fmt: skip
    for name, (west, east, side) in zip(names.COMMUNITIES, boxes, strict=True):
        xs = [west + (east - west) * step / 20 for step in range(21)]
        far = 2_250 if side > 0 else -1_900
        outline = drawing.ring([*((x, river_y(x)) for x in xs), (east, far), (west, far)], {})
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": "10", "name": name}
        drawing.relations.append(([("w", outline, "outer")], tags))


def _place_things(drawing: Drawing, chance: random.Random, banks: Sequence[_Bank]) -> None:
    """Police, hospital and the rest: in the middle of blocks, each in one of its own."""
    blocks = [
        (bank, column, row)
        for bank in banks
        for column in bank.columns[:-1]
        for row in range(bank.rows - 1)
        if not bank.is_park(column, row)
    ]
    free = chance.sample(blocks, len(blocks))
    fixed = {0: (banks[0], -1, 3), 1: (banks[0], 4, 5), 2: (banks[1], 1, 1), 3: (banks[0], -6, 3)}
    for at, (tag, name) in enumerate(names.THINGS):
        bank, column, row = fixed.get(at) or next(block for block in free if block not in fixed.values())
        if (bank, column, row) in free:
            free.remove((bank, column, row))
        corners = bank.block(column, row)
        key, value = tag.split("=")
        middle = (sum(p[0] for p in corners) / 4, sum(p[1] for p in corners) / 4)
        drawing.node(middle, {key: value, **({"name": name} if name else {})})


def _set_stones(drawing: Drawing) -> None:
    """Kilometre stones on the ring road, each a little beside it; like most on real maps they do not name it."""
    nodes = next(nodes for nodes, tags in drawing.ways if tags.get("ref") == names.RING_REF)
    left_m = float(RING_FROM_M)
    gone_m = 0.0
    for one, two in pairwise([drawing.at(node) for node in nodes]):
        length = hypot(two[0] - one[0], two[1] - one[1])
        ux, uy = (two[0] - one[0]) / length, (two[1] - one[1]) / length
        while left_m <= gone_m + length:
            along = left_m - gone_m
            spot = (one[0] + ux * along - uy * STONE_AWAY_M, one[1] + uy * along + ux * STONE_AWAY_M)
            drawing.node(
                spot, {"highway": "milestone", "distance": str(RING_KM + round(left_m - RING_FROM_M) // 1_000)}
            )
            left_m += 1_000
        gone_m += length
