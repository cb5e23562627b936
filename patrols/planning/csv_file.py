"""The plan as a CSV file, out and in again: what goes out comes in without a change, and every row gets an answer.

Times are ISO 8601 with their offset, so that a night when the clock changes stays what it is. Cells that a spreadsheet
would take for a formula are led by an apostrophe, which is taken off again.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import change
from core.errors import DomainError, Invalid, Unprocessable
from core.rules import Permission
from patrols.models import Officer, Unit, Vehicle
from patrols.planning import selectors, services
from patrols.planning.models import PlannedShift
from patrols.planning.rules import State
from patrols.planning.services import ShiftData, TaskData
from patrols.planning.services.editing import data_of

COLUMNS = (
    "station",
    "call_sign",
    "start",
    "end",
    "crew",
    "vehicle",
    "sector",
    "skills",
    "equipment",
    "tasks",
    "note",
    "state",
)
NEEDED = ("call_sign", "start", "end")
MOST_ROWS = 5_000
RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one row of a file; `row` counts from 2, for the first has the names of the columns."""

    row: int
    outcome: str
    text: str = ""
    shift: int | None = None


def written(shifts: Iterable[PlannedShift]) -> str:
    """Shifts that came through `selectors.with_all`, as CSV text with a byte order mark, for spreadsheets."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for shift in shifts:
        rows.writerow([_safe(cell) for cell in _cells(shift)])
    return "\ufeff" + out.getvalue()


def _cells(shift: PlannedShift) -> tuple[str, ...]:
    zone = ZoneInfo(shift.unit.organisation.time_zone)
    return (
        shift.unit.organisation.code,
        shift.unit.call_sign,
        _time(shift.starts_at, zone),
        _time(shift.ends_at, zone),
        "; ".join(member.officer.badge for member in shift.crew.all()),
        shift.vehicle.plate if shift.vehicle else "",
        shift.sector.code if shift.sector else "",
        "; ".join(shift.skills_needed),
        "; ".join(shift.equipment),
        "\n".join(
            " | ".join(
                (
                    task.kind,
                    task.area.code if task.area else "",
                    _time(task.starts_at, zone),
                    _time(task.ends_at, zone),
                    str(task.minutes),
                    task.place.replace("|", "/"),
                    task.text.replace("|", "/"),
                )
            )
            for task in shift.tasks.all()
        ),
        shift.note,
        str(shift.state),
    )


def _time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="minutes" if not at.second and not at.microsecond else "auto")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*RISKY, "'")) else cell


# --- in -----------------------------------------------------------------------------------------------------------


def read(*, organisation_id: int, text: str, by: Viewer) -> list[Imported]:
    """Take in a file: each row by itself is added, changes a draft, is as it stands already, or is refused with the reason.

    A row is the same shift where call sign and start are the same. What is published is not changed by a file. Raises
    NotFound, Invalid for a file that is none, Unprocessable for too many rows.
    """
    node = selectors.access_node(by, organisation_id)
    rows = _rows(text)
    with change(by=by) as c:
        book = _Book(by, selectors.nodes_below(by, node))
        found = [_one(number, row, book) for number, row in rows]
        counts = {kind: sum(one.outcome == kind for one in found) for kind in sorted({one.outcome for one in found})}
        c.audit("plan.imported", node, organisation=node.pk, detail=counts)
    return found


def _rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    head, *_rest = text.lstrip("\ufeff").splitlines() or [""]
    given = csv.DictReader(
        io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    try:
        names = [(name or "").strip().lower() for name in given.fieldnames or ()]
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise Invalid(
                _("The file has no column %(names)s.") % {"names": ", ".join(missing)}, code="no_column", field="text"
            )
        given.fieldnames = names
        rows = list(enumerate(given, start=2))
    except csv.Error as error:
        raise Invalid(_("This is no CSV file."), code="no_csv", field="text") from error
    if len(rows) > MOST_ROWS:
        raise Unprocessable(_("The file has more than 5,000 rows."), code="too_many", field="text")
    return [(number, {k: _bare(v) for k, v in row.items() if k and isinstance(v, str)}) for number, row in rows]


def _bare(cell: str) -> str:
    cell = cell.strip()
    return cell.removeprefix("'")


def _one(number: int, row: Mapping[str, str], book: "_Book") -> Imported:
    try:
        outcome, shift = _taken(book.data(row), book)
    except DomainError as error:
        return Imported(number, "refused", str(error.message))
    return Imported(number, outcome, "", shift)


def _taken(data: ShiftData, book: "_Book") -> tuple[str, int]:
    known = book.shift(data.unit_id, data.starts_at)
    if known is None:
        return "added", services.create_planned_shift(data=data, by=book.by).pk
    before = data_of(known)
    if data == before:
        return "unchanged", known.pk
    if known.state == State.PUBLISHED:
        raise Unprocessable(
            _("This shift is published already; change it on the page, with a reason."), code="published"
        )
    changes = {
        name: getattr(data, name) for name in ShiftData.__slots__ if getattr(data, name) != getattr(before, name)
    }
    services.change_planned_shift(shift_id=known.pk, version=known.version, changes=changes, by=book.by)
    return "changed", known.pk


class _Book:
    """What the words in a file mean, for whoever brings it. Read once a file, five queries."""

    def __init__(self, by: Viewer, nodes: Sequence[int]) -> None:
        self.by = by
        units = Unit.objects.filter(organisation_id__in=nodes, external=False).select_related("organisation")
        self._units: dict[str, list[Unit]] = {}
        for unit in units:
            self._units.setdefault(unit.call_sign, []).append(unit)
        officers = Officer.objects.filter(organisation_id__in=by.organisations(Permission.PLAN_VIEW))
        self._officers = dict(officers.values_list("badge", "pk"))
        vehicles = Vehicle.objects.filter(organisation_id__in=by.organisations(Permission.PLAN_VIEW))
        self._vehicles = dict(vehicles.values_list("plate", "pk"))
        self._areas: dict[str, list[int]] = {}
        for code, pk in selectors.areas(nodes).values_list("code", "pk"):
            self._areas.setdefault(code, []).append(pk)

    def shift(self, unit_id: int, start: datetime) -> PlannedShift | None:
        """The shift of a unit that begins just then."""
        rows = PlannedShift.objects.filter(unit_id=unit_id, starts_at=start).exclude(state=State.CANCELLED)
        return selectors.with_all(rows).first()

    def data(self, row: Mapping[str, str]) -> ShiftData:
        """A row as a shift. Raises Invalid with what is not known."""
        unit = self._unit(row.get("call_sign", ""), row.get("station", ""))
        zone = ZoneInfo(unit.organisation.time_zone)
        return ShiftData(
            unit_id=unit.pk,
            starts_at=_instant(row.get("start", ""), zone),
            ends_at=_instant(row.get("end", ""), zone),
            officer_ids=tuple(self._officer(badge) for badge in _parts(row.get("crew", ""))),
            vehicle_id=self._vehicle(row.get("vehicle", "")),
            sector_id=self._area(row.get("sector", "")),
            skills_needed=_parts(row.get("skills", "")),
            equipment=_parts(row.get("equipment", "")),
            note=row.get("note", "")[:500],
            tasks=tuple(self._tasks(row.get("tasks", ""), zone)),
        )

    def _unit(self, call_sign: str, station: str) -> Unit:
        found = [unit for unit in self._units.get(call_sign, ()) if station in ("", unit.organisation.code)]
        if len(found) != 1:
            text = (
                _("There is no patrol %(name)s here.") if not found else _("More than one patrol is called %(name)s.")
            )
            raise Invalid(text % {"name": call_sign or "–"}, code="unknown_unit")
        return found[0]

    def _officer(self, badge: str) -> int:
        if badge not in self._officers:
            raise Invalid(_("No officer has the badge %(name)s.") % {"name": badge}, code="unknown_officer")
        return self._officers[badge]

    def _vehicle(self, plate: str) -> int | None:
        if not plate:
            return None
        if plate not in self._vehicles:
            raise Invalid(_("No vehicle has the plate %(name)s.") % {"name": plate}, code="unknown_vehicle")
        return self._vehicles[plate]

    def _area(self, code: str) -> int | None:
        if not code:
            return None
        found = self._areas.get(code, ())
        if len(found) != 1:
            raise Invalid(_("No area, or more than one, has the code %(name)s.") % {"name": code}, code="unknown_area")
        return found[0]

    def _tasks(self, cell: str, zone: ZoneInfo) -> Iterator[TaskData]:
        for line in cell.splitlines():
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != 7 or not parts[4].isdecimal():  # noqa: PLR2004 - as they are written above
                raise Invalid(_("The task “%(text)s” cannot be read.") % {"text": line.strip()[:80]}, code="bad_task")
            kind, area, start, end, minutes, place, text = parts
            yield TaskData(
                kind=kind,
                area_id=self._area(area),
                starts_at=_instant(start, zone),
                ends_at=_instant(end, zone),
                minutes=min(int(minutes[:6]), 10_000),
                place=place[:200],
                text=text[:500],
            )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for piece in cell.split(";") if (part := piece.strip()))


def _instant(cell: str, zone: ZoneInfo) -> datetime:
    """A time of a file; without an offset it is that on the wall. Raises Invalid."""
    try:
        at = parse_datetime(cell)
    except ValueError:
        at = None
    if at is None:
        raise Invalid(_("The time “%(text)s” cannot be read.") % {"text": cell[:40]}, code="bad_time")
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)  # Python compares folds of a zone unequal


def as_rows(found: Iterable[Imported]) -> list[dict[str, Any]]:
    """Answers as they go over HTTP."""
    return [{"row": one.row, "outcome": one.outcome, "text": one.text, "shift": one.shift} for one in found]
