"""Positions in the database: history, latest, repeats."""

from datetime import timedelta

import pytest
from django.db import connection

from patrols.cards import position_cards
from patrols.gps import store
from patrols.models import LatestPosition, PastPosition
from patrols.rules import Fix, Refusal
from patrols.services import store_fixes
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def fix(board) -> Fix:
    unit = factories.UnitFactory(board=board)
    return Fix(unit=unit.pk, lon=19.84, lat=45.25, at=NOON, accuracy_m=5, heading_deg=90, speed_mps=10)


def later(fix: Fix, seconds: float, **changes) -> Fix:
    return fix._replace(at=fix.at + timedelta(seconds=seconds), **changes)


def test_a_first_fix_makes_history_and_places_the_unit(fix):
    result = store_fixes([fix], now=NOON)

    assert (result.accepted, result.duplicate, result.rejected, result.moved) == (1, 0, [], [fix])
    row = PastPosition.objects.get()
    assert (row.unit_id, row.at, row.recorded_at, row.source) == (fix.unit, NOON, NOON, "api")
    assert (row.point.x, row.point.y, row.point.srid) == (19.84, 45.25, 4326)
    assert position_cards([fix.unit]) == [
        {
            "unit": fix.unit,
            "lon": 19.84,
            "lat": 45.25,
            "at": "2026-11-02T12:00:00Z",
            "accuracy_m": 5.0,
            "heading_deg": 90.0,
            "speed_mps": 10.0,
        }
    ]


def test_the_newest_of_a_batch_places_the_unit_whatever_the_order(fix):
    newest = later(fix, 9, lon=19.9)
    result = store_fixes([later(fix, 5), newest, fix], now=NOON + timedelta(seconds=10))

    assert result.accepted == 3
    assert result.moved == [newest]
    assert LatestPosition.objects.get().point.x == 19.9


def test_an_older_fix_goes_to_history_and_does_not_move_the_unit(fix):
    store_fixes([fix], now=NOON)
    result = store_fixes([later(fix, -60, lon=20.0)], now=NOON)

    assert (result.accepted, result.moved) == (1, [])
    assert PastPosition.objects.count() == 2
    assert LatestPosition.objects.get().point.x == 19.84


def test_a_repeat_is_told_from_a_new_fix_and_the_rest_of_its_batch_is_kept(fix):
    store_fixes([fix, later(fix, 1)], now=NOON)
    new = later(fix, 2)
    result = store_fixes([later(fix, 1), new, fix, new], now=NOON)

    assert result.fates == [False, True, False, False]
    assert (result.accepted, result.duplicate, result.moved) == (1, 3, [new])
    assert PastPosition.objects.count() == 3


def test_refused_fixes_are_counted_and_the_rest_of_their_batch_is_kept(fix):
    bad = [fix._replace(lon=0, lat=0), later(fix, 61), fix._replace(speed_mps=-1)]
    result = store_fixes([bad[0], fix, *bad[1:]], now=NOON)

    assert result.accepted == 1
    assert result.rejected == [(0, Refusal.NULL_ISLAND), (2, Refusal.IN_FUTURE), (3, Refusal.IMPOSSIBLE)]
    assert PastPosition.objects.count() == 1


def test_nothing_to_store_does_not_ask_the_database(fix, monkeypatch):
    monkeypatch.delattr(store, "_write")
    assert store_fixes([fix._replace(lat=91)], now=NOON).accepted == 0
    assert store_fixes([], now=NOON).fates == []


def test_a_batch_that_is_known_already_moves_nothing(fix):
    store_fixes([fix, later(fix, 1)], now=NOON)
    result = store_fixes([fix, later(fix, 1)], now=NOON)
    assert (result.accepted, result.duplicate, result.moved) == (0, 2, [])


def test_what_is_not_known_of_a_fix_stays_unknown(fix):
    bare = Fix(unit=fix.unit, lon=19, lat=45, at=NOON)
    store_fixes([bare, later(fix, 1, speed_mps=9.5, heading_deg=None), later(fix, 2, speed_mps=3)], now=NOON)
    rows = PastPosition.objects.order_by("at").values_list("speed_mps", "heading_deg", "accuracy_m")
    assert list(rows) == [(None, None, None), (9.5, None, 5), (3, 90, 5)]


def test_a_fix_of_a_unit_that_is_gone_is_history_and_moves_nothing(fix):
    result = store_fixes([fix._replace(unit=0)], now=NOON)

    assert (result.accepted, result.moved) == (1, [])
    assert not LatestPosition.objects.exists()


def test_fixes_of_today_lie_in_a_partition_of_their_day(fix):
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (today,) = cursor.fetchone()
    store_fixes([fix._replace(at=today)], now=today)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM patrols_fix")
        assert cursor.fetchall() == [(f"patrols_fix_{today:%Y%m%d}",)]
