"""A call being taken is a row from the first key on; two people in it see each other and are told of conflicts."""

import pytest

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from incidents.entering.models import Entry
from incidents.entering.services import access_entry, begin_entry, end_entry, save_fields
from incidents.models import Incident
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(board, viewer, frozen_clock):
    return begin_entry(board_id=board.pk, fields={"place": "Дунавска", "caller_name": "Ана"}, by=viewer)


@pytest.fixture
def bob(directorate):
    return Viewer.of(person(Role.CALL_TAKER, directorate, "bob"))


def test_what_was_typed_is_there_after_the_browser_died(entry, viewer):
    save_fields(entry_id=entry.pk, fields={"place": ("Дунавска 1", 1), "type": ("theft", 0)}, by=viewer)
    again = access_entry(viewer, entry.pk)
    assert {name: (one["value"], one["version"]) for name, one in again.fields.items()} == {
        "place": ("Дунавска 1", 2),
        "type": ("theft", 1),
        "caller_name": ("Ана", 1),
    }
    assert again.fields["place"]["by"] == viewer.name


def test_two_people_change_different_fields_at_once(entry, viewer, bob):
    save_fields(entry_id=entry.pk, fields={"place": ("Дунавска 1", 1)}, by=viewer)
    save_fields(entry_id=entry.pk, fields={"summary": ("Виче", 0)}, by=bob)
    assert {name: one["by"] for name, one in access_entry(viewer, entry.pk).fields.items()} == {
        "place": viewer.name,
        "caller_name": viewer.name,
        "summary": bob.name,
    }


def test_a_conflict_says_who_what_and_when_and_changes_nothing(entry, viewer, bob, frozen_clock):
    save_fields(entry_id=entry.pk, fields={"place": ("Дунавска 1", 1)}, by=bob)
    then = frozen_clock().isoformat()
    frozen_clock.tick(5)
    with pytest.raises(Conflict) as refused:
        save_fields(entry_id=entry.pk, fields={"place": ("Дунавска 3", 1), "phone": ("021", 0)}, by=viewer)
    assert refused.value.code == "stale_field"
    assert refused.value.state["conflicts"] == [
        {
            "field": "place",
            "yours": "Дунавска 3",
            "value": "Дунавска 1",
            "version": 2,
            "by": bob.name,
            "by_id": bob.user_id,
            "at": then,
        }
    ]
    assert set(access_entry(viewer, entry.pk).fields) == {"place", "caller_name"}


def test_the_same_value_by_both_is_no_conflict_and_no_news(entry, viewer, bob, board):
    save_fields(entry_id=entry.pk, fields={"place": ("Дунавска 1", 1)}, by=bob)
    before = LiveEvent.objects.filter(board=board).count()
    save_fields(entry_id=entry.pk, fields={"place": ("Дунавска 1", 1)}, by=viewer)
    assert LiveEvent.objects.filter(board=board).count() == before


def test_no_event_and_no_audit_row_says_who_calls(entry, viewer, board):
    save_fields(entry_id=entry.pk, fields={"phone": ("064 118", 0)}, by=viewer)
    told = str(list(LiveEvent.objects.values_list("payload", flat=True))) + str(list(AuditEntry.objects.values()))
    assert "Ана" not in told
    assert "064 118" not in told
    assert LiveEvent.objects.filter(board=board).latest("seq").payload["data"]["fields"] == ["phone"]


def test_opened_it_ends_and_no_second_incident_comes_of_it(entry, client_of, dispatcher, board):
    factories.IncidentTypeFactory(code="theft")
    client = client_of(dispatcher)
    body = {"type": "theft", "place": "Дунавска 1", "entry": entry.pk}
    first = client.post("/api/v1/incidents/", body, format="json")
    second = client.post("/api/v1/incidents/", body, format="json")
    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 409, "entry_ended")
    assert second.json()["state"]["incident"] == first.json()["id"]
    entry.refresh_from_db()
    assert (entry.status, entry.incident_id, entry.fields) == ("opened", first.json()["id"], {})
    assert Incident.objects.count() == 1


def test_attached_to_an_incident_it_ends(entry, client_of, dispatcher, board):
    incident = factories.IncidentFactory(board=board)
    body = {"phone": "021", "incident": incident.pk, "entry": entry.pk}
    assert client_of(dispatcher).post("/api/v1/calls/", body, format="json").status_code == 201
    entry.refresh_from_db()
    assert (entry.status, entry.incident) == ("attached", incident)


def test_dropped_it_keeps_what_was_typed_and_takes_no_more(entry, viewer):
    end_entry(entry_id=entry.pk, by=viewer)
    with pytest.raises(Conflict) as refused:
        save_fields(entry_id=entry.pk, fields={"place": ("x", 1)}, by=viewer)
    assert refused.value.state["status"] == "dropped"
    assert Entry.objects.get().fields["caller_name"]["value"] == "Ана"


def test_others_may_not_look_and_readers_may_not_write(entry, elsewhere, directorate):
    with pytest.raises(NotFound):
        access_entry(Viewer.of(person(Role.DISPATCHER, elsewhere, "carol")), entry.pk)
    reader = Viewer.of(person(Role.READ_ONLY, directorate, "reader"))
    with pytest.raises(Forbidden):
        access_entry(reader, entry.pk)
    with pytest.raises(Forbidden):
        save_fields(entry_id=entry.pk, fields={"place": ("x", 1)}, by=reader)


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"status": "x"}, "unknown_field"), ({"place": 7}, "invalid"), ({"phone": "1" * 41}, "max_length")],
)
def test_nonsense_is_refused_by_name(board, viewer, fields, code):
    with pytest.raises(Invalid) as refused:
        begin_entry(board_id=board.pk, fields=fields, by=viewer)
    assert (refused.value.code, refused.value.field) == (code, next(iter(fields)))


def test_a_change_that_fails_tells_nobody(entry, viewer, board, monkeypatch):
    board.refresh_from_db()
    head = board.head_seq
    monkeypatch.setattr("core.audit.record", lambda *_a, **_k: (_ for _ in ()).throw(RuntimeError))
    with pytest.raises(RuntimeError):
        save_fields(entry_id=entry.pk, fields={"place": ("x", 1)}, by=viewer)
    board.refresh_from_db()
    entry.refresh_from_db()
    assert (board.head_seq, entry.version) == (head, 1)
