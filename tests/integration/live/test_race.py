"""Two dispatchers and one unit, 200 times at once, through the API on a real database: one winner each time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core.models import Board, LiveEvent
from dispatch.models import Assignment
from incidents.models import Incident
from patrols.models import Unit
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)

TRIALS = 200


def posting(client, barrier, url, body):
    """Post when the other one does; the connection goes back to the pool."""
    try:
        barrier.wait(timeout=20)
        return client.post(url, body, format="json")
    finally:
        connection.close()


def test_two_dispatchers_who_grab_one_unit_get_one_winner_and_one_clear_answer(board, directorate, client_of):
    alice, bob = (client_of(person("dispatcher", directorate, name)) for name in ("alice", "bob"))
    kind = factories.IncidentTypeFactory()
    with ThreadPoolExecutor(2) as threads:
        for trial in range(TRIALS):
            unit = factories.UnitFactory(board=board)
            ours, theirs = (factories.IncidentFactory(board=board, type=kind) for _ in range(2))
            barrier = threading.Barrier(2)
            answers = [
                threads.submit(
                    posting, who, barrier, f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk}
                )
                for who, incident in ((alice, ours), (bob, theirs if trial % 2 else ours))
            ]
            won, lost = sorted((answer.result(timeout=30) for answer in answers), key=lambda answer: answer.status_code)
            assert (won.status_code, lost.status_code) == (201, 409)
            assert lost.json()["code"] == "unit_busy"
            assert lost.json()["state"]["assignment"] == won.json()["id"]
            assert Assignment.objects.filter(unit=unit).count() == 1
    numbers = list(LiveEvent.objects.filter(board=board).order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, TRIALS + 1))
    assert Board.objects.get().head_seq == TRIALS


def test_contradictory_steps_at_once_leave_rows_that_agree(board, directorate, client_of):
    alice, bob = (client_of(person("dispatcher", directorate, name)) for name in ("alice", "bob"))
    with ThreadPoolExecutor(2) as threads:
        for _ in range(40):
            unit, incident = factories.UnitFactory(board=board), factories.IncidentFactory(board=board)
            job = alice.post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk}, format="json").json()
            barrier = threading.Barrier(2)
            url = f"/api/v1/assignments/{job['id']}/"
            answers = [
                threads.submit(posting, who, barrier, url, {"status": status, "expected": "dispatched"}).result
                for who, status in ((alice, "cleared"), (bob, "cancelled"))
            ]
            codes = sorted(answer(timeout=30).status_code for answer in answers)
            assert codes == [200, 409]
            assert Unit.objects.get(pk=unit.pk).status == "on_patrol"
            assert Incident.objects.get(pk=incident.pk).status == "waiting"


def test_two_who_break_off_one_job_and_the_crew_that_ends_it_agree(board, directorate, client_of):
    """Three changes of one unit whose locks overlap: they are taken in one order, so nobody dies of a deadlock."""
    alice, bob, carol = (client_of(person("dispatcher", directorate, name)) for name in ("alice", "bob", "carol"))
    kind = factories.IncidentTypeFactory()
    with ThreadPoolExecutor(3) as threads:
        for _ in range(40):
            first, second = (factories.IncidentFactory(board=board, priority=1, type=kind) for _ in range(2))
            minor = factories.IncidentFactory(board=board, priority=3, type=kind)
            unit = factories.UnitFactory(board=board)
            job = alice.post(f"/api/v1/incidents/{minor.pk}/assignments/", {"unit": unit.pk}, format="json").json()
            barrier = threading.Barrier(3)
            body = {"unit": unit.pk, "pre_empt": True}
            answers = [
                threads.submit(posting, who, barrier, url, given)
                for who, url, given in (
                    (alice, f"/api/v1/incidents/{first.pk}/assignments/", body),
                    (bob, f"/api/v1/incidents/{second.pk}/assignments/", body),
                    (carol, f"/api/v1/assignments/{job['id']}/", {"status": "en_route"}),
                )
            ]
            sent, also_sent, _step = (answer.result(timeout=30).status_code for answer in answers)
            assert {sent, also_sent} == {201, 409}
            assert _step in (200, 409)
            assert Assignment.objects.filter(unit=unit, status="dispatched").count() == 1
            assert Incident.objects.get(pk=minor.pk).status == "waiting"
