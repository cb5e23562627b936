"""One shape of errors, commands that are done once, sign-in that locks out."""

from datetime import UTC, datetime

import pytest
from django.test import override_settings
from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response

from core.change import change
from core.errors import Conflict
from core.http import View
from core.models import AuditEntry, Command
from core.rules import Role
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


class BellIn(serializers.Serializer):
    times = serializers.IntegerField(min_value=1)


class Bell(View):
    def post(self, request):
        given = BellIn(data=request.data)
        given.is_valid(raise_exception=True)
        with change(by=self.viewer) as c:
            c.audit("bell.rung", detail=given.validated_data)
            if given.validated_data["times"] > 3:
                raise Conflict("Too loud.", code="too_loud", field="times", state={"times": 3})
        rings = AuditEntry.objects.filter(action="bell.rung")
        return Response({"rings": rings.count(), "at": datetime(2026, 11, 22, 3, 0, 0, 123456, UTC)}, status=201)


class Broken(View):
    def get(self, request):
        raise RuntimeError("SELECT secret")


urlpatterns = [path("bell/", Bell.as_view()), path("broken/", Broken.as_view())]


@pytest.fixture
def client(client_of, dispatcher):
    with override_settings(ROOT_URLCONF=__name__):
        client = client_of(dispatcher)
        client.raise_request_exception = False
        yield client


def test_a_repeated_key_is_done_once_and_answered_alike(client):
    first, second = (
        client.post("/bell/", {"times": 1}, headers={"Idempotency-Key": "k1"}, format="json") for _ in "ab"
    )
    answer = {"rings": 1, "at": "2026-11-22T03:00:00.123456Z"}
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, answer)
    assert second.headers["Idempotency-Replayed"] == "true"


def test_without_a_key_each_command_is_a_new_one(client):
    assert [client.post("/bell/", {"times": 1}, format="json").json()["rings"] for _ in "ab"] == [1, 2]


def test_a_refusal_is_an_answer_too_and_leaves_nothing_behind(client):
    for _ in "ab":
        answer = client.post("/bell/", {"times": 9}, headers={"Idempotency-Key": "k2"}, format="json")
        assert answer.status_code == 409
        assert answer.json() == {
            "code": "too_loud",
            "message": "Too loud.",
            "field": "times",
            "state": {"times": 3},
            "errors": [],
        }
    assert not AuditEntry.objects.filter(action="bell.rung").exists()


def test_a_key_used_for_another_command_is_refused(client):
    client.post("/bell/", {"times": 1}, headers={"Idempotency-Key": "k3"}, format="json")
    answer = client.post("/bell/", {"times": 2}, headers={"Idempotency-Key": "k3"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")


def test_keys_of_two_people_are_apart(client, client_of, directorate):
    other = client_of(factories.UserFactory())
    for one in (client, other):
        assert one.post("/bell/", {"times": 1}, headers={"Idempotency-Key": "k4"}, format="json").status_code == 201
    assert Command.objects.count() == 2


def test_a_bad_field_is_named(client):
    answer = client.post("/bell/", {"times": "often"}, format="json")
    assert answer.status_code == 400
    assert answer.json()["field"] == "times"
    assert answer.json()["errors"][0]["code"] == "invalid"


@pytest.mark.parametrize("raw", ["{", "[]", "null", '"x"', "\xff"])
def test_what_is_no_object_is_refused_in_the_same_shape(client, raw):
    answer = client.generic("POST", "/bell/", raw, content_type="application/json", headers={"Idempotency-Key": raw})
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "field", "state", "errors"}


def test_what_nobody_foresaw_tells_nothing_of_the_inside(client):
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert b"secret" not in answer.content


def token(client, username, password):
    return client.post("/api/v1/token/", {"username": username, "password": password}, format="json")


def test_a_token_opens_the_api_until_it_is_given_back(client_of, dispatcher):
    dispatcher.set_password(factories.PASSWORD)
    dispatcher.save()
    given = token(client_of(None), dispatcher.username, factories.PASSWORD)
    bearer = client_of(None)
    bearer.credentials(HTTP_AUTHORIZATION=f"Token {given.json()['token']}")
    assert bearer.get("/api/v1/organisations/").status_code == 200
    assert bearer.delete("/api/v1/token/").status_code == 204
    assert bearer.get("/api/v1/organisations/").status_code == 401


def test_repeated_failures_lock_out_even_the_right_password(client_of, dispatcher, settings):
    dispatcher.set_password(factories.PASSWORD)
    dispatcher.save()
    client = client_of(None)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = token(client, dispatcher.username, "wrong")
    assert token(client, dispatcher.username, factories.PASSWORD).status_code == 429
    assert answer.json()["code"] in {"wrong_credentials", "locked_out"}


def test_nobody_is_asked_to_sign_in_first(client_of):
    answer = client_of(None).get("/api/v1/organisations/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("path", ["/api/v1/nothing/", "/api/v1/incidents/abc/", "/api/nothing"])
def test_an_address_that_is_not_there_is_refused_in_the_same_shape(client_of, path):
    answer = client_of(None).get(path)
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "not_found",
        "message": "There is no such record.",
        "field": None,
        "state": None,
        "errors": [],
    }


def test_bytes_that_are_no_text_are_no_token(client_of):
    answer = client_of(None).get("/api/v1/me/", HTTP_AUTHORIZATION=b"Token \xff\xfe".decode("latin-1"))
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", f"/api/v1/incidents/{2**70}/close/"),
        ("post", f"/api/v1/incidents/{2**63}/assignments/"),
        ("post", f"/api/v1/incidents/{2**63}/cancel/"),
        ("get", "/api/v1/border/situation/?from=0001-01-01&to=2026-11-24"),
        ("get", "/api/v1/border/situation/?from=2026-11-24&to=9999-12-31"),
        ("get", "/api/v1/units/1/positions/?to=0001-01-01"),
    ],
)
def test_what_lies_beyond_all_reckoning_is_refused_in_the_same_shape(client_of, directorate, method, path):
    factories.UnitFactory(pk=1, organisation=directorate)
    client = client_of(person(Role.SHIFT_COMMANDER, directorate))
    given = {"disposition": "served", "reason": "x", "unit": 1} if method == "post" else None
    answer = getattr(client, method)(path, given, format="json")
    assert answer.status_code in {400, 404, 422}, answer.content
    assert set(answer.json()) == {"code", "message", "field", "state", "errors"}


def test_a_place_may_be_given_as_answers_give_it(client_of, dispatcher, board):
    kind = factories.IncidentTypeFactory()
    made = [
        client_of(dispatcher).post(
            "/api/v1/incidents/", {"type": kind.code, "board": board.pk, "location": location}, format="json"
        )
        for location in ([19.84, 45.25], {"lon": 19.84, "lat": 45.25}, [19.84], [45.25, "x"])
    ]
    assert [answer.status_code for answer in made] == [201, 201, 400, 400], [answer.content for answer in made]
    assert made[0].json()["location"] == made[1].json()["location"] == [19.84, 45.25]
