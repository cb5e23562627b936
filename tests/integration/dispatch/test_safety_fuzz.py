"""Nonsense at the endpoints of officer safety: refused with a clear reason, never a 5xx, nothing half stored."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import Viewer
from core.models import User
from core.rules import Role
from dispatch.services import assign_unit, request_backup
from patrols.safety.services import raise_emergency
from tests import factories

pytestmark = pytest.mark.django_db

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=300),
    st.sampled_from(["\x00", "\ud800", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-30T00:00Z", "²", "  "]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
NAMES = ("occurred_at", "text", "reason", "level", "wanted", "step", "page", "at")
BODIES = st.one_of(st.dictionaries(st.sampled_from(NAMES), ODD, max_size=5), ODD)
PLACES = (
    "welfare/{timer}/answer/",
    "units/{unit}/contact/",
    "incidents/{incident}/contact/",
    "units/{unit}/backup/",
    "backups/{backup}/refuse/",
    "alarms/{alarm}/steps/",
    "alarms/{alarm}/shown/",
)


@pytest.fixture
def scene(board, unit, incident, viewer, directorate, client_of):
    """A unit with a job, a timer, an alarm and a request; somebody who may do everything to them."""
    user = User.objects.get(pk=viewer.user_id)
    factories.RoleAssignmentFactory(user=user, role=Role.PATROL, organisation=directorate)
    factories.CrewMemberFactory(shift__unit=unit, officer=factories.OfficerFactory(user=user))
    by = Viewer.of(user)
    assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=by)
    ids = {
        "unit": unit.pk,
        "incident": incident.pk,
        "backup": request_backup(unit_id=unit.pk, level="routine", by=by)[0].pk,
        "alarm": raise_emergency(unit_id=unit.pk, by=by)[0].pk,
        "timer": factories.WelfareTimerFactory(unit=unit).pk,
    }
    return client_of(user), ids


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_whatever_is_sent_the_answer_is_no_5xx_and_says_why(scene, place, body):
    client, ids = scene
    answer = client.post(f"/api/v1/{place.format(**ids)}", json.dumps(body), content_type="application/json")
    assert answer.status_code < 500, (body, answer.content)
    if answer.status_code >= 400:
        assert set(answer.json()) == {"code", "message", "field", "state", "errors"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("pk", [0, 2**31, 2**63 - 1, 2**63, 10**30])
def test_what_is_not_there_is_not_found(scene, place, pk):
    client, ids = scene
    body = {"level": "urgent", "reason": "x", "step": "search", "page": "page-0001", "at": "2026-11-02T12:00:00Z"}
    answer = client.post(f"/api/v1/{place.format(**dict.fromkeys(ids, pk))}", body, format="json")
    assert answer.status_code == 404


def test_a_program_that_repeats_a_key_is_answered_the_same(scene):
    client, ids = scene
    for place in PLACES:
        body = {"level": "urgent", "reason": "x", "step": "search", "page": "page-0001", "at": "2026-11-02T12:00:00Z"}
        url, key = f"/api/v1/{place.format(**ids)}", {"Idempotency-Key": place}
        first, second = (client.post(url, body, format="json", headers=key) for _ in range(2))
        assert (first.status_code, first.json()) == (second.status_code, second.json()), place
