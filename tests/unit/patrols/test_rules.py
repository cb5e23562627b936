"""Which status means what, and which fixes are refused."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from patrols.rules import AVAILABILITY, Fix, Refusal, Status, refusal_of

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
OLDEST = NOW - timedelta(days=90)
FIX = Fix(unit=1, lon=19.84, lat=45.25, at=NOW, accuracy_m=8, heading_deg=90, speed_mps=12)


def test_every_status_has_an_availability():
    assert set(AVAILABILITY) == set(Status)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"accuracy_m": None, "heading_deg": None, "speed_mps": None},
        {"at": NOW + timedelta(seconds=60)},
        {"at": OLDEST},
        {"lon": 0.0},
        {"lat": 0.0},
        {"lon": -180.0, "lat": -90.0},
        {"heading_deg": 360, "speed_mps": 0, "accuracy_m": 0},
    ],
)
def test_a_possible_fix_is_taken(changes):
    assert refusal_of(FIX._replace(**changes), now=NOW, oldest=OLDEST) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lon": 0, "lat": 0}, Refusal.NULL_ISLAND),
        ({"lon": -0.0, "lat": 0.0}, Refusal.NULL_ISLAND),
        ({"lon": 180.0001}, Refusal.OUT_OF_RANGE),
        ({"lat": -90.0001}, Refusal.OUT_OF_RANGE),
        ({"lat": math.nan}, Refusal.OUT_OF_RANGE),
        ({"lon": math.inf}, Refusal.OUT_OF_RANGE),
        ({"at": NOW + timedelta(seconds=60, microseconds=1)}, Refusal.IN_FUTURE),
        ({"at": OLDEST - timedelta(microseconds=1)}, Refusal.TOO_OLD),
        ({"accuracy_m": -1}, Refusal.IMPOSSIBLE),
        ({"accuracy_m": 100_001}, Refusal.IMPOSSIBLE),
        ({"heading_deg": 360.5}, Refusal.IMPOSSIBLE),
        ({"heading_deg": math.nan}, Refusal.IMPOSSIBLE),
        ({"speed_mps": -0.1}, Refusal.IMPOSSIBLE),
        ({"speed_mps": 151}, Refusal.IMPOSSIBLE),
    ],
)
def test_an_impossible_fix_is_refused_with_its_reason(changes, reason):
    assert refusal_of(FIX._replace(**changes), now=NOW, oldest=OLDEST) is reason
