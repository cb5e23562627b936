"""Closes the outlines that an extract has cut open, so that the basemap does not flood the town.

An extract holds only those parts of a large outline (a river, a forest) that lie in it. tilemaker closes what is open in
the order of the file, often straight across the city. Here loose ends are joined to their nearest: along the cut.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium

from geo.region.records import LonLat, distance_m

type Ends = list[tuple[int, LonLat]]


def mend_outlines(pbf: Path, mended: Path) -> int:
    """Write `pbf` with closed outlines to `mended`; how many were open. Writes nothing where none was.

    Reads the file three times; memory grows with the ways of multipolygons, not with the file.
    """
    members = _members(pbf)
    joints = {relation: _pairs(ends) for relation, ends in _loose_ends(pbf, members).items()}
    if joints:
        _write(pbf, mended, joints)
    return len(joints)


def _objects(pbf: Path, kinds: Any, *filters: Any, located: bool = False) -> Iterator[Any]:
    """Objects of some kinds in the order of the file; typed by their kind, which pyosmium cannot tell a checker."""
    objects = osmium.FileProcessor(str(pbf), kinds)
    if located:
        objects.with_locations()
    for each in filters:
        objects.with_filter(each)
    return iter(objects)


def _members(pbf: Path) -> dict[int, list[int]]:
    """Ways of each multipolygon."""
    relations = _objects(pbf, osmium.osm.RELATION, osmium.filter.TagFilter(("type", "multipolygon")))
    return {item.id: [member.ref for member in item.members if member.type == "w"] for item in relations}


def _loose_ends(pbf: Path, members: dict[int, list[int]]) -> dict[int, Ends]:
    """Nodes at which an outline begins or ends without going on, by relation."""
    wanted = osmium.filter.IdFilter({way for ways in members.values() for way in ways})
    only_ways = osmium.filter.EntityFilter(osmium.osm.WAY)
    ends: dict[int, Ends] = {}
    for item in _objects(pbf, osmium.osm.NODE | osmium.osm.WAY, only_ways, wanted, located=True):
        nodes = [(node.ref, (node.location.lon, node.location.lat)) for node in item.nodes if node.location.valid()]
        if nodes:
            ends[item.id] = [nodes[0], nodes[-1]]
    loose = {}
    for relation, ways in members.items():
        met = Counter(node for way in ways for node, _ in ends.get(way, ()))
        where = {node: point for way in ways for node, point in ends.get(way, ())}
        open_ends = [(node, where[node]) for node, times in met.items() if times % 2]
        if open_ends:
            loose[relation] = open_ends
    return loose


def _pairs(ends: Ends) -> list[tuple[int, int]]:
    """Loose ends joined two by two, the nearest first."""
    gaps = sorted((distance_m(one[1], two[1]), one[0], two[0]) for at, one in enumerate(ends) for two in ends[at + 1 :])
    joined: set[int] = set()
    pairs = []
    for _, one, two in gaps:
        if one not in joined and two not in joined:
            joined |= {one, two}
            pairs.append((one, two))
    return pairs


def _write(pbf: Path, mended: Path, joints: dict[int, list[tuple[int, int]]]) -> None:
    """Copy the file with a straight way for each joint, added to its relation."""
    highest = max((item.id for item in _objects(pbf, osmium.osm.WAY)), default=0)
    new_ways: dict[int, list[int]] = {}
    lines: list[tuple[int, tuple[int, int]]] = []
    for relation, pairs in joints.items():
        for pair in pairs:
            highest += 1
            lines.append((highest, pair))
            new_ways.setdefault(relation, []).append(highest)
    with osmium.io.Reader(str(pbf)) as reader:
        header = reader.header()
    with osmium.SimpleWriter(str(mended), header=header, overwrite=True) as writer:
        is_written = False
        for item in _objects(pbf, osmium.osm.ALL):
            if item.is_relation() and not is_written:
                is_written = True
                for number, pair in lines:
                    writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=list(pair)))
            if item.is_relation() and item.id in new_ways:
                kept = [(member.type, member.ref, member.role) for member in item.members]
                added = [("w", number, "outer") for number in new_ways[item.id]]
                writer.add_relation(item.replace(members=[*kept, *added]))
            else:
                writer.add(item)
