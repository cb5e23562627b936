"""The shapes of availability over HTTP."""

from typing import Any

from rest_framework import serializers

from analytics.availability.rules import Use
from patrols.planning.rules import TaskKind
from patrols.planning.serializers import PlanFilter
from patrols.rules import Availability, Status

_STATUSES = [(status.value, status.value) for status in Status]
_KINDS = [(kind.value, kind.value) for kind in TaskKind]


class AvailabilityFilter(PlanFilter):
    """A node with all below it, local days, and whether drafts count as planned."""

    drafts = serializers.BooleanField(default=False)


class NodeFilter(serializers.Serializer[Any]):
    """A node with all below it."""

    organisation = serializers.IntegerField()


class TimeSplitFilter(PlanFilter):
    """A node with all below it, local days, and how the time is grouped."""

    by = serializers.ChoiceField(choices=["hour", "unit", "directorate", "time"], default="hour")


class DutySegmentOut(serializers.Serializer[Any]):
    """What a unit did from an instant until before another; the incident where a job gave the status."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=_STATUSES)
    availability = serializers.ChoiceField(choices=[(value.value, value.value) for value in Availability])
    on_view = serializers.BooleanField(allow_null=True)
    incident = serializers.IntegerField(allow_null=True)
    number = serializers.CharField(allow_null=True)


class PlannedSpanOut(serializers.Serializer[Any]):
    """When a unit is planned."""

    id = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.CharField()
    sector = serializers.CharField(allow_null=True)
    crew = serializers.ListField(child=serializers.CharField())


class AvailableUnitOut(serializers.Serializer[Any]):
    """A unit with its plan and its facts."""

    id = serializers.IntegerField()
    call_sign = serializers.CharField()
    station = serializers.CharField()
    sector = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=_STATUSES)
    planned = PlannedSpanOut(many=True)
    duty = DutySegmentOut(many=True)


class PastHourOut(serializers.Serializer[Any]):
    """Units on average in an hour, by availability."""

    available = serializers.FloatField()
    conditional = serializers.FloatField()
    busy = serializers.FloatField()
    out = serializers.FloatField()


class AvailableHourOut(serializers.Serializer[Any]):
    """An hour: what was on average, how many are there at least, how many are needed."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    past = PastHourOut(allow_null=True)
    least = serializers.IntegerField()
    needed = serializers.IntegerField()


class StaffingGapOut(serializers.Serializer[Any]):
    """From `start` until before `end` only `has` of `needs` units are there."""

    organisation = serializers.IntegerField()
    name = serializers.CharField()
    area = serializers.CharField(allow_null=True)
    skill = serializers.CharField(allow_blank=True)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    has = serializers.IntegerField()
    needs = serializers.IntegerField()
    warned_at = serializers.DateTimeField(allow_null=True)


class NowOut(serializers.Serializer[Any]):
    """How many units are what, now."""

    planned = serializers.IntegerField()
    on_duty = serializers.IntegerField()
    available = serializers.IntegerField()
    conditional = serializers.IntegerField()
    busy = serializers.IntegerField()
    out = serializers.IntegerField()


class AvailabilityOut(serializers.Serializer[Any]):
    """Who was, is and will be there."""

    organisation = serializers.IntegerField()
    time_zone = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    now = serializers.DateTimeField()
    counts = NowOut()
    units = AvailableUnitOut(many=True)
    hours = AvailableHourOut(many=True)
    gaps = StaffingGapOut(many=True)
    has_minimums = serializers.BooleanField()


class SplitSecondsOut(serializers.Serializer[Any]):
    """Seconds by use."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One field a use."""
        return {use.value: serializers.FloatField() for use in Use}


class SplitGroupOut(serializers.Serializer[Any]):
    """What a group's time went into; `total_s` is its time on duty."""

    key = serializers.CharField()
    name = serializers.CharField()
    seconds = SplitSecondsOut()
    total_s = serializers.FloatField()


class TimeSplitOut(serializers.Serializer[Any]):
    """What the time on duty went into."""

    organisation = serializers.IntegerField()
    time_zone = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    by = serializers.CharField()
    groups = SplitGroupOut(many=True)
    total = SplitGroupOut()


class ShiftFactOut(serializers.Serializer[Any]):
    """A planned shift against what was."""

    shift = serializers.IntegerField()
    call_sign = serializers.CharField()
    station = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    came_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=["as_planned", "late", "early", "late_and_early", "no_show", "not_yet"])
    late_s = serializers.FloatField(allow_null=True)
    early_s = serializers.FloatField(allow_null=True)
    sector = serializers.CharField(allow_null=True)
    sector_minutes = serializers.FloatField(allow_null=True)
    sector_visits = serializers.IntegerField(allow_null=True)


class AreaFactOut(serializers.Serializer[Any]):
    """A sector: the shifts planned there, and what they did in it."""

    area = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    shifts = serializers.IntegerField()
    minutes = serializers.FloatField()
    visits = serializers.IntegerField()
    unvisited = serializers.BooleanField()


class TaskFactOut(serializers.Serializer[Any]):
    """A task against what was."""

    task = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=_KINDS)
    call_sign = serializers.CharField()
    area = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_blank=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    minutes_planned = serializers.IntegerField()
    minutes = serializers.FloatField()
    visits = serializers.IntegerField()
    outcome = serializers.ChoiceField(choices=["done", "partly", "not_done", "not_yet", "not_measured"])


class PlanAndFactOut(serializers.Serializer[Any]):
    """Plan against fact."""

    organisation = serializers.IntegerField()
    time_zone = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    shifts = ShiftFactOut(many=True)
    areas = AreaFactOut(many=True)
    tasks = TaskFactOut(many=True)
