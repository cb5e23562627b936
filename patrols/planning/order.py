"""The patrol order: what each crew is told in writing, a page a shift, as PDF."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.printing import to_pdf
from core.transliteration import to_latin
from patrols.planning.models import PlannedShift
from patrols.planning.words import TASKS, hours

TEMPLATE = "patrol_order.typ"


def order_data(shifts: Sequence[PlannedShift], *, by_name: str, at: datetime) -> dict[str, Any]:
    """What is printed, all in the language and script of whoever asks. Shifts come through `selectors.with_all`."""
    script = str if get_language() == "sr" else to_latin
    zone = ZoneInfo(shifts[0].unit.organisation.time_zone) if shifts else ZoneInfo("UTC")
    printed = _("Printed by %(name)s, %(at)s") % {"name": script(by_name), "at": _moment(at, zone)}
    return {
        "title": _("Patrol order"),
        "foot": printed,
        "page_of": _("page {page} of {pages}"),
        "labels": {
            "patrol": _("Patrol"),
            "from": _("From"),
            "to": _("To"),
            "vehicle": _("Vehicle"),
            "sector": _("Sector"),
            "equipment": _("Equipment"),
            "crew": _("Crew"),
            "leader": _("leads the patrol"),
            "tasks": _("Tasks"),
            "task": _("Task"),
            "where": _("Where"),
            "when": _("When"),
            "minutes": _("min"),
            "done": _("Done"),
            "note": _("Note"),
            "no_tasks": _("No tasks beside answering calls."),
            "draft": _("Draft: not published"),
            "ordered": _("Ordered by"),
            "taken": _("Received by"),
        },
        "orders": [_order(shift, script) for shift in shifts],
    }


def _order(shift: PlannedShift, script: Any) -> Mapping[str, Any]:
    zone = ZoneInfo(shift.unit.organisation.time_zone)
    return {
        "station": script(shift.unit.organisation.name),
        "call_sign": script(shift.unit.call_sign),
        "is_draft": shift.published_at is None,
        "starts": _moment(shift.starts_at, zone),
        "ends": _moment(shift.ends_at, zone),
        "lasts": hours((shift.ends_at - shift.starts_at).total_seconds() / 3600),
        "vehicle": script(shift.vehicle.plate) if shift.vehicle else "–",
        "sector": script(shift.sector.name) if shift.sector else "–",
        "equipment": script(", ".join(shift.equipment)) or "–",
        "note": script(shift.note),
        "crew": [
            {"name": script(member.officer.name), "badge": script(member.officer.badge)} for member in shift.crew.all()
        ],
        "tasks": [
            {
                "kind": str(TASKS[task.kind]),  # type: ignore[index]
                "where": script(", ".join(part for part in (task.area.name if task.area else "", task.place) if part))
                or "–",
                "when": f"{_clock(task.starts_at, zone)}–{_clock(task.ends_at, zone)}",
                "minutes": task.minutes,
                "text": script(task.text),
            }
            for task in shift.tasks.all()
        ],
    }


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return (
        f"{date_format(local, 'D, j. N Y.')} {local:%H:%M}" if get_language() != "en" else f"{local:%a %d %b %Y %H:%M}"
    )


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def patrol_order(shifts: Sequence[PlannedShift], *, by_name: str, at: datetime) -> bytes:
    """The orders as PDF, a page or more each."""
    return to_pdf(TEMPLATE, order_data(shifts, by_name=by_name, at=at), language=get_language() or "en", at=at)
