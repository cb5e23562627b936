"""Where somebody is who follows a route."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.rules.route import Route, distance_m, heading_deg, offset, scatter

HOME = (19.84, 45.25)
NORTH = offset(HOME, 0, 1000)
EAST = offset(NORTH, 500, 0)


@pytest.fixture
def route() -> Route:
    """A kilometre north, then half a kilometre east, in 150 s."""
    return Route([HOME, NORTH, EAST], 150)


def test_length_is_that_of_the_line(route):
    assert route.length_m == pytest.approx(1500, rel=1e-3)


def test_pace_is_even(route):
    assert route.speed_mps == pytest.approx(10, rel=1e-3)
    assert distance_m(route.at(30).point, HOME) == pytest.approx(300, rel=1e-3)


def test_heading_turns_with_the_line(route):
    assert route.at(50).heading_deg == pytest.approx(0, abs=0.5)
    assert route.at(125).heading_deg == pytest.approx(90, abs=0.5)


def test_before_the_start_one_stands_at_the_first_point(route):
    spot = route.at(-5)
    assert spot.point == pytest.approx(HOME)
    assert spot.speed_mps == 0


def test_after_the_end_one_stands_at_the_last_point(route):
    spot = route.at(1e6)
    assert spot.point == pytest.approx(EAST)
    assert spot.speed_mps == 0


def test_repeated_points_do_no_harm():
    route = Route([HOME, HOME, NORTH, NORTH], 100)
    assert len(route.points) == 2
    assert distance_m(route.at(50).point, HOME) == pytest.approx(500, rel=1e-3)


def test_standing_route_stays_where_it_is():
    assert Route.standing(HOME).at(12).point == HOME
    assert Route.standing(HOME).duration_s == 0


def test_route_without_points_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        Route([], 10)


def test_straight_way_takes_as_long_as_its_speed_says():
    assert Route.straight(HOME, NORTH, 8).duration_s == pytest.approx(125, rel=1e-3)


@pytest.mark.parametrize(("east", "north", "heading"), [(0, 1, 0), (1, 0, 90), (0, -1, 180), (-1, 0, 270)])
def test_headings_go_clockwise_from_north(east, north, heading):
    assert heading_deg(HOME, offset(HOME, east * 100, north * 100)) == pytest.approx(heading, abs=0.1)


metres = st.floats(-3000, 3000)


@given(st.lists(st.tuples(metres, metres), min_size=1, max_size=12), st.floats(0.1, 1e4), st.floats(-10, 2e4))
def test_one_never_leaves_the_line(steps, duration_s, elapsed_s):
    points = [offset(HOME, *step) for step in steps]
    route = Route(points, duration_s)
    spot = route.at(elapsed_s)
    gaps = [
        distance_m(a, spot.point) + distance_m(spot.point, b) - distance_m(a, b)
        for a, b in zip(points, points[1:] or points, strict=False)
    ]
    assert min(gaps) < 1.0
    assert 0 <= spot.heading_deg < 360


@given(st.integers(), st.floats(1, 5000))
def test_scattered_points_lie_in_the_disc(seed, radius_m):
    assert distance_m(HOME, scatter(Random(seed), HOME, radius_m)) <= radius_m * 1.001
