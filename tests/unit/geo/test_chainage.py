"""Kilometres of roads: what people say, and what is measured along a road."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.course import Course, Mark
from geo.region.records import degrees_per_metre, distance_m
from geo.region.roads import NumberedWay, Stone, refs_of, road_records
from geo.rules.chainage import kilometres, parse_chainage, stone_m

ACROSS, ALONG = degrees_per_metre(45.0)


def at(x_m: float, y_m: float = 0.0) -> tuple[float, float]:
    """A point so many metres east and north of 20° E 45° N."""
    return 20 + x_m * ACROSS, 45 + y_m * ALONG


@pytest.mark.parametrize(
    ("text", "keys", "m"),
    [
        ("A1 km 75+300", ("a1",), 75_300),
        ("А1 км 75+300", ("a1",), 75_300),
        ("A 1 km75", ("a1",), 75_000),
        ("M-22 73.4", ("m22", "22"), 73_400),
        ("М-22 73,4", ("m22", "22"), 73_400),
        ("IB 22 km 12,5", ("ib22", "22"), 12_500),
        ("пут 21 км 5", ("21",), 5_000),
        ("put 22.1 km 3 + 050", ("22.1",), 3_050),
        ("autoput A1, km 12", ("a1",), 12_000),
        ("na 75. kilometru autoputa A1", ("a1",), 75_000),
        ("75 km puta 21", ("21",), 75_000),
        ("A1 na 75. km", ("a1",), 75_000),
        ("cesta 102 km 4.25", ("102",), 4_250),
    ],
)
def test_what_people_say_is_a_road_and_metres(text, keys, m):
    found = parse_chainage(text)
    assert found is not None
    assert (found.keys, found.m) == (keys, m)


@pytest.mark.parametrize(
    "text",
    ["", "21 5", "Futoška 5", "A1", "A1 12", "A1 75+3", "A1 75+30", "km 5", "put", "27. marta 5", "A1 km", "45.2554, 19.8451"],
)  # fmt: skip
def test_anything_else_is_no_kilometre(text):
    assert parse_chainage(text) is None


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    found = parse_chainage(text)
    assert found is None or found.m >= 0


@pytest.mark.parametrize(
    ("text", "m"), [("169", 169_000), ("169.5", 169_500), ("km 169", 169_000), ("169+250", 169_250), ("x", None), ("-3", None)]
)  # fmt: skip
def test_stones_of_the_map_are_read(text, m):
    assert stone_m(text) == m


def test_metres_are_written_as_on_a_stone():
    assert [kilometres(m) for m in (75_300, 75_000, 5_050, 40)] == ["75+300", "75", "5+050", "0+040"]


def test_between_two_stones_it_is_measured_along_the_bend_and_not_across():
    bend = Course([[at(0), at(600)], [at(600), at(600, 400)]])
    marks = Mark(10_000, at(0)), Mark(11_000, at(600, 400))
    assert distance_m(bend.between(*marks, 10_500), at(500)) < 1
    assert distance_m(bend.between(*marks, 10_800), at(600, 200)) < 1


def test_what_the_way_is_shorter_than_the_stones_say_is_shared_out():
    road = Course([[at(0), at(950)]])
    assert distance_m(road.between(Mark(0, at(0)), Mark(1_000, at(950)), 500), at(475)) < 1


def test_stones_beside_two_carriageways_are_measured_along_either():
    road = Course([[at(0, 10), at(2_000, 10)], [at(2_000, -10), at(0, -10)]])
    found = road.between(Mark(1_000, at(100, 16)), Mark(2_000, at(1_100, -16)), 1_500)
    assert distance_m(found, at(600)) < 20


def test_a_way_much_longer_than_the_stones_say_is_not_believed():
    road = Course([[at(0), at(0, 3_000), at(1_000, 3_000), at(1_000)]])
    assert road.between(Mark(0, at(0)), Mark(1_000, at(1_000)), 500) is None


def test_pieces_that_do_not_meet_are_not_measured_across():
    road = Course([[at(0), at(300)], [at(700), at(1_000)]])
    assert road.between(Mark(0, at(0)), Mark(1_000, at(1_000)), 500) is None


def test_beyond_the_last_stone_it_goes_on_in_the_same_sense():
    road = Course([[at(-3_000), at(0), at(1_000), at(2_500)]])
    first, second = Mark(10_000, at(0)), Mark(11_000, at(1_000))
    assert distance_m(road.beyond(second, first, 11_700), at(1_700)) < 1
    assert distance_m(road.beyond(first, second, 9_200), at(-800)) < 1


def test_beyond_the_end_of_the_road_there_is_nothing():
    road = Course([[at(0), at(1_000), at(1_500)]])
    assert road.beyond(Mark(11_000, at(1_000)), Mark(10_000, at(0)), 12_000) is None


def test_a_stone_that_names_no_road_belongs_to_the_one_it_stands_on():
    ways = [NumberedWay(("21", "100"), [at(0), at(1_000)]), NumberedWay(("12",), [at(0, 200), at(1_000, 200)])]
    stones = [Stone("n1", "5", "", at(300, 8)), Stone("n2", "7", "", at(300, 100)), Stone("n3", "9", "12", at(0, 90))]
    records = list(road_records(ways, stones))
    assert [(one.name, one.street_key) for one in records if one.kind == "road"] == [
        ("100", "100"),
        ("12", "12"),
        ("21", "21"),
    ]
    assert [(one.name, one.number_value) for one in records if one.kind == "road_km"] == [
        ("21 km 5", 5_000),
        ("12 km 9", 9_000),
    ]


def test_slip_roads_and_paths_are_no_course_of_a_road():
    assert refs_of({"highway": "motorway", "ref": "A1;E 75"}) == ("A1", "E 75")
    assert refs_of({"highway": "motorway_link", "ref": "A1"}) == ()
    assert refs_of({"highway": "primary"}) == ()
