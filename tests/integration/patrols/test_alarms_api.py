"""Alarms over HTTP: from the field unit's press to the resolution."""

import uuid

import pytest

from core.rules import Role
from patrols.models import Alarm
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db

ALARMS = "/api/v1/alarms/"


@pytest.fixture
def unit(board, frozen_clock):
    return factories.UnitFactory(board=board, call_sign="214")


@pytest.fixture
def officer(unit):
    user = person(Role.PATROL, unit.organisation, "patrol")
    factories.CrewMemberFactory(shift=factories.ShiftFactory(unit=unit), officer=factories.OfficerFactory(user=user))
    return user


def test_pressed_acknowledged_resolved(unit, officer, dispatcher, client_of):
    field, desk = client_of(officer), client_of(dispatcher)
    pressed = field.post(ALARMS, {"position": {"lon": 19.84, "lat": 45.25, "accuracy_m": 8}}, format="json")
    assert pressed.status_code == 201
    alarm = pressed.json()
    assert (alarm["unit"], alarm["position"]["accuracy_m"], alarm["acknowledged_by"]) == (unit.pk, 8, None)
    assert [one["id"] for one in desk.get(ALARMS).json()] == [alarm["id"]]

    answered = desk.post(f"{ALARMS}{alarm['id']}/acknowledge/")
    assert answered.json()["acknowledged_by"]["id"] == dispatcher.pk
    assert field.get(ALARMS).json()[0]["acknowledged_by"]["name"] == dispatcher.display_name

    assert desk.post(f"{ALARMS}{alarm['id']}/resolve/", {"text": ""}, format="json").status_code == 400
    assert desk.post(f"{ALARMS}{alarm['id']}/resolve/", {"text": "Добро је."}, format="json").status_code == 200
    assert desk.get(ALARMS).json() == []


def test_a_repeat_answers_200_with_the_same_alarm_and_a_resent_command_is_no_repeat(unit, officer, client_of):
    field, key = client_of(officer), str(uuid.uuid4())
    answers = [field.post(ALARMS, {"unit": unit.pk}, format="json", headers={"Idempotency-Key": key}) for _ in "ab"]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Alarm.objects.get().presses == 1
    again = field.post(ALARMS, {"unit": unit.pk}, format="json")
    assert (again.status_code, again.json()["presses"]) == (200, 2)


@pytest.mark.parametrize(
    "sent",
    [
        {"position": "here"},
        {"position": {"lon": "x", "lat": None}},
        {"position": {"lon": 1e300, "lat": 45}},
        {"occurred_at": "yesterday"},
        {"occurred_at": "2099-01-01T00:00:00Z"},
        {},
    ],
)
def test_nothing_that_is_wrong_with_place_or_time_refuses_a_press(unit, officer, client_of, sent, frozen_clock):
    answer = client_of(officer).post(ALARMS, sent, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["position"] is None


def test_whoever_rides_on_no_unit_must_name_one(unit, dispatcher, client_of):
    answer = client_of(dispatcher).post(ALARMS, {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "no_unit")


def test_a_second_acknowledgement_says_who_was_first(unit, officer, dispatcher, directorate, client_of):
    alarm = client_of(officer).post(ALARMS, {}, format="json").json()
    client_of(dispatcher).post(f"{ALARMS}{alarm['id']}/acknowledge/")
    commander = person(Role.SHIFT_COMMANDER, directorate, "commander")
    late = client_of(commander).post(f"{ALARMS}{alarm['id']}/acknowledge/")
    assert (late.status_code, late.json()["code"]) == (409, "alarm_acknowledged")
    assert late.json()["state"]["acknowledged_by"] == dispatcher.display_name


def test_a_drill_is_the_commanders(unit, dispatcher, directorate, client_of):
    sent = {"unit": unit.pk, "drill": True}
    assert client_of(dispatcher).post(ALARMS, sent, format="json").status_code == 403
    commander = person(Role.SHIFT_COMMANDER, directorate, "commander")
    answer = client_of(commander).post(ALARMS, sent, format="json")
    assert (answer.status_code, answer.json()["is_drill"]) == (201, True)
