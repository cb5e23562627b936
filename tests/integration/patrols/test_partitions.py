"""Partitions are made ahead, take over what waited for them, and go with retention."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from patrols.gps import partitions
from patrols.models import IntakeCount, PastPosition
from patrols.rules import Fix
from patrols.services import store_fixes
from patrols.tasks import keep_partitions

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


def test_a_new_partition_has_the_indexes_of_the_others():
    partitions.make_partitions(now=DAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'patrols_fix_20270301' ORDER BY indexdef")
        brin, key = (row[0] for row in cursor.fetchall())
    assert "brin (recorded_at)" in brin
    assert "(unit_id, at)" in key


def test_the_task_makes_and_drops_and_forgets_old_counts(frozen_clock, settings):
    settings.POSITIONS_RETENTION = timedelta(days=30)
    frozen_clock.now = DAY
    partitions.make_partitions(now=DAY - timedelta(days=60))
    for days in (0, 32):
        IntakeCount.objects.create(hour=DAY - timedelta(days=days), protocol="osmand", outcome="accepted", count=1)

    keep_partitions()

    names = partitions._names()
    assert "patrols_fix_20270308" in names  # a week ahead
    assert "patrols_fix_20270101" not in names  # sixty days ago
    assert IntakeCount.objects.count() == 1


def test_what_is_older_than_retention_is_dropped_and_the_rest_stays():
    partitions.make_partitions(now=DAY)
    store_fixes([Fix(unit=1, lon=19.84, lat=45.25, at=DAY - timedelta(days=40))], now=DAY)
    store_fixes([Fix(unit=2, lon=19.84, lat=45.25, at=DAY - timedelta(days=1))], now=DAY)
    store_fixes([Fix(unit=3, lon=19.84, lat=45.25, at=DAY)], now=DAY)

    dropped = partitions.drop_old(oldest=datetime(2027, 3, 1, tzinfo=UTC))

    assert "patrols_fix_20270228" in dropped
    assert "patrols_fix_20270301" not in dropped
    assert [row.unit_id for row in PastPosition.objects.all()] == [3]
