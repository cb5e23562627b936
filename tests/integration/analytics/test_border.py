"""The situation at the border, by hand."""

from datetime import timedelta

import pytest

from core.models import AuditEntry
from core.rules import Role
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db

URL = "/api/v1/border/situation/"


@pytest.fixture
def section(service, frozen_clock):
    centre = factories.OrganisationFactory(code="RC-SU", parent=service, kind="border_centre")
    return factories.SectionFactory(organisation=centre, code="HU-3")


@pytest.fixture
def commander(client_of, directorate):
    return client_of(person(Role.SHIFT_COMMANDER, directorate))


@pytest.fixture
def event(board, section):
    """An event of three persons (later counted as four) that needs two units; they come after 5 and 12 minutes."""
    event = factories.BorderEventFactory(incident__board=board, incident__min_units=2, section=section)
    factories.BorderCountFactory(event=event, detected=4, apprehended=2, asylum=1)
    for minutes in (12, 5):
        factories.AssignmentFactory(
            incident=event.incident, status="cleared", on_scene_at=NOON + timedelta(minutes=minutes), ended_at=NOON
        )
    return event


def ask(client, section=None, **query):
    days = {"from": "2026-11-02", "to": "2026-11-02"}
    return client.get(URL, days | ({"section": section.pk} if section else {}) | query)


def test_persons_are_those_of_the_newest_count_and_reaction_stands_beside_first_arrival(commander, event, section):
    found = ask(commander, section).json()
    assert found["total"] == {
        "events": 1,
        "persons": {"detected": 4, "apprehended": 2, "turned_back": 0, "asylum": 1, "detected_only": 1},
    }
    assert found["corrected"] == 1
    row = found["events"][0]
    assert (row["reaction_s"], row["first_arrival_s"], row["in_place"], row["required"]) == (720, 300, 2, 2)
    assert (found["reaction"]["n"], found["reaction"]["p50_s"]) == (1, None)  # too few for a median (rule 11)


def test_median_is_shown_from_five_cases_on(commander, board, section):
    for minutes in (1, 2, 3, 4, 20):
        event = factories.BorderEventFactory(incident__board=board, section=section)
        factories.AssignmentFactory(
            incident=event.incident, status="cleared", on_scene_at=NOON + timedelta(minutes=minutes), ended_at=NOON
        )
    found = ask(commander).json()
    assert (found["reaction"]["n"], found["reaction"]["p50_s"]) == (5, 180)


def test_cancelled_unit_is_not_in_place_and_the_case_is_missing(commander, event):
    event.incident.assignments.filter(on_scene_at=NOON + timedelta(minutes=12)).update(status="cancelled")
    found = ask(commander).json()
    assert (found["reaction"]["n_missing"], found["first_arrival"]["n"]) == (1, 1)


def test_units_of_a_merged_duplicate_count(commander, event, board):
    root = factories.IncidentFactory(board=board, min_units=2)
    factories.AssignmentFactory(incident=root, status="cleared", on_scene_at=NOON + timedelta(minutes=2), ended_at=NOON)
    type(root).objects.filter(pk=event.incident_id).update(status="merged", merged_into=root)
    row = ask(commander).json()["events"][0]
    assert (row["first_arrival_s"], row["reaction_s"], row["in_place"]) == (120, 300, 3)


@pytest.mark.parametrize(
    ("at", "day"), [("2026-11-01T22:59:59Z", "2026-11-01"), ("2026-11-01T23:00:00Z", "2026-11-02")]
)
def test_event_belongs_to_the_local_day_of_its_detection(commander, board, section, at, day):
    factories.BorderEventFactory(incident__board=board, section=section, detected_at=at)
    for asked in ("2026-11-01", "2026-11-02"):
        found = ask(commander, **{"from": asked, "to": asked}).json()
        assert found["total"]["events"] == (asked == day)


def test_preceding_period_of_the_same_length_stands_beside(commander, event, board, section):
    factories.BorderEventFactory(incident__board=board, section=section, detected_at=NOON - timedelta(days=1))
    found = ask(commander).json()
    assert (found["total"]["events"], found["preceding"]["events"]) == (1, 1)


def test_joint_patrols_that_never_met_are_counted(commander, board, section):
    unit = factories.UnitFactory(board=board)
    factories.JointPatrolFactory(unit=unit, section=section, meets_at=NOON - timedelta(hours=5), until=NOON)
    factories.JointPatrolFactory(
        unit=unit, section=section, meets_at=NOON, met_at=NOON, ended_at=NOON + timedelta(hours=3)
    )
    found = ask(commander).json()["joint_patrols"]
    assert (found["ended"], found["hours"], found["planned"], found["not_met"]) == (1, 3.0, 1, 0)


def test_commander_elsewhere_sees_nothing_of_it_and_the_centre_of_the_section_does(
    client_of, event, elsewhere, section
):
    assert ask(client_of(person(Role.SHIFT_COMMANDER, elsewhere))).json()["total"]["events"] == 0
    assert ask(client_of(person(Role.SHIFT_COMMANDER, section.organisation))).json()["total"]["events"] == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [({"to": "2026-11-01"}, 400), ({"from": "x"}, 400), ({"section": 999_999}, 404), ({"section": "x"}, 400)],
)
def test_question_that_makes_no_sense_is_refused(commander, query, status):
    days = {"from": "2026-11-02", "to": "2026-11-02"}
    assert commander.get(URL, days | query).status_code == status


def test_table_is_exported_safely_and_the_export_is_noted(commander, event):
    event.incident.place = "=cmd()"
    event.incident.save()
    answer = commander.get("/api/v1/border/situation.csv", {"from": "2026-11-02", "to": "2026-11-02"})
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("number,section,kind")
    assert ",'=cmd()," in row
    assert row.endswith(",4,2,0,1,1")
    assert AuditEntry.objects.filter(action="border_situation.exported").count() == 1


@pytest.mark.parametrize("language", ["sr", "sr-latn", "sl", "en"])
def test_the_situation_prints_in_every_language_and_the_export_is_noted(commander, event, language):
    factories.JointPatrolFactory(section=event.section)
    commander.cookies["patrulja_language"] = language
    answer = commander.get("/api/v1/border/situation.pdf", {"from": "2026-11-02", "to": "2026-11-02"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(action="border_situation.exported").count() == 1
