"""Units, shifts, officers and vehicles over HTTP."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from core.rules import Role
from patrols.models import Unit
from patrols.rules import Fix, Status
from patrols.services import store_fixes
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(board, frozen_clock) -> Unit:
    return factories.UnitFactory(board=board, call_sign="214", sector="Лиман")


@pytest.fixture
def client(client_of, dispatcher):
    return client_of(dispatcher)


def ids(response) -> list[int]:
    assert response.status_code == 200, response.content
    body = response.json()
    return [row["id"] for row in (body["results"] if isinstance(body, dict) else body)]


def test_units_are_those_one_may_see_by_call_sign(unit, elsewhere, board, client):
    other = factories.UnitFactory(board=board, call_sign="101", on_duty=False, status=Status.OFF_DUTY)
    factories.UnitFactory(board=elsewhere.board)
    factories.UnitFactory(board=board, external=True, on_duty=False, status=Status.OFF_DUTY)

    assert ids(client.get("/api/v1/units/")) == [other.pk, unit.pk]
    assert ids(client.get("/api/v1/units/?on_duty=true")) == [unit.pk]
    assert ids(client.get("/api/v1/units/?on_duty=false")) == [other.pk]
    assert ids(client.get(f"/api/v1/units/?organisation={elsewhere.pk}")) == []


def test_a_list_of_units_takes_the_same_number_of_queries_for_any_number(board, client, django_assert_max_num_queries):
    for _ in range(6):
        factories.CrewMemberFactory(shift__unit=factories.UnitFactory(board=board))
    with django_assert_max_num_queries(9):
        assert len(client.get("/api/v1/units/").json()) == 6


def test_a_unit_shows_its_position_and_its_shift(unit, client):
    store_fixes([Fix(unit=unit.pk, lon=19.84, lat=45.25, at=NOON)], now=NOON)
    shift = factories.ShiftFactory(unit=unit, vehicle=factories.VehicleFactory())
    body = client.get(f"/api/v1/units/{unit.pk}/").json()
    assert (body["call_sign"], body["sector"], body["availability"]) == ("214", "Лиман", "available")
    assert (body["position"]["lon"], body["position"]["at"]) == (19.84, "2026-11-02T12:00:00Z")
    assert (body["shift"]["id"], body["shift"]["crew"]) == (shift.pk, [])


def test_a_unit_elsewhere_is_not_known(elsewhere, client):
    theirs = factories.UnitFactory(board=elsewhere.board)
    for path in ("", "status/", "positions/"):
        assert client.get(f"/api/v1/units/{theirs.pk}/{path}").status_code == 404
    assert client.post(f"/api/v1/units/{theirs.pk}/status/", {"status": "meal"}, format="json").status_code == 404


def test_a_status_is_set_and_shows_in_the_history(unit, client, frozen_clock):
    answer = client.post(f"/api/v1/units/{unit.pk}/status/", {"status": "meal", "expected": "on_patrol"}, format="json")
    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "meal", 2)
    (row,) = client.get(f"/api/v1/units/{unit.pk}/status/").json()["results"]
    assert (row["status"], row["source"], row["by"]) == ("meal", "console", "Јована П.")


def test_a_status_expected_otherwise_is_answered_with_the_present_state(unit, client):
    answer = client.post(f"/api/v1/units/{unit.pk}/status/", {"status": "meal", "expected": "court"}, format="json")
    assert answer.status_code == 409
    body = answer.json()
    assert (body["code"], body["field"], body["state"]["status"]) == ("status_changed", "expected", "on_patrol")


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({}, 400, "status"),
        ({"status": "asleep"}, 400, "status"),
        ({"status": "en_route"}, 422, "status"),
        ({"status": "meal", "occurred_at": "yesterday"}, 400, "occurred_at"),
        ({"status": "meal", "occurred_at": "2030-01-01T00:00:00Z"}, 422, "occurred_at"),
        ({"status": "meal", "reason": "x" * 201}, 400, "reason"),
    ],
)
def test_a_status_that_makes_no_sense_is_refused_with_its_field(unit, client, sent, status, field):
    answer = client.post(f"/api/v1/units/{unit.pk}/status/", sent, format="json")
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_a_repeat_with_the_same_key_is_answered_alike_and_done_once(unit, client):
    url = f"/api/v1/units/{unit.pk}/status/"
    sent = {"status": "meal", "expected": "on_patrol"}
    first = client.post(url, sent, format="json", headers={"Idempotency-Key": "k1"})
    again = client.post(url, sent, format="json", headers={"Idempotency-Key": "k1"})
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, first.json())
    assert Unit.objects.get().version == 2


def test_a_trail_shows_the_period_in_order_and_the_look_is_audited(unit, client):
    fixes = [Fix(unit=unit.pk, lon=19.8, lat=45.2 + i / 100, at=NOON - timedelta(minutes=20 * i)) for i in range(5)]
    store_fixes(fixes, now=NOON)
    url = f"/api/v1/units/{unit.pk}/positions/"

    last_hour = client.get(url).json()
    assert [row["at"] for row in last_hour] == ["2026-11-02T11:00:00Z", "2026-11-02T11:20:00Z", "2026-11-02T11:40:00Z"]
    period = client.get(url, {"from": "2026-11-02T10:00:00Z", "to": "2026-11-02T11:30:00Z"}).json()
    assert len(period) == 3
    assert len(client.get(url, {"limit": 1}).json()) == 1
    assert AuditEntry.objects.filter(action="unit.trail_viewed", object_id=str(unit.pk)).count() == 3
    for bad in ({"from": "2026-11-03T00:00:00Z"}, {"from": "x"}, {"limit": 0}):
        assert client.get(url, bad).status_code == 400


def test_a_crew_signs_on_and_off(board, directorate, client, frozen_clock):
    unit = factories.UnitFactory(board=board, on_duty=False, status=Status.OFF_DUTY)
    officer = factories.OfficerFactory(organisation=directorate)
    vehicle = factories.VehicleFactory(organisation=directorate)
    assert ids(client.get("/api/v1/units/?sign_on=true")) == [unit.pk]

    sent = {"unit": unit.pk, "crew": [officer.pk], "vehicle": vehicle.pk}
    shift = client.post("/api/v1/shifts/", sent, format="json")
    assert shift.status_code == 201
    assert [(row["officer"], row["leads"]) for row in shift.json()["crew"]] == [(officer.pk, True)]
    assert ids(client.get("/api/v1/units/?sign_on=true")) == []
    assert client.get("/api/v1/officers/").json()[0]["unit"] == unit.pk
    assert client.get("/api/v1/vehicles/?q=p-").json()[0]["unit"] == unit.pk
    again = client.post("/api/v1/shifts/", sent, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "unit_on_shift")
    assert ids(client.get("/api/v1/shifts/?open=true")) == [shift.json()["id"]]

    ended = client.post(f"/api/v1/shifts/{shift.json()['id']}/end/")
    assert ended.status_code == 200
    assert ended.json()["ended_at"] is not None
    assert ids(client.get(f"/api/v1/shifts/?open=true&unit={unit.pk}")) == []
    assert client.get(f"/api/v1/shifts/{shift.json()['id']}/").json() == ended.json()
    assert client.post(f"/api/v1/shifts/{shift.json()['id']}/end/").status_code == 409


def test_an_officer_sees_and_sets_only_their_own_unit(unit, board, directorate, client_of):
    user = person(Role.PATROL, directorate, "officer")
    other = factories.UnitFactory(board=board)
    factories.CrewMemberFactory(shift__unit=unit, officer__user=user)
    client = client_of(user)
    assert ids(client.get("/api/v1/units/")) == [unit.pk]
    assert client.get(f"/api/v1/units/{other.pk}/").status_code == 404
    assert client.post(f"/api/v1/units/{other.pk}/status/", {"status": "meal"}, format="json").status_code == 404
    assert client.post(f"/api/v1/units/{unit.pk}/status/", {"status": "meal"}, format="json").status_code == 200


PATHS = (
    "units/",
    "units/{unit}/",
    "units/{unit}/status/",
    "units/{unit}/positions/",
    "shifts/",
    "shifts/{shift}/",
    "officers/",
    "vehicles/",
)


@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_anything_and_strangers_nothing_of_ours(path, unit, elsewhere, client_of):
    shift = factories.ShiftFactory(unit=unit)
    factories.OfficerFactory(organisation=unit.organisation)
    factories.VehicleFactory(organisation=unit.organisation)
    url = "/api/v1/" + path.format(unit=unit.pk, shift=shift.pk)
    assert client_of(None).get(url).status_code == 401
    answer = client_of(person(Role.SHIFT_COMMANDER, elsewhere)).get(url)
    assert answer.status_code == (404 if "{" in path else 200)
    if answer.status_code == 200:
        assert ids(answer) == []


COMMANDS = (
    ("units/{unit}/status/", {"status": "meal"}),
    ("shifts/", {"unit": "{unit}", "crew": [1]}),
    ("shifts/{shift}/end/", {}),
)


@pytest.mark.parametrize(("path", "sent"), COMMANDS)
def test_commands_are_for_those_who_may(path, sent, unit, directorate, elsewhere, client_of):
    shift = factories.ShiftFactory(unit=unit)
    url = "/api/v1/" + path.format(unit=unit.pk, shift=shift.pk)
    sent = {key: unit.pk if value == "{unit}" else value for key, value in sent.items()}
    people = {
        None: 401,
        person(Role.READ_ONLY, directorate, "reader"): 403,
        person(Role.CALL_TAKER, directorate, "taker"): 403,
        person(Role.ADMINISTRATOR, directorate, "administrator"): 403,
        person(Role.DISPATCHER, elsewhere, "stranger"): 404,
        person(Role.PATROL, elsewhere, "lost"): 404,
    }
    for user, status in people.items():
        assert client_of(user).post(url, sent, format="json").status_code == status, user
    unit.refresh_from_db()
    assert (unit.version, unit.on_duty) == (1, True)
