"""The log of a board over HTTP. A look leaves an audit row, once in ten minutes for the same question; an export always."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit, clock
from core.errors import Invalid
from core.http import View
from core.models import AuditEntry, Board
from core.selectors import access_board
from dispatch.log.models import LONGEST_TEXT, LogEntry
from dispatch.log.rules import Part
from dispatch.log.selectors import LONGEST, Line, Wanted, log_of, shift_start
from dispatch.log.services import write_entry
from patrols.watch.rules import wall

SAME_LOOK = timedelta(minutes=10)
MOST_LINES = 2000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class LogQuery(serializers.Serializer[Any]):
    """Which lines. Times are ISO 8601; without a zone they are the wall's clock of the operations centre."""

    start = serializers.CharField(max_length=40, required=False, help_text="From when; else since the shift began")
    end = serializers.CharField(max_length=40, required=False, help_text="Until before when; else until now")
    part = serializers.MultipleChoiceField(choices=[part.value for part in Part], required=False)
    unit = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="Call sign")
    incident = serializers.CharField(max_length=40, required=False, allow_blank=True, help_text="The end of its number")
    q = serializers.CharField(max_length=200, required=False, allow_blank=True, help_text="Words, in either script")


class LogPageQuery(LogQuery):
    """A page of lines, the newest first."""

    before = serializers.CharField(max_length=80, required=False, help_text="`next` of the page before")
    limit = serializers.IntegerField(min_value=1, max_value=MOST_LINES, default=200)


class LogIncidentOut(serializers.Serializer[Any]):
    """The incident that a line is about."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    place = serializers.CharField()


class LogLineOut(serializers.Serializer[Line]):
    """A line, in the reader's language: `words` say what happened, `text` is what people wrote."""

    id = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField(allow_null=True)
    part = serializers.ChoiceField(choices=[part.value for part in Part])
    words = serializers.CharField()
    text = serializers.CharField()
    incident = LogIncidentOut(allow_null=True)
    call_sign = serializers.CharField()
    by = serializers.CharField()

    def get_id(self, line: Line) -> str:
        """What tells it from all other lines."""
        return f"{line.key[1]}-{line.key[2]}"


class LogOut(serializers.Serializer[Any]):
    """Lines, the newest first; `next` is null where there are no more."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    lines = LogLineOut(many=True)
    next = serializers.CharField(allow_null=True)


class LogEntryIn(serializers.Serializer[Any]):
    """What somebody writes into the log; `occurred_at` where it was earlier."""

    text = serializers.CharField(max_length=LONGEST_TEXT)
    occurred_at = serializers.DateTimeField(required=False)


class LogEntryOut(serializers.ModelSerializer[LogEntry]):
    """What was written."""

    class Meta:
        model = LogEntry
        fields = ("id", "text", "occurred_at", "recorded_at", "by_name")


class LogView(View):
    """The log of a board."""

    @extend_schema(parameters=[LogPageQuery], responses=LogOut)
    def get(self, request: Request, board_id: int) -> Response:
        """Read what happened on a board, the newest first: since its shift began, or in a period of 31 days at most."""
        board = access_board(self.viewer, board_id)
        given = _given(LogPageQuery, request)
        wanted = _wanted(board, given, before=_cursor(given.get("before")))
        _note_look(self, board, wanted)
        lines = list(islice(log_of(self.viewer, board_id, wanted), given["limit"] + 1))
        more = len(lines) > given["limit"]
        lines = lines[: given["limit"]]
        last = lines[-1].key if more else None
        found = {
            "start": wanted.start,
            "end": wanted.end,
            "lines": lines,
            "next": last and f"{last[0].isoformat()}|{last[1]}|{last[2]}",
        }
        return Response(LogOut(found).data)

    @extend_schema(request=LogEntryIn, responses={201: LogEntryOut})
    def post(self, request: Request, board_id: int) -> Response:
        """Write a line into the log."""
        given = LogEntryIn(data=request.data)
        given.is_valid(raise_exception=True)
        entry = write_entry(board_id=board_id, by=self.viewer, source="console", **given.validated_data)
        return Response(LogEntryOut(entry).data, status=status.HTTP_201_CREATED)


class LogFileView(View):
    """The log as a file."""

    @extend_schema(parameters=[LogQuery], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, board_id: int) -> HttpResponse:
        """All lines as CSV, the oldest last; UTF-8 with a byte-order mark. Every export leaves an audit row."""
        board = access_board(self.viewer, board_id)
        wanted = _wanted(board, _given(LogQuery, request))
        lines = log_of(self.viewer, board_id, wanted)
        audit.record_view(
            self.viewer, "log.exported", board, organisation=board.organisation_id, detail=_question(wanted)
        )
        zone = ZoneInfo(board.organisation.time_zone)
        response = HttpResponse("".join(_csv(lines, zone)), content_type="text/csv; charset=utf-8")
        name = f"log-{board.pk}-{wanted.start.astimezone(zone):%Y-%m-%d-%H%M}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _given(serializer: type[LogQuery], request: Request) -> dict[str, Any]:
    given = serializer(data=request.query_params)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _wanted(board: Board, given: dict[str, Any], *, before: tuple[datetime, str, int] | None = None) -> Wanted:
    """What was asked for. Raises Invalid."""
    now = clock.now()
    zone = ZoneInfo(board.organisation.time_zone)
    start = _instant(given["start"], "start", zone) if given.get("start") else shift_start(board, now)
    end = _instant(given["end"], "end", zone) if given.get("end") else now + timedelta(minutes=1)
    if start >= end:
        raise Invalid(_("The period ends before it begins."), code="empty_period", field="start")
    if end - start > LONGEST:
        raise Invalid(_("The log shows 31 days at most."), code="period_too_long", field="start")
    parts = frozenset(Part(part) for part in given.get("part") or Part)
    return Wanted(start, end, parts, given.get("unit", ""), given.get("incident", ""), given.get("q", ""), before)


def _instant(text: str, name: str, zone: ZoneInfo) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)  # "+" comes as a space
        return wall(at, zone) if at.tzinfo is None else at.astimezone(clock.now().tzinfo)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("This is no time."), code="invalid", field=name) from error


def _cursor(text: str | None) -> tuple[datetime, str, int] | None:
    if not text:
        return None
    try:
        at, source, pk = text.replace(" ", "+").split("|")
        return datetime.fromisoformat(at).astimezone(clock.now().tzinfo), source, int(pk)
    except (ValueError, OverflowError) as error:
        raise Invalid(_("This is no page of the log."), code="invalid", field="before") from error


def _question(wanted: Wanted) -> dict[str, Any]:
    return {
        "from": wanted.start.isoformat(timespec="minutes"),
        "parts": sorted(wanted.parts) if len(wanted.parts) < len(Part) else [],
        "unit": wanted.unit,
        "incident": wanted.incident,
        "is_search": bool(wanted.text),
    }


def _note_look(view: LogView, board: Board, wanted: Wanted) -> None:
    """Note the look, unless the same person asked the same within ten minutes: a page that follows the log asks often."""
    question = _question(wanted)
    same = AuditEntry.objects.filter(
        object_type=board._meta.label_lower,
        object_id=str(board.pk),
        action="log.viewed",
        actor_id=view.viewer.user_id,
        at__gte=clock.now() - SAME_LOOK,
        detail=question,
    )
    if not same.exists():
        audit.record_view(view.viewer, "log.viewed", board, organisation=board.organisation_id, detail=question)


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def _csv(lines: Iterator[Line], zone: ZoneInfo) -> Iterator[str]:
    writer = csv.writer(_Echo())
    columns = (
        _("time"),
        _("recorded"),
        _("about"),
        _("what happened"),
        _("text"),
        _("incident"),
        _("place"),
        _("patrol"),
        _("by"),
    )
    yield "\ufeff" + writer.writerow(columns)
    for line in lines:
        incident = line.incident or {"number": "", "place": ""}
        times = [at.astimezone(zone).isoformat(timespec="seconds") if at else "" for at in (line.at, line.recorded_at)]
        row = (
            *times,
            line.part.value,
            line.words,
            line.text,
            incident["number"],
            incident["place"],
            line.call_sign,
            line.by,
        )
        yield writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
