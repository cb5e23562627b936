"""Alarms over HTTP."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.errors import Invalid
from core.http import View
from patrols.safety import selectors, services
from patrols.safety.cards import alarm_cards
from patrols.safety.serializers import AlarmIn, AlarmOut, AlarmReceiptOut, AlarmStepIn, ResolutionIn, ShownIn
from patrols.safety.services import Place
from patrols.selectors import own_unit


def _given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _card(alarm_id: int) -> Any:
    return alarm_cards([alarm_id])[0]


class AlarmsView(View):
    """Alarms."""

    @extend_schema(responses=AlarmOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the alarms that are not resolved, of the units that you may see; the oldest first."""
        return Response(alarm_cards(selectors.open_alarms(self.viewer).values_list("pk", flat=True)))

    @extend_schema(request=AlarmIn, responses={200: AlarmOut, 201: AlarmOut})
    def post(self, request: Request) -> Response:
        """Raise the alarm for your own unit or one of yours. 200 where it is open already: the same alarm, pressed again."""
        wanted = _given(AlarmIn, request.data)
        alarm, is_new = services.raise_emergency(
            unit_id=self._unit(wanted["unit"]),
            by=self.viewer,
            place=_place(wanted["position"]),
            occurred_at=wanted["occurred_at"],
            is_drill=wanted["drill"],
            source="console" if self.viewer.channel == "web" else "api",
        )
        return Response(_card(alarm.pk), status=201 if is_new else 200)

    def _unit(self, named: int | None) -> int:
        if named is not None:
            return named
        own = own_unit(self.viewer)
        if own is None:
            raise Invalid(_("Name the unit."), code="no_unit", field="unit")
        return own.pk


def _place(given: dict[str, Any] | None) -> Place | None:
    if given is None:
        return None
    return Place(given["lon"], given["lat"], given["at"] or clock.now(), given["accuracy_m"])


class AlarmAcknowledgeView(View):
    """Who answers for an alarm."""

    @extend_schema(request=None, responses=AlarmOut)
    def post(self, request: Request, alarm_id: int) -> Response:  # noqa: ARG002
        """Acknowledge an alarm by your name. 409 with who has done so already."""
        return Response(_card(services.acknowledge_alarm(alarm_id=alarm_id, by=self.viewer).pk))


class AlarmResolveView(View):
    """The end of an alarm."""

    @extend_schema(request=ResolutionIn, responses=AlarmOut)
    def post(self, request: Request, alarm_id: int) -> Response:
        """Close an acknowledged alarm with words on how it ended; the unit goes back to its work."""
        wanted = _given(ResolutionIn, request.data)
        return Response(_card(services.resolve_alarm(alarm_id=alarm_id, text=wanted["text"], by=self.viewer).pk))


class AlarmWithdrawView(View):
    """A slip of the hand."""

    @extend_schema(request=None, responses=AlarmOut)
    def post(self, request: Request, alarm_id: int) -> Response:  # noqa: ARG002
        """Take back your own press, within three seconds and before anybody has answered it."""
        return Response(_card(services.withdraw_alarm(alarm_id=alarm_id, by=self.viewer).pk))


class AlarmStepsView(View):
    """What to do first."""

    @extend_schema(request=AlarmStepIn, responses=AlarmOut)
    def post(self, request: Request, alarm_id: int) -> Response:
        """Note that a step was done; 409 with who has noted it already."""
        wanted = _given(AlarmStepIn, request.data)
        return Response(_card(services.record_step(alarm_id=alarm_id, by=self.viewer, **wanted).pk))


class AlarmShownView(View):
    """Proof that alarms arrive."""

    commands = False

    @extend_schema(request=ShownIn, responses=AlarmReceiptOut)
    def post(self, request: Request, alarm_id: int) -> Response:
        """Say that your console has shown an alarm. A repeat gets the first receipt."""
        wanted = _given(ShownIn, request.data)
        return Response(AlarmReceiptOut(services.record_receipt(alarm_id=alarm_id, by=self.viewer, **wanted)).data)
