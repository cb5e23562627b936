"""Whatever is sent, the answer is ours: 4xx in the one shape, never 500, and nothing is half done."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import LiveEvent
from incidents.models import Call, Incident

pytestmark = pytest.mark.django_db

HUGE = 10**30
BIG = 2**63
EVIL = [
    None, True, [], {}, "", "a\x00b", "\ud800", "NaN", "1e999", -1, BIG, HUGE, 1.5, "x" * 20_001,
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-45", "١٢", {"lon": "NaN", "lat": 1},
    {"lon": 181, "lat": 0}, {"lon": 0, "lat": 0}, {"lon": True, "lat": 1}, {"lon": None}, {"phone": "\x00"}, [1],
]  # fmt: skip
FIELDS = {
    "incidents/": (
        {"type": "theft"},
        [
            "type", "priority", "place", "place_detail", "location", "location_accuracy_m", "location_source",
            "gazetteer_id", "summary", "min_units", "call", "call_id", "received_at", "on_view", "unit", "ready",
            "organisation",
        ],
    ),
    "calls/": (
        {},
        [
            "phone", "caller_name", "text", "channel", "received_at", "answered_at", "location",
            "location_accuracy_m", "incident", "organisation", "place", "aml",
        ],
    ),
    "hazards/": (
        {"kind": "dog", "text": "x", "source": "x", "person": "x", "expires_at": "2099-01-01T00:00:00Z"},
        [
            "kind", "text", "source", "place", "place_detail", "gazetteer_id", "location", "person", "valid_from",
            "review_at", "expires_at", "organisation",
        ],
    ),
    "hazards/1/renew/": ({"expires_at": "2027-01-01T00:00:00Z"}, ["expires_at", "review_at"]),
    "hazards/1/withdraw/": ({"reason": "x"}, ["reason"]),
    "aml/": ({}, ["message"]),
    "incidents/{pk}/notes/": ({"text": "x"}, ["text", "occurred_at"]),
    "incidents/{pk}/regrade/": ({"priority": 1, "reason": "x"}, ["priority", "reason"]),
    "incidents/{pk}/reopen/": ({"reason": "x"}, ["reason"]),
    "incidents/{pk}/merge/": ({"into": 1}, ["into"]),
    "incidents/{pk}/calls/": ({"call": 1}, ["call"]),
}  # fmt: skip
CHANGES = ["version", "type", "location", "location_accuracy_m", "summary", "min_units", "ready", "no_such_field"]


def send(method, path, body):
    """Send JSON in ASCII, so that lone surrogates go out, too."""
    return method("/api/v1/" + path, json.dumps(body), content_type="application/json")


def check(answer):
    """An answer of ours; a refusal has the one shape."""
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert set(answer.json()) == {"code", "message", "field", "state", "errors"}
        assert answer.json()["message"]


@pytest.mark.parametrize("path", FIELDS)
def test_no_value_of_any_field_breaks_a_command(api, incident, jobs, path):
    good, names = FIELDS[path]
    for name in names:
        for value in EVIL:
            check(send(api.post, path.format(pk=incident.pk), {**good, name: value}))


def test_no_value_of_any_field_breaks_a_change(api, incident):
    for name in CHANGES:
        for value in EVIL:
            incident.refresh_from_db()
            check(send(api.patch, f"incidents/{incident.pk}/", {"version": incident.version, name: value}))


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "1", '"x"', "{", '{"type": NaN}', "[[[[", '{"type": "theft"', "\x00"]
)
@pytest.mark.parametrize("path", FIELDS)
def test_no_body_breaks_a_command(api, incident, path, body):
    answer = api.post("/api/v1/" + path.format(pk=incident.pk), body, content_type="application/json")
    check(answer)
    assert answer.status_code in (400, 404) or path == "calls/"


@pytest.mark.parametrize("name", ["status", "q", "from", "to", "organisation", "type", "priority", "limit", "cursor"])
def test_no_query_breaks_the_list(api, incident, name):
    for value in [*EVIL, "cD1hYmM=", "cD0xMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==", "bz0tMQ==", "cj0xJnA9MQ=="]:
        if not isinstance(value, (dict, list)) and value is not None and value != "\ud800":
            check(api.get("/api/v1/incidents/", {name: value}))
            check(api.get("/api/v1/calls/", {name: value}))


@pytest.mark.parametrize("name", ["lon", "lat", "type", "at", "besides"])
def test_no_query_breaks_duplicates(api, incident, name):
    for value in EVIL:
        if not isinstance(value, (dict, list)) and value is not None and value != "\ud800":
            check(api.get("/api/v1/incidents/duplicates/", {"lon": 19, "lat": 45, name: value}))
    for lat in (-90, 90):
        check(api.get("/api/v1/incidents/duplicates/", {"lon": 180, "lat": lat}))


@pytest.mark.parametrize("pk", ["0", str(BIG), str(HUGE), "abc", "-1", "1.5", "%00"])
def test_no_number_of_an_incident_breaks_anything(api, incident, pk):
    for tail in ("", "notes/", "timeline/"):
        assert api.get(f"/api/v1/incidents/{pk}/{tail}").status_code == 404


@given(
    body=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=40),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS["incidents/"][1]), inner, max_size=6)
        ),
        max_leaves=12,
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_at_random_breaks_the_entry(api, incident, jobs, body):
    check(send(api.post, "incidents/", body))


def test_a_refused_entry_leaves_nothing(api, board, kind):
    for bad in ({"type": "?"}, {"type": "theft", "call_id": 99}, {"type": "theft", "organisation": 10**6}):
        answer = api.post(
            "/api/v1/incidents/", {**bad, "call": {"phone": "1"}} if "call_id" not in bad else bad, format="json"
        )
        assert answer.status_code in (400, 404)
    assert (Incident.objects.count(), Call.objects.count(), LiveEvent.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("name", ["lon", "lat", "gazetteer_id", "besides"])
def test_no_query_breaks_addresses(api, incident, name):
    for value in EVIL:
        if not isinstance(value, (dict, list)) and value is not None and value != "\ud800":
            check(api.get("/api/v1/addresses/known/", {"lon": 19, "lat": 45, name: value}))
    check(api.get("/api/v1/addresses/known/"))
    check(api.get("/api/v1/hazards/", {"cursor": "cD1hYmM="}))
