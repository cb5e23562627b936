"""The shapes of units, shifts, officers, vehicles and positions over HTTP."""

from typing import Any

from rest_framework import serializers

from patrols.equipment.api import FindingIn, FindingOut
from patrols.models import CrewMember, Officer, Shift, StatusChange, Unit, Vehicle
from patrols.rules import Availability, Status
from patrols.welfare.serializers import WelfareOut

_STATUSES = [status.value for status in Status]
_KINDS = [kind.value for kind in Unit.Kind]


class PositionOut(serializers.Serializer[Any]):
    """Where a unit was: EPSG:4326, metres, degrees from north, metres a second."""

    unit = serializers.IntegerField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    at = serializers.DateTimeField()
    accuracy_m = serializers.FloatField(allow_null=True)
    heading_deg = serializers.FloatField(allow_null=True)
    speed_mps = serializers.FloatField(allow_null=True)


class MissingOut(serializers.Serializer[Any]):
    """An item of equipment that was not there or not in order, and what the crew said of it."""

    name = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class UnitEquipmentOut(serializers.Serializer[Any]):
    """What the crew found at sign-on: how many items it checked, and which of them are missing."""

    checked = serializers.IntegerField()
    missing = MissingOut(many=True)


class UnitOut(serializers.Serializer[Any]):
    """The card of a unit, the same as on boards."""

    id = serializers.IntegerField()
    call_sign = serializers.CharField()
    organisation = serializers.IntegerField()
    station = serializers.CharField()
    sector = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(choices=_KINDS)
    availability = serializers.ChoiceField(choices=[availability.value for availability in Availability])
    status = serializers.ChoiceField(choices=_STATUSES)
    status_since = serializers.DateTimeField()
    on_duty = serializers.BooleanField()
    crew = serializers.IntegerField()
    crew_names = serializers.ListField(child=serializers.CharField())
    vehicle = serializers.CharField(allow_null=True)
    equipment = UnitEquipmentOut(allow_null=True, help_text="Null where nothing was checked.")
    skills = serializers.ListField(child=serializers.CharField())
    welfare = WelfareOut(allow_null=True)
    version = serializers.IntegerField()


class CrewMemberOut(serializers.ModelSerializer[CrewMember]):
    """An officer on a shift."""

    officer = serializers.IntegerField(source="officer_id")
    name = serializers.CharField(source="officer.name")
    badge = serializers.CharField(source="officer.badge")

    class Meta:
        model = CrewMember
        fields = ("officer", "name", "badge", "leads", "joined_at", "left_at")


class ShiftOut(serializers.ModelSerializer[Shift]):
    """A shift with its crew."""

    unit = serializers.IntegerField(source="unit_id")
    call_sign = serializers.CharField(source="unit.call_sign")
    vehicle = serializers.IntegerField(source="vehicle_id", allow_null=True)
    plate = serializers.CharField(source="vehicle.plate", default=None, allow_null=True)
    crew = CrewMemberOut(many=True)
    equipment = FindingOut(many=True, read_only=True)

    class Meta:
        model = Shift
        fields = (
            "id",
            "unit",
            "call_sign",
            "vehicle",
            "plate",
            "starts_at",
            "planned_end_at",
            "ended_at",
            "crew",
            "equipment",
        )


class UnitDetailOut(UnitOut):
    """The card of a unit, with where it was last seen and the shift it is on."""

    position = PositionOut(allow_null=True)
    shift = ShiftOut(allow_null=True)


class UnitFilter(serializers.Serializer[Any]):
    """Which units."""

    on_duty = serializers.BooleanField(required=False, allow_null=True, default=None)
    organisation = serializers.IntegerField(required=False)
    sign_on = serializers.BooleanField(default=False, help_text="Those on which you may sign on a crew now.")


class StatusIn(serializers.Serializer[Any]):
    """A status set by hand; `expected` is the one that you saw, `occurred_at` when it happened, if not now."""

    status = serializers.CharField(max_length=20)
    expected = serializers.CharField(max_length=20, required=False, allow_null=True, default=None)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class UndoStatusIn(serializers.Serializer[Any]):
    """The status that is taken back: the one that you gave last."""

    status = serializers.CharField(max_length=20)


class StatusChangeOut(serializers.ModelSerializer[StatusChange]):
    """One status of a unit."""

    by = serializers.CharField(source="by.display_name", default=None, allow_null=True)
    assignment = serializers.IntegerField(source="assignment_id", allow_null=True)

    class Meta:
        model = StatusChange
        fields = ("id", "status", "occurred_at", "recorded_at", "source", "by", "assignment", "reason")


TrailFilter = type(
    "TrailFilter",
    (serializers.Serializer,),
    {
        "__doc__": "A period: the last hour where nothing is said; at most `limit` positions, the newest.",
        "from": serializers.DateTimeField(required=False),
        "to": serializers.DateTimeField(required=False),
        "limit": serializers.IntegerField(min_value=1, max_value=20_000, default=5_000),
    },
)
"""Made by hand, for `from` is a Python keyword."""


class ShiftFilter(serializers.Serializer[Any]):
    """Which shifts."""

    open = serializers.BooleanField(required=False, allow_null=True, default=None)
    unit = serializers.IntegerField(required=False)


class ShiftIn(serializers.Serializer[Any]):
    """A crew that signs on; its first officer leads."""

    unit = serializers.IntegerField()
    crew = serializers.ListField(child=serializers.IntegerField(), max_length=20)
    vehicle = serializers.IntegerField(required=False, allow_null=True, default=None)
    planned_end_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    equipment = serializers.ListField(child=FindingIn(), required=False, default=list, max_length=100)


class NameFilter(serializers.Serializer[Any]):
    """Part of a name or number."""

    q = serializers.CharField(required=False, allow_blank=True, default="", max_length=80)
    organisation = serializers.IntegerField(required=False)


class OfficerOut(serializers.ModelSerializer[Officer]):
    """An officer, and the unit on which they ride now."""

    organisation = serializers.IntegerField(source="organisation_id")
    unit = serializers.IntegerField(source="riding_on", allow_null=True)

    class Meta:
        model = Officer
        fields = ("id", "badge", "name", "organisation", "skills", "unit")


class VehicleOut(serializers.ModelSerializer[Vehicle]):
    """A vehicle, and the unit that has it now."""

    organisation = serializers.IntegerField(source="organisation_id")
    unit = serializers.IntegerField(source="taken_by", allow_null=True)

    class Meta:
        model = Vehicle
        fields = ("id", "plate", "name", "organisation", "in_service", "unit")
