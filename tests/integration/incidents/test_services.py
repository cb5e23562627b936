"""Calls, notes, regradings, ends, reopenings, mergers: what they leave behind and what they refuse."""

from datetime import timedelta

import pytest

from core.access import Viewer
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from incidents import services
from incidents.cards import incident_cards
from incidents.models import Call, Incident, Reopening, TimelineEntry
from incidents.rules import ENDED, OPEN, Status
from tests.factories import NOON, CallFactory, IncidentFactory, TargetFactory

pytestmark = pytest.mark.django_db

ATTENDED = ["assigned", "en_route", "on_scene", "action_taken"]


@pytest.fixture(autouse=True)
def _clock(frozen_clock):
    frozen_clock.tick(60)


def ended(board, kind, status="closed", **fields):
    return IncidentFactory(board=board, type=kind, status=status, closed_at=NOON, **fields)


def card(incident):
    return incident_cards([incident.pk])[0]


def test_a_second_caller_is_attached_once(incident, viewer):
    call = CallFactory(incident=None, organisation=incident.organisation)
    for _ in range(2):
        services.attach_call(incident_id=incident.pk, call_id=call.pk, by=viewer)
    assert card(incident)["callers"] == 1
    assert TimelineEntry.objects.filter(kind="call_attached").count() == 1
    assert LiveEvent.objects.filter(kind="CallAttached").count() == 1


def test_an_earlier_call_starts_the_clock(incident, viewer):
    services.take_call(
        data=services.CallData(received_at=NOON - timedelta(minutes=3)), incident_id=incident.pk, by=viewer
    )
    incident.refresh_from_db()
    assert incident.received_at == NOON - timedelta(minutes=3)
    assert card(incident)["target"]["due_at"] == NOON + timedelta(minutes=12)


def test_a_later_call_does_not_move_the_clock(incident, viewer):
    services.take_call(data=services.CallData(), incident_id=incident.pk, by=viewer)
    incident.refresh_from_db()
    assert (incident.received_at, incident.version) == (NOON, 2)


def test_a_call_is_not_attached_to_an_ended_incident(board, kind, viewer):
    with pytest.raises(Conflict) as refused:
        services.take_call(data=services.CallData(), incident_id=ended(board, kind).pk, by=viewer)
    assert refused.value.state["incident"]["status"] == "closed"
    assert not Call.objects.exists()


def test_regrading_keeps_the_first_and_the_highest(incident, viewer):
    services.regrade_incident(incident_id=incident.pk, priority=1, reason="нож", by=viewer)
    services.regrade_incident(incident_id=incident.pk, priority=4, reason="лажна дојава", by=viewer)
    incident.refresh_from_db()
    assert (incident.first_priority, incident.highest_priority, incident.priority) == (2, 1, 4)
    assert list(incident.priority_changes.values_list("priority", flat=True)) == [1, 4]


def test_regrading_to_the_same_makes_no_sense(incident, viewer):
    with pytest.raises(Unprocessable):
        services.regrade_incident(incident_id=incident.pk, priority=2, reason="x", by=viewer)


@pytest.mark.parametrize("status", ATTENDED)
@pytest.mark.parametrize("end", ["close", "cancel", "merge"])
def test_an_incident_with_units_does_not_end_by_itself(board, kind, viewer, incident, status, end):
    attended = IncidentFactory(board=board, type=kind, status=status)
    calls = {
        "close": lambda: services.close_incident(incident_id=attended.pk, disposition="handled", by=viewer),
        "cancel": lambda: services.cancel_incident(incident_id=attended.pk, reason="x", by=viewer),
        "merge": lambda: services.merge_incidents(incident_id=attended.pk, into_id=incident.pk, by=viewer),
    }
    with pytest.raises(Conflict) as refused:
        calls[end]()
    assert refused.value.code == "units_assigned"
    attended.refresh_from_db()
    assert attended.status == status


def test_closing_takes_the_incident_and_its_assignments_off_the_board(incident, viewer, jobs):
    jobs.assignments = {5: incident.pk, 6: incident.pk + 1}
    services.close_incident(
        incident_id=incident.pk, disposition="handled", text="Решено", by=viewer, assignments_ended=True
    )
    payload = LiveEvent.objects.get(kind="IncidentClosed").payload
    assert (payload["upserts"], payload["removes"]) == ({}, {"incidents": [incident.pk], "assignments": [5]})
    incident.refresh_from_db()
    assert (incident.closed_at, incident.disposition, incident.outcome) == (
        NOON + timedelta(seconds=60),
        "handled",
        "Решено",
    )


@pytest.mark.parametrize("status", sorted(ENDED))
def test_what_has_ended_does_not_end_again(board, kind, viewer, incident, status):
    gone = ended(board, kind, status, merged_into=incident if status == Status.MERGED else None)
    with pytest.raises(Conflict) as refused:
        services.close_incident(incident_id=gone.pk, disposition="x", by=viewer)
    assert refused.value.state["incident"]["status"] == status


def test_the_conflict_says_who_did_the_last_thing(incident, viewer, dispatcher):
    services.close_incident(incident_id=incident.pk, disposition="handled", by=viewer)
    with pytest.raises(Conflict) as refused:
        services.cancel_incident(incident_id=incident.pk, reason="x", by=viewer)
    last = refused.value.state["last_change"]
    assert (last["kind"], last["by"]) == ("closed", dispatcher.display_name)


def test_reopening_freezes_the_first_interval_and_starts_a_second(board, kind, viewer, jobs, frozen_clock):
    TargetFactory(organisation=board.organisation, priority=2, seconds=900)
    gone = ended(board, kind, first_on_scene_at=NOON, disposition="handled", outcome="x")
    jobs.assignments = {5: gone.pk}
    frozen_clock.tick(3600)
    services.reopen_incident(incident_id=gone.pk, reason="вратили се", by=viewer)
    gone.refresh_from_db()
    assert (gone.status, gone.closed_at, gone.disposition) == ("waiting", None, "")
    assert Reopening.objects.get().ended_at == NOON
    now = frozen_clock()
    assert card(gone)["target"] == {
        "measure": "response",
        "seconds": 900,
        "started_at": now,
        "due_at": now + timedelta(seconds=900),
        "stopped_at": None,
    }
    assert card(gone)["first_on_scene_at"] == NOON
    assert LiveEvent.objects.get().payload["upserts"]["assignments"] == [{"id": 5, "incident": gone.pk}]
    services.add_timeline_quietly(
        incident_id=gone.pk, kind="unit_on_scene", by=viewer, occurred_at=frozen_clock.tick(120)
    )
    assert card(gone)["target"]["stopped_at"] == frozen_clock()


@pytest.mark.parametrize("status", sorted(OPEN))
def test_an_open_incident_is_not_reopened(board, kind, viewer, status):
    opened = IncidentFactory(board=board, type=kind, status=status)
    with pytest.raises(Conflict):
        services.reopen_incident(incident_id=opened.pk, reason="x", by=viewer)


def test_a_merged_incident_is_not_reopened(board, kind, viewer, incident):
    gone = ended(board, kind, "merged", merged_into=incident)
    with pytest.raises(Unprocessable) as refused:
        services.reopen_incident(incident_id=gone.pk, reason="x", by=viewer)
    assert refused.value.state["merged_into"] == incident.pk


def test_of_merged_duplicates_the_earliest_call_counts(board, kind, viewer, incident):
    older = IncidentFactory(board=board, type=kind, received_at=NOON - timedelta(minutes=5), highest_priority=1)
    CallFactory(incident=older)
    CallFactory(incident=incident)
    chained = ended(board, kind, "merged", merged_into=older)
    services.merge_incidents(incident_id=older.pk, into_id=incident.pk, by=viewer)
    incident.refresh_from_db()
    older.refresh_from_db()
    chained.refresh_from_db()
    assert (incident.received_at, incident.highest_priority) == (NOON - timedelta(minutes=5), 1)
    assert (older.status, older.merged_into_id, chained.merged_into_id) == ("merged", incident.pk, incident.pk)
    assert card(incident)["callers"] == 2
    assert set(TimelineEntry.objects.filter(kind="merged").values_list("incident", flat=True)) == {
        older.pk,
        incident.pk,
    }


def test_a_merger_over_two_boards_is_told_on_both(board, elsewhere, kind, incident, service):
    other = IncidentFactory(board=elsewhere.board, type=kind)
    services.merge_incidents(incident_id=other.pk, into_id=incident.pk, by=Viewer.system("test"))
    there, here = (LiveEvent.objects.get(board=b).payload for b in (elsewhere.board, board))
    assert there["removes"]["incidents"] == [other.pk]
    assert not there["upserts"]
    assert [one["id"] for one in here["upserts"]["incidents"]] == [incident.pk]


def test_an_incident_is_not_merged_into_itself_or_into_an_ended_one(board, kind, viewer, incident):
    with pytest.raises(Unprocessable):
        services.merge_incidents(incident_id=incident.pk, into_id=incident.pk, by=viewer)
    with pytest.raises(Conflict):
        services.merge_incidents(incident_id=incident.pk, into_id=ended(board, kind).pk, by=viewer)


def test_progress_sets_status_and_times_and_makes_it_ready(board, kind, viewer):
    entering = IncidentFactory(board=board, type=kind, status="entering", ready_at=None)
    services.apply_progress_quietly(
        incident=entering, status="assigned", times={"first_dispatched_at": NOON}, by=viewer
    )
    entering.refresh_from_db()
    assert (entering.status, entering.first_dispatched_at, entering.ready_at, entering.version) == (
        "assigned",
        NOON,
        NOON,
        2,
    )


def test_progress_of_an_ended_incident_is_a_conflict(board, kind, viewer):
    with pytest.raises(Conflict):
        services.apply_progress_quietly(incident=ended(board, kind), status="on_scene", times={}, by=viewer)


def test_no_other_column_goes_through_progress(incident, viewer):
    with pytest.raises(ValueError, match="summary"):
        services.apply_progress_quietly(incident=incident, status="assigned", times={"summary": None}, by=viewer)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (NOON + timedelta(minutes=5), "in_the_future"),
        (NOON - timedelta(minutes=5), "before_the_call"),
        (NOON - timedelta(days=400), "too_long_ago"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(incident, viewer, at, code):
    with pytest.raises(Unprocessable) as refused:
        services.add_note(incident_id=incident.pk, text="x", occurred_at=at, by=viewer)
    assert refused.value.code == code


ACTIONS = {
    "note": lambda pk, by: services.add_note(incident_id=pk, text="x", by=by),
    "update": lambda pk, by: services.update_incident(incident_id=pk, version=1, changes={"summary": "x"}, by=by),
    "regrade": lambda pk, by: services.regrade_incident(incident_id=pk, priority=1, reason="x", by=by),
    "close": lambda pk, by: services.close_incident(incident_id=pk, disposition="handled", by=by),
    "cancel": lambda pk, by: services.cancel_incident(incident_id=pk, reason="x", by=by),
    "attach": lambda pk, by: services.take_call(data=services.CallData(), incident_id=pk, by=by),
    "merge": lambda pk, by: services.merge_incidents(incident_id=pk, into_id=pk - 1, by=by),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_every_change_needs_the_right_and_leaves_an_audit_row(
    action, incident, board, kind, viewer, onlooker, foreigner
):
    other = IncidentFactory(board=board, type=kind)
    for user, refusal in ((onlooker, Forbidden), (foreigner, NotFound)):
        with pytest.raises(refusal):
            ACTIONS[action](other.pk, Viewer.of(user))
    assert not AuditEntry.objects.exists()
    ACTIONS[action](other.pk, viewer)
    assert AuditEntry.objects.filter(actor_id=viewer.user_id).exists()


@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_rolled_back_emits_nothing(
    action, incident, board, kind, viewer, monkeypatch, django_capture_on_commit_callbacks
):
    other = IncidentFactory(board=board, type=kind)

    def broken(*_args, **_kwargs):
        raise Conflict(code="broken")

    monkeypatch.setattr("core.audit.record", broken)
    before = card(other), card(incident)
    with django_capture_on_commit_callbacks() as news, pytest.raises(DomainError):
        ACTIONS[action](other.pk, viewer)
    assert (LiveEvent.objects.count(), TimelineEntry.objects.count(), Call.objects.count(), news) == (0, 0, 0, [])
    assert (card(other), card(incident)) == before


@pytest.mark.parametrize(
    "call",
    [
        lambda pk, by: services.add_note(incident_id=pk, text="  ", by=by),
        lambda pk, by: services.regrade_incident(incident_id=pk, priority=9, reason="x", by=by),
        lambda pk, by: services.regrade_incident(incident_id=pk, priority=1, reason=" ", by=by),
        lambda pk, by: services.close_incident(incident_id=pk, disposition=" ", by=by),
        lambda pk, by: services.cancel_incident(incident_id=pk, reason="", by=by),
        lambda pk, by: services.reopen_incident(incident_id=pk, reason="", by=by),
        lambda pk, by: services.update_incident(incident_id=pk, version=1, changes={"type": "?"}, by=by),
        lambda pk, by: services.update_incident(incident_id=pk, version=1, changes={"status": "x"}, by=by),
        lambda _pk, by: services.create_incident(type_code="theft", priority=9, by=by),
    ],
)
def test_what_is_malformed_is_refused(incident, viewer, call):
    with pytest.raises(Invalid):
        call(incident.pk, viewer)
    assert Incident.objects.get().version == 1


def test_nobody_takes_calls_where_no_operations_centre_answers(service, directorate, dispatcher, kind):
    with pytest.raises(Unprocessable) as refused:
        services.create_incident(type_code="theft", by=Viewer.of(dispatcher))
    assert refused.value.code == "no_operations_centre"


def test_cards_cost_three_queries_however_many(board, kind, django_assert_num_queries):
    TargetFactory(organisation=board.organisation, priority=2)
    ids = [IncidentFactory(board=board, type=kind).pk for _ in range(25)]
    with django_assert_num_queries(3):
        assert [one["id"] for one in incident_cards(ids)] == ids


def test_no_cards_cost_little(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert incident_cards([]) == []


def test_who_notes_has_acted_and_another_kind_is_told_to_those_above(jobs, incident, kind, violence, viewer):
    services.add_note(incident_id=incident.pk, text="x", by=viewer)
    services.update_incident(incident_id=incident.pk, version=1, changes={"type": violence.code}, by=viewer)
    services.update_incident(incident_id=incident.pk, version=2, changes={"place": "Дунавска 1"}, by=viewer)
    assert (jobs.acts, jobs.changed) == ([viewer.user_id], [incident.pk])
