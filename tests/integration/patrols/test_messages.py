"""Messages between the centre and its units: to whom, by whom, who has read them."""

from datetime import timedelta

import pytest

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from dispatch.services import assign_unit
from patrols.messages.cards import message_cards
from patrols.messages.models import Message, MessageReceipt
from patrols.messages.selectors import messages, own_message_ids
from patrols.messages.services import record_receipts, send_to_centre, send_to_units
from patrols.models import Shift, Unit
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db
URL = "/api/v1/messages/"


@pytest.fixture
def by(dispatcher, board, frozen_clock):
    """The dispatcher."""
    return Viewer.of(dispatcher)


@pytest.fixture
def unit(board):
    return factories.UnitFactory(board=board, call_sign="203")


@pytest.fixture
def crew(unit, directorate):
    """A patrol officer who rides on the unit."""
    user = person(Role.PATROL, directorate, "alice")
    officer = factories.OfficerFactory(user=user, organisation=directorate)
    factories.CrewMemberFactory(shift=factories.ShiftFactory(unit=unit), officer=officer)
    return user


def test_a_text_to_a_unit_reaches_its_crew_and_nobody_else(by, unit, crew, board, directorate):
    other = factories.UnitFactory(board=board)
    second = factories.OfficerFactory(user=person(Role.PATROL, directorate, "bob"))
    factories.CrewMemberFactory(shift=factories.ShiftFactory(unit=other), officer=second)
    sent = send_to_units(text="  Црвени голф  ", unit_ids=[unit.pk], by=by)
    assert sent.text == "Црвени голф"
    assert own_message_ids(Viewer.of(crew)) == [sent.pk]
    assert own_message_ids(Viewer.of(second.user)) == []
    assert list(messages(Viewer.of(second.user))) == []


def test_all_units_on_an_incident_get_it_also_those_lent_by_others(by, unit, board, elsewhere):
    lent = factories.UnitFactory(board=elsewhere.board)
    free = factories.UnitFactory(board=board)
    incident = factories.IncidentFactory(board=board)
    for one in (unit, lent):
        assign_unit(incident_id=incident.pk, unit_id=one.pk, by=Viewer.system("test"))
    sent = send_to_units(text="Има нож", incident_id=incident.pk, by=by)
    assert {row.unit_id for row in sent.recipients.all()} == {unit.pk, lent.pk}
    assert free.pk not in {row.unit_id for row in sent.recipients.all()}
    told = LiveEvent.objects.filter(kind="MessageSent")
    assert set(told.values_list("board_id", flat=True)) == {board.pk, elsewhere.board.pk}


def test_all_of_the_board_are_those_on_duty(by, unit, board):
    away = factories.UnitFactory(board=board, status="off_duty", on_duty=False)
    sent = send_to_units(text="Свима", board_id=board.pk, by=by)
    assert [row.unit_id for row in sent.recipients.all()] == [unit.pk]
    with pytest.raises(Conflict) as refused:
        send_to_units(text="Само њему", unit_ids=[away.pk], by=by)
    assert refused.value.code == "nobody_on_duty"


def test_a_crew_writes_to_its_centre_and_not_to_units(unit, crew, board, by, client_of):
    sent = send_to_centre(text="Потребна шлеп служба", by=Viewer.of(crew), occurred_at=NOON - timedelta(minutes=9))
    assert (sent.from_unit_id, sent.board_id, sent.to, sent.occurred_at) == (
        unit.pk, board.pk, "centre", NOON - timedelta(minutes=9),
    )  # fmt: skip
    with pytest.raises(NotFound):
        send_to_units(text="x", unit_ids=[unit.pk], by=Viewer.of(crew))
    with pytest.raises(Forbidden):
        send_to_centre(text="x", by=by)


def test_a_text_written_on_another_patrol_is_refused(unit, crew, board):
    other = factories.UnitFactory(board=board)
    with pytest.raises(Conflict) as refused:
        send_to_centre(text="x", unit_id=other.pk, by=Viewer.of(crew))
    assert refused.value.code == "not_on_shift"
    Shift.objects.update(ended_at=NOON)
    with pytest.raises(Conflict):
        send_to_centre(text="x", by=Viewer.of(crew))


def test_who_has_read_it_is_known_by_name_and_the_first_time_counts(by, unit, crew, frozen_clock):
    sent = send_to_units(text="x", unit_ids=[unit.pk], by=by)
    frozen_clock.tick(5)
    assert record_receipts(delivered=[sent.pk], by=Viewer.of(crew)) == [sent]
    frozen_clock.tick(5)
    assert record_receipts(read=[sent.pk], by=Viewer.of(crew)) == [sent]
    frozen_clock.tick(5)
    assert record_receipts(delivered=[sent.pk], read=[sent.pk], by=Viewer.of(crew)) == []
    (receipt,) = message_cards([sent.pk])[0]["receipts"]
    assert (receipt["user"], receipt["call_sign"]) == (crew.pk, "203")
    assert receipt["delivered_at"] < receipt["read_at"]
    assert [event.kind for event in LiveEvent.objects.order_by("seq")] == ["MessageSent"] + ["MessageReceived"] * 2
    assert AuditEntry.objects.filter(action="message.read").count() == 1


def test_whoever_only_watches_the_board_is_no_receiver_of_what_goes_to_units(by, unit, crew, directorate):
    sent = send_to_units(text="x", unit_ids=[unit.pk], by=by)
    colleague = Viewer.of(person(Role.DISPATCHER, directorate, "carol"))
    assert record_receipts(read=[sent.pk], by=colleague) == []
    answer = send_to_centre(text="y", by=Viewer.of(crew))
    assert record_receipts(read=[answer.pk], by=Viewer.of(crew)) == []  # one's own
    assert record_receipts(read=[answer.pk, 10**15], by=colleague) == [answer]
    assert MessageReceipt.objects.get().unit is None


def test_a_message_of_the_shift_before_is_not_shown_to_the_next_crew(by, unit, crew, directorate, frozen_clock):
    send_to_units(text="x", unit_ids=[unit.pk], by=by)
    frozen_clock.tick(60)
    Shift.objects.update(ended_at=NOON + timedelta(seconds=30))
    unit.shifts.first().crew.update(left_at=NOON + timedelta(seconds=30))
    next_one = factories.OfficerFactory(user=person(Role.PATROL, directorate, "dave"))
    shift = factories.ShiftFactory(unit=unit, starts_at=NOON + timedelta(seconds=60))
    factories.CrewMemberFactory(shift=shift, officer=next_one, joined_at=shift.starts_at)
    assert own_message_ids(Viewer.of(next_one.user)) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [({"text": "   "}, "blank"), ({"text": "x" * 1001}, "max_length"), ({"text": "x", "unit_ids": []}, "no_addressee")],
)
def test_what_says_nothing_or_reaches_nobody_is_refused(by, unit, given, code):
    with pytest.raises(Invalid) as refused:
        send_to_units(by=by, **{"unit_ids": [unit.pk], **given})
    assert refused.value.code == code
    assert not Message.objects.exists()


def test_another_centre_may_not_write_to_a_unit_nor_know_of_it(unit, elsewhere, by):
    outsider = Viewer.of(person(Role.DISPATCHER, elsewhere, "outsider"))
    with pytest.raises(NotFound):
        send_to_units(text="x", unit_ids=[unit.pk], by=outsider)
    with pytest.raises(NotFound):
        send_to_units(text="x", board_id=unit.board_id, by=outsider)
    send_to_units(text="x", unit_ids=[unit.pk], by=by)
    assert list(messages(outsider)) == []


def test_a_time_in_the_future_is_refused_and_a_clock_a_little_ahead_is_not(crew, unit, frozen_clock, by):
    with pytest.raises(Unprocessable):
        send_to_centre(text="x", by=Viewer.of(crew), occurred_at=NOON + timedelta(hours=1))
    sent = send_to_centre(text="x", by=Viewer.of(crew), occurred_at=NOON + timedelta(seconds=30))
    assert sent.occurred_at == NOON


def test_over_http_a_repeat_sends_once(client_of, dispatcher, unit, crew, by):
    client = client_of(dispatcher)
    body, key = {"units": [unit.pk], "text": "x"}, {"HTTP_IDEMPOTENCY_KEY": "k1"}
    first = client.post(URL, body, format="json", **key)
    again = client.post(URL, body, format="json", **key)
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    field = client_of(crew)
    state = field.get("/api/v1/field/state/").json()
    assert [card["id"] for card in state["messages"]] == [first.json()["id"]]
    (card,) = field.post(f"{URL}receipts/", {"read": [first.json()["id"]]}, format="json").json()
    assert card["receipts"][0]["read_at"]
    page = client.get(URL, {"board": unit.board_id, "unit": unit.pk}).json()
    assert [row["text"] for row in page["results"]] == ["x"]
    assert Unit.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"text": ""}, {"text": "x", "units": ["a"]}, {"text": "x", "units": [10**30]}, {"text": "x", "board": -1}, []],
)
def test_what_makes_no_sense_is_a_clear_refusal(client_of, dispatcher, unit, body):
    answer = client_of(dispatcher).post(URL, body, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"]
