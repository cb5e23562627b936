"""Reminders over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import View
from dispatch.reminders import services
from dispatch.reminders.cards import reminder_cards
from dispatch.reminders.models import Reminder


class ReminderIn(serializers.Serializer[Any]):
    """What is not to be forgotten, and in how many seconds."""

    board = serializers.IntegerField()
    after_s = serializers.FloatField()
    text = serializers.CharField(max_length=200)
    incident = serializers.IntegerField(required=False, allow_null=True, default=None)
    unit = serializers.IntegerField(required=False, allow_null=True, default=None)


class SnoozeIn(serializers.Serializer[Any]):
    """In how many seconds from now, and the version that one saw."""

    after_s = serializers.FloatField()
    version = serializers.IntegerField()


class ReminderByOut(serializers.Serializer[Any]):
    """Who set it."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class ReminderOut(serializers.Serializer[Any]):
    """A reminder as boards show it."""

    id = serializers.IntegerField()
    incident = serializers.IntegerField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    unit = serializers.IntegerField(allow_null=True)
    call_sign = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    set_at = serializers.DateTimeField()
    set_by = ReminderByOut()
    due_at = serializers.DateTimeField()
    snoozes = serializers.IntegerField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()


def _given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _answer(reminder: Reminder, code: int = status.HTTP_200_OK) -> Response:
    return Response(reminder_cards([reminder.pk])[0], status=code)


class RemindersView(View):
    """Reminders."""

    @extend_schema(request=ReminderIn, responses={201: ReminderOut})
    def post(self, request: Request) -> Response:
        """Have the desk reminded, about an incident, a unit or neither."""
        given = _given(ReminderIn, request.data)
        reminder = services.set_reminder(
            board_id=given["board"],
            after_s=given["after_s"],
            text=given["text"],
            incident_id=given["incident"],
            unit_id=given["unit"],
            by=self.viewer,
        )
        return _answer(reminder, status.HTTP_201_CREATED)


class SnoozeReminderView(View):
    """Putting off."""

    @extend_schema(request=SnoozeIn, responses=ReminderOut)
    def post(self, request: Request, reminder_id: int) -> Response:
        """Put a reminder off. 409 where it is done, or somebody has put it off since `version`."""
        given = _given(SnoozeIn, request.data)
        return _answer(services.snooze_reminder(reminder_id=reminder_id, by=self.viewer, **given))


class DoneReminderView(View):
    """Done."""

    @extend_schema(request=None, responses=ReminderOut)
    def post(self, request: Request, reminder_id: int) -> Response:  # noqa: ARG002
        """Note that it is done. 409 with who did it where it is so already."""
        return _answer(services.end_reminder(reminder_id=reminder_id, by=self.viewer))
