"""The shapes of welfare timers and signs of life over HTTP."""

from typing import Any

from rest_framework import serializers

from patrols.welfare.models import WelfareContact
from patrols.welfare.rules import Stage

_STAGES = [stage.value for stage in Stage]


class WelfareOut(serializers.Serializer[Any]):
    """The timer of a unit: whom it concerns by now, since when it counts, when it goes on to whom."""

    id = serializers.IntegerField()
    stage = serializers.ChoiceField(choices=_STAGES)
    kind = serializers.CharField(allow_null=True, help_text="The code of the kind of incident, where one counts.")
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    dispatcher_at = serializers.DateTimeField()
    commander_at = serializers.DateTimeField()


class RunningWelfareOut(WelfareOut):
    """A timer that runs, and of whom."""

    unit = serializers.IntegerField()
    call_sign = serializers.CharField()
    status = serializers.CharField()
    incident = serializers.IntegerField(allow_null=True)


class WelfareAnswerIn(serializers.Serializer[Any]):
    """All is well; `occurred_at` is when the crew said so, if not now."""

    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ContactIn(WelfareAnswerIn):
    """One has spoken with a unit, or with all on an incident; `text` is what was said, where that matters."""

    text = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ContactOut(serializers.ModelSerializer[WelfareContact]):
    """A sign of life, and the timer of the unit now; `stage` is what the timer had reached before."""

    unit = serializers.IntegerField(source="unit_id")
    call_sign = serializers.CharField(source="unit.call_sign")
    stage = serializers.ChoiceField(choices=["", *_STAGES])
    welfare = serializers.SerializerMethodField()

    class Meta:
        model = WelfareContact
        fields = (
            "id",
            "unit",
            "call_sign",
            "sign",
            "stage",
            "text",
            "occurred_at",
            "recorded_at",
            "by_name",
            "welfare",
        )

    def get_welfare(self, row: WelfareContact) -> WelfareOut(allow_null=True):  # type: ignore[valid-type]
        """The timer that runs now, or null."""
        timers: dict[int, Any] = self.context["timers"]
        return timers.get(row.unit_id)
