"""Orders to erase what a device keeps: given by an administrator, heard at the next contact, signed in or not."""

import pytest
from rest_framework.test import APIClient

from core.access import Viewer
from core.errors import Forbidden
from core.models import AuditEntry
from core.rules import Role
from patrols.erasure.models import FieldDevice, FieldDeviceUse, FieldErasure
from patrols.erasure.services import order_erasure, waiting_orders
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db
STATE, CONTACT = "/api/v1/field/state/", "/api/v1/field/contact/"
KEY, OTHER = "a" * 36, "b" * 36


@pytest.fixture
def alice(directorate, board, frozen_clock):
    user = person(Role.PATROL, directorate, "alice")
    factories.OfficerFactory(user=user, organisation=directorate)
    return user


@pytest.fixture
def administrator(directorate):
    return Viewer.of(person(Role.ADMINISTRATOR, directorate, "admin"))


@pytest.fixture
def phone(alice):
    """The browser on Alice's phone, with her session, which has called once."""
    client = APIClient()
    client.force_login(alice)
    assert client.get(STATE, headers={"X-Device": KEY}).status_code == 200
    return client


def use():
    return FieldDeviceUse.objects.get(device__key_digest__startswith="", user__username="alice")


def test_a_device_is_known_by_the_digest_of_its_key_and_written_down_once_a_minute(phone, frozen_clock):
    first = FieldDevice.objects.get()
    assert KEY not in first.key_digest
    frozen_clock.tick(30)
    phone.get(STATE, headers={"X-Device": KEY})
    assert FieldDevice.objects.get().last_seen_at == first.last_seen_at
    frozen_clock.tick(40)
    phone.get(STATE, headers={"X-Device": KEY})
    assert FieldDevice.objects.get().last_seen_at > first.last_seen_at
    phone.get(STATE, headers={"X-Device": "short"})
    phone.get(STATE)
    assert FieldDevice.objects.count() == 1


def test_an_ordered_device_learns_nothing_more_hears_the_order_and_is_signed_out(phone, administrator, client):
    (order,) = order_erasure(use_ids=[use().pk], with_unsent=False, by=administrator, reason="lost")
    refused = phone.get(STATE, headers={"X-Device": KEY})
    assert (refused.status_code, refused.json()["code"]) == (401, "erasure_ordered")
    heard = phone.post(CONTACT, {"device": KEY}, format="json").json()
    assert heard == {"orders": [{"id": order.pk, "user": order.use.user_id, "unsent": False}]}
    done = {"device": KEY, "done": [{"order": order.pk, "left": 3}]}
    assert phone.post(CONTACT, done, format="json").json() == {"orders": []}
    order.refresh_from_db()
    assert (order.erased_at is not None, order.left_unsent) == (True, 3)
    assert phone.get(STATE, headers={"X-Device": KEY}).status_code == 401  # its session has ended
    actions = list(
        AuditEntry.objects.filter(action__startswith="field_device").order_by("id").values_list("action", "actor_name")
    )
    assert actions == [("field_device.erasure_ordered", administrator.name), ("field_device.erased", "field device")]


def test_a_device_hears_the_order_after_its_session_has_ended(phone, administrator, client):
    phone.post("/sign-out/")
    order_erasure(use_ids=[use().pk], with_unsent=True, by=administrator)
    (heard,) = client.post(CONTACT, {"device": KEY}, content_type="application/json").json()["orders"]
    assert heard["unsent"] is True
    assert client.post(CONTACT, {"device": OTHER}, content_type="application/json").json() == {"orders": []}


def test_another_device_confirms_nothing(phone, administrator, client):
    (order,) = order_erasure(use_ids=[use().pk], with_unsent=False, by=administrator)
    done = {"device": OTHER, "done": [{"order": order.pk, "left": 0}]}
    client.post(CONTACT, done, content_type="application/json")
    assert [one.pk for one in waiting_orders(key=KEY)] == [order.pk]


def test_an_order_is_given_once_and_one_for_all_goes_beyond_one_for_less(phone, administrator):
    assert len(order_erasure(use_ids=[use().pk], with_unsent=False, by=administrator)) == 1
    assert order_erasure(use_ids=[use().pk], with_unsent=False, by=administrator) == []
    assert len(order_erasure(use_ids=[use().pk], with_unsent=True, by=administrator)) == 1
    assert order_erasure(use_ids=[use().pk], with_unsent=False, by=administrator) == []


def test_who_is_no_administrator_orders_nothing(phone, dispatcher):
    with pytest.raises(Forbidden):
        order_erasure(use_ids=[use().pk], with_unsent=True, by=Viewer.of(dispatcher))
    assert not FieldErasure.objects.exists()


def test_the_administration_orders_it_for_those_chosen(phone, directorate, client_of):
    staff = person(Role.ADMINISTRATOR, directorate, "staff")
    staff.is_staff = staff.is_superuser = True
    staff.save()
    client = client_of(staff)
    page = "/admin/patrols/fielddeviceuse/"
    assert b"alice" in client.get(page).content
    client.post(page, {"action": "erase_all", "_selected_action": [use().pk]})
    assert FieldErasure.objects.get().with_unsent is True
    assert "ordered" in client.get(page).content.decode()


@pytest.mark.parametrize("body", [{}, {"device": "x"}, {"device": KEY, "done": [{"order": -1, "left": 0}]}, []])
def test_what_makes_no_sense_is_refused(client, body):
    assert client.post(CONTACT, body, content_type="application/json").status_code == 400
