"""The log of a board: one line a thing that happened, merged out of the histories that keep it. Nothing is stored twice."""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.access import Viewer
from core.models import Board, User
from core.selectors import access_board
from core.transliteration import fold
from dispatch.handover.models import Handover
from dispatch.log.models import LogEntry
from dispatch.log.rules import OF_TIMELINE, Part, part_of, shift_began, shift_clocks
from dispatch.log.words import alarm_words, duty_words, in_script, status_words, timeline_words, watch_words
from incidents.models import TimelineEntry
from patrols.messages.models import Message
from patrols.models import Alarm, Shift, StatusChange
from patrols.planning.models import ShiftPattern
from patrols.rules import Status
from patrols.watch.models import WatchAlarm
from patrols.watch.rules import wall

LONGEST = timedelta(days=31)
"""Of a period that is asked for."""
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened, in the reader's words. `key` orders lines, the newest last, and tells each from all others."""

    key: tuple[datetime, str, int]
    part: Part
    words: str
    text: str = ""
    recorded_at: datetime | None = None
    incident: Mapping[str, Any] | None = None
    call_sign: str = ""
    by: str = ""

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.key[0]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: of a period (aware; before `end`), and of these parts, this patrol, incident, words (in any script)."""

    start: datetime
    end: datetime
    parts: frozenset[Part] = field(default_factory=lambda: frozenset(Part))
    unit: str = ""
    incident: str = ""
    text: str = ""
    before: tuple[datetime, str, int] | None = None


def log_of(viewer: Viewer, board_id: int, wanted: Wanted) -> Iterator[Line]:
    """The lines of a board's log, the newest first, read as far as they are asked for.

    Incidents handed over are in the log of both: in the sender's until they were taken. Raises NotFound where one may
    not watch the board. One query a source that is asked for, twelve at most.
    """
    board = access_board(viewer, board_id)
    lines = heapq.merge(*_sources(board, wanted), key=lambda line: line.key, reverse=True)
    return (line for line in lines if _is_wanted(line, wanted))


def shift_start(board: Board, now: datetime) -> datetime:
    """When the shift that goes on at the board began, by the patterns of shifts of its unit and those below. Two queries."""
    nodes = board.organisation.descendants(include_self=True).values("pk")
    patterns = ShiftPattern.objects.filter(active=True, organisation__in=nodes).values_list("starts", "hours")
    zone = ZoneInfo(board.organisation.time_zone)
    local = now.astimezone(zone).replace(tzinfo=None)
    return wall(shift_began(shift_clocks(patterns), local), zone)


def _is_wanted(line: Line, wanted: Wanted) -> bool:
    if line.part not in wanted.parts or (wanted.before is not None and line.key >= wanted.before):
        return False
    if wanted.unit and fold(line.call_sign) != fold(wanted.unit):
        return False
    number = line.incident["number"] if line.incident else ""
    if wanted.incident and not (number and fold(number).endswith(fold(wanted.incident))):
        return False
    place = line.incident["place"] if line.incident else ""
    said = fold(f"{line.words} {line.text} {number} {place} {line.call_sign} {line.by}")
    return all(word in said for word in fold(wanted.text).split())


def _sources(board: Board, wanted: Wanted) -> list[Iterator[Line]]:
    """One ordered iterator for each history that may hold what is wanted."""
    makers: list[tuple[tuple[Part, ...], Callable[[Board, Wanted], list[Iterator[Line]]]]] = [
        ((Part.LOG,), _own),
        (OF_TIMELINE, _timelines),
        ((Part.STATUS,), _statuses),
        ((Part.DUTY,), _duty),
        ((Part.ALARM,), _alarms),
        ((Part.ALARM,), _watches),
        ((Part.MESSAGE,), _messages),
    ]
    return [source for parts, make in makers if wanted.parts.intersection(parts) for source in make(board, wanted)]


def _read(
    rows: QuerySet[Any], time: str, wanted: Wanted, names: Sequence[str], make: Callable[[dict[str, Any]], Line]
) -> Iterator[Line]:
    """Lines of the rows whose `time` lies in the period, the newest first. One query, when the first is asked for."""
    end = min(wanted.end, wanted.before[0] + timedelta(microseconds=1)) if wanted.before else wanted.end
    found = rows.filter(**{f"{time}__gte": wanted.start, f"{time}__lt": end}).order_by(f"-{time}", "-pk")
    for row in found.annotate(log_at=F(time)).values("pk", "log_at", *names).iterator(chunk_size=CHUNK):
        yield make(row)


def _own(board: Board, wanted: Wanted) -> list[Iterator[Line]]:
    def line(row: dict[str, Any]) -> Line:
        key = (row["log_at"], "log", row["pk"])
        return Line(key, Part.LOG, "", in_script(row["text"]), row["recorded_at"], by=in_script(row["by_name"]))

    rows = LogEntry.objects.filter(board=board)
    return [_read(rows, "occurred_at", wanted, ("text", "recorded_at", "by_name"), line)]


def _timelines(board: Board, wanted: Wanted) -> list[Iterator[Line]]:
    def line(row: dict[str, Any]) -> Line:
        data = row["data"] or {}
        about = {
            "id": row["incident_id"],
            "number": row["incident__number"],
            "place": in_script(row["incident__place"]),
        }
        return Line(
            (row["log_at"], "timeline", row["pk"]),
            part_of(row["kind"]),
            timeline_words(row["kind"], data),
            in_script(row["text"]),
            row["recorded_at"],
            about,
            str(data.get("call_sign") or ""),
            in_script(row["by_name"]),
        )

    given_away = Handover.objects.filter(
        incident=OuterRef("incident"), from_board=board, status="accepted", answered_at__gte=OuterRef("occurred_at")
    )
    rows = TimelineEntry.objects.filter(Q(incident__board=board) | Exists(given_away))
    names = ("kind", "text", "data", "recorded_at", "by_name", "incident_id", "incident__number", "incident__place")
    return [_read(rows, "occurred_at", wanted, names, line)]


def _statuses(board: Board, wanted: Wanted) -> list[Iterator[Line]]:
    """What patrols did that was no job: those are in the timelines, and coming and going is told as such."""

    def line(row: dict[str, Any]) -> Line:
        words = f"{row['unit__call_sign']}: {status_words(row['status'])}"
        first, last = row["by__first_name"], row["by__last_name"]
        person = User(username=row["by__username"] or "", first_name=first or "", last_name=last or "").display_name
        return Line(
            (row["log_at"], "status", row["pk"]),
            Part.STATUS,
            words,
            in_script(row["reason"]),
            row["recorded_at"],
            call_sign=row["unit__call_sign"],
            by=in_script(person),
        )

    came = Shift.objects.filter(unit=OuterRef("unit"), starts_at=OuterRef("occurred_at"))
    went = Shift.objects.filter(unit=OuterRef("unit"), ended_at=OuterRef("occurred_at"))
    rows = StatusChange.objects.filter(unit__board=board, unit__external=False, assignment_id__isnull=True)
    rows = rows.exclude(status=Status.EMERGENCY)  # told as a call for help
    people = ("by__first_name", "by__last_name", "by__username")
    names = ("status", "reason", "recorded_at", "unit__call_sign", *people)
    return [_read(rows.exclude(Exists(came)).exclude(Exists(went)), "occurred_at", wanted, names, line)]


def _duty(board: Board, wanted: Wanted) -> list[Iterator[Line]]:
    def of(kind: str) -> Callable[[dict[str, Any]], Line]:
        def line(row: dict[str, Any]) -> Line:
            call_sign = row["unit__call_sign"]
            words = duty_words(kind, call_sign, row["log_crew"])
            return Line((row["log_at"], kind, row["pk"]), Part.DUTY, words, call_sign=call_sign)

        return line

    crew = ArrayAgg(
        "crew__officer__name", order_by=("-crew__leads", "crew__pk"), filter=Q(crew__isnull=False), default=[]
    )
    rows = Shift.objects.filter(unit__board=board, unit__external=False).annotate(log_crew=crew)
    names = ("unit__call_sign", "log_crew")
    moments = {"signed_on": "starts_at", "signed_off": "ended_at"}
    return [_read(rows, time, wanted, names, of(kind)) for kind, time in moments.items()]


def _alarms(board: Board, wanted: Wanted) -> list[Iterator[Line]]:
    def of(kind: str) -> Callable[[dict[str, Any]], Line]:
        def line(row: dict[str, Any]) -> Line:
            call_sign, is_end = row["unit__call_sign"], kind == "alarm_resolved"
            ended = "alarm_withdrawn" if is_end and row["withdrawn"] else kind
            return Line(
                (row["log_at"], kind, row["pk"]),
                Part.ALARM,
                alarm_words(ended, call_sign, is_drill=row["is_drill"]),
                in_script(row["resolution"]) if is_end else "",
                call_sign=call_sign,
                by=in_script(row["acknowledged_by_name"]) if kind == "alarm_acknowledged" else "",
            )

        return line

    rows = Alarm.objects.filter(board=board)
    names = ("unit__call_sign", "is_drill", "withdrawn", "resolution", "acknowledged_by_name")
    moments = ("raised", "escalated", "acknowledged", "resolved")
    return [_read(rows, f"{name}_at", wanted, names, of(f"alarm_{name}")) for name in moments]


def _watches(board: Board, wanted: Wanted) -> list[Iterator[Line]]:
    def of(kind: str) -> Callable[[dict[str, Any]], Line]:
        def line(row: dict[str, Any]) -> Line:
            call_sign, is_end = row["unit__call_sign"] or "", kind == "watch_ended"
            return Line(
                (row["log_at"], kind, row["pk"]),
                Part.ALARM,
                watch_words(kind, row["name"], call_sign),
                in_script(row["words"]) if is_end else "",
                call_sign=call_sign,
                by=in_script(row["taken_by_name"]) if is_end else "",
            )

        return line

    rows = WatchAlarm.objects.filter(board=board)
    names = ("name", "unit__call_sign", "words", "taken_by_name")
    return [
        _read(rows, time, wanted, names, of(kind))
        for kind, time in (("watch_raised", "raised_at"), ("watch_ended", "ended_at"))
    ]


def _messages(board: Board, wanted: Wanted) -> list[Iterator[Line]]:
    def line(row: dict[str, Any]) -> Line:
        unit = row["from_unit__call_sign"] or ""
        words = (
            _("Message from %(unit)s") % {"unit": unit}
            if unit
            else _("Message to %(units)s") % {"units": ", ".join(row["log_to"])}
        )
        key = (row["log_at"], "message", row["pk"])
        return Line(
            key,
            Part.MESSAGE,
            words,
            in_script(row["text"]),
            row["recorded_at"],
            call_sign=unit,
            by=in_script(row["by_name"]),
        )

    to = ArrayAgg(
        "recipients__unit__call_sign",
        filter=Q(recipients__isnull=False),
        default=[],
        order_by="recipients__unit__call_sign",
    )
    rows = Message.objects.filter(board=board).annotate(log_to=to)
    return [
        _read(rows, "occurred_at", wanted, ("text", "recorded_at", "by_name", "from_unit__call_sign", "log_to"), line)
    ]
