"""For random histories the measures by SQL equal a plain Python reading of the rules."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import selectors
from analytics.rules import History, Measure, Sent, Why, as_numbers, first_sent, first_to_arrive, outcomes, summarise
from core.access import Viewer
from dispatch.models import Assignment
from incidents.models import Incident, Reopening
from incidents.rules import Status
from tests import factories

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
SIGNS = ["10", "2", "A", "a", "Č"]

seconds = st.sampled_from([0, 1, 2, 60]) | st.integers(-3, 3) | st.integers(-100, 4000)  # ties are where it is hard
times = st.none() | seconds.map(lambda s: START + timedelta(seconds=s))
sent = st.builds(
    Sent,
    unit=st.sampled_from(SIGNS),
    dispatched_at=times,
    en_route_at=times,
    on_scene_at=times,
    action_taken_at=times,
    broken_off=st.booleans(),
)


def histories(depth: int):
    return st.builds(
        History,
        received_at=seconds.map(lambda s: START + timedelta(seconds=s)),
        sent=st.lists(sent, max_size=4).map(tuple),
        on_view=st.sampled_from([False, False, False, True]),
        action_taken_at=times,
        reopened_at=times,
        duplicates=st.lists(histories(depth - 1), max_size=2).map(tuple) if depth else st.just(()),
    )


@pytest.fixture
def units(board):
    return {sign: factories.UnitFactory(board=board, call_sign=sign, external=True) for sign in SIGNS}


def store(history: History, board, kind, units, target: Incident | None = None) -> Incident:
    incident = Incident.objects.create(
        number=f"H{Incident.objects.count()}",
        organisation=board.organisation,
        board=board,
        type=kind,
        priority=1,
        first_priority=1,
        highest_priority=1,
        status=Status.MERGED if target else Status.CLOSED,
        merged_into=target,
        on_view=history.on_view,
        received_at=history.received_at,
        created_at=history.received_at,
        action_taken_at=history.action_taken_at,
    )
    if history.reopened_at:
        Reopening.objects.create(
            incident=incident,
            ended_at=history.reopened_at,
            occurred_at=history.reopened_at,
            recorded_at=history.reopened_at,
            reason="",
        )
    Assignment.objects.bulk_create(
        Assignment(
            incident=incident,
            unit=units[one.unit],
            status="pre_empted" if one.broken_off else "cleared",
            dispatched_at=one.dispatched_at,
            en_route_at=one.en_route_at,
            on_scene_at=one.on_scene_at,
            action_taken_at=one.action_taken_at,
            source="import",
        )
        for one in history.sent
    )
    for duplicate in history.duplicates:
        store(duplicate, board, kind, units, incident)
    return incident


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(histories(2), max_size=8))
def test_measures_by_sql_equal_the_plain_reading_of_the_rules(board, units, told):
    kind = factories.IncidentTypeFactory()
    Assignment.objects.all().delete()
    Reopening.objects.all().delete()
    while Incident.objects.filter(merged=None).exists():
        Incident.objects.filter(merged=None).delete()
    for history in told:
        store(history, board, kind, units)

    result = selectors.response_times(
        Viewer.system("test"), selectors.Question(board.organisation_id, by="unit", min_cases=2)
    )

    found = [outcomes(history) for history in told]
    expected = {
        measure.value: as_numbers(summarise([one[measure] for one in found], min_cases=2)) for measure in Measure
    }
    _compare(result["measures"], expected)
    assert _differ(result) == _expected_differ(told)
    assert Counter({g["key"]: g["measures"]["response"]["n"] for g in result["groups"]}) == _by_unit(told, found)


def _compare(left, right):
    for name, expected in right.items():
        got = left[name]
        assert {k: v for k, v in got.items() if k != "mean_s"} == {k: v for k, v in expected.items() if k != "mean_s"}
        assert got["mean_s"] == (None if expected["mean_s"] is None else pytest.approx(expected["mean_s"], abs=1e-5))


def _differ(result):
    return result["population"]["first_sent_and_first_to_arrive"]


def _expected_differ(told):
    pairs = [(first_sent(one), first_to_arrive(one)) for one in told]
    known = [(a.unit, b.unit) for a, b in pairs if a and b]
    return {"n": len(known), "differ": sum(a != b for a, b in known)}


def _by_unit(told, found):
    counts = Counter()
    for history, outcome in zip(told, found, strict=True):
        unit = first_to_arrive(history) or first_sent(history)
        counts[unit and unit.unit] += not isinstance(outcome[Measure.RESPONSE], Why)
    return counts
