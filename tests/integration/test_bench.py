"""What the benches stand on keeps up with the tables."""

from datetime import UTC, datetime

import pytest

from analytics import selectors
from bench.history import make_history
from core.access import Viewer
from dispatch.models import Assignment
from incidents.models import Incident
from tests import factories

pytestmark = pytest.mark.django_db
START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)


def test_a_made_history_is_one_that_reports_count(directorate):
    board = factories.BoardFactory(organisation=directorate)
    made = make_history(board, [directorate.pk], incidents=100, start=START, end=END)
    assert (Incident.objects.count(), Assignment.objects.count()) == (100, made)
    measures = selectors.response_times(Viewer.system("bench"), selectors.Question(directorate.pk))["measures"]
    response = measures["response"]
    assert response["n"] + response["n_missing"] + sum(response["excluded"].values()) == 100
    assert response["n"] > 50
