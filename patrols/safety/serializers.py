"""The shapes of alarms over HTTP."""

from typing import Any

from rest_framework import serializers

from patrols.models import Alarm, AlarmReceipt
from patrols.rules import AlarmStepCode


class AlarmPersonOut(serializers.Serializer[Any]):
    """Somebody by name; `id` is null where the account is gone."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class AlarmPlaceOut(serializers.Serializer[Any]):
    """Where the unit was at the newest press: EPSG:4326, its time, metres."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    at = serializers.DateTimeField()
    accuracy_m = serializers.FloatField(allow_null=True)


class AlarmStepOut(serializers.Serializer[Any]):
    """Something on the list of what to do first, done."""

    step = serializers.ChoiceField(choices=[code.value for code in AlarmStepCode])
    text = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()


class AlarmOut(serializers.Serializer[Any]):
    """The card of an alarm, the same as on boards. `position` is null where there is no fix."""

    id = serializers.IntegerField()
    unit = serializers.IntegerField()
    call_sign = serializers.CharField()
    organisation = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Alarm.Kind.choices)
    is_drill = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]  # a name that the base has, too
    raised_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    raised_by = AlarmPersonOut(allow_null=True)
    crew_names = serializers.ListField(child=serializers.CharField())
    position = AlarmPlaceOut(allow_null=True)
    presses = serializers.IntegerField()
    pressed_at = serializers.DateTimeField()
    escalate_at = serializers.DateTimeField()
    escalated_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = AlarmPersonOut(allow_null=True)
    steps = AlarmStepOut(many=True)
    resolved_at = serializers.DateTimeField(allow_null=True)


class AlarmPlaceIn(serializers.Serializer[Any]):
    """Where the sender knows itself to be: EPSG:4326, metres; `at` is now where it is left out."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    accuracy_m = serializers.FloatField(required=False, allow_null=True, default=None)


class AlarmIn(serializers.Serializer[Any]):
    """A call for help. A position or time that makes no sense is left out; neither refuses the alarm."""

    unit = serializers.IntegerField(required=False, allow_null=True, default=None, help_text="One's own if left out.")
    kind = serializers.ChoiceField(choices=Alarm.Kind.choices, default=Alarm.Kind.EMERGENCY)
    drill = serializers.BooleanField(default=False)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    position = AlarmPlaceIn(required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        """Read what makes sense of it."""
        if isinstance(data, dict):
            checks = {"position": AlarmPlaceIn(data=data.get("position")), "occurred_at": _Time(data=data)}
            data = {
                name: value for name, value in data.items() if name not in checks or (value and checks[name].is_valid())
            }
        return super().to_internal_value(data)


class _Time(serializers.Serializer[Any]):
    """When it happened."""

    occurred_at = serializers.DateTimeField()


class ResolutionIn(serializers.Serializer[Any]):
    """How an alarm ended."""

    text = serializers.CharField(max_length=2000)


class AlarmStepIn(serializers.Serializer[Any]):
    """What was done, and what was found."""

    step = serializers.ChoiceField(choices=[code.value for code in AlarmStepCode])
    text = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ShownIn(serializers.Serializer[Any]):
    """A page has shown an alarm: what it calls itself, and when that was."""

    page = serializers.RegexField(r"^[0-9A-Za-z-]{8,40}$")
    at = serializers.DateTimeField()


class AlarmReceiptOut(serializers.ModelSerializer[AlarmReceipt]):
    """What is kept of that; a repeat gets the first."""

    class Meta:
        model = AlarmReceipt
        fields = ("page", "user_name", "shown_at", "recorded_at")
