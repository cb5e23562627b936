"""A plan that comes as iCalendar (RFC 5545): every event gets an answer, and the same file twice adds nothing.

An event is a shift of the unit that it names. Recurring ones are spread over the period that is asked for: times recur on
the clock on the wall, so 19:00 to 07:00 stays that in the nights when the clock changes; a DURATION of hours is that many.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from django.utils.translation import gettext as _
from icalendar import Calendar

from core.access import Viewer
from core.errors import DomainError, Invalid, Unprocessable
from core.models import Organisation
from core.transliteration import to_latin
from patrols.planning import selectors, services
from patrols.planning.book import Book, Imported, take_in
from patrols.planning.calendar_file import CELLS, KEPT
from patrols.planning.models import PlannedShift
from patrols.planning.rules import State
from patrols.planning.services import ShiftData
from patrols.planning.services.editing import data_of

type Body = Any
"""A component of a calendar; what its properties are is only known as they are read."""

MOST_EVENTS = 5_000
MOST_DAYS = 92
EARLIEST = 2000
LONGEST_UID = 200
TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
OUR_UID = re.compile(r"planned-shift-(\d{1,18})@patrulja")


@dataclass(frozen=True, slots=True)
class _Event:
    """One occurrence: its number in the file, who it is (`key`), and what the calendar says of it."""

    number: int
    key: str
    body: Body
    exact: timedelta | None = None


def read(
    *, organisation_id: int, text: str, first: date, last: date, by: Viewer, rehearse: bool = False
) -> list[Imported]:
    """Take in the events that begin in these local days, both inclusive; with `rehearse` nothing is kept.

    Each occurrence is added, changes a draft, calls one off, is as it stands, or is refused with the reason; an event with
    none in the period is said to be outside of it. What is published is not changed by a file. Raises NotFound, Invalid for
    a file that is none and for a period of more than 92 days, Unprocessable for too many events.
    """
    node = selectors.access_node(by, organisation_id)
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        raise Invalid(_("A calendar is read for 1 to 92 days at a time."), code="bad_period", field="last")
    calendars = _calendars(text)

    def taken() -> list[Imported]:
        reading = _Reading(node, first, last, by)
        return [one for calendar in calendars for one in reading.of_calendar(calendar)]

    return take_in(node, taken, form="ics", rehearse=rehearse, by=by)


def _calendars(text: str) -> Sequence[Body]:
    try:
        found = Calendar.from_ical(text.lstrip("\ufeff").strip(), multiple=True)
    except ValueError as error:
        raise Invalid(_("This is no iCalendar file."), code="no_calendar", field="text") from error
    calendars = [part for part in found if part.name == "VCALENDAR"]
    if not calendars:
        raise Invalid(_("This is no iCalendar file."), code="no_calendar", field="text")
    if sum(len(calendar.walk("VEVENT")) for calendar in calendars) > MOST_EVENTS:
        raise Unprocessable(_("The file has more than 5,000 events."), code="too_many", field="text")
    return calendars


class _Reading:
    """One file being read, for one node and period."""

    def __init__(self, node: Organisation, first: date, last: date, by: Viewer) -> None:
        self.book = Book(by, selectors.nodes_below(by, node))
        self.by = by
        self.zone = ZoneInfo(node.time_zone)
        self.since, self.until = selectors.bounds(node, first, last)
        self.number = 0
        self.spread = 0
        self.seen: set[int] = set()

    def of_calendar(self, calendar: Body) -> Iterator[Imported]:
        """What became of each event of a calendar."""
        zones = calendar.walk("VTIMEZONE")
        groups: dict[str, list[tuple[int, Body]]] = {}
        for event in calendar.walk("VEVENT"):
            self.number += 1
            uid = str(event.get("uid", "")).strip() or f"event-{self.number}"
            groups.setdefault(uid, []).append((self.number, event))
        for uid, events in groups.items():
            yield from self._series(uid, events, zones)

    def _series(self, uid: str, events: Sequence[tuple[int, Body]], zones: Sequence[Body]) -> Iterator[Imported]:
        """An event with all its occurrences and their exceptions."""
        number, master = events[0]
        try:
            found = self._occurrences(uid, events, zones)
        except DomainError as error:
            yield Imported(number, "refused", str(error.message), title=_title(master))
            return
        except (ValueError, TypeError, OverflowError, AttributeError, LookupError):  # what the readers make of nonsense
            text = _("The times of this event, or how it recurs, cannot be read.")
            yield Imported(number, "refused", text, title=_title(master))
            return
        if not found:
            yield Imported(number, "outside", _("It does not begin in the period."), title=_title(master))
        for event in found:
            yield self._one(event)

    def _occurrences(self, uid: str, events: Sequence[tuple[int, Body]], zones: Sequence[Body]) -> list[_Event]:
        """Those that begin in the period, in order. Raises DomainError, and what the readers raise for nonsense."""
        if len(uid) > LONGEST_UID:
            raise Invalid(_("The identifier of this event is too long."), code="bad_uid")
        for _number, event in events:
            _check(event)
        alone = Calendar()
        for part in (*zones, *(event for _number, event in events)):
            alone.add_component(part)
        day = timedelta(days=1)
        exact = _exact(events[0][1])
        recurs = any("rrule" in event or "rdate" in event for _number, event in events)
        found = []
        for body in recurring_ical_events.of(alone).between(self.since - day, self.until + day):
            start = self._instant(body["dtstart"].dt)
            if self.since <= start < self.until:
                key = f"{uid}#{self._instant(body['recurrence-id'].dt):%Y%m%dT%H%M%SZ}" if recurs else uid
                found.append(_Event(events[0][0], key, body, exact))
        self.spread += len(found)
        if self.spread > MOST_EVENTS:
            raise Unprocessable(_("The file has more than 5,000 events."), code="too_many", field="text")
        return sorted(found, key=lambda event: self._instant(event.body["dtstart"].dt))

    def _instant(self, at: datetime | date) -> datetime:
        """In UTC; a time without a zone is that on the wall of the node."""
        whole = at if isinstance(at, datetime) else datetime.combine(at, time())
        return (whole if whole.tzinfo else whole.replace(tzinfo=self.zone)).astimezone(UTC)

    def _one(self, event: _Event) -> Imported:
        title = _title(event.body, self._instant(event.body["dtstart"].dt).astimezone(self.zone))
        try:
            outcome, shift, text = self._taken(event)
        except DomainError as error:
            return Imported(event.number, "refused", str(error.message), title=title)
        return Imported(event.number, outcome, text, shift, title)

    def _taken(self, event: _Event) -> tuple[str, int | None, str]:
        data = self.book.data(self._row(event))
        known = self._known(event, data)
        if known and known.pk in self.seen:
            raise Unprocessable(_("Another event of this file is the same shift."), code="twice")
        if str(event.body.get("status", "")).upper() == "CANCELLED":
            return self._called_off(known)
        ours = OUR_UID.fullmatch(event.key)
        if ours and known and known.version > _sequence(event) and data != data_of(known):
            raise Unprocessable(_("The plan has changed since this file was made."), code="stale")
        outcome, shift = self.book.take(data, known, calendar_uid="" if ours else event.key)
        self.seen.add(shift)
        return outcome, shift, ""

    def _called_off(self, known: PlannedShift | None) -> tuple[str, int | None, str]:
        if known is None:
            return "unchanged", None, _("It is called off, and is not planned here.")
        if known.state == State.PUBLISHED:
            raise Unprocessable(
                _("This shift is published already; call it off on the page, with a reason."), code="published"
            )
        services.cancel_planned_shift(shift_id=known.pk, version=known.version, by=self.by)
        return "called_off", known.pk, ""

    def _known(self, event: _Event, data: ShiftData) -> PlannedShift | None:
        """The shift that this event is: by our own name for it, by its calendar's, or by unit and start."""
        rows = selectors.with_all(PlannedShift.objects.exclude(state=State.CANCELLED))
        if ours := OUR_UID.fullmatch(event.key):
            return rows.filter(pk=int(ours[1]), unit_id__in=self.book.unit_ids).first()
        mine = rows.filter(unit_id__in=self.book.unit_ids, calendar_uid=event.key).first()
        return mine or self.book.shift(data.unit_id, data.starts_at)

    def _row(self, event: _Event) -> dict[str, str]:
        """The event as a row of the plan's table. Raises Invalid for what it lacks."""
        body = event.body
        start = self._instant(body["dtstart"].dt)
        end = start + event.exact if event.exact else self._instant(body["dtend"].dt)
        row = _cells(body)
        row |= {"start": start.isoformat(), "end": end.isoformat()}
        if "call_sign" in row:
            return row
        location = str(body.get("location", "")).strip()
        sector = self.book.area_code(location)
        words = (str(body.get("description", "")).strip(), "" if sector else location)
        return row | {
            "call_sign": self.book.call_sign_in(str(body.get("summary", ""))),
            "crew": "; ".join(self.book.badge_of(address) for address in _attendees(body)),
            "sector": sector,
            "note": "\n".join(filter(None, words)),
        }


def _check(event: Body) -> None:
    """Refuse what is no shift, before anything is spread. Raises Invalid, and ValueError for broken properties."""
    if "dtstart" not in event:
        raise Invalid(_("The event has no start."), code="no_start")
    start = event["dtstart"].dt
    if not isinstance(start, datetime):
        raise Invalid(_("A whole day is no shift: it needs hours."), code="whole_day")
    if start.year < EARLIEST:
        raise Invalid(_("This is too far away."), code="out_of_range")
    zone = event["dtstart"].params.get("TZID")
    if zone and start.tzinfo is None:
        raise Invalid(_("The zone “%(name)s” is not known.") % {"name": str(zone)[:40]}, code="unknown_zone")
    if "dtend" not in event and "duration" not in event:
        raise Invalid(_("The event has no end."), code="no_end")
    if "dtend" in event and event["dtend"].dt <= start:  # the reader of series would turn them round
        raise Invalid(_("The shift ends before it begins."), code="ends_before_start")
    rules = event.get("rrule", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        often = {str(word).upper() for word in rule.get("FREQ", ())}
        if often & TOO_OFTEN or "BYSECOND" in rule or "BYMINUTE" in rule:
            raise Invalid(_("A shift does not recur more often than daily."), code="too_often")


def _exact(event: Body) -> timedelta | None:
    """How long each occurrence lasts where a DURATION says so in hours; whole days are those on the wall."""
    if "duration" not in event or "dtend" in event:
        return None
    found: timedelta = event["duration"].dt
    return found if found % timedelta(days=1) else None


def _sequence(event: _Event) -> int:
    try:
        return int(event.body.get("sequence", 0))
    except (TypeError, ValueError):
        return 0


def _cells(body: Body) -> dict[str, str]:
    """What we wrote of the shift ourselves; nothing where somebody else made the event."""
    try:
        given = json.loads(str(body.get(CELLS, "{}")))
    except ValueError:
        return {}
    return {name: str(given[name]) for name in KEPT if name in given} if isinstance(given, dict) else {}


def _attendees(body: Body) -> list[str]:
    """The addresses of those who take part; those who declined do not."""
    given = body.get("attendee", [])
    people = given if isinstance(given, list) else [given]
    going = [one for one in people if str(getattr(one, "params", {}).get("PARTSTAT", "")).upper() != "DECLINED"]
    return [re.sub(r"^mailto:", "", str(one), flags=re.IGNORECASE).strip().lower() for one in going]


def _title(body: Body, at: datetime | None = None) -> str:
    when = f" {at:%Y-%m-%d %H:%M}" if at else ""
    return f"{to_latin(str(body.get('summary', '')))[:60]}{when}".strip()
