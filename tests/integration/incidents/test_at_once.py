"""Several people at once: one winner each, numbers without gaps."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from core.access import Viewer
from core.errors import Conflict
from core.models import Board, LiveEvent
from incidents import services
from incidents.models import Call, Incident
from tests.factories import NOON, CallFactory, IncidentFactory

pytestmark = pytest.mark.django_db(transaction=True)

BY = Viewer.system("test")


def at_once(*acts):
    """Do all of them at the same moment, each in a connection of its own; what each gave or raised."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(10)
            return act()
        except Conflict as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_numbers_have_no_gaps_however_many_enter_at_once(board, kind):
    by, organisation = BY, board.organisation_id
    made = at_once(
        *[lambda: services.create_incident(type_code="theft", organisation_id=organisation, by=by) for _ in range(8)]
    )
    assert sorted(one.number for one in made) == [f"NS-2026-{n:06}" for n in range(1, 9)]
    board.refresh_from_db()
    assert list(LiveEvent.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, board.head_seq + 1))


def test_one_closes_and_the_other_is_told(board, kind):
    incident = IncidentFactory(board=board, type=kind)
    results = at_once(
        lambda: services.close_incident(incident_id=incident.pk, disposition="handled", by=BY),
        lambda: services.cancel_incident(incident_id=incident.pk, reason="x", by=BY),
    )
    assert Counter(type(result) for result in results) == {Incident: 1, Conflict: 1}
    assert LiveEvent.objects.count() == 1


def test_one_field_saved_by_two_has_one_winner(board, kind):
    incident = IncidentFactory(board=board, type=kind)

    def save(text):
        return lambda: services.update_incident(incident_id=incident.pk, version=1, changes={"summary": text}, by=BY)

    results = at_once(save("прво"), save("друго"))
    (refused,) = [result for result in results if isinstance(result, Conflict)]
    incident.refresh_from_db()
    assert refused.state["conflicts"][0]["is"] == incident.summary


def test_a_call_attached_twice_at_once_is_attached_once(board, kind):
    one, other = (IncidentFactory(board=board, type=kind) for _ in range(2))
    call = CallFactory(incident=None, organisation=board.organisation)
    results = at_once(
        *[
            lambda pk=pk: services.attach_call(incident_id=pk, call_id=call.pk, by=BY)
            for pk in (one.pk, one.pk, other.pk, other.pk)
        ]
    )
    owner = Call.objects.get().incident_id
    assert [result.pk for result in results if isinstance(result, Incident)] == [owner, owner]
    assert LiveEvent.objects.filter(kind="CallAttached").count() == 1


def test_two_merged_into_each_other_leave_one_open(board, kind):
    one = IncidentFactory(board=board, type=kind, received_at=NOON - timedelta(minutes=1))
    other = IncidentFactory(board=board, type=kind)
    results = at_once(
        lambda: services.merge_incidents(incident_id=one.pk, into_id=other.pk, by=BY),
        lambda: services.merge_incidents(incident_id=other.pk, into_id=one.pk, by=BY),
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert Counter(Incident.objects.values_list("status", flat=True)) == {"waiting": 1, "merged": 1}
    assert Board.objects.get(pk=board.pk).head_seq == 1
