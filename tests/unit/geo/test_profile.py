"""How far somebody may be and still be first."""

from math import inf

from geo.routing.straight import Straight

FIGURES = Straight(detour=1.4, speed_mps=8, quickest=((0, 0), (500, 20), (1_000, 50)))


def test_reach_ends_where_nobody_was_quicker():
    assert FIGURES.reach_m(10) == 500
    assert FIGURES.reach_m(20) == 1_000
    assert FIGURES.reach_m(50) == inf
