"""What ended lately on a board: the last first, apart from what is open, merged, older or another board's."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from dispatch.services import cancel_incident, close_incident
from incidents.services import merge_incidents, reopen_incident
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(client_of, dispatcher, board):
    client = client_of(dispatcher)

    def read(**query):
        answer = client.get(f"/api/v1/boards/{board.pk}/ended/", query)
        assert answer.status_code == 200, answer.data
        return answer.data

    return read


def test_closed_and_cancelled_ones_stand_in_it_with_how_they_ended(board, viewer, ended, frozen_clock):
    first, second, _open = (factories.IncidentFactory(board=board) for _ in range(3))
    close_incident(incident_id=first.pk, disposition="resolved", text="Мирно", by=viewer)
    frozen_clock.tick(60)
    cancel_incident(incident_id=second.pk, reason="Лажна дојава", by=viewer)
    found = ended()
    assert [(row["incident"]["id"], row["disposition"], row["outcome"]) for row in found] == [
        (second.pk, "", "Лажна дојава"),
        (first.pk, "resolved", "Мирно"),
    ]
    assert AuditEntry.objects.filter(action="incident.listed", object_id=str(board.pk)).count() == 1


def test_merged_reopened_older_and_others_are_not_among_them(board, elsewhere, viewer, ended, frozen_clock):
    merged, kept, again, old = (factories.IncidentFactory(board=board) for _ in range(4))
    theirs = factories.IncidentFactory(board=elsewhere.board, organisation=elsewhere)
    theirs.status, theirs.closed_at = "closed", frozen_clock()
    theirs.save()
    merge_incidents(incident_id=merged.pk, into_id=kept.pk, by=viewer)
    close_incident(incident_id=again.pk, disposition="resolved", by=viewer)
    reopen_incident(incident_id=again.pk, reason="Вратили се", by=viewer)
    close_incident(incident_id=old.pk, disposition="resolved", by=viewer)
    frozen_clock.tick(timedelta(hours=13).total_seconds())
    assert ended() == []
    assert [row["incident"]["id"] for row in ended(hours=24)] == [old.pk]


@pytest.mark.parametrize("hours", [0, 73, "x"])
def test_a_time_that_makes_no_sense_is_refused(client_of, dispatcher, board, hours):
    assert client_of(dispatcher).get(f"/api/v1/boards/{board.pk}/ended/", {"hours": hours}).status_code == 400
