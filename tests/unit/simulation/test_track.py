"""A stretch of a past way: what a device tells on it, and where it ends when it is cut short."""

from datetime import timedelta

import pytest

from simulation.rules.route import Route
from simulation.rules.track import MOVING_S, STANDING_S, Stretch
from tests.factories import NOON

WAY = Route([(19.8, 45.2), (19.82, 45.2)], 100)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def test_a_device_tells_often_while_it_moves_and_seldom_while_it_stands():
    told = list(Stretch(WAY, NOON, after(300)).told())
    assert [at for at, _spot in told] == [after(s) for s in (0, 20, 40, 60, 80, 100, 190, 280)]
    assert (MOVING_S, STANDING_S) == (20, 90)
    assert told[2][1].point == (pytest.approx(19.808), 45.2)
    assert [spot.speed_mps > 0 for _at, spot in told[1:6]] == [True, True, True, True, False]


def test_cut_short_it_ends_on_the_way():
    cut = Stretch(WAY, NOON, after(300)).cut(after(50))
    assert cut.last == (pytest.approx(19.81), 45.2)
    assert [at for at, _spot in cut.told()] == [after(0), after(20), after(40)]


def test_one_that_is_over_at_once_tells_nothing():
    assert list(Stretch(WAY, NOON, NOON).told()) == []
