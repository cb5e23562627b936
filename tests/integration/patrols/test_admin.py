"""Units are configured in the admin with an audit row; records are only looked at."""

import re

import pytest
from django.urls import reverse

from core.models import AuditEntry, LiveEvent
from patrols.gps.devices import digest_of
from patrols.models import Device, RefusedDevice, Unit
from tests import factories
from tests.factories import NOON

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


def device(board, **changes):
    """What the form of a device sends."""
    inline = {"holdings-TOTAL_FORMS": 0, "holdings-INITIAL_FORMS": 0}
    sent = {"organisation": board.organisation_id, "ident": "352093081429150", "proof": "secret", "active": "on"}
    return sent | inline | changes


def test_a_device_gets_a_secret_that_is_shown_once_and_kept_as_its_hash(client, board):
    answer = client.post(reverse("admin:patrols_device_add"), device(board), secure=True, follow=True)
    row = Device.objects.get()
    shown = re.search(r"is ([\w-]{43})\.", answer.content.decode()).group(1)
    assert row.secret_digest == digest_of(shown)

    url = reverse("admin:patrols_device_change", args=[row.pk])
    client.post(url, device(board, name="Radio"), secure=True)
    row.refresh_from_db()
    assert (row.name, row.secret_digest) == ("Radio", digest_of(shown))
    client.post(url, device(board, renew_secret="on"), secure=True)
    row.refresh_from_db()
    assert row.secret_digest != digest_of(shown)
    assert AuditEntry.objects.filter(action="device.changed").count() == 2


def test_a_guessable_identifier_as_only_proof_and_a_gateway_without_a_secret_are_refused_in_words(client, board):
    for changes in ({"proof": "ident"}, {"proof": "gateway", "is_gateway": "on"}):
        answer = client.post(reverse("admin:patrols_device_add"), device(board, **changes), secure=True)
        assert answer.context["adminform"].form.errors
    assert not Device.objects.exists()


def test_a_refused_device_is_listed_with_a_way_to_adopt_it(client, board):
    RefusedDevice.objects.create(
        ident="352093081429150", reason="unknown_device", protocol="traccar", first_seen_at=NOON, last_seen_at=NOON
    )
    page = client.get(reverse("admin:patrols_refuseddevice_changelist"), secure=True).content.decode()
    assert "/device/add/?ident=352093081429150" in page
