"""The live socket of a real server: who gets one, what comes through it, when it is closed."""

from dataclasses import dataclass

import pytest
from websockets.exceptions import InvalidStatus

from core import clock, news
from core.access import Viewer
from core.change import change
from core.live import Event, encode
from core.models import LiveEvent, RoleAssignment
from core.rules import Role
from dispatch import hub
from dispatch.services import assign_unit
from patrols.cards import position_cards
from tests import factories
from tests.conftest import person
from tests.integration.live.conftest import session_of

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class BellRung(Event):
    times: int = 1


def ring(board, times=1):
    for _ in range(times):
        with change(by=Viewer.system("test")) as c:
            c.emit(board.pk, BellRung(at=clock.now()))


# --- who gets one -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1", "http://localhost:1"])
def test_a_session_from_another_page_gets_no_socket(server, board, session, origin):
    with pytest.raises(InvalidStatus) as refusal:
        server.watch(board.pk, session=session, origin=origin)
    assert refusal.value.response.status_code == 403


def test_nobody_is_told_to_sign_in(server, board):
    console = server.watch(board.pk)
    assert console.closed_with() == 4401
    assert [(m["type"], m["code"]) for m in console.seen] == [("bye", "signed_out")]


def test_a_made_up_session_or_token_is_nobody(server, board):
    assert server.watch(board.pk, session="x" * 32).closed_with() == 4401
    assert server.watch(board.pk, token="x" * 64, origin=None).closed_with() == 4401


def test_the_board_of_another_centre_does_not_exist(server, elsewhere, session):
    assert server.watch(elsewhere.board.pk, session=session).closed_with() == 4404
    assert server.watch(10**9, session=session).closed_with() == 4404


def test_a_patrol_has_no_board(server, board, directorate):
    assert server.watch(board.pk, session=session_of(person(Role.PATROL, directorate))).closed_with() == 4404


def test_a_token_needs_no_origin(server, board, token):
    assert server.watch(board.pk, token=token, origin=None).next("hello")["board"] == board.pk


# --- what comes ---------------------------------------------------------------------------------------------------


def test_an_assignment_is_seen_at_once_with_its_cards(server, board, session, viewer):
    unit, incident = factories.UnitFactory(board=board), factories.IncidentFactory(board=board)
    console = server.watch(board.pk, session=session)
    hello = console.next("hello")
    assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    event = console.next("event", within_s=2)
    assert (event["kind"], event["seq"]) == ("UnitAssigned", hello["head"] + 1)
    assert event["upserts"]["units"][0]["status"] == "dispatched"
    assert event["by"]["name"] == viewer.name


def test_a_console_that_was_away_gets_what_it_missed_in_order(server, board, session):
    ring(board, 3)
    assert server.watch(board.pk, after=1, session=session).events_up_to(3) == [2, 3]
    console = server.watch(board.pk, after=0, session=session)
    ring(board, 2)
    assert console.events_up_to(5) == [1, 2, 3, 4, 5]


def test_a_console_that_slept_too_long_is_asked_to_take_a_snapshot_and_goes_on(server, board, session):
    ring(board, 3)
    LiveEvent.objects.filter(board=board, seq__lte=2).delete()
    console = server.watch(board.pk, after=1, session=session)
    assert console.next("hello")["oldest"] == 3
    assert console.next("resync")["head"] == 3
    console.say(type="resume", after=3)
    ring(board)
    assert console.next("event")["seq"] == 4


def test_a_console_from_another_life_of_the_board_takes_a_snapshot(server, board, session):
    ring(board)
    assert server.watch(board.pk, after=900, session=session).next("resync")["head"] == 1


def test_news_that_was_lost_is_read_from_the_rows(server, board, session, settings):
    console = server.watch(board.pk, session=session)
    console.next("hello")
    settings.NEWS_PREFIX = "somewhere:else"
    ring(board, 2)
    assert console.events_up_to(2) == [1, 2]


def test_the_heart_beats_with_the_head(server, board, session):
    ring(board, 2)
    console = server.watch(board.pk, session=session)
    beat = console.next("heartbeat")
    assert (beat["head"], beat["news"]) == (2, "live")


def test_a_ping_is_answered_and_nonsense_is_not(server, board, session):
    console = server.watch(board.pk, session=session)
    console.next("hello")
    for nonsense in ("{", "[]", "null", '{"type":"resume","after":"x"}', '{"type":"resume"}', '{"type":"launch"}'):
        console.wire.send(nonsense)
    console.wire.send(b"\x00\xff")
    console.say(type="ping")
    assert console.next("pong")["now"]


def test_nonsense_nested_too_deep_to_read_does_not_cost_the_socket(server, board, session):
    console = server.watch(board.pk, session=session)
    console.wire.send("[" * 20_000)
    console.wire.send('{"type": "ping"}')
    assert console.next("pong")


def test_a_socket_at_an_address_where_there_is_none_is_refused(server, session):
    with pytest.raises(InvalidStatus) as refusal:
        server.watch("nothing", session=session)
    assert refusal.value.response.status_code == 403


def test_positions_come_at_once_and_then_as_they_move(server, board, session):
    unit = factories.LatestPositionFactory(unit=factories.UnitFactory(board=board)).unit
    console = server.watch(board.pk, session=session)
    assert [position["unit"] for position in console.next("positions")["positions"]] == [unit.pk]
    later = {**position_cards([unit.pk])[0], "at": "2026-11-02T12:00:05Z", "lon": 19.9}
    news.publish([(news.positions_topic(), encode({str(board.pk): [later]}))])
    assert console.next("positions", within_s=2)["positions"] == [later]


# --- when it is closed --------------------------------------------------------------------------------------------


def test_a_right_removed_closes_the_socket(server, board, dispatcher, session):
    console = server.watch(board.pk, session=session)
    console.next("hello")
    RoleAssignment.objects.filter(user=dispatcher).delete()
    assert console.closed_with(within_s=hub.RIGHTS_EVERY_S + 3) == 4403
    assert console.seen[-1]["code"] == "right_removed"


def test_signing_out_closes_the_socket(server, board, dispatcher, client_of):
    client = client_of(dispatcher)
    console = server.watch(board.pk, session=client.session.session_key)
    console.next("hello")
    client.post("/sign-out/")
    assert console.closed_with(within_s=hub.RIGHTS_EVERY_S + 3) == 4401


def test_a_token_given_back_closes_the_socket(server, board, dispatcher, token):
    console = server.watch(board.pk, token=token, origin=None)
    console.next("hello")
    dispatcher.auth_token_set.all().delete()
    assert console.closed_with(within_s=hub.RIGHTS_EVERY_S + 3) == 4401


def test_a_new_password_or_a_locked_person_closes_the_socket(server, board, dispatcher, session, directorate):
    other = person(Role.DISPATCHER, directorate, "dispatcher2")
    first, second = server.watch(board.pk, session=session), server.watch(board.pk, session=session_of(other))
    first.next("hello"), second.next("hello")
    dispatcher.set_password("another horse")
    dispatcher.save()
    other.is_active = False
    other.save()
    assert first.closed_with(within_s=hub.RIGHTS_EVERY_S + 3) == 4401
    assert second.closed_with(within_s=hub.RIGHTS_EVERY_S + 3) == 4401
