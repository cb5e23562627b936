"""Units are configured in the admin with an audit row; records are only looked at."""

import pytest
from django.urls import reverse

from core.models import AuditEntry, LiveEvent
from patrols.models import Unit
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client, db):
    user = factories.UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_unit_is_added_off_duty_and_the_change_is_audited(client, board):
    answer = client.post(
        reverse("admin:patrols_unit_add"),
        {"call_sign": "230", "organisation": board.organisation_id, "board": board.pk, "kind": "car"},
        secure=True,
    )
    assert answer.status_code == 302, answer.content.decode()
    unit = Unit.objects.get()
    assert (unit.status, unit.on_duty, unit.version) == ("off_duty", False, 1)
    assert AuditEntry.objects.get(action="unit.added").object_id == str(unit.pk)


def test_the_status_of_a_unit_cannot_be_changed_here(client, board):
    unit = factories.UnitFactory(board=board, call_sign="230")
    sent = {"call_sign": "231", "organisation": board.organisation_id, "board": board.pk, "kind": "car"}
    client.post(reverse("admin:patrols_unit_change", args=[unit.pk]), sent | {"status": "meal"}, secure=True)
    unit.refresh_from_db()
    assert (unit.call_sign, unit.status) == ("231", "on_patrol")


def test_boards_hear_of_a_unit_that_is_configured_and_lose_one_that_moves(client, board, elsewhere):
    unit = factories.UnitFactory(board=board, call_sign="230")
    url = reverse("admin:patrols_unit_change", args=[unit.pk])
    sent = {"call_sign": "231", "organisation": board.organisation_id, "board": board.pk, "kind": "car"}
    client.post(url, sent, secure=True)
    client.post(url, sent | {"board": elsewhere.board.pk}, secure=True)

    first, away, here = LiveEvent.objects.order_by("pk")
    assert first.payload["upserts"]["units"][0]["call_sign"] == "231"
    news = {event.board_id: event for event in (away, here)}
    assert news[board.pk].payload["removes"] == {"units": [unit.pk]}
    assert news[elsewhere.board.pk].payload["upserts"]["units"][0]["id"] == unit.pk


def test_boards_hear_of_a_new_name_of_an_officer_on_duty(client, board):
    member = factories.CrewMemberFactory(shift__unit__board=board)
    officer = member.officer
    sent = {"badge": officer.badge, "name": "Ана", "organisation": officer.organisation_id}
    client.post(reverse("admin:patrols_officer_change", args=[officer.pk]), sent, secure=True)
    assert LiveEvent.objects.get().payload["upserts"]["units"][0]["crew_names"] == ["Ана"]


@pytest.mark.parametrize("name", ["shift", "statuschange", "latestposition"])
def test_records_are_shown_and_not_changed(client, name):
    factories.CrewMemberFactory()
    factories.LatestPositionFactory()
    assert client.get(reverse(f"admin:patrols_{name}_changelist"), secure=True).status_code == 200
    assert client.get(reverse(f"admin:patrols_{name}_add"), secure=True).status_code == 403


def test_a_shift_is_shown_with_its_crew_and_the_look_is_audited(client):
    member = factories.CrewMemberFactory()
    answer = client.get(reverse("admin:patrols_shift_change", args=[member.shift_id]), secure=True)
    assert member.officer.name in answer.content.decode()
    assert AuditEntry.objects.filter(action="shift.viewed", object_id=str(member.shift_id)).exists()
