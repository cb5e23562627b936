"""Welfare timers and signs of life over HTTP."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import View
from core.rules import Permission
from patrols.welfare import selectors, services
from patrols.welfare.cards import welfare_part, welfare_parts
from patrols.welfare.models import WelfareContact
from patrols.welfare.serializers import ContactIn, ContactOut, RunningWelfareOut, WelfareAnswerIn


def given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    values: dict[str, Any] = checked.validated_data
    return values


def contacts_out(rows: Sequence[WelfareContact]) -> Any:
    """Signs of life with the timers of their units now. One query."""
    timers = welfare_parts(row.unit_id for row in rows)
    return ContactOut(rows, many=True, context={"timers": timers}).data


def source_of(view: View) -> str:
    """Where a sign of life comes from: a desk, a crew in the field, or another program."""
    if not view.viewer.can_anywhere(Permission.UNIT_STATUS):
        return "field"
    return "console" if view.viewer.channel == "web" else "api"


class WelfareView(View):
    """Welfare timers."""

    @extend_schema(responses=RunningWelfareOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the timers that run of the units that you may see, the next to fall due first."""
        return Response(
            [
                {
                    **welfare_part(row),
                    "unit": row.unit_id,
                    "call_sign": row.unit.call_sign,
                    "status": row.status,
                    "incident": row.incident_id,
                }
                for row in selectors.running_timers(self.viewer)
            ]
        )


class WelfareAnswerView(View):
    """The crew is well."""

    @extend_schema(request=WelfareAnswerIn, responses=ContactOut)
    def post(self, request: Request, timer_id: int) -> Response:
        """Answer your own unit's timer: it begins anew. An answer that comes late ends what it had escalated to."""
        wanted = given(WelfareAnswerIn, request.data)
        contact = services.answer_welfare(timer_id=timer_id, by=self.viewer, source=source_of(self), **wanted)
        return Response(contacts_out([contact])[0])


class UnitContactView(View):
    """Somebody has spoken with a unit."""

    @extend_schema(request=ContactIn, responses=ContactOut)
    def post(self, request: Request, unit_id: int) -> Response:
        """Record that you have spoken with a unit: its timer begins anew. A position never does that."""
        wanted = given(ContactIn, request.data)
        contact = services.record_contact(unit_id=unit_id, by=self.viewer, source=source_of(self), **wanted)
        return Response(contacts_out([contact])[0])
