"""Partitions are made ahead, take over what waited for them, and go with retention."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from patrols.gps import partitions
from patrols.models import PastPosition
from patrols.rules import Fix
from patrols.services import store_fixes

pytestmark = pytest.mark.django_db
DAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


def home_of(unit: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM patrols_fix WHERE unit_id = %s", [unit])
        return cursor.fetchone()[0]


def test_fixes_of_a_day_without_a_partition_wait_in_the_default_one_and_move():
    store_fixes([Fix(unit=1, lon=19.84, lat=45.25, at=DAY)], now=DAY)
    assert home_of(1) == "patrols_fix_default"

    made = partitions.make_partitions(now=DAY)

    assert made[0] == "patrols_fix_20270228"
    assert len(made) == 9
    assert home_of(1) == "patrols_fix_20270301"
    assert partitions.make_partitions(now=DAY) == []


def test_what_is_older_than_retention_is_dropped_and_the_rest_stays():
    partitions.make_partitions(now=DAY)
    store_fixes([Fix(unit=1, lon=19.84, lat=45.25, at=DAY - timedelta(days=40))], now=DAY)
    store_fixes([Fix(unit=2, lon=19.84, lat=45.25, at=DAY - timedelta(days=1))], now=DAY)
    store_fixes([Fix(unit=3, lon=19.84, lat=45.25, at=DAY)], now=DAY)

    dropped = partitions.drop_old(oldest=datetime(2027, 3, 1, tzinfo=UTC))

    assert "patrols_fix_20270228" in dropped
    assert "patrols_fix_20270301" not in dropped
    assert [row.unit_id for row in PastPosition.objects.all()] == [3]
