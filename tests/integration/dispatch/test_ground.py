"""What lies under a board: its areas, and where some free unit would be in time."""

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point

from dispatch import ground
from geo.models import Area
from tests import factories
from tests.integration.geo.conftest import town_dir, town_pack  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of, dispatcher):
    return client_of(dispatcher)


@pytest.fixture
def url(board):
    return f"/api/v1/boards/{board.pk}/coverage/"


def area(organisation, code, **kwargs):
    square = MultiPolygon(Point(19.84, 45.25).buffer(0.01))
    return Area.objects.create(
        **{"kind": "sector", "name": code, "organisation": organisation, "geometry": square, "code": code} | kwargs
    )


def test_areas_are_those_of_the_board_and_below_that_are_valid_today(client, board, elsewhere, frozen_clock):
    below = factories.OrganisationFactory(parent=board.organisation)
    area(board.organisation, "A")
    area(below, "B", kind="section")
    area(below, "old", valid_to=date(2020, 1, 1))
    area(below, "J", kind="jurisdiction")
    area(elsewhere, "X")
    found = client.get(f"/api/v1/boards/{board.pk}/areas/").json()
    assert [(one["properties"]["kind"], one["properties"]["code"]) for one in found["features"]] == [
        ("section", "B"),
        ("sector", "A"),
    ]
    assert found["features"][0]["geometry"]["type"] in ("Polygon", "MultiPolygon")


@pytest.mark.usefixtures("town_pack")
class TestCoverage:
    def unit(self, board, lon, lat=42.706, **kwargs):
        at = kwargs.pop("at", None)
        unit = factories.UnitFactory(board=board, **kwargs)
        factories.LatestPositionFactory(unit=unit, point=Point(lon, lat), **({"at": at} if at else {}))
        return unit

    def test_it_is_what_free_units_reach_and_more_minutes_reach_more(self, client, board, url, frozen_clock):
        self.unit(board, 15.502)
        self.unit(board, 15.502)  # near the first: one question for both
        self.unit(board, 15.502, 42.692, status="meal")
        near, far = (client.get(url, {"minutes": minutes}).json() for minutes in (3, 8))
        assert (near["units"], near["pending"], near["uncounted"]) == (2, 0, 0)
        small, large = (GEOSGeometry(str(found["geometry"]).replace("'", '"')) for found in (near, far))
        assert small.contains(Point(15.502, 42.706))
        assert large.area > small.area > 0
        assert large.buffer(0.001).contains(small)

    def test_units_that_cannot_be_counted_are_said(self, client, board, url, frozen_clock):
        self.unit(board, 15.502, kind="foot")
        self.unit(board, 15.502, at=frozen_clock() - timedelta(hours=1))
        self.unit(board, 19.84, 45.25)  # off the roads of the town
        factories.UnitFactory(board=board)  # never seen
        found = client.get(url).json()
        assert (found["units"], found["uncounted"], found["geometry"]) == (0, 4, None)

    def test_what_the_router_has_no_time_for_is_said_and_comes_with_the_next_request(
        self, client, board, url, frozen_clock, monkeypatch
    ):
        self.unit(board, 15.5021, 42.7063)
        monkeypatch.setattr(ground, "BUDGET_S", -1.0)
        assert client.get(url).json()["pending"] == 1
        monkeypatch.setattr(ground, "BUDGET_S", 60.0)
        assert client.get(url).json()["units"] == 1


@pytest.mark.parametrize("minutes", ["0", "4", "-1", "x", "1e9"])
def test_other_minutes_are_refused(client, url, minutes):
    assert client.get(url, {"minutes": minutes}).status_code == 400
