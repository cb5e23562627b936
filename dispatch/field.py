"""What a crew in the field may know: its unit, its job, who else is on it. Nothing of any other unit's work."""

from typing import Any

from django.db.models import Q
from rest_framework import serializers

from core import clock
from core.access import Viewer
from core.fields import MomentField, NumberField, PointIn
from core.rules import Permission
from dispatch import selectors
from dispatch.backups import BackupOut
from dispatch.cards import assignment_cards, backup_cards
from dispatch.models import Assignment, BackupRequest
from dispatch.rules import BackupStatus
from dispatch.serializers import NamedOut
from incidents.api.inputs import TEXT_LENGTH
from incidents.api.outputs import CallOut, IncidentCardOut, OpenedHazardOut, TimelineOut, TypeOut
from incidents.cards import incident_cards
from incidents.models import Incident
from incidents.selectors import earlier_at, known_at, timeline
from patrols.cards import stamp, unit_cards
from patrols.messages.cards import message_cards
from patrols.messages.selectors import own_message_ids
from patrols.messages.serializers import MessageOut
from patrols.models import Unit
from patrols.selectors import own_officer, own_unit
from patrols.serializers import UnitOut
from patrols.welfare.serializers import WelfareOut


def field_state(viewer: Viewer) -> dict[str, Any]:
    """All that the crew's own page shows. Scoped to the unit that the person rides on now. About twenty queries.

    Raises Forbidden for whoever has no right to a unit of their own.
    """
    viewer.require_anywhere(Permission.OWN_UNIT_STATUS)
    officer, unit = own_officer(viewer), own_unit(viewer)
    found: dict[str, Any] = {
        "user": {"id": viewer.user_id, "name": viewer.name},
        "officer": officer and {"id": officer.pk, "name": officer.name},
        "unit": None,
        "shift": None,
        "job": None,
        "welfare": None,
        "messages": [],
        "backup": None,
    }
    if unit is None:
        return found
    card = unit_cards([unit.pk])[0]
    return found | {
        "unit": card,
        "welfare": card["welfare"],
        "backup": _backup(unit),
        "shift": unit.shifts.filter(ended_at__isnull=True).values_list("pk", flat=True).first(),
        "job": _job(viewer, unit),
        "messages": message_cards(own_message_ids(viewer)),
    }


def _job(viewer: Viewer, unit: Unit) -> dict[str, Any] | None:
    """The unit's present job: where, what, what is known there, who else comes. None without one."""
    row = selectors.active().filter(unit=unit).select_related("incident").first()
    if row is None:
        return None
    incident = row.incident
    known = known_at(
        viewer,
        point=incident.location,
        gazetteer_id=incident.gazetteer_id,
        now=clock.now(),
        besides=incident.pk,
    )
    return {
        "assignment": assignment_cards([row.pk])[0],
        "incident": incident_cards([incident.pk])[0],
        "calls": _calls(viewer, incident),
        "hazards": OpenedHazardOut(known.hazards, many=True).data,
        "earlier": [_earlier(one) for one in earlier_at(viewer, incident)],
        "outcome": _outcome(row),
        "notes": TimelineOut(timeline(incident).filter(kind="note"), many=True).data,
        "colleagues": _colleagues(row),
    }


def _backup(unit: Unit) -> Any:
    """What became of the newest request for back-up on the unit's present job, or the open one. Two queries."""
    job = selectors.active().filter(unit=unit).values_list("pk", flat=True).first()
    asked = BackupRequest.objects.filter(Q(status=BackupStatus.OPEN) | Q(assignment_id=job or 0), unit=unit)
    newest = asked.order_by("-pk").values_list("pk", flat=True).first()
    return None if newest is None else backup_cards([newest])[0]


def _earlier(incident: Incident) -> dict[str, Any]:
    """What a crew may know of an earlier incident at its address: what kind, when, how it ended; nobody's name."""
    return {
        "id": incident.pk,
        "type": {"code": incident.type.code, "name": incident.type.name},
        "priority": incident.priority,
        "received_at": stamp(incident.received_at),
        "place_detail": incident.place_detail,
        "status": incident.status,
        "disposition": incident.disposition,
    }


def _outcome(job: Assignment) -> dict[str, Any] | None:
    """How the job ended, as its crew last said. One query."""
    entry = timeline(job.incident).filter(kind="outcome_reported", data__assignment=job.pk).last()
    return None if entry is None else {"disposition": entry.data["disposition"], "text": entry.text}


def _calls(viewer: Viewer, incident: Incident) -> Any:
    """The calls with their callers' data, for whoever may see it."""
    if not viewer.can(Permission.CALL_VIEW, incident.organisation_id):
        return []
    return CallOut(incident.calls.select_related("taken_by").order_by("received_at", "id"), many=True).data


def _colleagues(own: Assignment) -> list[dict[str, Any]]:
    """The other units on the same incident, first sent first. Two queries."""
    rows = selectors.active().filter(incident_id=own.incident_id).exclude(pk=own.pk)
    names = dict(rows.order_by("dispatched_at", "pk").values_list("pk", "unit__call_sign"))
    cards = {card["id"]: card for card in assignment_cards(names)}
    wanted = ("unit", "status", "eta_at", "eta_source")
    return [
        {"call_sign": call_sign, **{name: cards[pk][name] for name in wanted}}
        for pk, call_sign in names.items()
        if pk in cards
    ]


# --- its shape over HTTP -------------------------------------------------------------------------------------------


class AssignmentCardOut(serializers.Serializer[Any]):
    """An assignment as boards show it."""

    id = serializers.IntegerField()
    incident = serializers.IntegerField()
    unit = serializers.IntegerField()
    status = serializers.CharField()
    dispatched_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    en_route_at = serializers.DateTimeField(allow_null=True)
    on_scene_at = serializers.DateTimeField(allow_null=True)
    action_taken_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    eta_s = serializers.IntegerField(allow_null=True)
    eta_at = serializers.DateTimeField(allow_null=True)
    eta_source = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()


class ColleagueOut(serializers.Serializer[Any]):
    """Another unit on the same incident."""

    call_sign = serializers.CharField()
    unit = serializers.IntegerField()
    status = serializers.CharField()
    eta_at = serializers.DateTimeField(allow_null=True)
    eta_source = serializers.CharField(allow_null=True)


class EarlierOut(serializers.Serializer[Any]):
    """An earlier incident at the address: what, when, how it ended."""

    id = serializers.IntegerField()
    type = TypeOut()
    priority = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    place_detail = serializers.CharField()
    status = serializers.CharField()
    disposition = serializers.CharField()


class OutcomeOut(serializers.Serializer[Any]):
    """How the job ended, as its crew said."""

    disposition = serializers.CharField()
    text = serializers.CharField()


class FieldJobOut(serializers.Serializer[Any]):
    """The unit's present job, and what is known of the place. `calls` are empty for whoever may not see callers' data."""

    assignment = AssignmentCardOut()
    incident = IncidentCardOut()
    calls = CallOut(many=True)
    hazards = OpenedHazardOut(many=True)
    earlier = EarlierOut(many=True)
    outcome = OutcomeOut(allow_null=True)
    notes = TimelineOut(many=True)
    colleagues = ColleagueOut(many=True)


class FieldStateOut(serializers.Serializer[Any]):
    """What a crew may know: its unit, the shift's number, its job and messages. Where it is, its device knows."""

    now = serializers.DateTimeField()
    user = NamedOut()
    officer = NamedOut(allow_null=True)
    unit = UnitOut(allow_null=True)
    shift = serializers.IntegerField(allow_null=True)
    job = FieldJobOut(allow_null=True)
    welfare = WelfareOut(allow_null=True)
    messages = MessageOut(many=True)
    backup = BackupOut(allow_null=True)


class OnViewIn(serializers.Serializer[Any]):
    """What a crew came upon: what kind, where it is (its own place), when. `attend` false: left to the centre."""

    type = serializers.CharField(max_length=40)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    location = PointIn(required=False, allow_null=True, default=None)
    location_accuracy_m = NumberField(required=False, allow_null=True, default=None, min_value=0, max_value=1_000_000)
    summary = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True, default="")
    unit = serializers.IntegerField(required=False, allow_null=True, default=None)
    attend = serializers.BooleanField(required=False, default=True)
    occurred_at = MomentField(required=False, allow_null=True, default=None)


class OnViewOut(serializers.Serializer[Any]):
    """The incident that came to be, and the patrol's job on it; null where it was left to the centre."""

    incident = IncidentCardOut()
    assignment = AssignmentCardOut(allow_null=True)


class OutcomeIn(serializers.Serializer[Any]):
    """How a job ended, as its crew says."""

    disposition = serializers.CharField(max_length=40)
    text = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True, default="")
    occurred_at = MomentField(required=False, allow_null=True, default=None)
