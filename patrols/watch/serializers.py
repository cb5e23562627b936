"""The shapes of alarms from positions over HTTP."""

from typing import Any

from rest_framework import serializers

from patrols.watch.models import KINDS
from patrols.watch.rules import End


class WatchPlaceOut(serializers.Serializer[Any]):
    """A place in EPSG:4326."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()


class WatchAlarmOut(serializers.Serializer[Any]):
    """The card of an alarm from positions, the same as on boards. `unit` is null where it is about an area."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=KINDS)
    name = serializers.CharField()
    area = serializers.CharField(allow_null=True)
    board = serializers.IntegerField()
    organisation = serializers.IntegerField()
    unit = serializers.IntegerField(allow_null=True)
    call_sign = serializers.CharField(allow_null=True)
    position = WatchPlaceOut(allow_null=True)
    since = serializers.DateTimeField()
    raised_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.ChoiceField(choices=[end.value for end in End], allow_null=True)
    taken_by = serializers.CharField(allow_null=True)
    words = serializers.CharField()


class WatchAlarmFilter(serializers.Serializer[Any]):
    """Which alarms."""

    open = serializers.BooleanField(required=False, allow_null=True, default=None)
    board = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class WatchAlarmTakenIn(serializers.Serializer[Any]):
    """What was found or done."""

    text = serializers.CharField(max_length=500)
