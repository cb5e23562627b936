"""Events at the border: recorded beside an incident, in a section; counted and judged anew, never overwritten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import AuditEntry, LiveEvent
from core.rules import Role
from incidents.border.models import BorderCount, BorderEvent
from incidents.models import Incident, TimelineEntry
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db

URL = "/api/v1/border/events/"
HERE = {"lon": 19.84, "lat": 45.25}


@pytest.fixture
def section(service, frozen_clock):
    centre = factories.OrganisationFactory(code="RC-SU", parent=service, kind="border_centre")
    return factories.SectionFactory(organisation=centre, code="HU-3")


@pytest.fixture
def desk(client_of, dispatcher):
    return client_of(dispatcher)


def record(desk, **fields):
    return desk.post(URL, {"kind": "unauthorised_crossing", "means": "camera"} | fields, format="json")


def test_event_stands_beside_its_incident_in_the_section_that_covers_it(desk, board, section):
    incident = factories.IncidentFactory(board=board)
    answer = record(
        desk,
        incident=incident.pk,
        direction="entry",
        detected_at="2026-11-02T11:50:00Z",
        persons={"detected": 6, "apprehended": 4, "asylum": 1},
        impact="high",
        confidence="medium",
    )
    assert answer.status_code == 201, answer.json()
    event = answer.json()
    assert (event["section_code"], event["detected_at"]) == ("HU-3", "2026-11-02T11:50:00Z")
    assert {name: event["counts"][0][name] for name in ("detected", "apprehended", "turned_back", "asylum")} == {
        "detected": 6,
        "apprehended": 4,
        "turned_back": 0,
        "asylum": 1,
    }
    assert event["assessments"][0]["impact"] == "high"
    assert TimelineEntry.objects.filter(incident=incident, kind="border_event").exists()
    assert AuditEntry.objects.filter(action="border_event.recorded").count() == 1
    assert LiveEvent.objects.get().kind == "BorderEventRecorded"


def test_event_may_enter_its_incident_with_it(desk, board, section):
    factories.IncidentTypeFactory(code="border_crossing", priority=2)
    answer = record(desk, location=HERE, place="Шумски пут", summary="Шест особа", persons={"detected": 6})
    assert answer.status_code == 201, answer.json()
    incident = Incident.objects.get()
    assert (incident.place, incident.type.code, incident.border.section) == ("Шумски пут", "border_crossing", section)


def test_place_outside_every_section_asks_for_one(desk, board, section):
    incident = factories.IncidentFactory(board=board, location=None)
    answer = record(desk, incident=incident.pk)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "no_section", "section")
    assert record(desk, incident=incident.pk, section=section.pk).status_code == 201


def test_section_that_is_over_is_no_section(desk, board, section):
    type(section).objects.update(valid_to="2026-10-31")
    incident = factories.IncidentFactory(board=board)
    assert record(desk, incident=incident.pk, section=section.pk).json()["code"] == "unknown_section"


def test_incident_has_one_event_and_says_which(desk, board, section):
    event = factories.BorderEventFactory(incident__board=board, section=section)
    answer = record(desk, incident=event.incident_id)
    assert (answer.status_code, answer.json()["state"]["event"]) == (409, event.pk)


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"persons": {"detected": 1, "apprehended": 2}}, 422, "detected"),
        ({"persons": {"detected": -1}}, 400, "persons.detected"),
        ({"kind": "picnic"}, 400, "kind"),
        ({"detected_at": "2026-11-02T13:00:00Z"}, 422, "detected_at"),
        ({"impact": "enormous"}, 400, "impact"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(desk, board, section, fields, status, field):
    incident = factories.IncidentFactory(board=board)
    answer = record(desk, incident=incident.pk, **fields)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert not BorderEvent.objects.exists()
    assert not LiveEvent.objects.exists()


def test_new_count_supersedes_and_keeps_the_old_one(desk, board, section, frozen_clock):
    event = factories.BorderEventFactory(incident__board=board, section=section)
    frozen_clock.tick(3600)
    url = f"{URL}{event.pk}/counts/"
    assert desk.post(url, {"detected": 7}, format="json").json()["field"] == "reason"
    answer = desk.post(url, {"detected": 7, "turned_back": 7, "reason": "четворо у комбију"}, format="json")
    assert [count["detected"] for count in answer.json()["counts"]] == [7, 3]
    assert desk.post(url, {"detected": 1, "asylum": 2, "reason": "x"}, format="json").status_code == 422


def test_judgement_may_be_revised_and_says_by_whom(desk, board, section):
    event = factories.BorderEventFactory(incident__board=board, section=section)
    for impact in ("low", "critical"):
        body = {"impact": impact, "confidence": "high", "reason": "налаз"}
        answer = desk.post(f"{URL}{event.pk}/assessments/", body, format="json")
    assert [one["impact"] for one in answer.json()["assessments"]] == ["critical", "low"]
    assert answer.json()["assessments"][0]["by"]


def test_centre_of_the_section_sees_and_counts_what_another_directorate_entered(client_of, board, section):
    event = factories.BorderEventFactory(incident__board=board, section=section)
    theirs = client_of(person(Role.DISPATCHER, section.organisation))
    assert [row["id"] for row in theirs.get(URL).json()["results"]] == [event.pk]
    answer = theirs.post(f"{URL}{event.pk}/counts/", {"detected": 1, "reason": "x"}, format="json")
    assert answer.status_code == 200


def test_list_is_by_section_kind_and_period_and_looking_is_noted(desk, board, section):
    kept = factories.BorderEventFactory(incident__board=board, section=section, kind="refusal")
    factories.BorderEventFactory(incident__board=board, kind="refusal")
    factories.BorderEventFactory(
        incident__board=board, section=section, kind="refusal", detected_at=factories.NOON - timedelta(days=2)
    )
    query = {"section": section.pk, "kind": "refusal", "from": "2026-11-02T00:00Z", "to": "2026-11-03T00:00Z"}
    found = desk.get(URL, query).json()["results"]
    assert [row["id"] for row in found] == [kept.pk]
    assert AuditEntry.objects.get(action="border_event.listed").detail == {"found": [kept.pk]}


def test_database_itself_counts_nobody_twice(board, section):
    event = factories.BorderEventFactory(incident__board=board, section=section)
    with pytest.raises(IntegrityError), transaction.atomic():
        BorderCount.objects.create(
            event=event, detected=1, asylum=2, occurred_at=factories.NOON, recorded_at=factories.NOON
        )


def test_reader_may_not_count(client_of, board, section, directorate):
    event = factories.BorderEventFactory(incident__board=board, section=section)
    reader = client_of(person(Role.READ_ONLY, directorate))
    assert reader.post(f"{URL}{event.pk}/counts/", {"detected": 1, "reason": "x"}, format="json").status_code == 403
