"""A report as CSV: one line a figure, so that any program reads it without knowing the page."""

import csv
import io
from datetime import date, datetime
from typing import Any

from analytics.exports.tables import tables
from analytics.models import Report

HEADER = ("table", "row", "column", "kind", "value")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(report: Report) -> bytes:
    """UTF-8 with a byte-order mark, commas, a point before decimals; seconds plain, instants ISO 8601 with offset.

    `row` is the first cell of the table's row (and its number, where two are alike).
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(HEADER)
    for table in tables(report.result or {}):
        for number, row in enumerate(table.rows, start=1):
            name = f"{number}: {_plain(row[0])}"
            for column, value in zip(table.columns[1:], row[1:], strict=True):
                writer.writerow([table.key, name, column.title, column.kind.value, _plain(value)])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _plain(value: Any) -> str:
    """A value as text. Words of people that a spreadsheet would take for a formula are quoted."""
    if value is None:
        return ""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(value)
