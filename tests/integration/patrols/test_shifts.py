"""Sign-on and sign-off: crews, vehicles, and who holds them."""

import threading

import pytest
from django.db import connection

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from patrols import selectors
from patrols.cards import unit_cards
from patrols.models import CrewMember, Shift, Unit
from patrols.rules import Status
from patrols.services import sign_off, sign_on
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(board, frozen_clock) -> Unit:
    return factories.UnitFactory(board=board, call_sign="214", on_duty=False, status=Status.OFF_DUTY)


@pytest.fixture
def crew(directorate):
    return [
        factories.OfficerFactory(organisation=directorate, name="Милан", skills=["dog"]),
        factories.OfficerFactory(organisation=directorate, name="Ана"),
    ]


@pytest.fixture
def vehicle(directorate):
    return factories.VehicleFactory(organisation=directorate, plate="P-214")


def ids(rows):
    return [row.pk for row in rows]


def test_a_crew_signs_on_and_the_unit_appears_on_the_board(unit, crew, vehicle, viewer, frozen_clock):
    shift = sign_on(unit_id=unit.pk, officer_ids=ids(crew), vehicle_id=vehicle.pk, by=viewer)

    assert selectors.board_unit_ids(unit.board_id) == [unit.pk]
    (card,) = unit_cards([unit.pk])
    assert (card["crew"], card["crew_names"], card["vehicle"]) == (2, ["Милан", "Ана"], "P-214")
    assert (card["status"], card["on_duty"], card["skills"]) == ("at_station", True, ["dog"])
    event = LiveEvent.objects.get()
    assert (event.kind, event.payload["upserts"]) == ("ShiftStarted", {"units": [card]})
    assert AuditEntry.objects.get(action="shift.started").object_id == str(shift.pk)
    assert shift.starts_at == frozen_clock.now


def test_a_crew_without_a_vehicle_still_shows(unit, crew, viewer):
    sign_on(unit_id=unit.pk, officer_ids=ids(crew), by=viewer)
    (card,) = unit_cards(selectors.board_unit_ids(unit.board_id))
    assert (card["crew"], card["vehicle"]) == (2, None)


def test_signing_off_frees_all_and_takes_the_unit_off_the_board(unit, crew, vehicle, viewer, frozen_clock):
    shift = sign_on(unit_id=unit.pk, officer_ids=ids(crew), vehicle_id=vehicle.pk, by=viewer)
    frozen_clock.tick(3600)
    sign_off(shift_id=shift.pk, by=viewer)

    unit.refresh_from_db()
    assert (unit.status, unit.on_duty) == ("off_duty", False)
    assert not CrewMember.objects.filter(left_at__isnull=True).exists()
    event = LiveEvent.objects.last()
    assert (event.kind, event.payload["removes"]) == ("ShiftEnded", {"units": [unit.pk]})
    assert selectors.board_unit_ids(unit.board_id) == []
    sign_on(unit_id=unit.pk, officer_ids=ids(crew), vehicle_id=vehicle.pk, by=viewer)


def test_a_shift_ends_once(unit, crew, viewer):
    shift = sign_on(unit_id=unit.pk, officer_ids=ids(crew), by=viewer)
    sign_off(shift_id=shift.pk, by=viewer)
    with pytest.raises(Conflict) as refusal:
        sign_off(shift_id=shift.pk, by=viewer)
    assert refusal.value.code == "shift_ended"


def test_a_unit_with_a_job_does_not_sign_off(unit, crew, viewer):
    shift = sign_on(unit_id=unit.pk, officer_ids=ids(crew), by=viewer)
    Unit.objects.update(status=Status.ON_SCENE)
    with pytest.raises(Conflict) as refusal:
        sign_off(shift_id=shift.pk, by=viewer)
    assert refusal.value.code == "unit_busy"
    assert Shift.objects.get().ended_at is None


def test_an_officer_on_another_patrol_is_refused_with_it(unit, crew, board, viewer):
    sign_on(unit_id=unit.pk, officer_ids=ids(crew), by=viewer)
    other = factories.UnitFactory(board=board, on_duty=False, status=Status.OFF_DUTY)
    with pytest.raises(Conflict) as refusal:
        sign_on(unit_id=other.pk, officer_ids=[crew[1].pk], by=viewer)
    assert refusal.value.code == "officer_on_shift"
    assert (refusal.value.state["call_sign"], refusal.value.state["name"]) == ("214", "Ана")
    assert Shift.objects.count() == 1
    other.refresh_from_db()
    assert not other.on_duty


def test_a_unit_or_a_vehicle_already_out_is_refused_with_who_holds_it(unit, crew, vehicle, board, viewer):
    sign_on(unit_id=unit.pk, officer_ids=[crew[0].pk], vehicle_id=vehicle.pk, by=viewer)
    with pytest.raises(Conflict) as refusal:
        sign_on(unit_id=unit.pk, officer_ids=[crew[1].pk], by=viewer)
    assert refusal.value.code == "unit_on_shift"
    other = factories.UnitFactory(board=board, on_duty=False, status=Status.OFF_DUTY)
    with pytest.raises(Conflict) as refusal:
        sign_on(unit_id=other.pk, officer_ids=[crew[1].pk], vehicle_id=vehicle.pk, by=viewer)
    assert (refusal.value.code, refusal.value.state["call_sign"]) == ("vehicle_taken", "214")


def test_a_crew_of_nobody_of_strangers_or_of_one_twice_is_refused(unit, crew, elsewhere, viewer):
    stranger = factories.OfficerFactory(organisation=elsewhere)
    for officer_ids in ([], [stranger.pk], [crew[0].pk, crew[0].pk], [10**9]):
        with pytest.raises(Invalid) as refusal:
            sign_on(unit_id=unit.pk, officer_ids=officer_ids, by=viewer)
        assert refusal.value.field == "crew"


def test_a_vehicle_of_strangers_or_out_of_service_is_refused(unit, crew, elsewhere, directorate, viewer):
    theirs = factories.VehicleFactory(organisation=elsewhere)
    broken = factories.VehicleFactory(organisation=directorate, in_service=False)
    with pytest.raises(Invalid):
        sign_on(unit_id=unit.pk, officer_ids=ids(crew), vehicle_id=theirs.pk, by=viewer)
    with pytest.raises(Unprocessable):
        sign_on(unit_id=unit.pk, officer_ids=ids(crew), vehicle_id=broken.pk, by=viewer)


def test_an_officer_signs_on_and_off_a_patrol_of_which_they_are_part(unit, crew, directorate, elsewhere):
    user = person(Role.PATROL, directorate)
    by = Viewer.of(user)
    with pytest.raises(Forbidden):
        sign_on(unit_id=unit.pk, officer_ids=ids(crew), by=by)
    crew[0].user = user
    crew[0].save()
    foreign = factories.UnitFactory(board=elsewhere.board)
    with pytest.raises(NotFound):
        sign_on(unit_id=foreign.pk, officer_ids=ids(crew), by=by)
    shift = sign_on(unit_id=unit.pk, officer_ids=ids(crew), by=by)
    assert selectors.own_unit(by) == unit
    assert selectors.is_own_unit(by, unit.pk)
    sign_off(shift_id=shift.pk, by=by)
    assert selectors.own_unit(by) is None
    with pytest.raises(NotFound):
        sign_off(shift_id=shift.pk, by=by)


def test_who_only_looks_may_not_sign_on(unit, crew, directorate, elsewhere):
    with pytest.raises(Forbidden):
        sign_on(unit_id=unit.pk, officer_ids=ids(crew), by=Viewer.of(person(Role.READ_ONLY, directorate)))
    with pytest.raises(NotFound):
        sign_on(unit_id=unit.pk, officer_ids=ids(crew), by=Viewer.of(person(Role.READ_ONLY, elsewhere)))


@pytest.mark.django_db(transaction=True)
def test_an_officer_named_by_two_units_at_once_rides_on_one(board, directorate, viewer):
    officer = factories.OfficerFactory(organisation=directorate)
    units = [factories.UnitFactory(board=board, on_duty=False, status=Status.OFF_DUTY) for _ in range(4)]
    outcomes, start = [], threading.Barrier(4)

    def attempt(unit):
        start.wait()
        try:
            sign_on(unit_id=unit.pk, officer_ids=[officer.pk], by=viewer)
            outcomes.append("on")
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(unit,)) for unit in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["officer_on_shift"] * 3 + ["on"]
    assert Unit.objects.filter(on_duty=True).count() == Shift.objects.count() == LiveEvent.objects.count() == 1
