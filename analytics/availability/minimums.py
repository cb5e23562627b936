"""How many units are needed where and when, as commanders set it: added, changed from a day on, ended.

What held on past days stays what it was: gaps of last month are measured against last month's numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from analytics.availability.models import MinimumStaffing
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid, NotFound, Unprocessable
from core.models import Organisation
from core.rules import Permission
from geo.models import Area
from patrols.planning.cards import print_of

LOCK = 0x4D494E53
"""The advisory lock of all who change minimums."""
MOST_UNITS = 500
MOST_HOURS = 14 * 24
WEEK = range(1, 8)
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumData:
    """So many units, at a node (or in an area), on these weekdays (1 is Monday), between two times on the wall."""

    organisation_id: int
    units: int
    weekdays: tuple[int, ...]
    starts: time
    ends: time
    valid_from: date
    valid_to: date | None = None
    area_id: int | None = None
    skill: str = ""
    warn_before_h: int = 24


def minimum_card(row: MinimumStaffing) -> dict[str, Any]:
    """A minimum as pages see it. Needs its area and organisation at hand."""
    card = {
        "id": row.pk,
        "organisation": row.organisation_id,
        "name": row.organisation.name,
        "area": {"id": row.area_id, "name": row.area.name} if row.area else None,
        "skill": row.skill,
        "units": row.units,
        "weekdays": sorted(row.weekdays),
        "starts": f"{row.starts:%H:%M}",
        "ends": f"{row.ends:%H:%M}",
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "warn_before_h": row.warn_before_h,
    }
    return card | {"version": print_of(card)}


def add_minimum(*, data: MinimumData, by: Viewer) -> MinimumStaffing:
    """Say what is needed. Raises NotFound, Forbidden, Invalid, Unprocessable for what contradicts another minimum."""
    with change(by=by) as c:
        _lock()
        _check(data, by)
        row = _made(data)
        _note(c, "minimum.added", row, None)
    return row


def change_minimum(*, minimum_id: int, version: str, data: MinimumData, by: Viewer) -> MinimumStaffing:
    """Change a minimum from today on: the one that held until yesterday ends there, and its successor is answered.

    Raises as `add_minimum`, and Conflict with the minimum as it stands where somebody was faster.
    """
    with change(by=by) as c:
        _lock()
        row = _found(minimum_id, version, by)
        before = minimum_card(row)
        if data.organisation_id != row.organisation_id:
            raise Invalid(_("A minimum stays where it is."), code="other_node", field="organisation")
        today = _today(row, c)
        if row.valid_from >= today:
            _check(data, by, but=row.pk)
            for name, value in _columns(data).items():
                setattr(row, name, value)
            row.save()
            _note(c, "minimum.changed", row, before)
            return row
        _end(row, today - timedelta(days=1))
        start = max(today, data.valid_from)
        data = MinimumData(**{name: getattr(data, name) for name in MinimumData.__slots__} | {"valid_from": start})
        _check(data, by)
        new = _made(data)
        _note(c, "minimum.changed", new, before)
    return new


def end_minimum(*, minimum_id: int, version: str, last_day: date, by: Viewer) -> None:
    """Let a minimum hold until a day, today at the earliest; one that has not begun by then goes. Raises as above."""
    with change(by=by) as c:
        _lock()
        row = _found(minimum_id, version, by)
        before = minimum_card(row)
        if last_day < _today(row, c) - timedelta(days=1):
            raise Unprocessable(
                _("What held on past days stays: end it today or later."), code="in_the_past", field="last_day"
            )
        if row.valid_to is not None and row.valid_to < last_day:
            raise Unprocessable(_("It ends earlier already."), code="ended", field="last_day")
        if last_day < row.valid_from:
            _note(c, "minimum.removed", row, before)
            row.delete()
            return
        _end(row, last_day)
        _note(c, "minimum.ended", row, before)


def minimums_of(nodes: list[int]) -> list[MinimumStaffing]:
    """All minimums of these nodes, those that hold before those that are over. One query."""
    rows = MinimumStaffing.objects.filter(organisation_id__in=nodes).select_related("organisation", "area")
    return sorted(rows, key=lambda row: (row.valid_to is not None, row.organisation.name, row.starts, row.pk))


# --- parts --------------------------------------------------------------------------------------------------------


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _today(row: MinimumStaffing, c: Change) -> date:
    return c.now.astimezone(ZoneInfo(row.organisation.time_zone)).date()


def _found(minimum_id: int, version: str, by: Viewer) -> MinimumStaffing:
    row = MinimumStaffing.objects.select_related("organisation", "area").filter(pk=minimum_id).first()
    if row is None:
        raise NotFound
    by.require(Permission.PLAN_EDIT, row.organisation_id, view=Permission.PLAN_VIEW)
    card = minimum_card(row)
    if card["version"] != version:
        raise Conflict(_("Somebody has changed this minimum meanwhile."), code="minimum_changed", state=card)
    return row


def _end(row: MinimumStaffing, last_day: date) -> None:
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])


def _columns(data: MinimumData) -> dict[str, Any]:
    return {name: getattr(data, name) for name in MinimumData.__slots__} | {"weekdays": sorted(data.weekdays)}


def _made(data: MinimumData) -> MinimumStaffing:
    row = MinimumStaffing.objects.create(**_columns(data))
    return MinimumStaffing.objects.select_related("organisation", "area").get(pk=row.pk)


def _check(data: MinimumData, by: Viewer, *, but: int = 0) -> None:
    """Refuse what makes no sense, and what another minimum says otherwise."""
    by.require(Permission.PLAN_EDIT, data.organisation_id, view=Permission.PLAN_VIEW)
    node = Organisation.objects.get(pk=data.organisation_id)
    if not 1 <= data.units <= MOST_UNITS or not 0 <= data.warn_before_h <= MOST_HOURS:
        raise Invalid(_("At least one unit is needed, and a warning comes 336 hours before at most."), code="number")
    if not data.weekdays or any(day not in WEEK for day in data.weekdays):
        raise Invalid(_("Choose the days of the week."), code="no_weekday", field="weekdays")
    if data.valid_to is not None and data.valid_to < data.valid_from:
        raise Unprocessable(_("It ends before it begins."), code="ends_before_start", field="valid_to")
    if data.area_id is not None and not Area.objects.filter(pk=data.area_id).exists():
        raise Invalid(_("There is no such area."), code="unknown_area", field="area")
    others = MinimumStaffing.objects.filter(
        organisation=node, skill=data.skill, valid_from__lte=data.valid_to or date.max
    )
    others = others.filter(area__isnull=True) if data.area_id is None else others.filter(area_id=data.area_id)
    for other in others.exclude(pk=but).exclude(valid_to__lt=data.valid_from):
        if _covered(data.weekdays, data.starts, data.ends) & _covered(other.weekdays, other.starts, other.ends):
            said = {"units": other.units, "starts": f"{other.starts:%H:%M}", "ends": f"{other.ends:%H:%M}"}
            raise Unprocessable(
                _("%(units)s are needed there from %(starts)s to %(ends)s already: change that minimum.") % said,
                code="needed_already",
                field="starts",
                state=minimum_card(other),
            )


def _covered(weekdays: tuple[int, ...] | list[int], starts: time, ends: time) -> frozenset[int]:
    """The minutes of the week that these hours cover; ends before the start are on the next day, the same is all day."""
    first, last = (at.hour * 60 + at.minute for at in (starts, ends))
    length = (last - first) % MINUTES_A_DAY or MINUTES_A_DAY
    week = 7 * MINUTES_A_DAY
    return frozenset(
        (minute + day * MINUTES_A_DAY) % week for day in weekdays for minute in range(first, first + length)
    )


def _note(c: Change, action: str, row: MinimumStaffing, before: Mapping[str, Any] | None) -> None:
    after = None if action == "minimum.removed" else minimum_card(row)
    c.audit(action, row, organisation=row.organisation_id, detail={"before": before, "after": after})
