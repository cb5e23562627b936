"""Reads an `.osm.pbf` into the records of a gazetteer. No database, no Django."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import osmium

from geo.region.records import AreaRecord, Extract, Line, LonLat, PlaceRecord, centre, distance_m, length_m
from geo.region.roads import NumberedWay, Stone, refs_of, road_records
from geo.region.streets import DRIVABLE, Way, build_crossings, build_streets, street_records
from geo.rules.categories import BY_TAG, OTHER_KEYS, OTHER_WEIGHT, SKIPPED
from geo.rules.categories import KEYS as CATEGORY_KEYS
from geo.rules.text import is_cyrillic, number_value, search_key, to_latin

# Settlements and quarters: how far one reaches (m) when it has to be told what lies in which, and its weight.
TOWNS = {"city": (12_000, 24), "town": (4_000, 20), "village": (2_500, 16), "hamlet": (1_000, 10)}
QUARTERS = {
    "borough": (2_500, 14), "suburb": (2_000, 14), "quarter": (1_500, 13), "neighbourhood": (1_000, 12),
    "locality": (500, 6), "square": (150, 12), "island": (1_500, 8), "islet": (500, 6),
}  # fmt: skip
ALIASES = ("alt_name", "alt_name:sr", "old_name", "old_name:sr", "short_name", "short_name:sr", "name:sr")
ROUNDABOUTS = ("roundabout", "circular")
COMMUNITY_LEVEL = "10"
TWIN_M = 1_500  # a settlement's point may lie this far from the middle of its outline


def read_extract(pbf: Path) -> Extract:
    """All records of `pbf`. Memory grows with its addresses and streets: about 1 GB for a country of 7 million.

    Raises RuntimeError (from libosmium) when the file is not what its name says.
    """
    reader = _Reader()
    keys = ("highway", "addr:housenumber", "place", "boundary", *CATEGORY_KEYS, *OTHER_KEYS)
    objects = (
        osmium.FileProcessor(str(pbf))
        .with_locations()
        .with_areas(osmium.filter.TagFilter(("boundary", "administrative")))
        .with_filter(osmium.filter.KeyFilter(*dict.fromkeys(keys)))
    )
    for item in objects:
        reader.take(item)
    return reader.finish(_bbox(pbf))


def _bbox(pbf: Path) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the file's header, or None."""
    with osmium.io.Reader(str(pbf)) as reader:
        box = reader.header().box()
    if not box.valid():
        return None
    return (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)


class _Reader:
    """Collects from the objects of a file, in the order of the file, what `finish` makes records of."""

    def __init__(self) -> None:
        self._ways: list[Way] = []
        self._places: list[PlaceRecord] = []
        self._addresses: list[tuple[str, str, str, LonLat]] = []  # OSM object, street, number, position
        self._areas: list[AreaRecord] = []
        self._numbered: list[NumberedWay] = []
        self._stones: list[Stone] = []
        self._counts: Counter[str] = Counter()
        self._names: set[str] = set()
        self._geojson = osmium.geom.GeoJSONFactory()

    def take(self, item: Any) -> None:
        """Take one object of the file."""
        tags = dict(item.tags)
        if item.is_area():
            self._take_area(item, tags)
        elif item.is_node():
            self._take_thing(f"n{item.id}", tags, (item.location.lon, item.location.lat))
        elif item.is_way():
            # At the border of an extract a way may lack some of its nodes: take what is there.
            nodes = [(node.ref, node.location) for node in item.nodes]
            found = {ref: (location.lon, location.lat) for ref, location in nodes if location.valid()}
            if not found:
                return
            if "highway" in tags:
                inside = [ref for ref, _ in nodes if ref in found]
                self._take_way(item.id, tags, inside, [found[ref] for ref in inside])
            self._take_thing(f"w{item.id}", tags, centre(found.values()))

    def _take_way(self, ref: int, tags: dict[str, str], nodes: list[int], line: Line) -> None:
        highway, name = tags["highway"], tags.get("name", "")
        if highway in DRIVABLE:
            self._counts["road_m"] += round(length_m(line))
        if refs := refs_of(tags):
            self._numbered.append(NumberedWay(refs, line))
        if name:
            self._names.add(name)
        if not name and tags.get("junction") not in ROUNDABOUTS:
            return
        self._ways.append(
            Way(
                id=ref,
                highway=highway,
                nodes=nodes,
                line=line,
                name=name,
                latin=tags.get("name:sr-Latn", ""),
                aliases=_aliases(tags),
                is_roundabout=tags.get("junction") in ROUNDABOUTS,
            )
        )

    def _take_thing(self, ref: str, tags: dict[str, str], point: LonLat) -> None:
        """A node or way that may be an address, a settlement, a milestone or a point of interest."""
        if "addr:housenumber" in tags:
            street = tags.get("addr:street") or tags.get("addr:place") or ""
            self._addresses.append((ref, street, tags["addr:housenumber"], point))
        if tags.get("place") in TOWNS or tags.get("place") in QUARTERS:
            self._take_place(ref, tags, point)
        if tags.get("highway") == "milestone" and tags.get("distance"):
            self._stones.append(Stone(ref, tags["distance"], tags.get("ref", ""), point))
        self._take_poi(ref, tags, point)

    def _take_place(self, ref: str, tags: dict[str, str], point: LonLat) -> None:
        kind = tags["place"]
        weight = (TOWNS.get(kind) or QUARTERS[kind])[1]
        if tags.get("name"):
            self._places.append(_place("place", ref, tags, point, category=f"place={kind}", weight=weight))

    def _take_poi(self, ref: str, tags: dict[str, str], point: LonLat) -> None:
        pairs = [f"{key}={tags[key]}" for key in (*CATEGORY_KEYS, *OTHER_KEYS) if key in tags]
        category = max((BY_TAG[pair] for pair in pairs if pair in BY_TAG), key=lambda known: known.weight, default=None)
        if category is not None:
            named = tags if tags.get("name") else {"name": category.name}
            self._places.append(_place("poi", ref, named, point, category=category.tag, weight=category.weight))
            self._counts["police"] += category.tag == "amenity=police"
        elif tags.get("name"):
            other = next((pair for pair in pairs if pair.split("=")[0] in OTHER_KEYS and pair not in SKIPPED), None)
            if other is not None:
                self._places.append(_place("poi", ref, tags, point, category=other[:60], weight=OTHER_WEIGHT))

    def _take_area(self, item: Any, tags: dict[str, str]) -> None:
        if tags.get("admin_level") != COMMUNITY_LEVEL or tags.get("boundary") != "administrative":
            return
        try:
            geometry = json.loads(self._geojson.create_multipolygon(item))
        except RuntimeError:  # cut at the border of the extract: its ring cannot be closed
            self._counts["areas_incomplete"] += 1
            return
        ref = f"{'w' if item.from_way() else 'r'}{item.orig_id()}"
        self._areas.append(AreaRecord(code=ref, name=tags.get("name", ref), geometry=geometry))

    def finish(self, bbox: tuple[float, float, float, float] | None) -> Extract:
        """Make streets, crossings and addresses of what was collected, and say in which quarter each lies."""
        streets = build_streets(self._ways)
        crossings = build_crossings(streets, self._ways)
        names = {street.key: (street.name, street.latin) for street in streets}
        addresses = list(_address_records(self._addresses, names))
        homes = list(_streets_of_addresses(addresses, names))
        records = [record for street in streets for record in street_records(street)]
        pois = _without_doubles(self._places)
        roads = list(road_records(self._numbered, self._stones))
        places = [*pois, *records, *homes, *crossings, *addresses, *roads]
        _tell_quarters(places)
        counts: dict[str, float] = dict(Counter(place.kind for place in places))
        counts["kilometre_stones"] = counts.pop("road_km", 0)
        counts |= self._counts
        counts["road_km"] = round(counts.pop("road_m", 0) / 1000, 1)
        counts["street_names"] = len(self._names)
        counts["areas"] = len(self._areas)
        return Extract(
            places=places,
            areas=self._areas,
            bbox=bbox or _bbox_of(places),
            name=_name_of(places),
            counts=dict(sorted(counts.items())),
        )


def _aliases(tags: dict[str, str]) -> tuple[str, ...]:
    found = (part.strip() for tag in ALIASES for part in tags.get(tag, "").split(";"))
    return tuple(dict.fromkeys(alias for alias in found if alias and alias != tags.get("name")))


def _place(kind: str, ref: str, tags: dict[str, str], point: LonLat, *, category: str, weight: int) -> PlaceRecord:
    name = tags["name"]
    if not is_cyrillic(name) and is_cyrillic(tags.get("name:sr", "")):
        name = tags["name:sr"]
    latin = tags.get("name:sr-Latn") or to_latin(name)
    return PlaceRecord(
        kind=kind,
        name=name[:300],
        name_latin=latin[:300],
        key=search_key(name)[:400],
        lon=point[0],
        lat=point[1],
        category=category,
        weight=weight,
        osm_ref=ref,
    )


def _address_records(
    addresses: Iterable[tuple[str, str, str, LonLat]], names: dict[str, tuple[str, str]]
) -> Iterable[PlaceRecord]:
    """Addresses under the name that their street has on the map, whatever the script of the address."""
    for ref, street, number, point in addresses:
        key = search_key(street) if street else ""
        name, latin = names.get(key, (street, to_latin(street)))
        yield PlaceRecord(
            kind="address",
            name=f"{name} {number}".strip()[:300],
            name_latin=f"{latin} {to_latin(number)}".strip()[:300],
            key=f"{key} {search_key(number)}".strip()[:400],
            lon=point[0],
            lat=point[1],
            street_key=key[:300],
            number=number[:60],
            number_value=number_value(number),
            osm_ref=ref,
        )


def _streets_of_addresses(addresses: list[PlaceRecord], names: dict[str, tuple[str, str]]) -> Iterable[PlaceRecord]:
    """Streets known only from addresses: found as streets too, at the middle of their doors."""
    doors: dict[str, list[PlaceRecord]] = defaultdict(list)
    for address in addresses:
        if address.street_key and address.street_key not in names:
            doors[address.street_key].append(address)
    for key, records in sorted(doors.items()):
        first = records[0]
        lon, lat = centre((record.lon, record.lat) for record in records)
        name = first.name.removesuffix(first.number).strip()
        yield PlaceRecord(
            "street", name, to_latin(name), key, lon, lat, street_key=key, weight=2, osm_ref=first.osm_ref
        )


def _without_doubles(places: list[PlaceRecord]) -> list[PlaceRecord]:
    """A settlement drawn both as a point and as an outline is kept once, as the first of them (the point)."""
    kept: list[PlaceRecord] = []
    seen: dict[tuple[str, str], list[PlaceRecord]] = defaultdict(list)
    for place in places:
        twins = seen[place.category, place.key]
        is_double = place.kind == "place" and any(
            distance_m((place.lon, place.lat), (twin.lon, twin.lat)) < TWIN_M for twin in twins
        )
        if not is_double:
            kept.append(place)
            twins.append(place)
    return kept


def _tell_quarters(places: list[PlaceRecord]) -> None:
    """Fill `detail` with the quarter and settlement that reach furthest to a place."""
    towns = _Nearest(places, TOWNS)
    quarters = _Nearest(places, QUARTERS)
    for place in places:
        point = (place.lon, place.lat)
        found = [near.name for near in (quarters.at(point), towns.at(point)) if near is not None and near is not place]
        place.detail = ", ".join(dict.fromkeys(found))[:200]


class _Nearest:
    """Which settlement a point belongs to: the one whose reach it lies deepest in. Looks only into near cells."""

    def __init__(self, places: list[PlaceRecord], reaches: dict[str, tuple[int, int]]) -> None:
        self._cells: dict[tuple[int, int], list[tuple[PlaceRecord, int]]] = defaultdict(list)
        for place in places:
            if place.kind == "place" and (kind := place.category.split("=")[1]) in reaches:
                reach = reaches[kind][0]
                around = reach // 700 + 1
                x, y = self._cell((place.lon, place.lat))
                for dx in range(-around, around + 1):
                    for dy in range(-around, around + 1):
                        self._cells[x + dx, y + dy].append((place, reach))

    @staticmethod
    def _cell(point: LonLat) -> tuple[int, int]:
        return int(point[0] * 100), int(point[1] * 100)

    def at(self, point: LonLat) -> PlaceRecord | None:
        """The settlement or quarter of `point`, or None."""
        ranked = (
            (distance_m(point, (place.lon, place.lat)) / reach, at, place)
            for at, (place, reach) in enumerate(self._cells.get(self._cell(point), ()))
        )
        share, _, place = min(ranked, default=(2.0, 0, None))
        return place if share <= 1 else None


def _name_of(places: list[PlaceRecord]) -> str:
    """What to call the region: its weightiest settlement."""
    settlements = (place for place in places if place.kind == "place")
    largest = max(settlements, key=lambda place: place.weight, default=None)
    return largest.name if largest is not None else ""


def _bbox_of(places: list[PlaceRecord]) -> tuple[float, float, float, float]:
    if not places:
        return (0.0, 0.0, 0.0, 0.0)
    lons, lats = [place.lon for place in places], [place.lat for place in places]
    return (min(lons), min(lats), max(lons), max(lats))
