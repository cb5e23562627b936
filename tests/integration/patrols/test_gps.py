"""`POST /gps/fixes/`: acknowledged means committed; who may send; what is refused and why."""

import asyncio
import json
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import OperationalError
from knox.models import AuthToken

from core import news
from core.models import LiveEvent
from core.rules import Role
from patrols.cards import position_cards
from patrols.gps import fleet, frames, gatherer, senders
from patrols.models import LatestPosition, PastPosition, Unit
from patrols.rules import Fix
from tests import factories
from tests.conftest import person
from tests.factories import NOON
from tests.integration.live.conftest import session_of
from tests.integration.patrols.conftest import client, post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("gps")]
AT = "2026-11-02T12:00:00Z"


@pytest.fixture
def unit(board) -> Unit:
    return factories.UnitFactory(board=board)


@pytest.fixture
def token(dispatcher) -> str:
    return AuthToken.objects.create(dispatcher)[1]


@pytest.fixture
def officer(directorate, unit):
    """Somebody who rides on the unit."""
    user = person(Role.PATROL, directorate, "officer")
    factories.CrewMemberFactory(shift__unit=unit, officer__user=user)
    return user


def fix(unit, seconds=0, **changes):
    at = (NOON + timedelta(seconds=seconds)).isoformat()
    return {"unit": unit.pk, "lon": 19.84, "lat": 45.25, "at": at, **changes}


async def send(sent, token, **headers):
    if token:
        headers["Authorization"] = f"Token {token}"
    return await post("/gps/fixes/", sent, **headers)


async def test_a_fix_is_answered_when_it_is_committed(unit, token):
    answer = await send(fix(unit, accuracy_m=4), token)
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "duplicate": 0, "rejected": []})
    (card,) = await sync_to_async(position_cards)([unit.pk])
    assert (card["lon"], card["at"], card["accuracy_m"]) == (19.84, AT, 4)


async def test_more_than_a_thousand_at_once_are_refused(unit, token):
    answer = await send({"fixes": [fix(unit, -n) for n in range(1001)]}, token)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert (await send({"fixes": [fix(unit, -n) for n in range(1000)]}, token)).json()["accepted"] == 1000


async def test_a_batch_tells_new_repeated_and_refused(unit, token):
    await send(fix(unit), token)
    bad = [fix(unit, 61), fix(unit, lon=0, lat=0), fix(unit, lat=91), fix(unit, speed_mps=-1), {"unit": unit.pk}]
    answer = await send({"fixes": [fix(unit), fix(unit, 1), *bad]}, token)
    body = answer.json()
    assert (answer.status_code, body["accepted"], body["duplicate"]) == (200, 1, 1)
    assert [(row["index"], row["code"]) for row in body["rejected"]] == [
        (2, "in_future"),
        (3, "null_island"),
        (4, "out_of_range"),
        (5, "impossible"),
        (6, "malformed"),
    ]
    assert all(row["message"] for row in body["rejected"])


async def test_a_single_fix_that_is_refused_makes_an_error(unit, token):
    for change, status, code, field in (
        ({"lat": "x"}, 400, "malformed", "lat"),
        ({"lon": 0, "lat": 0}, 422, "null_island", None),
        ({"at": "2026-11-02T12:02:00Z"}, 422, "in_future", "at"),
        ({"at": "2020-11-02T12:02:00Z"}, 422, "too_old", "at"),
        ({"unit": 10**30}, 404, "unknown_unit", "unit"),
    ):
        answer = await send(fix(unit) | change, token)
        body = answer.json()
        assert (answer.status_code, body["code"], body["field"]) == (status, code, field)
        assert (body["accepted"], len(body["rejected"])) == (0, 1)
    assert not await PastPosition.objects.aexists()


async def test_a_body_that_cannot_be_read_is_refused(token):
    for sent in (b"", b"{", b"[]", b'{"fixes": 1}', b"\xff\xfe"):
        answer = await send(sent, token)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


async def test_a_body_beyond_the_limit_is_refused(token):
    assert (await send(b"x" * 1_000_001, token)).status_code == 413


async def test_over_plain_http_nothing_is_taken_where_https_is_asked_for(unit, token, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert (await send(fix(unit), token)).json()["code"] == "https_only"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert (await send(fix(unit), token, **{"X-Forwarded-Proto": "https"})).status_code == 200


async def test_refusals_are_said_in_the_language_of_who_asks(unit, token):
    answer = await send(fix(unit, lat=91), token, **{"Accept-Language": "sl,en;q=0.5"})
    assert answer.json()["code"] == "out_of_range"


async def test_all_else_goes_to_django():
    async with client() as http:
        assert (await http.get("/gps/nothing/")).status_code == 404


async def test_without_a_valid_token_nothing_is_taken(unit):
    for token in (None, "nonsense", "nonsense" * 8):
        answer = await send(fix(unit), token)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Token")
    async with client() as http:
        assert (await http.get("/gps/fixes/")).status_code == 405
    assert not await PastPosition.objects.aexists()


async def test_who_may_send_what(unit, officer, directorate, elsewhere, board):
    other = await sync_to_async(factories.UnitFactory)(board=board)

    async def statuses(user):
        _, token = await sync_to_async(AuthToken.objects.create)(user)
        own = {key: value for key, value in fix(unit, 1).items() if key != "unit"}
        return [(await send(sent, token)).status_code for sent in (fix(unit), fix(other), own)]

    assert await statuses(officer) == [200, 404, 200]
    dispatcher = await sync_to_async(person)(Role.DISPATCHER, directorate, "d2")
    assert await statuses(dispatcher) == [200, 200, 404]
    stranger = await sync_to_async(person)(Role.DISPATCHER, elsewhere, "d3")
    assert await statuses(stranger) == [404, 404, 404]
    reader = await sync_to_async(person)(Role.READ_ONLY, directorate, "reader")
    assert await statuses(reader) == [403, 403, 403]


async def test_a_token_given_back_is_refused_within_seconds(unit, token, monkeypatch):
    assert (await send(fix(unit), token)).status_code == 200
    await AuthToken.objects.all().adelete()
    monkeypatch.setattr(senders, "KEEP_S", 0)
    for kept in senders._directories.values():
        kept._kept.clear()
    assert (await send(fix(unit, 1), token)).status_code == 401


async def test_requests_at_once_are_written_together_and_answered_each_with_its_own(unit, token, monkeypatch):
    batches = []
    write = gatherer.write

    def watched(fixes):
        batches.append(len(fixes))
        return write(fixes)

    monkeypatch.setattr(gatherer, "write", watched)
    monkeypatch.setattr(gatherer, "_gatherers", {})
    await send(fix(unit, -1), token)
    sent = [send(fix(unit, -seconds), token) for seconds in range(1, 41)]
    answers = [answer.json() for answer in await asyncio.gather(*sent)]

    assert sum(answer["accepted"] for answer in answers) == 39
    assert sum(answer["duplicate"] for answer in answers) == 1
    assert sum(batches) == 41
    assert len(batches) < 21
    assert await PastPosition.objects.acount() == 40


async def test_a_database_that_is_away_is_said_and_nothing_is_answered_as_stored(unit, token, monkeypatch):
    def fail(fixes, *, now):
        raise OperationalError("away")

    await send(fix(unit), token)
    monkeypatch.setattr(gatherer, "store_fixes", fail)
    answer = await send(fix(unit, 1), token)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "busy", "1")


async def test_a_request_that_cannot_be_stored_takes_no_other_with_it(monkeypatch):
    def write(fixes):
        if "bad" in fixes:
            raise ValueError("bad")
        return gatherer.FixResult([True] * len(fixes))

    mine = gatherer.Gatherer(write)
    outcomes = await asyncio.gather(mine.store([1, 2]), mine.store(["bad"]), mine.store([3]), return_exceptions=True)
    assert outcomes[0] == [True, True]
    assert isinstance(outcomes[1], ValueError)
    assert outcomes[2] == [True]


async def test_more_than_can_wait_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(gatherer, "MOST_WAITING", 2)
    mine = gatherer.Gatherer(lambda fixes: gatherer.FixResult([True] * len(fixes)))
    first = asyncio.create_task(mine.store([1, 2]))
    await asyncio.sleep(0)
    with pytest.raises(gatherer.Overloaded):
        await mine.store([3])
    assert await first == [True, True]


async def test_boards_hear_of_each_unit_once_with_its_newest_position(unit, token, board):
    pubsub = news.client().pubsub()
    pubsub.subscribe(news.positions_topic())
    pubsub.get_message(timeout=1)
    await send({"fixes": [fix(unit), fix(unit, 2, lon=19.9), fix(unit, 1)]}, token)
    await send(fix(unit, -60), token)
    await sync_to_async(frames.flush)()
    message = pubsub.get_message(timeout=1)
    assert json.loads(message["data"]) == {str(board.pk): await sync_to_async(position_cards)([unit.pk])}
    assert pubsub.get_message(timeout=0.05) is None
    assert (await LatestPosition.objects.aget()).point.x == 19.9
    pubsub.close()


def test_two_thousand_units_that_move_five_times_are_one_message_for_their_board(board):
    """No event, no row, no message a position: the newest of each goes out, ten times a second at most."""
    units = [factories.UnitFactory.build(board=board, organisation=board.organisation) for _ in range(2000)]
    made = Unit.objects.bulk_create(units)
    fleet.forget()
    pubsub = news.client().pubsub()
    pubsub.subscribe(news.positions_topic())
    pubsub.get_message(timeout=1)
    for second in range(5):
        frames.announce([Fix(one.pk, 19.8 + second / 100, 45.2, NOON + timedelta(seconds=second)) for one in made])
    frames.flush()
    cards = json.loads(pubsub.get_message(timeout=1)["data"])[str(board.pk)]
    assert (len(cards), {card["lon"] for card in cards}) == (2000, {19.84})
    assert pubsub.get_message(timeout=0.05) is None
    assert not LiveEvent.objects.exists()
    pubsub.close()


async def test_with_redis_away_positions_are_taken_all_the_same(unit, token, monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    news.client.cache_clear()
    assert (await send(fix(unit), token)).status_code == 200
    await sync_to_async(frames.flush)()
    assert await PastPosition.objects.acount() == 1


# --- a browser's session ------------------------------------------------------------------------------------------


async def send_in_session(sent, user, **headers):
    key = await sync_to_async(session_of)(user)
    return await post("/gps/fixes/", sent, Cookie=f"{settings.SESSION_COOKIE_NAME}={key}", **headers)


async def test_a_page_of_ours_sends_for_the_crew_that_is_signed_in(unit, officer):
    answer = await send_in_session({"fixes": [fix(unit), fix(unit, 1)]}, officer, Origin="http://localhost")
    assert (answer.status_code, answer.json()["accepted"]) == (200, 2)


@pytest.mark.parametrize(
    "origin", [{}, {"Origin": "https://evil.example"}, {"Origin": "http://localhost:1"}, {"Origin": "null"}]
)
async def test_a_session_counts_only_from_our_own_pages(unit, officer, origin):
    answer = await send_in_session(fix(unit), officer, **origin)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


async def test_a_session_that_ended_counts_no_more(unit, officer):
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=ended", "Origin": "http://localhost"}
    assert (await post("/gps/fixes/", fix(unit), **headers)).status_code == 401


async def test_a_session_sends_for_no_other_unit(board, unit, officer):
    other = await sync_to_async(factories.UnitFactory)(board=board)
    answer = await send_in_session(fix(other), officer, Origin="http://localhost")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_unit")


async def test_a_session_opens_no_door_for_devices(unit, officer):
    key = await sync_to_async(session_of)(officer)
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}", "Origin": "http://localhost"}
    answer = await post("/gps/owntracks/", {"_type": "location", "lat": 45, "lon": 19, "tst": 1}, **headers)
    assert answer.status_code in (401, 404)
