"""The invented town is the same everywhere, and nobody can take it for a real one."""

import hashlib

import pytest

from geo.region.extract import read_extract
from geo.region.records import distance_m
from geo.region.town import BRIDGES, CENTRE, draw_town, town_file
from geo.rules.text import to_latin

# The nearest land: the islets Palagruža, Jabuka, Svetac, Sušac and the Tremiti islands.
LAND = [(16.26, 42.39), (15.46, 43.09), (15.75, 43.03), (16.50, 42.76), (15.50, 42.12)]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    path = tmp_path_factory.mktemp("town") / "town.osm.pbf"
    town_file(path)
    return path


@pytest.fixture(scope="module")
def extract(town):
    return read_extract(town)


def test_it_is_the_same_every_time(town, tmp_path):
    again = tmp_path / "again.osm.pbf"
    town_file(again)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(town.read_bytes()).digest()


def test_it_lies_in_the_open_sea():
    assert all(distance_m(CENTRE, spot) > 30_000 for spot in LAND)


def test_it_has_what_a_shift_needs(extract):
    assert extract.name == "Измишљево"
    assert extract.counts["address"] > 2_000
    assert extract.counts["crossing"] > 100
    assert extract.counts["street_names"] > 60
    assert extract.counts["police"] == 3
    assert extract.counts["areas"] == 5
    assert len(BRIDGES) == 2


def test_no_two_doors_bear_one_address(extract):
    doors = [place.key for place in extract.places if place.kind == "address"]
    assert len(doors) == len(set(doors))


def test_its_names_try_every_letter_of_serbian(extract):
    letters = {letter for place in extract.places for letter in place.name.lower()}
    assert set("абвгдђежзијклљмнњопрстћуфхцчџш") <= letters
    assert all(to_latin(place.name) == place.name_latin for place in extract.places)


def test_it_has_slow_and_fast_and_one_way_roads():
    roads = [tags for _, tags in draw_town().ways if "highway" in tags]
    assert {tags.get("maxspeed") for tags in roads} >= {"10", "30", "50", "60", "80"}
    assert sum(tags.get("oneway") in ("yes", "-1") for tags in roads) > 4
