"""The plan as a CSV file, out and in again: what goes out comes in without a change, and every row gets an answer.

Times are ISO 8601 with their offset, so that a night when the clock changes stays what it is. Cells that a spreadsheet
would take for a formula are led by an apostrophe, which is taken off again.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.access import Viewer
from core.errors import DomainError, Invalid, Unprocessable
from patrols.planning import selectors
from patrols.planning.book import Book, Imported, take_in
from patrols.planning.models import PlannedShift

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


def written(shifts: Iterable[PlannedShift]) -> str:
    """Shifts that came through `selectors.with_all`, as CSV text with a byte order mark, for spreadsheets."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for shift in shifts:
        rows.writerow([_safe(cell) for cell in cells(shift)])
    return "\ufeff" + out.getvalue()


def cells(shift: PlannedShift) -> tuple[str, ...]:
    """A shift as the words of its row, in the order of `COLUMNS`."""
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
                    _on_a_line(task.place),
                    _on_a_line(task.text),
                )
            )
            for task in shift.tasks.all()
        ),
        shift.note,
        str(shift.state),
    )


def _on_a_line(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


def _time(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="minutes" if not at.second and not at.microsecond else "auto")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*RISKY, "'")) else cell


# --- in -----------------------------------------------------------------------------------------------------------


def read(*, organisation_id: int, text: str, by: Viewer, rehearse: bool = False) -> list[Imported]:
    """Take in a file: each row by itself is added, changes a draft, is as it stands already, or is refused with the reason.

    A row is the same shift where call sign and start are the same. What is published is not changed by a file. With
    `rehearse` nothing is kept. Raises NotFound, Invalid for a file that is none, Unprocessable for too many rows.
    """
    node = selectors.access_node(by, organisation_id)
    rows = _rows(text)

    def taken() -> list[Imported]:
        book = Book(by, selectors.nodes_below(by, node))
        return [_one(number, row, book) for number, row in rows]

    return take_in(node, taken, form="csv", rehearse=rehearse, by=by)


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


def _one(number: int, row: Mapping[str, str], book: Book) -> Imported:
    title = f"{row.get('call_sign', '')} {row.get('start', '')}".strip()[:80]
    try:
        data = book.data(row)
        outcome, shift = book.take(data, book.shift(data.unit_id, data.starts_at))
    except DomainError as error:
        return Imported(number, "refused", str(error.message), title=title)
    return Imported(number, outcome, shift=shift, title=title)
