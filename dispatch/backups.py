"""Requests for back-up over HTTP."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import View
from core.rules import Permission
from dispatch import selectors, services
from dispatch.cards import backup_cards
from dispatch.rules import MOST_BACKUP, BackupLevel, BackupStatus
from incidents.rules import Source


class BackupIn(serializers.Serializer[Any]):
    """How much help, why, how many more patrols; `occurred_at` is when the crew asked, if not now."""

    level = serializers.ChoiceField(choices=[level.value for level in BackupLevel], default=BackupLevel.ROUTINE.value)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    wanted = serializers.IntegerField(min_value=1, max_value=MOST_BACKUP, required=False, default=1)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class RefusalIn(serializers.Serializer[Any]):
    """Why not; the crew will read it."""

    reason = serializers.CharField(max_length=200)


class BackupOut(serializers.Serializer[Any]):
    """A request for back-up, the same as on boards. `needed` is how many patrols the incident needs with it."""

    id = serializers.IntegerField()
    incident = serializers.IntegerField()
    number = serializers.CharField()
    unit = serializers.IntegerField()
    call_sign = serializers.CharField()
    level = serializers.ChoiceField(choices=[level.value for level in BackupLevel])
    reason = serializers.CharField()
    wanted = serializers.IntegerField()
    needed = serializers.IntegerField()
    requested_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    requested_by = serializers.CharField(allow_null=True)
    presses = serializers.IntegerField()
    escalate_at = serializers.DateTimeField()
    escalated_at = serializers.DateTimeField(allow_null=True)
    status = serializers.ChoiceField(choices=[status.value for status in BackupStatus])
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_null=True)
    refusal = serializers.CharField(allow_null=True)


def _given(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What was sent, checked. Raises the framework's ValidationError."""
    given = serializer(data=data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _source(view: View) -> Source:
    """Where it comes from: a crew in the field, a dispatcher's console, or another program."""
    if not view.viewer.can_anywhere(Permission.ASSIGN):
        return Source.FIELD
    return Source.CONSOLE if view.viewer.channel == "web" else Source.API


def _card(backup_id: int) -> Any:
    return backup_cards([backup_id])[0]


class BackupsView(View):
    """Requests for back-up."""

    @extend_schema(responses=BackupOut(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the open requests of the incidents and patrols that you may see, the oldest first."""
        return Response(backup_cards(selectors.open_backups(self.viewer).values_list("pk", flat=True)))


class UnitBackupView(View):
    """A crew needs more patrols."""

    @extend_schema(request=BackupIn, responses={200: BackupOut, 201: BackupOut})
    def post(self, request: Request, unit_id: int) -> Response:
        """Ask for back-up where the patrol is. 200 where it has asked already: the same request, asked again."""
        given = _given(BackupIn, request.data)
        backup, is_new = services.request_backup(unit_id=unit_id, by=self.viewer, source=_source(self), **given)
        return Response(_card(backup.pk), status=201 if is_new else 200)


class RefuseBackupView(View):
    """Nobody will be sent."""

    @extend_schema(request=RefusalIn, responses=BackupOut)
    def post(self, request: Request, backup_id: int) -> Response:
        """Refuse a request by your name, with words that the crew will read; 409 when it is not open any more."""
        given = _given(RefusalIn, request.data)
        return Response(
            _card(services.refuse_backup(backup_id=backup_id, by=self.viewer, source=_source(self), **given).pk)
        )


class WithdrawBackupView(View):
    """No need any more."""

    @extend_schema(request=None, responses=BackupOut)
    def post(self, request: Request, backup_id: int) -> Response:  # noqa: ARG002
        """Take back the request of your patrol; 409 when it is not open any more."""
        return Response(_card(services.withdraw_backup(backup_id=backup_id, by=self.viewer, source=_source(self)).pk))
