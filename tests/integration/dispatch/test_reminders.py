"""Reminders: set, put off, done; one winner where two act at once."""

from datetime import timedelta

import pytest

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from dispatch.models import Reminder
from dispatch.reminders.services import end_reminder, set_reminder, snooze_reminder
from dispatch.selectors import snapshot
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def reminder(board, incident, viewer):
    return set_reminder(board_id=board.pk, after_s=600, text=" call the hospital ", incident_id=incident.pk, by=viewer)


def test_it_is_due_in_so_many_seconds_and_stands_on_the_board(board, incident, reminder, viewer, frozen_clock):
    assert (reminder.due_at, reminder.text) == (frozen_clock() + timedelta(seconds=600), "call the hospital")
    (card,) = snapshot(viewer, board.pk)["reminders"].values()
    assert (card["number"], card["call_sign"], card["set_by"]["id"]) == (incident.number, None, viewer.user_id)
    assert incident.timeline.get(kind="reminder_set").text == "call the hospital"
    assert AuditEntry.objects.filter(action="reminder.set").count() == 1


def test_it_may_be_about_a_unit_or_nothing(board, unit, viewer):
    assert set_reminder(board_id=board.pk, after_s=60, text="x", unit_id=unit.pk, by=viewer).unit == unit
    alone = set_reminder(board_id=board.pk, after_s=60, text="x", by=viewer)
    assert (alone.unit, alone.incident) == (None, None)


@pytest.mark.parametrize(("given", "code"), [({"text": " "}, "blank"), ({"after_s": 90_000}, "not_within_a_day")])
def test_without_words_or_beyond_a_day_it_is_refused(board, viewer, given, code):
    with pytest.raises(Invalid, match=code):
        set_reminder(**{"board_id": board.pk, "after_s": 60, "text": "x", "by": viewer} | given)
    assert not LiveEvent.objects.filter(kind="ReminderSet").exists()


def test_what_is_on_another_board_is_not_reminded_of_here(board, viewer):
    foreign = factories.IncidentFactory()
    with pytest.raises(Invalid, match="unknown_incident"):
        set_reminder(board_id=board.pk, after_s=60, text="x", incident_id=foreign.pk, by=viewer)
    with pytest.raises(Invalid, match="unknown_unit"):
        set_reminder(board_id=board.pk, after_s=60, text="x", unit_id=factories.UnitFactory().pk, by=viewer)


def test_it_is_put_off_from_now(reminder, viewer, frozen_clock):
    frozen_clock.tick(700)
    off = snooze_reminder(reminder_id=reminder.pk, after_s=300, version=1, by=viewer)
    assert (off.due_at, off.snoozes) == (frozen_clock() + timedelta(seconds=300), 1)


def test_of_two_who_put_it_off_one_is_told(reminder, viewer):
    snooze_reminder(reminder_id=reminder.pk, after_s=300, version=1, by=viewer)
    with pytest.raises(Conflict) as error:
        snooze_reminder(reminder_id=reminder.pk, after_s=900, version=1, by=viewer)
    assert (error.value.code, error.value.state["snoozes"]) == ("state_changed", 1)


def test_done_it_leaves_the_board_and_who_did_it_is_named(board, incident, reminder, viewer):
    end_reminder(reminder_id=reminder.pk, by=viewer)
    assert snapshot(viewer, board.pk)["reminders"] == {}
    assert incident.timeline.filter(kind="reminder_done").count() == 1
    for again in (end_reminder, lambda **given: snooze_reminder(after_s=60, version=2, **given)):
        with pytest.raises(Conflict) as error:
            again(reminder_id=reminder.pk, by=viewer)
        assert viewer.name in str(error.value.message)


def test_only_who_edits_incidents_there(board, reminder, crew, elsewhere):
    outsider = Viewer.of(person(Role.DISPATCHER, elsewhere, "outsider"))
    reader = Viewer.of(person(Role.READ_ONLY, board.organisation, "reader"))
    for by, refusal in ((outsider, NotFound), (reader, Forbidden)):
        with pytest.raises(refusal):
            set_reminder(board_id=board.pk, after_s=60, text="x", by=by)
        with pytest.raises(refusal):
            end_reminder(reminder_id=reminder.pk, by=by)
    assert Reminder.objects.get().ended_at is None
