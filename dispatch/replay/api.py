"""A past period of a board over HTTP. Every look leaves an audit row."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from core import audit, clock
from core.errors import Invalid
from core.http import View
from core.live import encode
from core.models import Board
from core.selectors import access_board
from dispatch.replay import selectors
from dispatch.serializers import BoardOut
from patrols.watch.rules import wall


class PeriodIn(serializers.Serializer[Any]):
    """From when until before when: ISO 8601; without a zone it is the wall's clock of the operations centre."""

    from_ = serializers.CharField(max_length=40, source="start")
    to = serializers.CharField(max_length=40, source="end")

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language."""
        fields = super().get_fields()
        return {("from" if name == "from_" else name): field for name, field in fields.items()}


class SliceIn(PeriodIn):
    """A slice of half an hour at most, with one position a unit in every `step_s` seconds."""

    step_s = serializers.IntegerField(min_value=1, max_value=600, default=5)


class ReplayStatusOut(serializers.Serializer[Any]):
    """What a unit did from then on."""

    at = serializers.DateTimeField()
    status = serializers.CharField()
    availability = serializers.CharField()


class ReplayUnitOut(serializers.Serializer[Any]):
    """A unit, with its status at the start and those that follow."""

    id = serializers.IntegerField()
    call_sign = serializers.CharField()
    sector = serializers.CharField(allow_null=True)
    kind = serializers.CharField()
    statuses = ReplayStatusOut(many=True)


class ReplayOut(serializers.Serializer[Any]):
    """What happened on a board in a period. `open` of an incident: pairs of times, the last may be null."""

    board = BoardOut()
    to = serializers.DateTimeField()
    units = ReplayUnitOut(many=True)
    incidents = serializers.ListField(child=serializers.DictField())
    assignments = serializers.ListField(child=serializers.DictField())
    alarms = serializers.ListField(child=serializers.DictField())

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language."""
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class ReplaySliceOut(serializers.Serializer[Any]):
    """Positions by unit: `[seconds after from, lon, lat, heading or null]`, in order."""

    to = serializers.DateTimeField()
    step_s = serializers.IntegerField()
    units = serializers.DictField(child=serializers.ListField(child=serializers.ListField()))

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language."""
        return {**super().get_fields(), "from": serializers.DateTimeField()}


def _asked(serializer: type[PeriodIn], request: Request, board: Board) -> dict[str, Any]:
    """The period (aware UTC), and what else was asked. Raises Invalid."""
    given = serializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    asked: dict[str, Any] = given.validated_data
    zone = ZoneInfo(board.organisation.time_zone)
    asked["start"] = _instant(asked["start"], "from", zone)
    asked["end"] = min(_instant(asked["end"], "to", zone), clock.now())
    if asked["start"] >= asked["end"]:
        raise Invalid(_("The period ends before it begins."), code="empty_period", field="from")
    return asked


def _instant(text: str, name: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)  # "+" comes as a space
        return wall(at, zone) if at.tzinfo is None else at.astimezone(clock.now().tzinfo)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("This is no time."), code="invalid", field=name) from error


def _note(view: View, board: Board, action: str, asked: dict[str, Any]) -> None:
    period = {"board": board.pk, "from": asked["start"].isoformat(), "to": asked["end"].isoformat()}
    audit.record_view(view.viewer, action, board, organisation=board.organisation_id, detail=period)


@method_decorator(gzip_page, name="dispatch")
class ReplayView(View):
    """What happened in a past period."""

    @extend_schema(parameters=[PeriodIn], responses=ReplayOut)
    def get(self, request: Request, board_id: int) -> HttpResponse:
        """Read the units, incidents and assignments of a board in a period of a day at most; the look is audited."""
        board = access_board(self.viewer, board_id)
        asked = _asked(PeriodIn, request, board)
        found = selectors.what_happened(self.viewer, board_id, **asked)
        _note(self, board, "board.replayed", asked)
        return HttpResponse(encode(found), content_type="application/json")


@method_decorator(gzip_page, name="dispatch")
class ReplayPositionsView(View):
    """Where units were in a past period."""

    @extend_schema(parameters=[SliceIn], responses=ReplaySliceOut)
    def get(self, request: Request, board_id: int) -> HttpResponse:
        """Read where the units of a board were, half an hour at most, thinned; the look is audited."""
        board = access_board(self.viewer, board_id)
        asked = _asked(SliceIn, request, board)
        found = selectors.positions(self.viewer, board_id, **asked)
        _note(self, board, "board.trails_viewed", asked)
        return HttpResponse(encode(found), content_type="application/json")
