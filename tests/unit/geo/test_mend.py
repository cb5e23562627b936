"""Outlines cut open by an extract are closed along the cut."""

import osmium
from osmium.osm import Location
from osmium.osm import mutable as osm

from geo.region.mend import mend_outlines

# A river from west to east: two banks, both cut at both ends of the extract.
NODES = {1: (19.80, 45.25), 2: (19.90, 45.25), 3: (19.80, 45.24), 4: (19.90, 45.24)}


def write(path, ways, members):
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (lon, lat) in NODES.items():
            writer.add_node(osm.Node(id=number, version=1, location=Location(lon, lat)))
        for number, nodes in ways.items():
            writer.add_way(osm.Way(id=number, version=1, nodes=nodes))
        tags = {"type": "multipolygon", "natural": "water"}
        writer.add_relation(osm.Relation(id=1, version=1, members=members, tags=tags))


def test_the_banks_of_a_river_are_joined_across_it_and_not_along_it(tmp_path):
    write(tmp_path / "cut.osm.pbf", {10: [1, 2], 11: [3, 4]}, [("w", 10, "outer"), ("w", 11, "outer")])

    assert mend_outlines(tmp_path / "cut.osm.pbf", tmp_path / "whole.osm.pbf") == 1

    whole = osmium.FileProcessor(str(tmp_path / "whole.osm.pbf")).with_locations().with_areas()
    areas = [[node.ref for ring in item.outer_rings() for node in ring] for item in whole if item.is_area()]
    assert len(areas) == 1
    assert set(areas[0]) == {1, 2, 3, 4}
    joints = {frozenset(pair) for pair in zip(areas[0], areas[0][1:], strict=False)}
    assert joints == {frozenset(pair) for pair in ((1, 2), (3, 4), (1, 3), (2, 4))}


def test_closed_outlines_are_left_alone(tmp_path):
    write(tmp_path / "whole.osm.pbf", {10: [1, 2, 4, 3, 1]}, [("w", 10, "outer")])
    assert mend_outlines(tmp_path / "whole.osm.pbf", tmp_path / "other.osm.pbf") == 0
    assert not (tmp_path / "other.osm.pbf").exists()
