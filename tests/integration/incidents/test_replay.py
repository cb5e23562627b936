"""Every kind of event of this app: applied to the old snapshot, it gives the fresh one."""

from datetime import timedelta

import pytest

from core.live import Event
from incidents import events
from incidents.cards import incident_cards
from incidents.selectors import open_incidents
from incidents.services import (
    CallData,
    add_note,
    attach_call,
    cancel_incident,
    close_incident,
    create_incident,
    merge_incidents,
    regrade_incident,
    reopen_incident,
    take_call,
    update_incident,
)
from tests.factories import NOON, IncidentFactory, IncidentTypeFactory, TargetFactory
from tests.integration.replay import by_id, replayed

pytestmark = pytest.mark.django_db


def fresh(board):
    return {
        "incidents": by_id(incident_cards(open_incidents(board.pk).values_list("pk", flat=True))),
        "assignments": {},
    }


@pytest.fixture
def kind(db):
    return IncidentTypeFactory(code="theft")


@pytest.fixture
def incident(board, kind):
    TargetFactory(organisation=board.organisation, priority=2, seconds=900)
    return IncidentFactory(board=board, type=kind)


def created(board, incident, by):
    create_incident(type_code="theft", by=by, call=CallData(phone="021", caller_name="Ана"))


def changed(board, incident, by):
    update_incident(incident_id=incident.pk, version=1, changes={"place": "Дунавска 1"}, by=by)


def noted(board, incident, by):
    add_note(incident_id=incident.pk, text="Врата су отворена.", by=by)


def regraded(board, incident, by):
    regrade_incident(incident_id=incident.pk, priority=1, reason="нож", by=by)


def closed(board, incident, by):
    close_incident(incident_id=incident.pk, disposition="handled", by=by)


def cancelled(board, incident, by):
    cancel_incident(incident_id=incident.pk, reason="грешка", by=by)


def reopened(board, incident, by):
    close_incident(incident_id=incident.pk, disposition="handled", by=by)
    reopen_incident(incident_id=incident.pk, reason="поново", by=by)


def merged(board, incident, by):
    other = IncidentFactory(board=board, received_at=NOON - timedelta(minutes=5))
    update_incident(incident_id=other.pk, version=1, changes={"place": "исто"}, by=by)
    merge_incidents(incident_id=other.pk, into_id=incident.pk, by=by)


def received(board, incident, by):
    take_call(data=CallData(phone="021"), by=by)


def attached(board, incident, by):
    call = take_call(data=CallData(received_at=NOON - timedelta(minutes=9)), by=by)
    attach_call(incident_id=incident.pk, call_id=call.pk, by=by)


CASES = {
    events.IncidentCreated: (created, ["IncidentCreated"]),
    events.IncidentChanged: (changed, ["IncidentChanged"]),
    events.IncidentNoted: (noted, ["IncidentNoted"]),
    events.IncidentRegraded: (regraded, ["IncidentRegraded"]),
    events.IncidentClosed: (closed, ["IncidentClosed"]),
    events.IncidentCancelled: (cancelled, ["IncidentCancelled"]),
    events.IncidentReopened: (reopened, ["IncidentClosed", "IncidentReopened"]),
    events.IncidentMerged: (merged, ["IncidentChanged", "IncidentMerged"]),
    events.CallReceived: (received, ["CallReceived"]),
    events.CallAttached: (attached, ["CallReceived", "CallAttached"]),
}


def test_every_kind_of_event_has_a_case():
    kinds = {kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, Event)}
    of_whole_boards = {
        kind
        for kind in kinds
        if kind.__name__.startswith(("Border", "Entry", "Question", "IncidentSplit"))
        or kind.__name__.endswith("Undone")
    }  # see dispatch's replay
    assert set(CASES) == kinds - {Event} - of_whole_boards


@pytest.mark.parametrize("kind_of_event", CASES, ids=lambda kind: kind.__name__)
def test_old_snapshot_and_events_give_the_fresh_one(kind_of_event, board, incident, viewer, frozen_clock):
    act, kinds = CASES[kind_of_event]
    with replayed(board, fresh, kinds=kinds):
        frozen_clock.tick(30)
        act(board, incident, viewer)
