"""Whom to send: the best combination, what each would leave, and why the others are left out."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point

from core.access import Viewer
from core.rules import Role
from dispatch.recommendation import recommend
from geo.models import Area
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_of, dispatcher):
    return client_of(dispatcher)


def seen_at(unit, lon, **kwargs):
    return factories.LatestPositionFactory(unit=unit, point=Point(lon, 45.252), **kwargs).unit


def codes(row):
    return [reason["code"] for reason in row["reasons"]]


def test_the_nearest_free_units_are_recommended_and_the_rest_explained(client, board, frozen_clock):
    incident = factories.IncidentFactory(board=board, priority=1, min_units=2)
    make = lambda sign, **kw: factories.UnitFactory(board=board, call_sign=sign, **kw)  # noqa: E731
    near, far, third = (seen_at(make(sign), lon) for sign, lon in (("1", 19.85), ("2", 19.90), ("3", 19.95)))
    eating = seen_at(make("4", status="meal"), 19.843)
    minor = factories.IncidentFactory(board=board, priority=4, number="NS-9")
    on_job = seen_at(make("5"), 19.844)
    client.post(f"/api/v1/incidents/{minor.pk}/assignments/", {"unit": on_job.pk}, format="json")
    in_court = seen_at(make("6", status="court"), 19.846)
    unseen = make("7")
    lost = seen_at(make("8"), 19.847, at=frozen_clock() - timedelta(hours=1))
    factories.UnitFactory(board=board, status="off_duty", on_duty=False)

    found = client.get(f"/api/v1/incidents/{incident.pk}/recommendations/").json()
    assert [(row["unit"], row["recommended"], row["conditional"]) for row in found["units"]] == [
        (near.pk, True, False),
        (far.pk, True, False),
        (third.pk, False, False),
        (eating.pk, False, True),
        (on_job.pk, False, True),
    ]
    assert found["units"][-1]["breaks_off"]["number"] == "NS-9"
    assert {row["unit"]: codes(row) for row in found["left_out"]} == {
        in_court.pk: ["status_court"],
        lost.pk: ["old_fix"],
        unseen.pk: ["no_fix"],
    }


@pytest.fixture
def with_dog(board, frozen_clock):
    """An incident that needs two units, a dog among them."""
    kind = factories.IncidentTypeFactory(skills=["dog"])
    return factories.IncidentFactory(board=board, priority=2, min_units=2, type=kind)


def proposal(client, incident):
    found = client.get(f"/api/v1/incidents/{incident.pk}/recommendations/").json()
    assert {row["unit"] for row in found["units"] if row["recommended"]} == set(found["combination"]["units"])
    return found


def test_one_of_the_combination_brings_the_skill_however_far_it_is(client, board, with_dog):
    near = [seen_at(factories.UnitFactory(board=board, call_sign=str(n)), 19.85 + n / 1000) for n in range(12)]
    dog = seen_at(factories.UnitFactory(board=board, call_sign="99", skills=["dog"]), 19.99)
    found = proposal(client, with_dog)
    assert found["combination"]["units"] == [near[0].pk, dog.pk]
    assert (found["combination"]["lacking"], found["combination"]["missing_skills"]) == (0, [])
    assert {row["unit"]: codes(row) for row in found["units"]}[dog.pk] == ["brings", "small_crew"]


def test_skills_are_brought_and_lacked_by_name(client, board, with_dog):
    factories.SkillFactory(code="dog", name="police dog")
    dog = seen_at(factories.UnitFactory(board=board, call_sign="9", skills=["dog"]), 19.85)
    other = seen_at(factories.UnitFactory(board=board, call_sign="1"), 19.85)
    said = {row["unit"]: [reason["text"] for reason in row["reasons"]] for row in proposal(client, with_dog)["units"]}
    assert said[dog.pk][0] == "brings: police dog"
    assert said[other.pk][0] == "lacks: police dog"


def test_a_skill_that_is_there_already_is_not_asked_for_again(client, board, with_dog):
    dog = seen_at(factories.UnitFactory(board=board, call_sign="9", skills=["dog"]), 19.99)
    client.post(f"/api/v1/incidents/{with_dog.pk}/assignments/", {"unit": dog.pk}, format="json")
    near = seen_at(factories.UnitFactory(board=board, call_sign="1"), 19.85)
    seen_at(factories.UnitFactory(board=board, call_sign="2", skills=["dog"]), 19.86)
    assert proposal(client, with_dog)["combination"]["units"] == [near.pk]


def test_what_cannot_be_found_is_said_and_the_rest_is_still_proposed(client, board, with_dog):
    only = seen_at(factories.UnitFactory(board=board, call_sign="1"), 19.85)
    chosen = proposal(client, with_dog)["combination"]
    assert (chosen["units"], chosen["lacking"], chosen["missing_skills"]) == ([only.pk], 1, ["dog"])
    assert chosen["first_eta_s"] == chosen["last_eta_s"] > 0


def test_a_job_is_broken_off_only_where_nobody_free_is_left(client, board, incident, urgent, frozen_clock):
    busy = seen_at(factories.UnitFactory(board=board, call_sign="1"), 19.845)
    client.post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": busy.pk}, format="json")
    free = seen_at(factories.UnitFactory(board=board, call_sign="2"), 19.99)
    urgent.min_units = 2
    urgent.save()
    assert proposal(client, urgent)["combination"]["units"] == [busy.pk, free.pk]
    urgent.min_units = 1
    urgent.save()
    found = proposal(client, urgent)
    assert found["combination"]["units"] == [free.pk]
    assert found["units"][1]["breaks_off"]["place"] == incident.place


def test_a_sector_that_is_left_empty_is_named(client, board, urgent, frozen_clock):
    urgent.min_units = 2
    urgent.save()
    signs = ("1", "2", "3", "4")
    sectors = ("Лиман", "Лиман", "Салајка", "")
    units = [
        seen_at(factories.UnitFactory(board=board, call_sign=sign, sector=sector), 19.85 + at / 100)
        for at, (sign, sector) in enumerate(zip(signs, sectors, strict=True))
    ]
    rows = {row["unit"]: row for row in proposal(client, urgent)["units"]}
    assert [rows[unit.pk]["leaves"] for unit in units] == [
        {"sector": "Лиман", "free_left": 0},  # both of the combination go: nobody stays
        {"sector": "Лиман", "free_left": 0},
        {"sector": "Салајка", "free_left": 0},
        None,
    ]
    assert ["leaves_sector" in codes(rows[unit.pk]) for unit in units] == [True, True, True, False]


def test_a_unit_of_another_stations_area_is_remarked_and_still_goes(client, board, incident, frozen_clock):
    home = factories.OrganisationFactory(parent=board.organisation)
    here = seen_at(factories.UnitFactory(board=board, call_sign="1", organisation=home), 19.86)
    other = seen_at(factories.UnitFactory(board=board, call_sign="2"), 19.845)
    square = incident.location.buffer(0.01)
    Area.objects.create(kind="jurisdiction", code="A", name="A", organisation=home, geometry=MultiPolygon(square))
    found = proposal(client, incident)
    assert found["combination"]["units"] == [other.pk]
    assert {row["unit"]: "other_area" in codes(row) for row in found["units"]} == {here.pk: False, other.pk: True}


def test_once_enough_are_on_their_way_nobody_is_recommended(client, board, incident, frozen_clock):
    first, second = (seen_at(factories.UnitFactory(board=board), lon) for lon in (19.85, 19.86))
    client.post(f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": first.pk}, format="json")
    found = client.get(f"/api/v1/incidents/{incident.pk}/recommendations/").json()
    assert [(row["unit"], row["recommended"]) for row in found["units"]] == [(second.pk, False)]
    assert codes(found["left_out"][0]) == ["on_this_incident"]


def test_a_tie_goes_to_the_lower_call_sign_every_time(client, board, incident, frozen_clock):
    for sign in ("30", "10", "20"):
        seen_at(factories.UnitFactory(board=board, call_sign=sign), 19.85)
    for _ in range(3):
        found = client.get(f"/api/v1/incidents/{incident.pk}/recommendations/").json()
        assert [row["call_sign"] for row in found["units"]] == ["10", "20", "30"]


def test_an_incident_without_a_place_ranks_nobody_by_time(client, board, frozen_clock):
    incident = factories.IncidentFactory(board=board, location=None)
    seen_at(factories.UnitFactory(board=board), 19.85)
    found = client.get(f"/api/v1/incidents/{incident.pk}/recommendations/").json()
    assert (found["routing"], found["units"][0]["eta_s"], found["units"][0]["recommended"]) == ("none", None, False)


def test_a_patrol_on_foot_is_not_timed_as_a_car(client, board, incident, frozen_clock):
    walking = seen_at(factories.UnitFactory(board=board, kind="foot"), 19.85)
    driving = seen_at(factories.UnitFactory(board=board), 19.85)
    found = client.get(f"/api/v1/incidents/{incident.pk}/recommendations/").json()
    assert [row["unit"] for row in found["units"]] == [driving.pk, walking.pk]


def test_a_call_taker_may_not_ask_whom_to_send(client_of, directorate, incident):
    taker = client_of(person(Role.CALL_TAKER, directorate))
    assert taker.get(f"/api/v1/incidents/{incident.pk}/recommendations/").status_code == 403


def test_it_costs_the_same_number_of_queries_however_many_units(
    dispatcher, board, with_dog, django_assert_max_num_queries
):
    for number in range(30):
        seen_at(factories.UnitFactory(board=board, call_sign=str(number), skills=["dog"]), 19.85 + number / 1000)
    viewer = Viewer.of(dispatcher)
    with django_assert_max_num_queries(10):
        assert len(recommend(viewer, with_dog.pk)["combination"]["units"]) == 2
