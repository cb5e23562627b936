"""What goes in and out about calls being taken."""

from typing import Any

from rest_framework import serializers

from core.fields import IdField, MomentField
from incidents.entering.models import Entry


class EntryIn(serializers.Serializer[Any]):
    """A call that somebody begins to take; `fields` by name, as typed so far."""

    board = IdField()
    begun_at = MomentField(required=False, allow_null=True)
    fields_ = serializers.DictField(child=serializers.JSONField(allow_null=True), required=False)

    def get_fields(self) -> dict[str, Any]:
        """`fields` is the framework's own name."""
        found = super().get_fields()
        found["fields"] = serializers.DictField(child=serializers.JSONField(allow_null=True), required=False)
        found.pop("fields_")
        return found


class FieldIn(serializers.Serializer[Any]):
    """A field's new value, and the version that it is built on; 0 for one never written."""

    value = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class FieldsIn(serializers.Serializer[Any]):
    """New values of fields, by name."""

    def get_fields(self) -> dict[str, Any]:
        """`fields` is the framework's own name."""
        return {"fields": serializers.DictField(child=FieldIn(), allow_empty=False)}


class FieldOut(serializers.Serializer[Any]):
    """A field as it is kept, who wrote it and when."""

    value = serializers.JSONField(allow_null=True)
    version = serializers.IntegerField()
    by = serializers.CharField()
    by_id = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField()


class EntryOut(serializers.ModelSerializer[Entry]):
    """A call being taken, with the caller's data."""

    begun_by = serializers.CharField(source="begun_by_name")
    incident = serializers.IntegerField(source="incident_id", allow_null=True)
    board = serializers.IntegerField(source="board_id")

    class Meta:
        model = Entry
        fields = ("id", "board", "status", "version", "begun_at", "begun_by", "incident")

    def get_fields(self) -> dict[str, Any]:
        """`fields` is the framework's own name."""
        return {**super().get_fields(), "fields": serializers.DictField(child=FieldOut())}
