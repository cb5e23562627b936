"""A kind brings its questions; each answer is saved by itself, may raise the priority, and stands in the timeline."""

import pytest

from core.access import Viewer
from core.errors import Conflict, Invalid, Unprocessable
from core.rules import Role
from incidents.models import Call, Incident, PriorityChange, TimelineEntry
from incidents.questions.services import answer_question
from incidents.services import close_incident, split_incident
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(board, frozen_clock):
    return factories.IncidentFactory(board=board, priority=3)


@pytest.fixture
def question(incident):
    return factories.QuestionFactory(type=incident.type, code="weapon", raises={"yes": 1})


def test_an_answer_raises_the_priority_and_says_why(incident, question, viewer):
    answer_question(incident_id=incident.pk, code="weapon", value="yes", version=0, by=viewer)
    incident.refresh_from_db()
    assert (incident.priority, incident.highest_priority, incident.first_priority) == (1, 1, 3)
    assert PriorityChange.objects.get(incident=incident).reason == "Is there a weapon? yes"
    lines = TimelineEntry.objects.filter(incident=incident).values_list("kind", "data")
    assert [kind for kind, _data in lines] == ["question_answered", "priority_set"]
    assert lines[0][1] == {"question": "weapon", "type": incident.type.code, "value": "yes", "was": None}


def test_another_answer_never_lowers_it(incident, question, viewer):
    answer_question(incident_id=incident.pk, code="weapon", value="yes", version=0, by=viewer)
    answer_question(incident_id=incident.pk, code="weapon", value="no", version=1, by=viewer)
    incident.refresh_from_db()
    assert incident.priority == 1


def test_who_answers_second_hears_who_answered_what_and_when(incident, question, viewer, directorate):
    bob = Viewer.of(person(Role.CALL_TAKER, directorate, "bob"))
    answer_question(incident_id=incident.pk, code="weapon", value="no", version=0, by=bob)
    with pytest.raises(Conflict) as refused:
        answer_question(incident_id=incident.pk, code="weapon", value="yes", version=0, by=viewer)
    state = refused.value.state
    assert (state["yours"], state["answer"]["value"], state["answer"]["by"]) == ("yes", "no", bob.name)
    assert state["answer"]["at"] == NOON


def test_what_is_not_asked_and_what_is_no_answer_is_refused(incident, question, viewer):
    for code, value in (("colour", "yes"), ("weapon", "maybe")):
        with pytest.raises(Invalid):
            answer_question(incident_id=incident.pk, code=code, value=value, version=0, by=viewer)


def test_answers_come_with_a_new_incident(client_of, dispatcher, board, question, incident):
    body = {"type": incident.type.code, "place": "Дунавска 1", "answers": {"weapon": "yes"}}
    answer = client_of(dispatcher).post("/api/v1/incidents/", body, format="json").json()
    assert (answer["priority"], answer["answers"][0]["value"]) == (1, "yes")
    kinds = client_of(dispatcher).get("/api/v1/incident-types/").json()
    assert [one["code"] for one in next(k for k in kinds if k["code"] == incident.type.code)["questions"]] == ["weapon"]


def test_an_answer_that_does_not_fit_opens_no_incident(client_of, dispatcher, board, question, incident):
    body = {"type": incident.type.code, "place": "Дунавска 1", "answers": {"weapon": 7}}
    assert client_of(dispatcher).post("/api/v1/incidents/", body, format="json").status_code == 400
    assert Incident.objects.count() == 1


def test_a_disposition_of_another_kind_is_refused_where_dispositions_are_set_up(incident, viewer):
    other = factories.DispositionFactory(code="recovered")
    other.types.add(factories.IncidentTypeFactory())
    factories.DispositionFactory(code="resolved")
    for code in ("recovered", "nonsense"):
        with pytest.raises(Unprocessable):
            close_incident(incident_id=incident.pk, disposition=code, by=viewer)
    close_incident(incident_id=incident.pk, disposition="resolved", by=viewer)


class TestSplit:
    @pytest.fixture
    def calls(self, incident):
        return [
            factories.CallFactory(incident=incident, received_at=NOON, text="Провала"),
            factories.CallFactory(incident=incident, received_at=NOON, text="Туча испред локала"),
        ]

    def test_a_call_goes_out_to_an_incident_of_its_own(self, incident, calls, viewer):
        kind = factories.IncidentTypeFactory(code="brawl", priority=2)
        made = split_incident(incident_id=incident.pk, call_id=calls[1].pk, type_code="brawl", by=viewer)
        assert (made.type, made.summary, made.place, made.board) == (
            kind,
            "Туча испред локала",
            incident.place,
            incident.board,
        )
        assert list(Call.objects.order_by("pk").values_list("incident", flat=True)) == [incident.pk, made.pk]
        for one, key, other in ((incident, "to", made), (made, "from", incident)):
            assert TimelineEntry.objects.get(incident=one, kind="split").data[key] == other.pk

    def test_each_has_the_time_of_its_own_earliest_call(self, incident, calls, viewer):
        Call.objects.filter(pk=calls[0].pk).update(received_at=NOON.replace(minute=10))
        made = split_incident(incident_id=incident.pk, call_id=calls[1].pk, type_code=incident.type.code, by=viewer)
        incident.refresh_from_db()
        assert (incident.received_at.minute, made.received_at) == (10, NOON)

    def test_the_only_call_stays(self, incident, calls, viewer):
        calls[1].delete()
        with pytest.raises(Unprocessable):
            split_incident(incident_id=incident.pk, call_id=calls[0].pk, type_code=incident.type.code, by=viewer)

    def test_a_call_of_another_incident_is_refused(self, incident, calls, viewer):
        other = factories.CallFactory(incident__board=incident.board)
        with pytest.raises(Invalid):
            split_incident(incident_id=incident.pk, call_id=other.pk, type_code=incident.type.code, by=viewer)
