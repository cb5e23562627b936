"""A report as a workbook: one sheet a table, with real dates, numbers and durations."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext

from analytics.exports import words
from analytics.exports.tables import Column, Kind, Table, definitions, finding, tables
from analytics.models import Report
from core.words import in_script

DAY_S = 86_400
FORMATS: dict[Kind, str] = {
    Kind.TEXT: "@",
    Kind.NUMBER: "#,##0",
    Kind.SECONDS: "[h]:mm:ss",
    Kind.DIFFERENCE: "+0.0;-0.0;0.0",
    Kind.SHARE: "0.0%",
    Kind.POINTS: "+0.0%;-0.0%;0.0%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm:ss",
}
WIDTHS: dict[Kind, int] = {Kind.TEXT: 34, Kind.DATE: 12, Kind.MOMENT: 20}


def to_xlsx(report: Report) -> bytes:
    """The workbook. Texts are written as texts, never as formulas; durations are parts of a day, so that they add up."""
    result = report.result or {}
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        computed = datetime.fromisoformat(result["computed_at"]).astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": _title(report), "created": computed})
        cells = {kind: book.add_format({"num_format": text, "valign": "top"}) for kind, text in FORMATS.items()}
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _front(book.add_worksheet(gettext("Report")[:31]), report, head, wrapped)
        for table in tables(result):
            _sheet(book.add_worksheet(_sheet_name(table.title, book)), table, cells, head, wrapped)
    return stream.getvalue()


def _title(report: Report) -> str:
    return gettext("Response times: %(name)s, %(period)s") % {
        "name": in_script(report.organisation.name),
        "period": words.period(report.parameters),
    }


def _front(sheet: Any, report: Report, head: Any, wrapped: Any) -> None:
    result = report.result or {}
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, _title(report), head)
    for row, text in enumerate([finding(result), *definitions(result)], start=2):
        sheet.write_string(row, 0, text, wrapped)


def _sheet_name(title: str, book: Any) -> str:
    """A name that workbooks take: 31 characters, none of theirs, each once."""
    plain = "".join(letter for letter in title if letter not in "[]:*?/\\'")[:28].strip()
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    return plain if plain.lower() not in taken else f"{plain} {len(taken)}"


def _sheet(sheet: Any, table: Table, cells: Mapping[Kind, Any], head: Any, wrapped: Any) -> None:
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, WIDTHS.get(column.kind, 14))
        sheet.write_string(0, index, _heading(column), head)
    for number, row in enumerate(table.rows, start=1):
        for index, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, (number, index), column.kind, value, cells[column.kind])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    for offset, text in enumerate(filter(None, (table.finding, table.definition)), start=2):
        sheet.write_string(len(table.rows) + offset, 0, text, wrapped)


def _heading(column: Column) -> str:
    return f"{column.title} ({gettext('s')})" if column.kind is Kind.DIFFERENCE else column.title


def _write(sheet: Any, place: tuple[int, int], kind: Kind, value: Any, cell: Any) -> None:
    """Write one value as what it is; an unknown one leaves its cell empty."""
    if value is None:
        sheet.write_blank(*place, None, cell)
    elif isinstance(value, datetime):
        sheet.write_datetime(*place, value.replace(tzinfo=None), cell)  # the local clock: sheets know no zones
    elif isinstance(value, date):
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day), cell)  # noqa: DTZ001
    elif isinstance(value, str):
        sheet.write_string(*place, value, cell)
    else:
        sheet.write_number(*place, value / DAY_S if kind is Kind.SECONDS else value, cell)
