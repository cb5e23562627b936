"""What goes in and out about hand-overs."""

from typing import Any

from rest_framework import serializers

from core.fields import IdField, NumberField
from dispatch.handover.rules import Status
from incidents.api.outputs import PersonOut, TypeOut


class CentreQuery(serializers.Serializer[Any]):
    """A place, to learn which centre answers for it."""

    lon = NumberField(min_value=-180, max_value=180, required=False)
    lat = NumberField(min_value=-90, max_value=90, required=False)


class CentreOut(serializers.Serializer[Any]):
    """An operations centre; `covers` says that the place asked about is in its jurisdiction."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    code = serializers.CharField()
    covers = serializers.BooleanField()


class OfferIn(serializers.Serializer[Any]):
    """Whom the incident is offered to, and why."""

    to = IdField(help_text="The board of the other operations centre.")
    text = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class HandoverRefusalIn(serializers.Serializer[Any]):
    """Why it is not taken."""

    reason = serializers.CharField(max_length=200)


class WithdrawalIn(serializers.Serializer[Any]):
    """Why it is taken back, if there is anything to say."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class CentreNameOut(serializers.Serializer[Any]):
    """The board of an operations centre."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class HandoverOut(serializers.Serializer[Any]):
    """An offer with what is needed to decide about it; nothing of the callers."""

    id = serializers.IntegerField()
    incident = serializers.IntegerField()
    number = serializers.CharField()
    type = TypeOut()
    priority = serializers.IntegerField()
    place = serializers.CharField()
    place_detail = serializers.CharField()
    location = serializers.ListField(child=serializers.FloatField(), allow_null=True, help_text="[lon, lat], EPSG:4326")
    summary = serializers.CharField()
    received_at = serializers.DateTimeField()
    callers = serializers.IntegerField()
    from_board = CentreNameOut()
    to_board = CentreNameOut()
    status = serializers.ChoiceField([status.value for status in Status])
    text = serializers.CharField()
    reason = serializers.CharField()
    offered_at = serializers.DateTimeField()
    offered_by = PersonOut()
    expires_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_by = PersonOut(allow_null=True)
