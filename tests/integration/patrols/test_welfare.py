"""Welfare timers on the rows: begun by a status or step, begun anew by signs of life, escalated by time alone."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import clock
from core.access import Viewer
from core.errors import Forbidden, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from dispatch.services import advance_assignment, assign_unit, contact_incident
from incidents.models import TimelineEntry
from incidents.services import add_note, update_incident
from patrols.gps.store import store_fixes
from patrols.messages.services import send_to_centre
from patrols.models import Unit, WelfareContact, WelfareTimer
from patrols.rules import Fix
from patrols.safety.services import acknowledge_alarm, raise_emergency, resolve_alarm
from patrols.services import set_unit_status, sign_off
from patrols.tasks import advance_welfare
from patrols.welfare.services import advance_due_timers, answer_welfare, note_action, record_contact
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(board, frozen_clock):
    return factories.UnitFactory(board=board, call_sign="203")


@pytest.fixture
def shift(unit):
    return factories.ShiftFactory(unit=unit)


@pytest.fixture
def crew(unit, shift) -> Viewer:
    user = person(Role.PATROL, unit.organisation, "patrol")
    factories.CrewMemberFactory(shift=shift, officer=factories.OfficerFactory(user=user), leads=True)
    return Viewer.of(user)


@pytest.fixture
def incident(board, frozen_clock):
    return factories.IncidentFactory(board=board, type=factories.IncidentTypeFactory(code="domestic"))


@pytest.fixture
def rules(service, frozen_clock):
    """For the whole service: 20 min on scene, 10 min at a domestic, 5 min at a traffic stop."""
    factories.WelfareRuleFactory(organisation=service, due_after_s=1200)
    factories.WelfareRuleFactory(organisation=service, kind="domestic", due_after_s=600)
    factories.WelfareRuleFactory(organisation=service, status="traffic_stop", due_after_s=300)


@pytest.fixture
def job(rules, incident, unit, viewer):
    """The unit is on the scene of a domestic, since noon."""
    made = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    return advance_assignment(assignment_id=made.pk, status="on_scene", by=viewer)


def running(unit) -> WelfareTimer | None:
    return WelfareTimer.objects.filter(unit=unit, ended_at__isnull=True).first()


def after(seconds) -> object:
    return NOON + timedelta(seconds=seconds)


# --- what begins one, and what ends it ------------------------------------------------------------------------------


def test_on_scene_at_a_domestic_the_timer_is_that_of_the_kind(job, unit, incident):
    timer = running(unit)
    assert (timer.status, timer.kind, timer.incident_id) == ("on_scene", "domestic", incident.pk)
    assert (timer.due_at, timer.dispatcher_at, timer.commander_at) == (after(600), after(660), after(780))


def test_another_kind_gets_what_holds_for_all(rules, board, unit, viewer):
    other = factories.IncidentFactory(board=board)
    made = assign_unit(incident_id=other.pk, unit_id=unit.pk, by=viewer)
    advance_assignment(assignment_id=made.pk, status="on_scene", by=viewer)
    assert running(unit).due_at == after(1200)


def test_a_traffic_stop_needs_no_job(rules, unit, crew):
    set_unit_status(unit_id=unit.pk, status="traffic_stop", by=crew)
    timer = running(unit)
    assert (timer.due_at, timer.kind, timer.incident_id) == (after(300), "", None)


def test_a_status_without_a_rule_has_no_timer(rules, unit, crew):
    set_unit_status(unit_id=unit.pk, status="meal", by=crew)
    assert running(unit) is None


@pytest.mark.parametrize("status", ["cleared", "cancelled"])
def test_release_ends_it(job, unit, viewer, status):
    advance_assignment(assignment_id=job.pk, status=status, by=viewer)
    assert running(unit) is None
    assert WelfareTimer.objects.get().ended_by == "released"


def test_the_end_of_the_shift_ends_it(rules, unit, shift, crew):
    set_unit_status(unit_id=unit.pk, status="traffic_stop", by=crew)
    sign_off(shift_id=shift.pk, by=crew)
    assert WelfareTimer.objects.get().ended_by == "released"


def test_a_step_replaces_it(rules, incident, unit, viewer, frozen_clock):
    factories.WelfareRuleFactory(organisation=unit.organisation, status="dispatched")
    made = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    first = running(unit)
    frozen_clock.tick(100)
    advance_assignment(assignment_id=made.pk, status="acknowledged", by=viewer)  # the unit's status stays the same
    assert (running(unit).pk != first.pk, running(unit).started_at) == (True, after(100))


def test_an_emergency_ends_it_and_what_follows_begins_another(job, unit, crew, viewer, frozen_clock):
    alarm, _new = raise_emergency(unit_id=unit.pk, by=crew)
    assert running(unit) is None
    frozen_clock.tick(300)
    acknowledge_alarm(alarm_id=alarm.pk, by=viewer)
    resolve_alarm(alarm_id=alarm.pk, text="Добро је", by=viewer)
    assert running(unit).started_at == after(300)


def test_when_the_kind_is_corrected_its_rule_holds_from_when_the_timer_began(job, unit, incident, viewer, frozen_clock):
    factories.IncidentTypeFactory(code="noise")
    frozen_clock.tick(60)
    incident.refresh_from_db()
    update_incident(incident_id=incident.pk, version=incident.version, changes={"type": "noise"}, by=viewer)
    assert (running(unit).kind, running(unit).started_at, running(unit).due_at) == ("noise", NOON, after(1200))


def test_the_database_holds_one_running_timer_a_unit(job, unit):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.WelfareTimerFactory(unit=unit)


# --- stages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "stage", "events"),
    [(599, "running", 0), (600, "unit", 1), (660, "dispatcher", 2), (780, "commander", 3)],
)
def test_each_stage_is_told_once_when_its_time_comes(job, unit, frozen_clock, seconds, stage, events):
    for second in (599, 600, 601, 660, 661, 780, 790):
        if second > seconds:
            break
        frozen_clock.now = after(second)
        advance_due_timers()
    assert running(unit).stage == stage
    told = LiveEvent.objects.filter(kind="WelfareEscalated").order_by("seq")
    assert [event.payload["data"]["stage"] for event in told] == ["unit", "dispatcher", "commander"][:events]


def test_after_an_outage_it_goes_as_far_as_the_time_has_come_at_once(job, unit, frozen_clock):
    frozen_clock.tick(5000)
    advance_welfare()
    timer = running(unit)
    assert (timer.stage, timer.next_at) == ("commander", None)
    assert timer.asked_at == timer.dispatcher_told_at == timer.commander_told_at == frozen_clock.now
    assert LiveEvent.objects.filter(kind="WelfareEscalated").count() == 1
    assert advance_due_timers() == 0


def test_what_is_due_is_on_the_card_the_timeline_and_the_audit_trail(job, unit, incident, frozen_clock):
    frozen_clock.tick(700)
    advance_due_timers()
    event = LiveEvent.objects.order_by("seq").last()
    assert event.payload["upserts"]["units"][0]["welfare"]["stage"] == "dispatcher"
    assert TimelineEntry.objects.get(kind="welfare_overdue").data["call_sign"] == "203"
    assert AuditEntry.objects.get(action="welfare.escalated").detail["stage"] == "dispatcher"


def test_nothing_due_costs_one_query(job, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert advance_due_timers() == 0


# --- signs of life ------------------------------------------------------------------------------------------------


def test_an_answer_begins_it_anew(job, unit, crew, frozen_clock):
    frozen_clock.tick(610)
    advance_due_timers()
    contact = answer_welfare(timer_id=running(unit).pk, by=crew, source="field")
    assert (contact.sign, contact.stage, contact.by_name) == ("answer", "unit", crew.name)
    assert (running(unit).stage, running(unit).due_at) == ("running", after(1210))


def test_an_answer_that_comes_late_ends_what_was_escalated_and_does_not_undo_it(job, unit, crew, frozen_clock):
    escalated = running(unit)
    frozen_clock.tick(700)
    advance_due_timers()
    answer_welfare(timer_id=escalated.pk, by=crew, source="field")
    escalated.refresh_from_db()
    assert (escalated.stage, escalated.ended_by, escalated.dispatcher_told_at) == ("dispatcher", "sign", after(700))
    assert running(unit).stage == "running"


def test_an_answer_given_offline_counts_from_when_it_was_given(job, unit, crew, frozen_clock):
    first = running(unit)
    frozen_clock.tick(900)
    contact = answer_welfare(timer_id=first.pk, by=crew, occurred_at=after(400), source="field")
    assert (contact.occurred_at, contact.recorded_at) == (after(400), after(900))
    assert running(unit).due_at == after(1000)


def test_an_answer_older_than_the_timer_is_kept_and_moves_nothing(job, unit, crew, viewer, frozen_clock):
    first = running(unit)
    frozen_clock.tick(300)
    record_contact(unit_id=unit.pk, by=viewer, source="console")
    answer_welfare(timer_id=first.pk, by=crew, occurred_at=after(100), source="field")
    assert (running(unit).started_at, WelfareContact.objects.count()) == (after(300), 2)


def test_a_time_in_the_future_is_refused_and_a_clock_a_little_ahead_is_not(job, unit, crew):
    with pytest.raises(Unprocessable):
        answer_welfare(timer_id=running(unit).pk, by=crew, occurred_at=after(61), source="field")
    assert answer_welfare(timer_id=running(unit).pk, by=crew, occurred_at=after(59), source="field").occurred_at == NOON


def test_a_recorded_contact_begins_it_anew_and_is_on_the_timeline(job, unit, viewer, frozen_clock):
    frozen_clock.tick(100)
    record_contact(unit_id=unit.pk, by=viewer, text="  Све мирно ", source="console")
    assert running(unit).started_at == after(100)
    line = TimelineEntry.objects.get(kind="unit_contact")
    assert (line.data["text"], line.data["call_sign"], line.by_name) == ("Све мирно", "203", viewer.name)


def test_a_contact_with_a_unit_that_needs_none_is_kept_all_the_same(unit, viewer):
    record_contact(unit_id=unit.pk, by=viewer, source="console")
    assert (WelfareContact.objects.count(), WelfareTimer.objects.count()) == (1, 0)


def test_one_call_resets_all_units_on_an_incident(job, incident, unit, board, viewer, frozen_clock):
    second = factories.UnitFactory(board=board)
    made = assign_unit(incident_id=incident.pk, unit_id=second.pk, by=viewer)
    advance_assignment(assignment_id=made.pk, status="on_scene", by=viewer)
    frozen_clock.tick(200)
    contact_incident(incident_id=incident.pk, by=viewer, source="console")
    assert [running(one).started_at for one in (unit, second)] == [after(200)] * 2
    assert set(WelfareContact.objects.values_list("sign", flat=True)) == {"group"}


def test_what_the_crew_does_is_a_sign_of_life(job, unit, incident, crew, frozen_clock):
    frozen_clock.tick(100)
    add_note(incident_id=incident.pk, text="Двоје деце у стану", by=crew)
    assert running(unit).started_at == after(100)


def test_a_note_of_the_desk_is_none(job, unit, incident, viewer, frozen_clock):
    frozen_clock.tick(100)
    add_note(incident_id=incident.pk, text="Комшиница зове опет", by=viewer)
    assert running(unit).started_at == NOON


def test_the_same_status_again_is_one(rules, unit, crew, frozen_clock):
    set_unit_status(unit_id=unit.pk, status="traffic_stop", by=crew)
    frozen_clock.tick(250)
    set_unit_status(unit_id=unit.pk, status="traffic_stop", by=crew)
    assert running(unit).started_at == after(250)


# --- who may ------------------------------------------------------------------------------------------------------


def test_nobody_answers_for_a_crew(job, unit, viewer, elsewhere):
    stranger = Viewer.of(person(Role.DISPATCHER, elsewhere, "stranger"))
    with pytest.raises(Forbidden):
        answer_welfare(timer_id=running(unit).pk, by=viewer, source="console")
    with pytest.raises(NotFound):
        answer_welfare(timer_id=running(unit).pk, by=stranger, source="console")


def test_no_machine_claims_to_have_spoken_with_anybody(job, unit):
    for claim in (record_contact, note_action):
        how = {"occurred_at": NOON} if claim is note_action else {}
        with pytest.raises(Forbidden):
            claim(unit_id=unit.pk, by=Viewer.system("gateway"), source="api", **how)


def test_a_step_that_a_geofence_takes_never_lets_the_timer_begin_later(rules, incident, unit, viewer, frozen_clock):
    factories.WelfareRuleFactory(organisation=unit.organisation, status="en_route", due_after_s=300)
    made = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    advance_assignment(assignment_id=made.pk, status="en_route", by=viewer)
    frozen_clock.tick(310)
    advance_due_timers()
    advance_assignment(assignment_id=made.pk, status="on_scene", by=Viewer.system("geofence"), source="geofence")
    timer = running(unit)
    assert (timer.status, timer.stage, timer.due_at) == ("on_scene", "unit", after(300))


class TestNoPositionEverResetsATimer(TestCase):
    """Whatever a device sends, and whenever: the timer is the same, and goes on."""

    @given(
        st.lists(
            st.tuples(
                st.integers(-600, 700),
                st.floats(19, 20),
                st.floats(45, 46),
                st.one_of(st.none(), st.floats(0, 140)),
            ),
            min_size=1,
            max_size=30,
        )
    )
    @settings(max_examples=60)
    def test_for_any_sequence_of_positions(self, sent):
        board = factories.BoardFactory()
        unit = factories.UnitFactory(board=board, status="on_scene")
        timer = factories.WelfareTimerFactory(unit=unit)
        before = WelfareTimer.objects.filter(pk=timer.pk).values().get()
        moment = clock.now
        clock.now = lambda: NOON + timedelta(seconds=700)
        try:
            store_fixes(
                [
                    Fix(unit=unit.pk, lon=lon, lat=lat, at=NOON + timedelta(seconds=second), speed_mps=speed)
                    for second, lon, lat, speed in sent
                ],
                now=clock.now(),
            )
            assert WelfareTimer.objects.filter(pk=timer.pk).values().get() == before
            assert WelfareTimer.objects.count() == 1
            assert advance_due_timers() == 1
        finally:
            clock.now = moment
        assert WelfareTimer.objects.get().stage == "dispatcher"


# --- at once ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_who_advance_and_one_who_answers_leave_one_timer_and_tell_each_stage_once(board, frozen_clock):
    factories.WelfareRuleFactory(organisation=board.organisation)
    unit = factories.UnitFactory(board=board, status="on_scene")
    factories.WelfareTimerFactory(unit=unit)
    by = Viewer.of(person(Role.DISPATCHER, board.organisation, "bob"))
    frozen_clock.tick(620)
    start = threading.Barrier(7)
    failures = []

    def run(work):
        start.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001 - reported below
            failures.append(error)
        finally:
            connection.close()

    works = [advance_due_timers] * 5 + [lambda: record_contact(unit_id=unit.pk, by=by, source="console")] * 2
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert LiveEvent.objects.filter(kind="WelfareEscalated").count() <= 1
    assert (running(unit).started_at, Unit.objects.get().status) == (frozen_clock.now, "on_scene")


# --- one that cannot be moved -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_timer_that_cannot_be_moved_keeps_no_other_from_it(board, frozen_clock):
    bad, good = (factories.WelfareTimerFactory(unit=factories.UnitFactory(board=board)) for _ in range(2))
    WelfareTimer.objects.filter(pk=bad.pk).update(incident_id=2**40)  # an incident that is not there
    frozen_clock.tick(700)
    assert advance_due_timers() == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.stage, good.stage) == ("running", "dispatcher")


def test_a_timer_of_a_unit_that_moved_is_told_on_its_new_board(board, elsewhere, frozen_clock):
    unit = factories.UnitFactory(board=board, status="on_scene")
    factories.WelfareTimerFactory(unit=unit)
    Unit.objects.filter(pk=unit.pk).update(board=elsewhere.board)
    frozen_clock.tick(700)
    advance_due_timers()
    assert LiveEvent.objects.get().board_id == elsewhere.board.pk


def test_a_message_of_the_crew_is_a_sign_of_life(job, unit, crew, frozen_clock):
    frozen_clock.tick(100)
    send_to_centre(text="Све у реду", by=crew)
    assert running(unit).started_at == after(100)
