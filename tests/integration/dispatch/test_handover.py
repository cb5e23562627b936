"""Handing over: the incident stays with its sender until another centre takes it, and is never stuck between two."""

import pytest

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from dispatch.handover.models import Handover, HandoverRule
from dispatch.handover.selectors import centres
from dispatch.handover.services import (
    accept_handover,
    expire_due_handovers,
    note_handover,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)
from dispatch.models import Assignment
from dispatch.selectors import snapshot
from dispatch.services import advance_assignment, assign_unit, close_incident
from incidents.models import TimelineEntry
from incidents.services import add_note, merge_incidents, update_incident
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(elsewhere):
    return Viewer.of(person(Role.DISPATCHER, elsewhere, "bob"))


@pytest.fixture
def offer(incident, elsewhere, viewer):
    return offer_handover(incident_id=incident.pk, board_id=elsewhere.board.pk, text="Ваше подручје", by=viewer)


def shown(board, name="handovers"):
    return {int(pk) for pk in snapshot(Viewer.system("test"), board.pk)[name]}


def test_while_offered_the_incident_is_the_senders_and_is_worked_on(incident, unit, offer, viewer, board, elsewhere):
    assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    add_note(incident_id=incident.pk, text="Још виче", by=viewer)
    incident.refresh_from_db()
    assert (incident.board, incident.organisation) == (board, board.organisation)
    assert incident.pk in shown(board, "incidents")
    assert incident.pk not in shown(elsewhere.board, "incidents")
    assert shown(board) == shown(elsewhere.board) == {offer.pk}


def test_the_offer_tells_the_receiver_what_to_decide_about_and_nothing_of_the_callers(incident, offer, elsewhere):
    factories.CallFactory(incident=incident, phone="064 118", caller_name="Комшиница")
    card = snapshot(Viewer.system("test"), elsewhere.board.pk)["handovers"][str(offer.pk)]
    assert (card["number"], card["priority"], card["place"], card["callers"]) == ("NS-1", 3, incident.place, 1)
    assert card["text"] == "Ваше подручје"
    assert "Комшиница" not in str(card)
    assert "118" not in str(card)


def test_accepted_it_is_the_receivers_with_its_number_and_its_history(incident, offer, receiver, board, elsewhere):
    accept_handover(handover_id=offer.pk, by=receiver)
    incident.refresh_from_db()
    assert (incident.board, incident.organisation, incident.number) == (elsewhere.board, elsewhere, "NS-1")
    assert incident.pk in shown(elsewhere.board, "incidents")
    assert incident.pk not in shown(board, "incidents")
    assert shown(board) == shown(elsewhere.board) == set()
    kinds = list(TimelineEntry.objects.filter(incident=incident).values_list("kind", "by_name"))
    assert [kind for kind, _name in kinds] == ["handover_offered", "handover_accepted"]
    assert {row.organisation_id for row in AuditEntry.objects.filter(action="handover.accepted")} == {
        board.organisation_id,
        elsewhere.pk,
    }


def test_accepted_it_belongs_to_the_receivers_station_that_answers_for_the_place(incident, offer, receiver, elsewhere):
    station = factories.OrganisationFactory(parent=elsewhere, kind="station")
    factories.AreaFactory(kind="jurisdiction", organisation=station)
    accept_handover(handover_id=offer.pk, by=receiver)
    incident.refresh_from_db()
    assert (incident.organisation, incident.board) == (station, elsewhere.board)


def test_units_of_the_sender_stay_on_it_and_both_centres_may_report_their_steps(
    incident, unit, offer, viewer, receiver, board, elsewhere
):
    job = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    accept_handover(handover_id=offer.pk, by=receiver)
    assert shown(board, "assignments") == shown(elsewhere.board, "assignments") == {job.pk}
    card = snapshot(Viewer.system("test"), elsewhere.board.pk)["assignments"][str(job.pk)]
    assert (card["call_sign"], card["number"]) == ("208", "NS-1")
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    advance_assignment(assignment_id=job.pk, status="cleared", by=receiver)
    unit.refresh_from_db()
    assert (unit.status, unit.board) == ("on_patrol", board)
    assert shown(board, "assignments") == set()
    assert Assignment.objects.get(pk=job.pk).on_scene_at is not None


def test_refused_it_stays_and_the_reason_stands_at_the_sender_until_noted(offer, incident, viewer, receiver, board):
    refuse_handover(handover_id=offer.pk, reason="Није наше", by=receiver)
    card = snapshot(Viewer.system("test"), board.pk)["handovers"][str(offer.pk)]
    assert (card["status"], card["reason"]) == ("refused", "Није наше")
    incident.refresh_from_db()
    assert incident.board == board
    note_handover(handover_id=offer.pk, by=viewer)
    note_handover(handover_id=offer.pk, by=viewer)
    assert shown(board) == set()
    assert LiveEvent.objects.filter(board=board, kind="HandoverNoted").count() == 1


def test_nobody_answers_and_it_comes_back_by_itself_once(offer, incident, board, elsewhere, frozen_clock):
    frozen_clock.tick(179)
    assert expire_due_handovers() == 0
    frozen_clock.tick(1)
    assert [expire_due_handovers(), expire_due_handovers()] == [1, 0]
    offer.refresh_from_db()
    assert (offer.status, offer.answered_by_name) == ("timed_out", "handover")
    assert (shown(board), shown(elsewhere.board)) == ({offer.pk}, set())
    assert TimelineEntry.objects.get(incident=incident, kind="handover_timed_out").by_name == "handover"


def test_the_nearest_node_says_how_long_an_offer_stands(service, directorate, incident, elsewhere, viewer):
    HandoverRule.objects.create(organisation=service, timeout_s=60)
    HandoverRule.objects.create(organisation=directorate, timeout_s=90)
    made = offer_handover(incident_id=incident.pk, board_id=elsewhere.board.pk, by=viewer)
    assert (made.expires_at - made.offered_at).total_seconds() == 90


def test_after_it_came_back_it_is_offered_again_and_the_old_answer_needs_no_note(
    offer, incident, viewer, receiver, elsewhere, board
):
    refuse_handover(handover_id=offer.pk, reason="Није наше", by=receiver)
    second = offer_handover(incident_id=incident.pk, board_id=elsewhere.board.pk, by=viewer)
    assert shown(board) == {second.pk}
    assert list(Handover.objects.order_by("pk").values_list("status", flat=True)) == ["refused", "offered"]


@pytest.mark.parametrize("answer", [accept_handover, withdraw_handover])
def test_whoever_is_second_hears_how_it_stands(offer, viewer, receiver, answer):
    refuse_handover(handover_id=offer.pk, reason="Није наше", by=receiver)
    with pytest.raises(Conflict) as refused:
        answer(handover_id=offer.pk, by=receiver if answer is accept_handover else viewer)
    assert refused.value.code == "handover_over"
    assert (refused.value.state["status"], refused.value.state["reason"]) == ("refused", "Није наше")


def test_withdrawn_it_cannot_be_accepted(offer, viewer, receiver, incident, board):
    withdraw_handover(handover_id=offer.pk, by=viewer)
    with pytest.raises(Conflict):
        accept_handover(handover_id=offer.pk, by=receiver)
    incident.refresh_from_db()
    assert incident.board == board


def test_closing_the_incident_takes_the_offer_back(offer, incident, viewer, board, elsewhere):
    close_incident(incident_id=incident.pk, disposition="resolved", by=viewer)
    offer.refresh_from_db()
    assert (offer.status, offer.reason) == ("withdrawn", "incident_ended")
    assert shown(board) == shown(elsewhere.board) == set()


def test_merging_the_incident_takes_the_offer_back(offer, incident, urgent, viewer, elsewhere):
    merge_incidents(incident_id=incident.pk, into_id=urgent.pk, by=viewer)
    offer.refresh_from_db()
    assert offer.status == "withdrawn"
    assert shown(elsewhere.board) == set()


def test_what_changes_while_it_is_offered_is_seen_at_the_receiver(offer, incident, viewer, elsewhere):
    update_incident(incident_id=incident.pk, version=1, changes={"place": "Дунавска 1"}, by=viewer)
    event = LiveEvent.objects.filter(board=elsewhere.board).latest("seq")
    assert (event.kind, event.payload["upserts"]["handovers"][0]["place"]) == ("HandoverChanged", "Дунавска 1")


def test_an_incident_is_offered_to_one_centre_at_a_time(offer, incident, elsewhere, viewer):
    with pytest.raises(Conflict) as refused:
        offer_handover(incident_id=incident.pk, board_id=elsewhere.board.pk, by=viewer)
    assert (refused.value.code, refused.value.state["id"]) == ("handover_open", offer.pk)


def test_offers_that_make_no_sense_are_refused(incident, board, elsewhere, viewer):
    with pytest.raises(Unprocessable):
        offer_handover(incident_id=incident.pk, board_id=board.pk, by=viewer)
    with pytest.raises(Invalid):
        offer_handover(incident_id=incident.pk, board_id=10**9, by=viewer)
    close_incident(incident_id=incident.pk, disposition="resolved", by=viewer)
    with pytest.raises(Conflict):
        offer_handover(incident_id=incident.pk, board_id=elsewhere.board.pk, by=viewer)


def test_only_the_receivers_dispatcher_accepts(offer, viewer, service, elsewhere):
    third = factories.OrganisationFactory(parent=service)
    factories.BoardFactory(organisation=third)
    with pytest.raises(Forbidden):
        accept_handover(handover_id=offer.pk, by=viewer)
    with pytest.raises(Forbidden):
        accept_handover(handover_id=offer.pk, by=Viewer.of(person(Role.CALL_TAKER, elsewhere, "taker")))
    with pytest.raises(NotFound):
        accept_handover(handover_id=offer.pk, by=Viewer.of(person(Role.DISPATCHER, third, "carol")))


def test_the_centre_that_answers_for_a_place_is_named(incident, board, elsewhere, frozen_clock):
    factories.AreaFactory(kind="jurisdiction", organisation=elsewhere)
    found = centres(point=incident.location, day=frozen_clock().date())
    assert {row.board.pk: row.covers for row in found} == {board.pk: False, elsewhere.board.pk: True}
    assert not any(row.covers for row in centres(point=None, day=frozen_clock().date()))
