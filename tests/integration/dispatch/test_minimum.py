"""Fewer units than an incident needs: whichever way it comes about, somebody says why, or the incident goes on lacking."""

import pytest

from core.errors import Unprocessable
from dispatch.models import Assignment
from dispatch.recommendation import recommend
from dispatch.services import advance_assignment, assign_unit, undo_assignment
from incidents.models import TimelineEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def violence(board, frozen_clock):
    return factories.IncidentFactory(board=board, priority=1, min_units=2)


def send(incident, unit, viewer, **how):
    return assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer, **how)


def refused(work, **how) -> dict:
    with pytest.raises(Unprocessable) as error:
        work(**how)
    assert error.value.code == "reason_needed"
    return error.value.state


def test_one_as_all_needs_a_reason_that_is_kept(violence, unit, viewer):
    state = refused(send, incident=violence, unit=unit, viewer=viewer, is_all=True)
    assert state == {"min_units": 2, "sent": 1}
    job = send(violence, unit, viewer, is_all=True, reason="Друга патрола је на другој обали")
    assert Assignment.objects.get().short_reason == job.short_reason == "Друга патрола је на другој обали"
    assert TimelineEntry.objects.get(kind="unit_dispatched").data["reason"] == job.short_reason


def test_blanks_are_no_reason(violence, unit, viewer):
    refused(send, incident=violence, unit=unit, viewer=viewer, is_all=True, reason="   ")


def test_two_one_after_the_other_need_none(violence, unit, other_unit, viewer):
    send(violence, unit, viewer)
    send(violence, other_unit, viewer, is_all=True)


def test_one_of_two_without_a_word_goes_on_lacking(violence, unit, viewer, other_unit):
    factories.LatestPositionFactory(unit=other_unit)
    send(violence, unit, viewer)
    assert [one["unit"] for one in recommend(viewer, violence.pk)["units"] if one["recommended"]] == [other_unit.pk]


def test_one_broken_off_for_it_is_still_only_one(violence, incident, unit, viewer):
    send(incident, unit, viewer)
    refused(send, incident=violence, unit=unit, viewer=viewer, is_all=True, pre_empt=True)
    send(violence, unit, viewer, is_all=True, pre_empt=True, reason="Једина у близини")


def test_one_taken_away_says_for_what_and_the_rest_goes_on_lacking(board, violence, unit, other_unit, viewer):
    left = factories.IncidentFactory(board=board, priority=3, min_units=2)
    send(left, unit, viewer)
    send(left, other_unit, viewer)
    send(violence, other_unit, viewer, pre_empt=True)
    gone = Assignment.objects.get(status="pre_empted")
    assert gone.end_reason == violence.number
    assert recommend(viewer, left.pk)["combination"]["lacking"] == 1


def test_calling_off_one_of_two_needs_a_reason(violence, unit, other_unit, viewer):
    send(violence, unit, viewer)
    job = send(violence, other_unit, viewer)
    state = refused(advance_assignment, assignment_id=job.pk, status="cancelled", by=viewer)
    assert state == {"min_units": 2, "sent": 1}
    advance_assignment(assignment_id=job.pk, status="cancelled", reason="Квар возила", by=viewer)
    assert Assignment.objects.get(pk=job.pk).end_reason == "Квар возила"


def test_calling_off_the_only_one_leaves_an_incident_that_waits(violence, unit, viewer):
    job = send(violence, unit, viewer)
    advance_assignment(assignment_id=job.pk, status="cancelled", by=viewer)
    violence.refresh_from_db()
    assert violence.status == "waiting"


def test_calling_off_one_that_is_more_than_needed_needs_none(violence, unit, other_unit, board, viewer):
    for one in (unit, other_unit):
        send(violence, one, viewer)
    job = send(violence, factories.UnitFactory(board=board), viewer)
    advance_assignment(assignment_id=job.pk, status="cancelled", by=viewer)


def test_an_undone_one_says_so_and_the_rest_goes_on_lacking(violence, unit, other_unit, viewer):
    send(violence, unit, viewer)
    undo_assignment(assignment_id=send(violence, other_unit, viewer, is_all=True).pk, by=viewer)
    assert Assignment.objects.get(status="cancelled").end_reason == "undone"
    assert recommend(viewer, violence.pk)["combination"]["lacking"] == 1


def test_a_crew_refuses_for_itself(violence, unit, other_unit, viewer, crew):
    send(violence, other_unit, viewer)
    job = send(violence, unit, viewer)
    advance_assignment(assignment_id=job.pk, status="refused", by=crew)
