"""Joint patrols: planned, met, ended or called off; each step once."""

import pytest

from core.models import AuditEntry
from core.rules import Role
from patrols.joint.models import JointPatrol
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db

URL = "/api/v1/border/joint-patrols/"


@pytest.fixture
def unit(board, frozen_clock):
    return factories.UnitFactory(board=board)


@pytest.fixture
def section(unit):
    return factories.SectionFactory()


@pytest.fixture
def desk(client_of, dispatcher):
    return client_of(dispatcher)


def plan(desk, unit, section, fields=None):
    body = {
        "unit": unit.pk,
        "section": section.pk,
        "partner_service": "Határrendészet",
        "partner_country": "hu",
        "meeting_place": "Мост на Тиси",
        "meeting_point": {"lon": 19.84, "lat": 45.25},
        "meets_at": "2026-11-02T18:00Z",
        "until": "2026-11-02T22:00Z",
    }
    return desk.post(URL, body | (fields or {}), format="json")


def test_joint_patrol_names_partner_and_meeting_point_and_goes_its_way(desk, unit, section, frozen_clock):
    planned = plan(desk, unit, section).json()
    assert (planned["state"], planned["partner_country"], planned["meeting_point"]) == ("planned", "HU", [19.84, 45.25])
    frozen_clock.tick(6 * 3600)
    met = desk.post(f"{URL}{planned['id']}/meet/", {"occurred_at": "2026-11-02T17:55Z"}, format="json")
    assert (met.json()["state"], met.json()["met_at"]) == ("under_way", "2026-11-02T17:55:00Z")
    ended = desk.post(f"{URL}{planned['id']}/end/", {"note": "мирно"}, format="json").json()
    assert (ended["state"], ended["note"]) == ("ended", "мирно")
    actions = (
        AuditEntry.objects.filter(action__startswith="joint_patrol").order_by("pk").values_list("action", flat=True)
    )
    assert list(actions) == ["joint_patrol.planned", "joint_patrol.under_way", "joint_patrol.ended"]


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"until": "2026-11-02T18:00Z"}, 422, "until"),
        ({"until": "2026-11-06T18:00Z"}, 422, "until"),
        ({"partner_country": "Hungary"}, 400, "partner_country"),
        ({"section": 0}, 400, "section"),
        ({"section": 999_999}, 400, "section"),
        ({"meeting_point": {"lon": 0, "lat": 0}}, 400, "meeting_point"),
    ],
)
def test_what_makes_no_sense_is_refused(desk, unit, section, fields, status, field):
    answer = plan(desk, unit, section, fields)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert not JointPatrol.objects.exists()


@pytest.mark.parametrize("steps", [("end",), ("meet", "meet"), ("meet", "call-off"), ("call-off", "meet")])
def test_step_out_of_order_is_refused_with_the_state(desk, unit, section, steps):
    patrol = factories.JointPatrolFactory(unit=unit, section=section)
    answers = [desk.post(f"{URL}{patrol.pk}/{step}/", {"note": "x"}, format="json") for step in steps]
    assert answers[-1].status_code == 409
    assert answers[-1].json()["state"]["state"] in {"planned", "under_way", "called_off"}


def test_crew_says_itself_that_they_met_and_others_may_not(client_of, directorate, unit, section):
    patrol = factories.JointPatrolFactory(unit=unit, section=section)
    officer = factories.OfficerFactory(user=person(Role.PATROL, directorate, "crew"), organisation=directorate)
    factories.CrewMemberFactory(shift__unit=unit, officer=officer)
    stranger = client_of(person(Role.PATROL, directorate, "stranger"))
    assert stranger.post(f"{URL}{patrol.pk}/meet/").status_code == 404
    assert client_of(officer.user).post(f"{URL}{patrol.pk}/meet/").json()["state"] == "under_way"


def test_centre_of_the_section_sees_it(client_of, unit, section):
    patrol = factories.JointPatrolFactory(unit=unit, section=section)
    theirs = client_of(person(Role.SHIFT_COMMANDER, section.organisation))
    assert [row["id"] for row in theirs.get(URL).json()["results"]] == [patrol.pk]
