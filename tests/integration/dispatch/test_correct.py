"""When a step was really taken: a correction supersedes, the earlier telling stays, reports count it."""

from datetime import timedelta

import pytest

from analytics import selectors
from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, Unprocessable
from core.models import AuditEntry
from core.rules import Role
from dispatch.models import AssignmentChange
from dispatch.services import advance_assignment, assign_unit, close_incident, correct_step
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(board, viewer, frozen_clock):
    """A unit that pressed *on scene* ten minutes after it was sent."""
    unit, incident = factories.UnitFactory(board=board), factories.IncidentFactory(board=board)
    made = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=viewer)
    frozen_clock.tick(600)
    return advance_assignment(assignment_id=made.pk, status="on_scene", by=viewer, source="field")


def minutes(count):
    return NOON + timedelta(minutes=count)


def correct(job, viewer, at, status="on_scene", reason="pressed late"):
    return correct_step(assignment_id=job.pk, status=status, occurred_at=at, reason=reason, by=viewer)


def test_a_corrected_arrival_counts_everywhere_and_the_first_telling_stays(job, viewer):
    corrected = correct(job, viewer, minutes(4))
    corrected.incident.refresh_from_db()
    assert (corrected.on_scene_at, corrected.status) == (minutes(4), "on_scene")
    assert corrected.incident.first_on_scene_at == minutes(4)
    told = AssignmentChange.objects.filter(assignment=job, status="on_scene").order_by("id")
    assert [one.occurred_at for one in told] == [minutes(10), minutes(4)]
    report = selectors.response_times(Viewer.system("test"), selectors.Question(min_cases=1))
    assert report["measures"]["response"]["p50_s"] == 240
    assert report["population"]["corrected"] == {"incidents": 1, "corrections": 1}


def test_it_may_be_corrected_after_the_incident_was_closed(job, viewer, frozen_clock):
    close_incident(incident_id=job.incident_id, by=viewer, disposition="handled")
    corrected = correct(job, viewer, minutes(5))
    corrected.incident.refresh_from_db()
    assert (corrected.incident.status, corrected.incident.first_on_scene_at) == ("closed", minutes(5))


def test_it_leaves_a_line_in_the_timeline_and_an_audit_row_with_both_times(job, viewer):
    correct(job, viewer, minutes(4))
    assert job.incident.timeline.filter(kind="unit_corrected").count() == 1
    detail = AuditEntry.objects.get(action="assignment.corrected").detail
    assert (detail["was"], detail["is"], detail["reason"]) == (
        minutes(10).isoformat(),
        minutes(4).isoformat(),
        "pressed late",
    )


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"reason": "  "}, Invalid),
        ({"at": minutes(-1)}, Unprocessable),
        ({"at": minutes(60)}, Unprocessable),
        ({"status": "action_taken"}, Conflict),
        ({"status": "refused"}, Conflict),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(job, viewer, change, error):
    with pytest.raises(error):
        correct(job, viewer, **({"at": minutes(4)} | change))
    job.refresh_from_db()
    assert job.on_scene_at == minutes(10)


def test_a_crew_does_not_correct_its_own_times(job, directorate):
    user = person(Role.PATROL, directorate, "crew")
    officer = factories.OfficerFactory(user=user, organisation=directorate)
    factories.CrewMemberFactory(shift=factories.ShiftFactory(unit=job.unit), officer=officer)
    with pytest.raises(Forbidden):
        correct(job, Viewer.of(user), minutes(4))
