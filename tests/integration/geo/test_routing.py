"""Ways and times over the invented town's roads, and what is said when there is no router."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from geo import routing
from geo.routing import straight
from geo.routing.ways import decode_polyline

NORTH, SOUTH = (15.502, 42.706), (15.502, 42.692)
FAR = (19.84, 45.25)


@pytest.fixture
def no_router(settings, tmp_path):
    settings.REGION_DIR = tmp_path / "nothing"


@pytest.mark.usefixtures("town_pack")
class TestWithRoads:
    def test_the_way_over_the_river_takes_a_bridge(self):
        way = routing.route(NORTH, SOUTH, "sr")
        assert way.source == "route"
        assert way.geometry["type"] == "LineString"
        assert {"Мост уздисаја", "Стаклени мост"} & {step.street for step in way.maneuvers}
        assert way.distance_m > straight.great_circle_m(NORTH, SOUTH)

    def test_steps_are_in_the_script_of_the_reader(self):
        latin = routing.route(NORTH, SOUTH, "sr-latn")
        assert {"Most uzdisaja", "Stakleni most"} & {step.street for step in latin.maneuvers}
        assert latin.maneuvers[0].kind == "start"
        assert latin.maneuvers[-1].kind == "arrive"

    def test_a_matrix_agrees_with_single_ways(self):
        sources = [NORTH, SOUTH, (15.49, 42.705)]
        for leg, source in zip(routing.eta_matrix(sources, (15.51, 42.71)), sources, strict=True):
            assert leg.source == "route"
            assert leg.duration_s == pytest.approx(routing.route(source, (15.51, 42.71)).duration_s, rel=0.1, abs=5)

    def test_a_point_off_the_network_gets_a_straight_line_and_the_others_a_way(self):
        near, far = routing.eta_matrix([NORTH, FAR], SOUTH)
        assert (near.source, far.source) == ("route", "straight")

    def test_a_target_off_the_network_gets_straight_lines(self):
        assert {leg.source for leg in routing.eta_matrix([NORTH, SOUTH], FAR)} == {"straight"}
        assert routing.route(NORTH, FAR).source == "straight"

    def test_the_nearest_come_in_order(self):
        candidates = [routing.Candidate(at, (15.48 + at * 0.001, 42.705)) for at in range(40)]
        found = routing.nearest_by_eta((15.50, 42.706), candidates, want=5, sure=5)
        times = [leg.duration_s for _, leg in found]
        everybody = sorted(
            leg.duration_s for leg in routing.eta_matrix([each.point for each in candidates], (15.50, 42.706))
        )
        assert times == everybody[:5]

    def test_nobody_is_nearest_among_none(self):
        assert routing.nearest_by_eta(NORTH, []) == []
        assert routing.eta_matrix([], NORTH) == []

    def test_reach_grows_with_time(self):
        near, far = routing.isochrone(NORTH, 2), routing.isochrone(NORTH, 4, towards=True)
        assert near["type"] == far["type"] == "Polygon"
        assert routing.isochrone(FAR, 5) is None

    def test_many_threads_may_ask_at_once(self):
        with ThreadPoolExecutor(6) as pool:
            ways = list(pool.map(lambda _: routing.route(NORTH, SOUTH), range(24)))
        assert {way.duration_s for way in ways} == {ways[0].duration_s}
        assert {way.source for way in ways} == {"route"}

    def test_it_is_up_and_says_over_which_region(self):
        status = routing.routing_status()
        assert status.is_up
        assert "Измишљево" in status.detail


@pytest.mark.usefixtures("no_router")
class TestWithoutRoads:
    def test_it_says_that_it_is_down_and_what_to_do(self):
        status = routing.routing_status()
        assert not status.is_up
        assert "build_region" in status.detail

    def test_everything_answers_with_straight_lines(self):
        (leg,) = routing.eta_matrix([NORTH], SOUTH)
        metres = straight.great_circle_m(NORTH, SOUTH)
        assert leg.source == "straight"
        assert leg.distance_m == pytest.approx(metres * 1.4)
        assert routing.route(NORTH, SOUTH).geometry["coordinates"] == [list(NORTH), list(SOUTH)]
        assert routing.isochrone(NORTH, 5) is None
        found = routing.nearest_by_eta(SOUTH, [routing.Candidate("b", NORTH), routing.Candidate("a", SOUTH)])
        assert [candidate.key for candidate, _ in found] == ["a", "b"]


def test_another_pack_is_taken_up_at_once(town_pack, settings, tmp_path):
    settings.REGION_DIR = tmp_path
    assert not routing.routing_status().is_up
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / town_pack.id).symlink_to(town_pack.folder)
    (tmp_path / "current").symlink_to(f"packs/{town_pack.id}")
    assert routing.routing_status().is_up


def test_the_distance_of_a_degree():
    assert straight.great_circle_m((0, 0), (0, 1)) == pytest.approx(111_195, rel=1e-4)


def test_polylines_are_read():
    assert decode_polyline("_p~iF~ps|U_ulLnnqC_mqNvxq`@", precision=5) == [
        [-120.2, 38.5],
        [-120.95, 40.7],
        [-126.453, 43.252],
    ]
