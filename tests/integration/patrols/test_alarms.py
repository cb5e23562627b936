"""The alarm of a unit: raised, repeated, acknowledged by one, escalated once, resolved, withdrawn."""

import threading
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from dispatch.services import advance_assignment, assign_unit
from patrols.models import Alarm, SafetySetting, StatusChange
from patrols.safety.services import (
    Place,
    acknowledge_alarm,
    escalate_due_alarms,
    raise_emergency,
    resolve_alarm,
    withdraw_alarm,
)
from patrols.services import set_unit_status, sign_off
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(board, frozen_clock):
    return factories.UnitFactory(board=board, call_sign="214")


@pytest.fixture
def shift(unit):
    return factories.ShiftFactory(unit=unit)


@pytest.fixture
def crew(unit, shift) -> Viewer:
    user = person(Role.PATROL, unit.organisation, "patrol")
    officer = factories.OfficerFactory(user=user, name="Милан Илић")
    factories.CrewMemberFactory(shift=shift, officer=officer, leads=True)
    return Viewer.of(user)


@pytest.fixture
def commander(directorate) -> Viewer:
    return Viewer.of(person(Role.SHIFT_COMMANDER, directorate, "commander"))


def press(unit, by, **how) -> Alarm:
    return raise_emergency(unit_id=unit.pk, by=by, **how)[0]


def test_a_press_is_an_alarm_with_crew_and_position_and_the_unit_needs_help(unit, crew, frozen_clock):
    factories.LatestPositionFactory(unit=unit, point=Point(19.8, 45.2), at=NOON, accuracy_m=8)
    frozen_clock.tick(40)

    alarm, is_new = raise_emergency(unit_id=unit.pk, by=crew)

    unit.refresh_from_db()
    assert is_new
    assert (unit.status, alarm.previous_status) == ("emergency", "on_patrol")
    assert (alarm.crew_names, alarm.raised_by_id, alarm.raised_at) == (["Милан Илић"], crew.user_id, frozen_clock.now)
    assert (alarm.point.coords, alarm.position_at, alarm.accuracy_m) == ((19.8, 45.2), NOON, 8)
    assert alarm.escalate_at == frozen_clock.now + timedelta(seconds=20)
    assert StatusChange.objects.get().status == "emergency"
    assert AuditEntry.objects.get(action="alarm.raised").object_id == str(alarm.pk)
    event = LiveEvent.objects.get()
    assert (event.kind, event.payload["upserts"]["units"][0]["status"]) == ("AlarmRaised", "emergency")


def test_no_fix_is_told_from_an_old_one(unit, crew):
    assert press(unit, crew).point is None


def test_the_newest_of_what_came_with_the_press_and_what_was_known_counts(unit, crew, frozen_clock):
    factories.LatestPositionFactory(unit=unit, at=NOON)
    frozen_clock.tick(60)
    alarm = press(unit, crew, place=Place(19.9, 45.3, NOON - timedelta(seconds=5)))
    assert alarm.position_at == NOON
    alarm = press(unit, crew, place=Place(19.9, 45.3, frozen_clock.now))
    assert (alarm.point.coords, alarm.position_at) == ((19.9, 45.3), frozen_clock.now)


@pytest.mark.parametrize(
    "place", [Place(0, 0, NOON), Place(500, 45, NOON), Place(19.9, 45.3, NOON + timedelta(days=1))]
)
def test_a_place_that_cannot_be_never_refuses_a_press(unit, crew, place):
    assert press(unit, crew, place=place).point is None


def test_a_time_in_the_future_never_refuses_a_press(unit, crew, frozen_clock):
    assert press(unit, crew, occurred_at=frozen_clock.now + timedelta(hours=1)).raised_at == frozen_clock.now


def test_a_press_made_offline_keeps_its_time_and_escalates_from_when_it_came(unit, crew, frozen_clock):
    pressed_at = frozen_clock.now
    frozen_clock.tick(300)
    alarm = press(unit, crew, occurred_at=pressed_at)
    assert (alarm.raised_at, alarm.recorded_at) == (pressed_at, frozen_clock.now)
    assert alarm.escalate_at == frozen_clock.now + timedelta(seconds=20)


def test_a_second_press_is_the_same_alarm(unit, crew, viewer, frozen_clock):
    first = press(unit, crew)
    frozen_clock.tick(2)
    second, is_new = raise_emergency(unit_id=unit.pk, by=viewer)
    assert (second.pk, second.presses, second.pressed_at, is_new) == (first.pk, 2, frozen_clock.now, False)
    assert StatusChange.objects.count() == 1


def test_the_database_holds_one_open_alarm_a_unit(unit, crew):
    alarm = press(unit, crew)
    alarm.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        alarm.save(force_insert=True)


def test_a_unit_off_duty_may_call_for_help(board, viewer):
    unit = factories.UnitFactory(board=board, status="off_duty", on_duty=False)
    press(unit, viewer)
    unit.refresh_from_db()
    assert unit.status == "off_duty"


def test_another_patrol_and_another_centre_know_nothing_of_it(unit, crew, elsewhere, directorate):
    for who in (person(Role.PATROL, directorate, "other"), person(Role.DISPATCHER, elsewhere, "outsider")):
        with pytest.raises(NotFound):
            press(unit, Viewer.of(who))
    alarm = press(unit, crew)
    with pytest.raises(NotFound):
        acknowledge_alarm(alarm_id=alarm.pk, by=Viewer.of(person(Role.DISPATCHER, elsewhere, "outsider2")))


def test_the_crew_does_not_acknowledge_its_own_alarm(unit, crew):
    alarm = press(unit, crew)
    with pytest.raises(Forbidden):
        acknowledge_alarm(alarm_id=alarm.pk, by=crew)


def test_acknowledged_by_name_and_the_second_learns_by_whom(unit, crew, viewer, commander):
    alarm = press(unit, crew)
    acknowledge_alarm(alarm_id=alarm.pk, by=viewer)
    with pytest.raises(Conflict) as refusal:
        acknowledge_alarm(alarm_id=alarm.pk, by=commander)
    assert refusal.value.code == "alarm_acknowledged"
    assert refusal.value.state["acknowledged_by"] == viewer.name
    alarm.refresh_from_db()
    assert alarm.acknowledged_by_id == viewer.user_id


def test_an_emergency_is_latched(unit, shift, crew, viewer):
    press(unit, crew)
    with pytest.raises(Conflict) as refusal:
        set_unit_status(unit_id=unit.pk, status="on_patrol", by=viewer)
    assert refusal.value.code == "emergency_open"
    with pytest.raises(Conflict):
        sign_off(shift_id=shift.pk, by=crew)


def test_nobody_sets_the_status_without_an_alarm(unit, viewer):
    with pytest.raises(Unprocessable):
        set_unit_status(unit_id=unit.pk, status="emergency", by=viewer)


def test_resolved_only_after_it_was_acknowledged_and_with_words(unit, crew, viewer):
    alarm = press(unit, crew)
    with pytest.raises(Conflict) as refusal:
        resolve_alarm(alarm_id=alarm.pk, text="x", by=viewer)
    assert refusal.value.code == "not_acknowledged"
    acknowledge_alarm(alarm_id=alarm.pk, by=viewer)
    with pytest.raises(Invalid):
        resolve_alarm(alarm_id=alarm.pk, text="  ", by=viewer)
    resolve_alarm(alarm_id=alarm.pk, text="Полицајац је добро.", by=viewer)
    unit.refresh_from_db()
    alarm.refresh_from_db()
    assert (unit.status, alarm.resolution, alarm.resolved_by_id) == ("on_patrol", "Полицајац је добро.", viewer.user_id)
    with pytest.raises(Conflict):
        resolve_alarm(alarm_id=alarm.pk, text="x", by=viewer)
    assert press(unit, crew).pk != alarm.pk


@pytest.mark.parametrize(("step", "after"), [(None, "dispatched"), ("on_scene", "on_scene"), ("cleared", "on_patrol")])
def test_resolved_the_unit_goes_back_to_its_job_as_it_is_by_then(board, unit, crew, viewer, step, after):
    incident = factories.IncidentFactory(board=board)
    job = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    alarm = press(unit, crew)
    if step:
        advance_assignment(assignment_id=job.pk, status=step, by=viewer)
    acknowledge_alarm(alarm_id=alarm.pk, by=viewer)
    resolve_alarm(alarm_id=alarm.pk, text="ok", by=viewer)
    unit.refresh_from_db()
    assert unit.status == after


def test_a_slip_is_taken_back_within_seconds_by_whoever_pressed(unit, crew, viewer, frozen_clock):
    alarm = press(unit, crew)
    with pytest.raises(Forbidden):
        withdraw_alarm(alarm_id=alarm.pk, by=viewer)
    frozen_clock.tick(3)
    withdraw_alarm(alarm_id=alarm.pk, by=crew)
    unit.refresh_from_db()
    alarm.refresh_from_db()
    assert (unit.status, alarm.withdrawn, alarm.resolution) == ("on_patrol", True, "")


@pytest.mark.parametrize("what", ["late", "acknowledged", "pressed again"])
def test_it_is_too_late_to_take_back(unit, crew, viewer, frozen_clock, what):
    alarm = press(unit, crew)
    if what == "late":
        frozen_clock.tick(6)
    elif what == "acknowledged":
        acknowledge_alarm(alarm_id=alarm.pk, by=viewer)
    else:
        press(unit, crew)
    with pytest.raises(Conflict) as refusal:
        withdraw_alarm(alarm_id=alarm.pk, by=crew)
    assert refusal.value.code == "too_late"


def test_nobody_acknowledges_and_it_escalates_once(unit, crew, frozen_clock):
    alarm = press(unit, crew)
    frozen_clock.tick(19.9)
    assert escalate_due_alarms() == 0
    frozen_clock.tick(0.1)
    assert escalate_due_alarms() == 1
    assert escalate_due_alarms() == 0
    alarm.refresh_from_db()
    assert alarm.escalated_at == frozen_clock.now
    assert [event.kind for event in LiveEvent.objects.order_by("seq")] == ["AlarmRaised", "AlarmEscalated"]


def test_an_acknowledged_alarm_does_not_escalate(unit, crew, viewer, frozen_clock):
    acknowledge_alarm(alarm_id=press(unit, crew).pk, by=viewer)
    frozen_clock.tick(60)
    assert escalate_due_alarms() == 0


def test_the_time_to_escalation_is_data_of_the_nearest_node(board, service, directorate, unit, crew, frozen_clock):
    station = factories.OrganisationFactory(parent=directorate)
    below = factories.UnitFactory(board=board, organisation=station)
    SafetySetting.objects.create(organisation=service, escalate_after_s=30)
    SafetySetting.objects.create(organisation=directorate, escalate_after_s=10)
    alarm = press(below, Viewer.system("test"))
    assert alarm.escalate_at == frozen_clock.now + timedelta(seconds=10)


def test_nothing_due_costs_one_query(unit, crew, django_assert_num_queries):
    press(unit, crew)
    with django_assert_num_queries(1):
        escalate_due_alarms()


def test_a_drill_is_the_commanders_and_leaves_the_unit_at_its_work(unit, crew, viewer, commander):
    for who in (crew, viewer):
        with pytest.raises(Forbidden):
            press(unit, who, is_drill=True)
    drill = press(unit, commander, is_drill=True)
    unit.refresh_from_db()
    assert (drill.is_drill, unit.status) == (True, "on_patrol")


def test_a_drill_never_swallows_an_alarm(unit, crew, viewer, commander):
    drill = press(unit, commander, is_drill=True)
    alarm, is_new = raise_emergency(unit_id=unit.pk, by=crew)
    assert is_new
    assert alarm.pk != drill.pk
    acknowledge_alarm(alarm_id=drill.pk, by=viewer)
    resolve_alarm(alarm_id=drill.pk, text="вежба", by=viewer)
    unit.refresh_from_db()
    assert unit.status == "emergency"


@pytest.mark.django_db(transaction=True)
def test_two_acknowledge_at_once_and_one_wins(unit, crew, viewer, commander):
    alarm = press(unit, crew)
    answers = at_once(*(lambda who=who: acknowledge_alarm(alarm_id=alarm.pk, by=who) for who in (viewer, commander)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Alarm", "Conflict"]
    (lost,) = [answer for answer in answers if isinstance(answer, Conflict)]
    alarm.refresh_from_db()
    assert lost.state["acknowledged_by"] == alarm.acknowledged_by_name
    assert LiveEvent.objects.filter(kind="AlarmAcknowledged").count() == 1


@pytest.mark.django_db(transaction=True)
def test_presses_at_once_are_one_alarm(unit, crew, viewer):
    at_once(*(lambda: press(unit, viewer) for _ in range(4)))
    assert Alarm.objects.get().presses == 4


@pytest.mark.django_db(transaction=True)
def test_many_processes_escalate_once(unit, crew, frozen_clock):
    press(unit, crew)
    frozen_clock.tick(20)
    assert sum(at_once(*[escalate_due_alarms] * 4)) == 1
    assert LiveEvent.objects.filter(kind="AlarmEscalated").count() == 1


def at_once(*works):
    """Run in threads that start together; what each returned or raised."""
    barrier, answers = threading.Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait(timeout=10)
            answers.append(work())
        except Exception as error:  # noqa: BLE001 - it is the answer
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers
