"""A change that fails leaves nothing behind: no row, no audit, no number taken, no news."""

import pytest

import incidents.services
from core.models import AuditEntry, LiveEvent
from dispatch import services
from dispatch.models import Assignment, AssignmentChange
from dispatch.services import news as telling
from incidents.models import Incident, TimelineEntry
from patrols.models import StatusChange, Unit

pytestmark = pytest.mark.django_db


class PowerCutError(Exception):
    """Something broke in the middle."""


def everything(board):
    board.refresh_from_db()
    return (
        board.head_seq,
        list(Unit.objects.order_by("pk").values()),
        list(Incident.objects.order_by("pk").values()),
        list(Assignment.objects.order_by("pk").values()),
        *(model.objects.count() for model in (AssignmentChange, StatusChange, TimelineEntry, AuditEntry, LiveEvent)),
    )


def send(incident, urgent, unit, job, viewer, other_unit):
    services.assign_unit(incident_id=urgent.pk, unit_id=other_unit.pk, by=viewer)


def take_away(incident, urgent, unit, job, viewer, other_unit):
    services.assign_unit(incident_id=urgent.pk, unit_id=unit.pk, by=viewer, pre_empt=True)


def step(incident, urgent, unit, job, viewer, other_unit):
    services.advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)


def end(incident, urgent, unit, job, viewer, other_unit):
    services.advance_assignment(assignment_id=job.pk, status="cleared", by=viewer)


def undo(incident, urgent, unit, job, viewer, other_unit):
    services.undo_assignment(assignment_id=job.pk, by=viewer)


def close(incident, urgent, unit, job, viewer, other_unit):
    services.close_incident(incident_id=incident.pk, by=viewer, disposition="handled")


def cancel(incident, urgent, unit, job, viewer, other_unit):
    services.cancel_incident(incident_id=incident.pk, by=viewer, reason="mistake")


BREAKS = ("apply_progress_quietly", "add_timeline_quietly")


@pytest.mark.parametrize("broken", [*BREAKS, "difference"])
@pytest.mark.parametrize("act", [send, take_away, step, end, undo, close, cancel])
def test_a_change_that_breaks_anywhere_leaves_nothing(
    board,
    incident,
    urgent,
    unit,
    other_unit,
    viewer,
    frozen_clock,
    monkeypatch,
    django_capture_on_commit_callbacks,
    act,
    broken,
):
    job = services.assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    before = everything(board)

    def cut(*_args, **_kwargs):
        raise PowerCutError

    monkeypatch.setattr(incidents.services if broken in BREAKS else telling, broken, cut)
    with django_capture_on_commit_callbacks() as news, pytest.raises(PowerCutError):
        act(incident, urgent, unit, job, viewer, other_unit)
    assert everything(board) == before
    assert news == []
