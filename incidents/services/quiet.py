"""What services of this floor and the one above share. Without access checks and, but for `tell`, without events."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Viewer
from core.change import Change
from core.errors import Conflict, Unprocessable
from core.live import Event
from core.models import Board
from incidents import ports
from incidents.cards import shown
from incidents.models import Incident, TimelineEntry
from incidents.rules import OPEN, PROGRESS, Source, Status, may_follow
from incidents.selectors import state_of

CLOCK_SKEW = timedelta(seconds=60)
OLDEST = timedelta(days=366)

TIMES = frozenset(
    {"first_dispatched_at", "first_en_route_at", "first_on_scene_at", "action_taken_at", "last_cleared_at"}
)
"""Times of an incident that the work of units gives it."""


def add_timeline_quietly(
    *,
    incident_id: int,
    kind: str,
    by: Viewer,
    occurred_at: datetime,
    source: str = Source.CONSOLE,
    text: str = "",
    data: Mapping[str, Any] | None = None,
) -> TimelineEntry:
    """Add a line to an incident's timeline. No access check, no event, no audit row. One query."""
    entry = timeline_entry(
        incident_id=incident_id, kind=kind, by=by, occurred_at=occurred_at, source=source, text=text, data=data
    )
    entry.save(force_insert=True)
    return entry


def timeline_entry(
    *,
    incident_id: int,
    kind: str,
    by: Viewer,
    occurred_at: datetime,
    source: str,
    text: str = "",
    data: Mapping[str, Any] | None = None,
) -> TimelineEntry:
    """A line of a timeline, not stored yet."""
    return TimelineEntry(
        incident_id=incident_id,
        kind=kind,
        text=text,
        data=dict(data or {}),
        occurred_at=occurred_at,
        recorded_at=clock.now(),
        source=source,
        by_id=by.user_id,
        by_name=by.name,
    )


def apply_progress_quietly(
    *,
    incident: Incident,
    status: str,
    times: Mapping[str, datetime | None],
    by: Viewer,  # noqa: ARG001 - part of the agreed face; the caller writes who into its own rows
) -> Incident:
    """Give an open incident the status and the times that the work of its units makes.

    The caller has locked the row, writes the timeline, and emits one event with all cards. `times` may hold any of
    `TIMES`; those not named stay. No access check, no event. One query. Raises Conflict for an incident that ended.
    """
    if unknown := set(times) - TIMES:
        raise ValueError(f"not a time of an incident's progress: {sorted(unknown)}")
    if status not in PROGRESS or incident.status not in PROGRESS | {Status.ENTERING}:
        raise Conflict(code="incident_ended", state=state_of(incident))
    fields = {**times, "status": status}
    if incident.ready_at is None:
        fields["ready_at"] = times.get("first_dispatched_at") or clock.now()
    return save(incident, **fields)


def correct_times_quietly(*, incident: Incident, times: Mapping[str, datetime | None]) -> Incident:
    """Give a locked incident, open or ended, the times that its units' corrected steps make; its status stays.

    The caller writes the timeline and emits. `times` may hold any of `TIMES`. No access check, no event. One query.
    """
    if unknown := set(times) - TIMES:
        raise ValueError(f"not a time of an incident's progress: {sorted(unknown)}")
    return save(incident, **times)


def need_units_quietly(*, incident: Incident, min_units: int) -> Incident:
    """Give a locked incident another minimum of units. No access check, no event, no timeline. One query."""
    return save(incident, min_units=min_units)


def move_incident_quietly(*, incident: Incident, board: Board, organisation_id: int) -> Incident:
    """Let a locked, open incident belong to another operations centre. It keeps its number, its times and its history.

    No access check, no event, no line in the timeline. One query. Raises Conflict for an incident that ended.
    """
    if incident.status not in OPEN:
        raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))
    return save(incident, board=board, organisation_id=organisation_id)


def save(incident: Incident, **fields: Any) -> Incident:
    """Store these fields of a locked row and count its version up. One query."""
    for name, value in fields.items():
        setattr(incident, name, value)
    incident.version += 1
    incident.save(update_fields=[*fields, "version"])
    return incident


def tell(
    c: Change, kind: type[Event], incidents: Iterable[Incident], *, at: datetime, assignments: bool = False, **data: Any
) -> None:
    """Let an event of this kind, with the cards of these incidents, appear on each of their boards."""
    by_board: dict[int, list[int]] = {}
    for incident in incidents:
        if incident.board_id is not None:
            by_board.setdefault(incident.board_id, []).append(incident.pk)
    for board_id, ids in by_board.items():
        c.emit(board_id, _Telling(kind, ids, at, assignments, data))
    ports.jobs.told(c, [incident for incident in incidents if incident.board_id is not None], at=at)


class _Telling:
    """An event that is made when all rows are final."""

    def __init__(self, kind: type[Event], ids: list[int], at: datetime, assignments: bool, data: Any) -> None:
        self.kind, self.ids, self.at, self.assignments, self.data = kind, ids, at, assignments, data

    def __call__(self) -> Event:
        up, down = shown(self.ids, assignments=self.assignments)
        return self.kind(at=self.at, upserts=up, removes=down, **self.data)


def moment(
    occurred_at: datetime | None, *, now: datetime, since: datetime | None = None, field: str = "occurred_at"
) -> datetime:
    """When something happened: `occurred_at`, or now.

    Raises Unprocessable for the future, for before `since`, and for more than a year ago (a wrong date, not a paper log
    entered late).
    """
    if occurred_at is None:
        return max(now, since) if since else now
    if occurred_at > now + CLOCK_SKEW:
        raise Unprocessable(_("This time is in the future."), code="in_the_future", field=field)
    if occurred_at < now - OLDEST:
        raise Unprocessable(_("This time is more than a year ago."), code="too_long_ago", field=field)
    if since is not None and occurred_at < since:
        raise Unprocessable(_("This time is before the call."), code="before_the_call", field=field)
    return occurred_at


def go_to(incident: Incident, status: Status) -> None:
    """Raise Conflict, with the state, unless an incident may go from where it stands to another status, `status`."""
    if incident.status == status or not may_follow(status, Status(incident.status)):
        raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))
