"""Planned shifts as iCalendar (RFC 5545), for phones and desks of the crews.

Beside what every calendar shows, each event bears the cells of the plan's table, so that what goes out
comes in without a change (`calendar_read`).
"""

import json
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from patrols.planning.csv_file import COLUMNS, cells
from patrols.planning.models import PlannedShift
from patrols.planning.words import TASKS

KEPT = tuple(name for name in COLUMNS if name not in ("start", "end", "state"))
"""Columns that have no property of their own in a calendar."""
CELLS = "x-patrulja-shift"
"""The property that holds them, as JSON: properties of our own know no escape for the end of a line."""


def written(shifts: Sequence[PlannedShift], *, name: str, at: datetime) -> bytes:
    """Shifts that came through `selectors.with_all`, as one calendar; each keeps its UID, its version is the SEQUENCE."""
    calendar = Calendar()
    calendar.add("prodid", "-//Patrulja//Plan//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for shift in shifts:
        calendar.add_component(_event(shift, at))
    return bytes(calendar.to_ical())


def _event(shift: PlannedShift, at: datetime) -> Event:
    event = Event()
    event.add("uid", uid_of(shift.pk))
    event.add("sequence", shift.version)
    event.add("dtstamp", at)
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    event.add("summary", _("Patrol %(call_sign)s") % {"call_sign": shift.unit.call_sign})
    event.add("status", "CONFIRMED" if shift.published_at else "TENTATIVE")
    if shift.sector:
        event.add("location", shift.sector.name)
    event.add("description", "\n".join(_lines(shift)))
    row = dict(zip(COLUMNS, cells(shift), strict=True))
    event.add(CELLS, json.dumps({name: row[name] for name in KEPT if row[name]}))
    return event


def uid_of(shift_id: int) -> str:
    """What we call a shift in calendars."""
    return f"planned-shift-{shift_id}@patrulja"


def _lines(shift: PlannedShift) -> list[str]:
    crew = ", ".join(member.officer.name for member in shift.crew.all())
    return [
        line
        for line in (
            crew,
            shift.vehicle.plate if shift.vehicle else "",
            shift.note,
            *(f"{TASKS[task.kind]}: {task.area.name if task.area else task.place}" for task in shift.tasks.all()),  # type: ignore[index]
        )
        if line
    ]
