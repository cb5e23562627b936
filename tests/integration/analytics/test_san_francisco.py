"""The figures of a real feed, to the last digit. The file is not part of the project: without it the tests are skipped."""

import os
from pathlib import Path

import pytest

from analytics import selectors
from analytics.services import import_calls
from core.access import Viewer
from incidents.models import Incident
from tests import factories

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("PATRULJA_SHARED_DATA", ROOT.parent / "shared" / "data"))
FEED = SHARED / "calls" / "sf-fire-2016-12-31_2017-01-07.csv.gz"
MAPPING = ROOT / "analytics" / "mappings" / "san-francisco-fire.toml"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FEED.exists(), reason="the shared data are not here (PATRULJA_SHARED_DATA)"),
]


@pytest.fixture
def node():
    board = factories.BoardFactory(organisation__code="SF", organisation__time_zone="America/Los_Angeles")
    return board.organisation


@pytest.fixture
def account(node):
    return import_calls(path=FEED, mapping_source=MAPPING.read_text(), organisation=node, by=Viewer.system("test"))


def test_every_row_is_accounted_for(account):
    assert {key: account[key] for key in ("rows", "imported", "merged", "rejected")} == {
        "rows": 7704,
        "imported": 7704,
        "merged": 0,
        "rejected": 0,
    }
    assert (account["incidents"], account["assignments"], account["units"]) == (3560, 7704, 178)


def test_the_figures(account, node):
    found = selectors.response_times(Viewer.system("test"), selectors.Question(node.pk, by="priority"))
    response, delay, turnout, travel = (
        found["measures"][name] for name in ("response", "dispatch_delay", "turnout", "travel")
    )
    assert (response["n"], response["n_missing"], response["p50_s"], response["p90_s"]) == (3429, 131, 390, 1033.4)
    assert round(response["mean_s"], 2) == 517.79
    assert (delay["n"], delay["p50_s"], delay["p90_s"], round(delay["mean_s"], 2)) == (3560, 113, 265, 142.14)
    assert (turnout["n"], turnout["p50_s"], turnout["p90_s"]) == (3429, 50, 119)
    assert (travel["n"], travel["excluded"], travel["p50_s"], travel["p90_s"]) == (3428, {"negative": 1}, 178, 745.3)
    assert found["population"]["first_sent_and_first_to_arrive"]["differ"] == 1670
    by_priority = {group["key"]: group["measures"]["response"] for group in found["groups"]}
    assert (by_priority["2"]["n"], by_priority["2"]["p50_s"]) == (1391, 647)
    assert (by_priority["3"]["n"], by_priority["3"]["p50_s"], by_priority["3"]["p90_s"]) == (2038, 327, 511.3)


def test_running_twice_adds_nothing(account, node):
    again = import_calls(path=FEED, mapping_source=MAPPING.read_text(), organisation=node, by=Viewer.system("test"))
    assert (again["imported"], again["merged"], again["already_present"]) == (0, 7704, 7704)
    assert Incident.objects.count() == 3560
