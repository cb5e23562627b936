"""The status of a unit: who may set it, compare-and-set, history, news."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from core.access import Viewer
from core.change import change
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from patrols.cards import unit_cards
from patrols.models import StatusChange, Unit
from patrols.rules import FROM_ASSIGNMENT, Status
from patrols.services import apply_status_quietly, set_unit_status
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(board, frozen_clock) -> Unit:
    frozen_clock.tick(600)
    return factories.UnitFactory(board=board, call_sign="214")


def test_a_status_is_kept_with_history_audit_and_news(unit, viewer, frozen_clock):
    set_unit_status(unit_id=unit.pk, status="meal", by=viewer, reason="ручак")

    unit.refresh_from_db()
    assert (unit.status, unit.status_since, unit.version) == ("meal", frozen_clock.now, 2)
    row = StatusChange.objects.get()
    assert (row.unit, row.status, row.occurred_at, row.by_id) == (unit, "meal", frozen_clock.now, viewer.user_id)
    entry = AuditEntry.objects.get(action="unit.status_changed")
    assert (entry.object_id, entry.detail["from"], entry.detail["to"]) == (str(unit.pk), "on_patrol", "meal")
    event = LiveEvent.objects.get()
    assert (event.board_id, event.kind) == (unit.board_id, "UnitStatusChanged")
    assert event.payload["upserts"] == {"units": unit_cards([unit.pk])}
    assert event.payload["data"]["previous"] == "on_patrol"


def test_a_status_expected_otherwise_is_refused_with_the_present_one(unit, viewer):
    with pytest.raises(Conflict) as refusal:
        set_unit_status(unit_id=unit.pk, status="meal", expected="at_station", by=viewer)

    assert refusal.value.code == "status_changed"
    assert refusal.value.state["status"] == "on_patrol"
    assert not StatusChange.objects.exists()


def test_the_same_status_again_changes_nothing(unit, viewer):
    set_unit_status(unit_id=unit.pk, status="on_patrol", by=viewer)
    assert not StatusChange.objects.exists()
    assert not LiveEvent.objects.exists()


def test_a_unit_with_a_job_keeps_the_status_of_its_job(unit, viewer):
    Unit.objects.update(status=Status.EN_ROUTE)
    with pytest.raises(Conflict) as refusal:
        set_unit_status(unit_id=unit.pk, status="meal", by=viewer)
    assert (refusal.value.code, refusal.value.state["status"]) == ("unit_busy", "en_route")


@pytest.mark.parametrize("status", [*sorted(FROM_ASSIGNMENT), Status.OFF_DUTY])
def test_a_status_that_only_a_job_or_a_shift_gives_is_refused(unit, viewer, status):
    with pytest.raises(Unprocessable):
        set_unit_status(unit_id=unit.pk, status=status, by=viewer)


def test_an_unknown_status_is_refused(unit, viewer):
    with pytest.raises(Invalid) as refusal:
        set_unit_status(unit_id=unit.pk, status="asleep", by=viewer)
    assert refusal.value.field == "status"


def test_a_unit_off_duty_has_no_other_status(unit, viewer):
    Unit.objects.update(status=Status.OFF_DUTY, on_duty=False)
    with pytest.raises(Conflict) as refusal:
        set_unit_status(unit_id=unit.pk, status="meal", by=viewer)
    assert refusal.value.code == "unit_off_duty"


def test_a_late_report_bears_the_time_at_which_it_happened(unit, viewer, frozen_clock):
    then = frozen_clock.now - timedelta(seconds=300)
    set_unit_status(unit_id=unit.pk, status="meal", occurred_at=then, by=viewer)
    row = StatusChange.objects.get()
    assert (row.occurred_at, row.recorded_at) == (then, frozen_clock.now)


def test_a_report_from_before_the_present_status_is_refused_with_it(unit, viewer):
    with pytest.raises(Conflict) as refusal:
        set_unit_status(unit_id=unit.pk, status="meal", occurred_at=NOON - timedelta(seconds=1), by=viewer)
    assert refusal.value.code == "superseded"


def test_the_future_is_refused_and_a_fast_clock_forgiven(unit, viewer, frozen_clock):
    with pytest.raises(Unprocessable):
        set_unit_status(unit_id=unit.pk, status="meal", occurred_at=frozen_clock.now + timedelta(seconds=61), by=viewer)
    set_unit_status(unit_id=unit.pk, status="meal", occurred_at=frozen_clock.now + timedelta(seconds=30), by=viewer)
    assert Unit.objects.get().status_since == frozen_clock.now


def test_who_may_set_it(unit, directorate, elsewhere):
    def attempt(user):
        set_unit_status(unit_id=unit.pk, status="meal", by=Viewer.of(user))

    with pytest.raises(NotFound):
        attempt(person(Role.DISPATCHER, elsewhere, "stranger"))
    with pytest.raises(Forbidden):
        attempt(person(Role.READ_ONLY, directorate, "reader"))
    officer = person(Role.PATROL, directorate, "officer")
    with pytest.raises(NotFound):
        attempt(officer)
    shift = factories.ShiftFactory(unit=unit)
    factories.CrewMemberFactory(shift=shift, officer__user=officer)
    attempt(officer)
    assert Unit.objects.get().status == "meal"


def test_a_change_that_fails_leaves_no_row_no_audit_no_news(unit, viewer):
    def fail():
        with change(by=viewer):
            set_unit_status(unit_id=unit.pk, status="meal", by=viewer)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    unit.refresh_from_db()
    assert (unit.status, unit.version) == ("on_patrol", 1)
    assert not StatusChange.objects.exists()
    assert not AuditEntry.objects.exists()
    assert not LiveEvent.objects.exists()


def test_a_status_applied_quietly_makes_history_and_no_news(unit, viewer, frozen_clock):
    apply_status_quietly(
        unit=unit, status="dispatched", occurred_at=frozen_clock.now, assignment_id=7, by=viewer, source="console"
    )
    unit.refresh_from_db()
    assert (unit.status, unit.version) == ("dispatched", 2)
    assert StatusChange.objects.get().assignment_id == 7
    assert not LiveEvent.objects.exists()


def test_cards_take_the_same_number_of_queries_for_any_number_of_units(board, django_assert_num_queries):
    for count in (1, 5):
        for _ in range(count):
            shift = factories.ShiftFactory(unit__board=board, vehicle=factories.VehicleFactory())
            factories.CrewMemberFactory(shift=shift)
        ids = list(Unit.objects.values_list("pk", flat=True))
        with django_assert_num_queries(4):
            assert len(unit_cards(ids)) == len(ids)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_expect_the_same_status_one_wins(board, viewer):
    unit = factories.UnitFactory(board=board)
    outcomes, start = [], threading.Barrier(6)

    def attempt(status):
        start.wait()
        try:
            set_unit_status(unit_id=unit.pk, status=status, expected="on_patrol", by=viewer)
            outcomes.append(status)
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    statuses = ["meal", "court", "staging", "transport", "traffic_stop", "report_writing"]
    threads = [threading.Thread(target=attempt, args=(status,)) for status in statuses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    unit.refresh_from_db()
    assert outcomes.count("status_changed") == 5
    assert unit.status in outcomes
    assert (unit.version, StatusChange.objects.count(), LiveEvent.objects.count()) == (2, 1, 1)
