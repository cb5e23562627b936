"""The log of a shift: one line a thing that happened, for whoever may watch the board, and every look leaves a trace."""

import csv
import io
from datetime import time, timedelta

import pytest

from core.access import Viewer
from core.errors import Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from dispatch.handover.services import accept_handover, offer_handover
from dispatch.log.models import LogEntry
from dispatch.log.services import write_entry
from dispatch.services import advance_assignment, assign_unit, close_incident
from incidents.services import add_note
from patrols.messages.services import send_to_units
from patrols.safety.services import acknowledge_alarm, raise_emergency
from patrols.services import set_unit_status, sign_off, sign_on
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(client_of, dispatcher, board):
    client = client_of(dispatcher)

    def read(**query):
        answer = client.get(f"/api/v1/boards/{board.pk}/log/", query)
        assert answer.status_code == 200, answer.data
        return answer.data

    return read


def said(found):
    return [f"{line['words']}|{line['text']}".strip("|") for line in found["lines"]]


@pytest.fixture
def night(board, incident, unit, viewer, frozen_clock):
    """A patrol comes, is sent, arrives, calls for help; somebody writes and notes."""
    frozen_clock.tick(60)
    officer = factories.OfficerFactory(organisation=board.organisation, name="Петар Ђурић")
    away = factories.UnitFactory(board=board, call_sign="230", status="off_duty", on_duty=False)
    shift = sign_on(unit_id=away.pk, officer_ids=[officer.pk], by=viewer)
    frozen_clock.tick(60)
    job = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    frozen_clock.tick(60)
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    frozen_clock.tick(60)
    add_note(incident_id=incident.pk, text="Врата су отворена", by=viewer)
    frozen_clock.tick(60)
    write_entry(board_id=board.pk, text="Нестанак струје у центру", by=viewer)
    frozen_clock.tick(60)
    set_unit_status(unit_id=away.pk, status="meal", by=viewer)
    frozen_clock.tick(60)
    send_to_units(text="Пазите се", unit_ids=[unit.pk], by=viewer)
    frozen_clock.tick(60)
    alarm, _new = raise_emergency(unit_id=unit.pk, by=viewer)
    frozen_clock.tick(60)
    acknowledge_alarm(alarm_id=alarm.pk, by=viewer)
    frozen_clock.tick(60)
    return shift


def test_all_that_happened_stands_once_and_the_newest_first(night, log):
    lines = said(log())
    told = [
        "Call for help of 208: acknowledged",
        "208 calls for help",
        "Message to 208|Pazite se",
        "230: meal break",
        "Nestanak struje u centru",
        "Vrata su otvorena",
        "208 on the scene",
        "208 sent",
        "230 signed on: Petar Đurić",
    ]
    assert [line for line in lines if line in told] == told
    assert len(lines) == len(set(lines))
    assert "230: at the station" not in lines


def test_a_line_names_its_incident_its_patrol_and_who(night, log, incident):
    sent = next(line for line in log()["lines"] if line["words"] == "208 sent")
    assert (sent["part"], sent["call_sign"], sent["incident"]["number"]) == ("sending", "208", "NS-1")
    assert sent["by"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"part": "log"}, ["Nestanak struje u centru"]),
        ({"part": ["note", "message"]}, ["Message to 208|Pazite se", "Vrata su otvorena"]),
        ({"q": "струје НЕСТАНАК"}, ["Nestanak struje u centru"]),
        ({"q": "djuric"}, ["230 signed on: Petar Đurić"]),
        ({"unit": "230"}, ["230: meal break", "230 signed on: Petar Đurić"]),
        ({"incident": "ns-1", "part": "sending"}, ["208 on the scene", "208 sent"]),
        ({"q": "nothing of this"}, []),
    ],
)
def test_it_is_narrowed_by_part_patrol_incident_and_words_in_both_scripts(night, log, query, expected):
    assert said(log(**query)) == expected


def test_pages_hold_every_line_once(night, log):
    whole = [line["id"] for line in log()["lines"]]
    paged, cursor = [], None
    while True:
        found = log(limit=2, **({"before": cursor} if cursor else {}))
        paged += [line["id"] for line in found["lines"]]
        cursor = found["next"]
        if cursor is None:
            break
    assert paged == whole


def test_a_period_holds_what_happened_in_it_only(night, log, frozen_clock):
    now = frozen_clock()
    found = log(
        start=(now - timedelta(minutes=6, seconds=30)).isoformat(), end=(now - timedelta(minutes=4)).isoformat()
    )
    assert said(found) == ["Nestanak struje u centru", "Vrata su otvorena"]


@pytest.mark.parametrize(
    "query",
    [
        {"start": "never"},
        {"start": "2026-01-01T00:00", "end": "2025-01-01T00:00"},
        {"start": "2020-01-01T00:00Z"},
        {"before": "x"},
        {"before": "2026-01-01T00:00:00+00:00|log|x"},
        {"limit": 0},
        {"part": "other"},
    ],
)
def test_what_makes_no_sense_is_refused_and_named(client_of, dispatcher, board, query):
    answer = client_of(dispatcher).get(f"/api/v1/boards/{board.pk}/log/", query)
    assert answer.status_code == 400
    assert answer.data["field"] or answer.data["errors"]


def test_signing_off_stands_in_it(night, log, viewer):
    sign_off(shift_id=night.pk, by=viewer)
    assert "230 signed off" in said(log())
    assert "230: off duty" not in said(log())


def test_without_patterns_it_reaches_back_twelve_hours_and_with_one_to_its_beginning(board, log, frozen_clock):
    found = log()
    assert found["end"] > found["start"]
    factories.ShiftPatternFactory(organisation=board.organisation, hours=[1, 1], starts=time(0))
    later = log()
    assert later["start"] > found["start"]


def test_what_is_handed_over_stands_with_its_sender_until_it_was_taken(
    board, elsewhere, incident, viewer, log, frozen_clock
):
    receiver = Viewer.of(person(Role.DISPATCHER, elsewhere, "bob"))
    add_note(incident_id=incident.pk, text="пре", by=viewer)
    offer = offer_handover(incident_id=incident.pk, board_id=elsewhere.board.pk, text="x", by=viewer)
    frozen_clock.tick(5)
    accept_handover(handover_id=offer.pk, by=receiver)
    frozen_clock.tick(5)
    add_note(incident_id=incident.pk, text="после", by=receiver)
    lines = said(log())
    assert "pre" in lines
    assert "posle" not in lines
    assert any(line.startswith("Offered to") for line in lines)


def test_an_entry_may_tell_what_was_earlier_and_says_when_it_was_recorded(board, viewer, log, frozen_clock):
    earlier = frozen_clock() - timedelta(hours=1)
    write_entry(board_id=board.pk, text="Квар", occurred_at=earlier, by=viewer)
    line = log()["lines"][0]
    assert line["at"] < line["recorded_at"]


def test_its_text_is_in_no_event_and_no_audit_row(board, viewer):
    write_entry(board_id=board.pk, text="Тајна", by=viewer)
    assert "Тајна" not in str(list(LiveEvent.objects.values_list("payload", flat=True)))
    assert "Тајна" not in str(list(AuditEntry.objects.values()))
    assert AuditEntry.objects.filter(action="log.written").count() == 1


@pytest.mark.parametrize(("text", "error"), [("", Invalid), ("   ", Invalid), ("x" * 1001, Invalid)])
def test_an_empty_or_endless_entry_is_refused(board, viewer, text, error):
    with pytest.raises(error):
        write_entry(board_id=board.pk, text=text, by=viewer)
    assert not LogEntry.objects.exists()


def test_an_entry_of_the_future_is_refused(board, viewer, frozen_clock):
    with pytest.raises(Unprocessable):
        write_entry(board_id=board.pk, text="x", occurred_at=frozen_clock() + timedelta(hours=1), by=viewer)


def test_who_only_reads_writes_nothing_and_who_is_elsewhere_knows_of_nothing(board, directorate, elsewhere):
    with pytest.raises(Forbidden):
        write_entry(board_id=board.pk, text="x", by=Viewer.of(person(Role.READ_ONLY, directorate, "reader")))
    with pytest.raises(NotFound):
        write_entry(board_id=board.pk, text="x", by=Viewer.of(person(Role.DISPATCHER, elsewhere, "bob")))


def test_a_look_is_noted_once_in_ten_minutes_and_another_question_at_once(log, frozen_clock):
    looks = AuditEntry.objects.filter(action="log.viewed")
    log()
    log()
    assert looks.count() == 1
    log(q="струја")
    assert looks.count() == 2
    assert "струја" not in str(list(looks.values()))
    frozen_clock.tick(601)
    log()
    assert looks.count() == 3


def test_as_a_file_it_has_all_lines_and_no_formula_of_anybodys(night, client_of, dispatcher, board, viewer):
    write_entry(board_id=board.pk, text="=HYPERLINK(1)", by=viewer)
    answer = client_of(dispatcher).get(f"/api/v1/boards/{board.pk}/log.csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["time", "recorded"]
    assert rows[1][4] == "'=HYPERLINK(1)"
    assert "208 sent" in [row[3] for row in rows]
    assert AuditEntry.objects.filter(action="log.exported").count() == 1


def test_the_end_of_an_incident_stands_with_its_reason(board, incident, viewer, log):
    close_incident(incident_id=incident.pk, disposition="resolved", text="Све мирно", by=viewer)
    assert "Closed|Sve mirno" in said(log())
