"""The admin: data may be set, records may only be looked at; both leave audit rows."""

import pytest
from django.contrib import admin
from django.urls import reverse

from core.models import AuditEntry, User
from incidents.models import IncidentType
from tests.factories import CallFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

RECORDS = ["incident", "call", "timelineentry", "prioritychange", "reopening", "importbatch"]


@pytest.fixture
def boss(client):
    client.force_login(
        User.objects.create_superuser("boss", password="x"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.mark.parametrize("name", [*RECORDS, "incidenttype", "target"])
def test_every_list_opens(boss, incident, name):
    assert boss.get(reverse(f"admin:incidents_{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", RECORDS)
def test_records_cannot_be_added(boss, name):
    assert boss.get(reverse(f"admin:incidents_{name}_add")).status_code == 403


def test_looking_at_a_call_leaves_a_row(boss, incident):
    call = CallFactory(incident=incident)
    path = reverse("admin:incidents_call_change", args=[call.pk])
    assert boss.get(path).status_code == 200
    assert AuditEntry.objects.filter(action="call.viewed", object_id=str(call.pk)).count() == 1
    assert boss.post(path, {"phone": "1"}).status_code == 403


def test_an_incident_opens(boss, incident):
    assert boss.get(reverse("admin:incidents_incident_change", args=[incident.pk])).status_code == 200


def test_setting_a_target_leaves_a_row(boss):
    node = OrganisationFactory()
    answer = boss.post(
        reverse("admin:incidents_target_add"),
        {
            "organisation": node.pk, "priority": 1, "start": "received", "end": "on_scene", "seconds": 600,
            "percentile": 90, "valid_from": "2026-01-01",
        },
    )  # fmt: skip
    assert answer.status_code == 302, answer.context["errors"]
    assert AuditEntry.objects.get(action="target.added").organisation_id == node.pk


def test_a_new_kind_of_incident_is_data(boss, api, board):
    boss.post(
        reverse("admin:incidents_incidenttype_add"),
        {
            "code": "flood",
            "name": "Flood",
            "names": "{}",
            "priority": 2,
            "min_units": 2,
            "skills": "[]",
            "plan": "{}",
            "questions-TOTAL_FORMS": 0,
            "questions-INITIAL_FORMS": 0,
            "is_active": "on",
        },
    )
    assert IncidentType.objects.get().code == "flood"
    assert api.post("/api/v1/incidents/", {"type": "flood"}, format="json").json()["min_units"] == 2


def test_every_model_with_rows_to_show_is_in_the_admin():
    shown = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "incidents"}
    assert shown >= {*RECORDS, "incidenttype", "target"}
