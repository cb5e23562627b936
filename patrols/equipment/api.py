"""The equipment check over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import View
from patrols.equipment.models import EquipmentFinding, EquipmentItem
from patrols.equipment.services import items_for_unit


class EquipmentItemOut(serializers.ModelSerializer[EquipmentItem]):
    """Something to check."""

    class Meta:
        model = EquipmentItem
        fields = ("id", "name")


class FindingIn(serializers.Serializer[Any]):
    """What the crew says of one item: there and in order, or not."""

    item = serializers.IntegerField()
    is_present = serializers.BooleanField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class FindingOut(serializers.ModelSerializer[EquipmentFinding]):
    """What the crew said of one item."""

    class Meta:
        model = EquipmentFinding
        fields = ("name", "is_present", "note")


class EquipmentView(View):
    """Equipment to check."""

    @extend_schema(responses=EquipmentItemOut(many=True))
    def get(self, request: Request, unit_id: int) -> Response:  # noqa: ARG002
        """List what is checked when a crew signs on this unit."""
        return Response(EquipmentItemOut(items_for_unit(self.viewer, unit_id), many=True).data)
