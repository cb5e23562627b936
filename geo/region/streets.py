"""Streets out of ways: pieces of one name become one street, streets that share a node become a crossing."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean

from geo.region.records import Line, LonLat, PlaceRecord, centre, distance_m, length_m, middle
from geo.rules.text import is_cyrillic, search_key, to_latin

NEAR_M = 400  # pieces of one name this near are one street, though nothing joins them (a square, a bridge between)
CROSSING_M = 120  # crossings of the same two streets this near are one (dual carriageways, staggered arms)

WEIGHTS = {
    "motorway": 9, "trunk": 9, "primary": 8, "secondary": 7, "tertiary": 6, "unclassified": 5, "residential": 5,
    "pedestrian": 5, "living_street": 4,
}  # fmt: skip
DRIVABLE = frozenset(
    {
        *("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street"),
        *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link", "service"),
    }
)


@dataclass(slots=True)
class Way:
    """A highway of the map: its nodes, course and names."""

    id: int
    highway: str
    nodes: list[int]
    line: Line
    name: str = ""
    latin: str = ""
    aliases: tuple[str, ...] = ()
    is_roundabout: bool = False


@dataclass(slots=True)
class Street:
    """One street: all pieces of one name that lie together."""

    key: str
    name: str
    latin: str
    weight: int
    ways: list[Way] = field(default_factory=list)
    aliases: tuple[str, ...] = ()

    @property
    def point(self) -> LonLat:
        """A point on the street near its middle."""
        longest = max((way.line for way in self.ways), key=length_m)
        mean = centre(point for way in self.ways for point in way.line)
        near = min((point for way in self.ways for point in way.line), key=lambda point: distance_m(point, mean))
        return middle(longest) if len(self.ways) == 1 else near


class _Groups:
    """Union-find over positions 0…n-1."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, at: int) -> int:
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    def join(self, one: int, two: int) -> None:
        self._parent[self.find(one)] = self.find(two)


def build_streets(ways: list[Way]) -> list[Street]:
    """Streets of the named ways, in the order of their keys."""
    by_key: dict[str, list[Way]] = defaultdict(list)
    for way in ways:
        if way.name:
            by_key[search_key(way.name)].append(way)
    return [street for key in sorted(by_key) for street in _streets_of(key, by_key[key])]


def _streets_of(key: str, ways: list[Way]) -> list[Street]:
    """The streets of one name: ways joined where they share a node or lie within NEAR_M of each other."""
    groups = _Groups(len(ways))
    owner: dict[int, int] = {}
    cells: dict[tuple[int, int], list[tuple[int, LonLat]]] = defaultdict(list)
    for at, way in enumerate(ways):
        for node in way.nodes:
            groups.join(at, owner.setdefault(node, at))
        for lon, lat in way.line:
            x, y = int(lon * 111), int(lat * 111)
            for near in ((x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                for other, point in cells[near]:
                    if groups.find(other) != groups.find(at) and distance_m(point, (lon, lat)) < NEAR_M:
                        groups.join(at, other)
            cells[x, y].append((at, (lon, lat)))
    pieces: dict[int, list[Way]] = defaultdict(list)
    for at, way in enumerate(ways):
        pieces[groups.find(at)].append(way)
    return [_street(key, piece) for piece in pieces.values()]


def _street(key: str, ways: list[Way]) -> Street:
    names = Counter(way.name for way in ways).most_common()
    name = next((name for name, _ in names if is_cyrillic(name)), names[0][0])
    latin = next((way.latin for way in ways if way.name == name and way.latin), to_latin(name))
    aliases = dict.fromkeys(alias for way in ways for alias in way.aliases if search_key(alias) != key)
    weight = max(WEIGHTS.get(way.highway, 3) for way in ways)
    return Street(key=key, name=name, latin=latin, weight=weight, ways=ways, aliases=tuple(aliases))


def street_records(street: Street) -> list[PlaceRecord]:
    """The street as a place, and one more for each other name that it has or had."""
    lon, lat = street.point
    main = PlaceRecord(
        kind="street",
        name=street.name,
        name_latin=street.latin,
        key=street.key,
        street_key=street.key,
        lon=lon,
        lat=lat,
        weight=street.weight,
        osm_ref=f"w{street.ways[0].id}",
        line=[way.line for way in street.ways],
    )
    others = [
        PlaceRecord(
            kind="street",
            name=f"{street.name} ({alias})",
            name_latin=f"{street.latin} ({to_latin(alias)})",
            key=search_key(alias),
            street_key=street.key,
            lon=lon,
            lat=lat,
            weight=street.weight - 1,
            osm_ref=main.osm_ref,
        )
        for alias in street.aliases
    ]
    return [main, *others]


def build_crossings(streets: list[Street], ways: list[Way]) -> list[PlaceRecord]:
    """Crossings: where streets of two names share a node, or meet at a roundabout without a name."""
    at_node: dict[int, dict[str, Street]] = defaultdict(dict)
    position: dict[int, LonLat] = {}
    for street in streets:
        for way in street.ways:
            for node, point in zip(way.nodes, way.line, strict=True):
                at_node[node][street.key] = street
                position[node] = point
    found: dict[tuple[str, str], list[tuple[LonLat, Street, Street]]] = defaultdict(list)
    for node, met in at_node.items():
        _meet(found, met, position[node])
    for way in ways:
        if way.is_roundabout and not way.name:
            met = {key: street for node in way.nodes for key, street in at_node.get(node, {}).items()}
            _meet(found, met, centre(way.line))
    return [record for pair in sorted(found) for record in _crossing_records(pair, found[pair])]


def _meet(
    found: dict[tuple[str, str], list[tuple[LonLat, Street, Street]]], met: dict[str, Street], point: LonLat
) -> None:
    for one, two in combinations(sorted(met), 2):
        found[one, two].append((point, met[one], met[two]))


def _crossing_records(pair: tuple[str, str], meetings: list[tuple[LonLat, Street, Street]]) -> list[PlaceRecord]:
    """One place for each bunch of meetings of two streets."""
    bunches: list[list[tuple[LonLat, Street, Street]]] = []
    for meeting in meetings:
        for bunch in bunches:
            if any(distance_m(meeting[0], other[0]) < CROSSING_M for other in bunch):
                bunch.append(meeting)
                break
        else:
            bunches.append([meeting])
    records = []
    for bunch in bunches:
        _, one, two = bunch[0]
        if two.weight > one.weight:
            one, two = two, one
        records.append(
            PlaceRecord(
                kind="crossing",
                name=f"{one.name} / {two.name}",
                name_latin=f"{one.latin} / {two.latin}",
                key=f"{one.key} {two.key}",
                street_key=pair[0],
                cross_key=pair[1],
                lon=fmean(point[0] for point, _, _ in bunch),
                lat=fmean(point[1] for point, _, _ in bunch),
                weight=one.weight + two.weight,
            )
        )
    return records
