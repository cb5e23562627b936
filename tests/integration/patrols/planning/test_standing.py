"""Absences and teams as a commander sets them: what contradicts itself is refused, what was is in the audit trail."""

from datetime import date

import pytest

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry
from core.rules import Role
from patrols.planning.cards import absence_card, team_card
from patrols.planning.models import Absence, Team
from patrols.planning.services import standing
from patrols.planning.services.standing import AbsenceData, PostData, TeamData
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db
URL = "/api/v1/plan"


def away(scene, first="2026-11-01", last="2026-11-03", officer=0, kind="leave"):
    days = {"first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last)}
    return AbsenceData(officer_id=scene.officers[officer].pk, kind=kind, **days)


def changed(scene, absence, data, version=None):
    version = version or absence_card(absence)["version"]
    return standing.change_absence(absence_id=absence.pk, version=version, data=data, by=scene.by)


def test_an_absence_is_added_changed_and_taken_back_with_what_was_in_the_trail(scene):
    absence = standing.add_absence(data=away(scene), by=scene.by)
    absence = changed(scene, absence, away(scene, last="2026-11-05", kind="sick"))
    assert (absence.last_day, absence.kind) == (date(2026, 11, 5), "sick")
    standing.remove_absence(absence_id=absence.pk, version=absence_card(absence)["version"], by=scene.by)
    assert not Absence.objects.exists()
    rows = AuditEntry.objects.filter(action__startswith="absence.").order_by("pk")
    assert [row.action for row in rows] == ["absence.added", "absence.changed", "absence.removed"]
    assert rows[1].detail["before"]["last_day"] == "2026-11-03"
    assert rows[1].detail["after"]["last_day"] == "2026-11-05"


def test_an_officer_is_not_away_twice_and_the_refusal_names_when(scene):
    standing.add_absence(data=away(scene), by=scene.by)
    with pytest.raises(Unprocessable) as refused:
        standing.add_absence(data=away(scene, "2026-11-03", "2026-11-09"), by=scene.by)
    assert "2026-11-01" in str(refused.value.message)
    standing.add_absence(data=away(scene, "2026-11-04", "2026-11-09"), by=scene.by)


def test_an_absence_that_somebody_changed_meanwhile_is_shown_as_it_stands(scene):
    absence = standing.add_absence(data=away(scene), by=scene.by)
    Absence.objects.update(kind="court")
    with pytest.raises(Conflict) as refused:
        changed(scene, absence, away(scene), absence_card(absence)["version"])
    assert refused.value.state["kind"] == "court"


@pytest.mark.parametrize(
    ("first", "last", "kind", "error"),
    [
        ("2026-11-05", "2026-11-03", "leave", Unprocessable),
        ("2026-11-05", "2036-11-03", "leave", Unprocessable),
        ("2026-11-05", "2026-11-06", "holiday", Invalid),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(scene, first, last, kind, error):
    with pytest.raises(error):
        standing.add_absence(data=away(scene, first, last, kind=kind), by=scene.by)


def test_who_may_not_plan_there_adds_no_absence(scene, elsewhere):
    stranger = Viewer.of(person(Role.SHIFT_COMMANDER, elsewhere, "stranger"))
    with pytest.raises(NotFound):
        standing.add_absence(data=away(scene), by=stranger)
    dispatcher = Viewer.of(person(Role.DISPATCHER, scene.node, "desk"))
    with pytest.raises(Forbidden):
        standing.add_absence(data=away(scene), by=dispatcher)
    assert not Absence.objects.exists()


def test_the_answer_names_the_shifts_that_are_planned_in_an_absence(scene, client_of):
    shift = scene.draft(crew=(0,))
    client = client_of(factories.User.objects.get(username="commander"))
    day = shift.starts_at.date().isoformat()
    body = {"officer": scene.officers[0].pk, "kind": "sick", "first_day": day, "last_day": day}
    answer = client.post(f"{URL}/absences/", body, content_type="application/json")
    assert answer.status_code == 201
    assert [row["id"] for row in answer.json()["in_the_way"]] == [shift.pk]
    listed = client.get(f"{URL}/absences/", {"organisation": scene.node.pk, "first": day, "last": day}).json()
    assert listed == [answer.json()["absence"]]
    url = f"{URL}/absences/{listed[0]['id']}/remove/"
    answer = client.post(url, {"version": listed[0]["version"]}, content_type="application/json")
    assert (answer.status_code, Absence.objects.count()) == (204, 0)


# --- teams --------------------------------------------------------------------------------------------------------


@pytest.fixture
def pattern(scene):
    return factories.ShiftPatternFactory(organisation=scene.node)


def team_of(scene, pattern, *posts, name="Смена Б", **values):
    return TeamData(
        organisation_id=scene.node.pk, name=name, pattern_id=pattern.pk, anchor=date(2026, 11, 2), posts=posts, **values
    )


def post(scene, unit=0, crew=(0,), **values):
    return PostData(unit_id=scene.units[unit].pk, officer_ids=tuple(scene.officers[n].pk for n in crew), **values)


def test_a_team_is_made_of_patrols_and_its_crews_keep_their_order(scene, pattern):
    data = team_of(scene, pattern, post(scene, crew=(1, 0), vehicle_id=scene.vehicle.pk, sector_id=scene.sector.pk))
    card = team_card(standing.add_team(data=data, by=scene.by))
    assert [officer["id"] for officer in card["posts"][0]["crew"]] == [scene.officers[1].pk, scene.officers[0].pk]
    assert (card["posts"][0]["vehicle"]["name"], card["posts"][0]["sector"]["name"]) == ("П-1", "Лиман")


def test_a_team_is_changed_and_ended_by_whoever_saw_it_as_it_stands(scene, pattern):
    team = standing.add_team(data=team_of(scene, pattern, post(scene)), by=scene.by)
    version = team_card(team)["version"]
    ended = team_of(scene, pattern, post(scene, crew=(1,)), active=False)
    assert not standing.change_team(team_id=team.pk, version=version, data=ended, by=scene.by).active
    with pytest.raises(Conflict) as refused:
        standing.change_team(team_id=team.pk, version=version, data=ended, by=scene.by)
    assert refused.value.state["active"] is False
    row = AuditEntry.objects.get(action="team.changed")
    assert (row.detail["before"]["active"], row.detail["after"]["active"]) == (True, False)


def test_what_contradicts_itself_or_another_team_is_refused_by_name(scene, pattern):
    standing.add_team(data=team_of(scene, pattern, post(scene)), by=scene.by)

    def refusal(*posts, name="Смена В"):
        with pytest.raises(Unprocessable) as refused:
            standing.add_team(data=team_of(scene, pattern, *posts, name=name), by=scene.by)
        return str(refused.value.message)

    assert refusal(post(scene, crew=(1,)), post(scene, crew=(2,))) == "201 is in this team twice."
    assert refusal(post(scene, crew=(1,)), post(scene, 1, crew=(1,))) == "Ана is on two patrols of this team."
    assert refusal(post(scene, crew=(1, 0))) == "Марко is in the team Смена Б already."
    assert refusal(post(scene, crew=(1,)), name="Смена Б") == "There is a team of this name already."
    assert Team.objects.count() == 1


def test_people_of_others_join_no_team(scene, pattern, elsewhere):
    stranger = factories.OfficerFactory(organisation=elsewhere)
    data = team_of(scene, pattern, PostData(unit_id=scene.units[0].pk, officer_ids=(stranger.pk,)))
    with pytest.raises(Invalid):
        standing.add_team(data=data, by=scene.by)
    assert not Team.objects.exists()


def test_teams_over_http(scene, pattern, client_of):
    client = client_of(factories.User.objects.get(username="commander"))
    posts = [{"unit": scene.units[0].pk, "crew": [scene.officers[0].pk]}]
    body = {"organisation": scene.node.pk, "name": "А", "pattern": pattern.pk, "anchor": "2026-11-02", "posts": posts}
    made = client.post(f"{URL}/teams/", body, content_type="application/json")
    assert made.status_code == 201
    change = {**body, "name": "Б", "posts": [], "version": made.json()["version"]}
    answer = client.patch(f"{URL}/teams/{made.json()['id']}/", change, content_type="application/json")
    assert (answer.status_code, answer.json()["name"], answer.json()["posts"]) == (200, "Б", [])
    listed = client.get(f"{URL}/teams/", {"organisation": scene.node.pk}).json()
    assert listed == {"teams": [answer.json()], "patterns": [{"id": pattern.pk, "name": pattern.name}]}
