"""A report as PDF: pages that a commander would hand to a minister."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext

from analytics.exports import charts, words
from analytics.exports.tables import Kind, Table, definitions, finding, tables
from analytics.models import Report
from core import printing
from core.words import in_script

MOST_ROWS = 60
"""Of one table; the workbook has them all."""

_SHOWN: dict[Kind, Callable[[Any], str]] = {
    Kind.NUMBER: words.number,
    Kind.SECONDS: words.clock,
    Kind.DIFFERENCE: words.signed,
    Kind.SHARE: words.percent,
}
ONLY_LISTED = {"worst"}
"""Told with what happened instead."""

ONLY_CHART = {"map"}
"""Tables too long and dull for paper: the chart stands alone, its figures are in the workbook."""


def to_pdf(report: Report) -> bytes:
    """The pages, in the language that is active."""
    result = report.result or {}
    at = datetime.fromisoformat(result["computed_at"])
    zone = ZoneInfo(result["period"]["time_zone"])
    name = in_script(report.organisation.name)
    asked_by = report.requested_by.display_name if report.requested_by else gettext("the schedule")
    data = {
        "title": gettext("Response times"),
        "name": name,
        "period": words.period(report.parameters),
        "finding": finding(result),
        "figures": _headline(result),
        "sections": [_section(table, result) for table in tables(result) if table.key not in ONLY_LISTED],
        "worst": _worst(result, zone),
        "worst_title": gettext("The longest response times, and what happened"),
        "definitions_title": gettext("Definitions"),
        "terms": [{"name": term, "definition": said} for term, said in words.measures().values()],
        "definitions": definitions(result),
        "foot": gettext("%(name)s · %(period)s · computed %(at)s, asked for by %(who)s · report %(number)s, %(code)s")
        % {
            "name": name,
            "period": words.period(report.parameters),
            "at": words.moment(result["computed_at"], zone),
            "who": in_script(asked_by),
            "number": report.pk,
            "code": report.code_version,
        },
        "page_of": gettext("Page {page} of {pages}"),
    }
    return printing.to_pdf("report.typ", data, language=get_language() or "en", at=at)


def _headline(result: dict[str, Any]) -> list[dict[str, str]]:
    response = result["measures"]["response"]
    return [
        {"label": gettext("median"), "value": words.clock(response["p50_s"])},
        {"label": gettext("nine in ten within"), "value": words.clock(response["p90_s"])},
        {"label": gettext("counted"), "value": words.number(response["n"])},
        {"label": gettext("missing"), "value": words.number(response["n_missing"])},
    ]


def _section(table: Table, result: dict[str, Any]) -> dict[str, Any]:
    chart, alt = _chart(table, result)
    rows = [] if table.key in ONLY_CHART and chart else table.rows[:MOST_ROWS]
    left_out = len(table.rows) - len(rows) if rows else 0
    note = gettext("%(n)s more rows are in the workbook.") % {"n": left_out} if left_out else ""
    return {
        "key": table.key,
        "title": table.title,
        "finding": "" if table.key == "waiting" else table.finding,  # it opens the report
        "definition": " ".join(filter(None, (table.definition, note))),
        "chart": chart,
        "alt": alt,
        "columns": [{"title": column.title, "is_text": column.kind is Kind.TEXT} for column in table.columns],
        "rows": [
            [_shown(column.kind, value) for column, value in zip(table.columns, row, strict=True)] for row in rows
        ],
    }


def _chart(table: Table, result: dict[str, Any]) -> tuple[str, str]:
    if table.key == "waiting":
        return charts.distribution(result), gettext("Number of calls by minutes waited for the first unit")
    if table.key == "trend":
        return charts.trend(result), gettext("Median and 90th percentile of the response time over time")
    if table.key == "comparison":
        return charts.differences(result), gettext("Differences from the other period, with their intervals")
    if table.key == "map":
        return charts.response_map(result), gettext("Map of the median response time in hexagons")
    if table.key == f"by_{result.get('by')}" and not result.get("then"):
        drawn = charts.groups(result["by"], result["groups"])
        return drawn, gettext("Median and 90th percentile of the response time of each group")
    return "", ""


def _shown(kind: Kind, value: Any) -> str:
    if value is None:
        return words.DASH
    if kind is Kind.DATE and isinstance(value, date):
        return words.short_day(value)
    if kind is Kind.MOMENT and isinstance(value, datetime):
        return f"{words.short_day(value.date())} {value:%H:%M:%S}"
    if kind is Kind.POINTS:
        return f"{'+' if value > 0 else ''}{words.number(100 * value, 1)}"
    return _SHOWN[kind](value) if kind in _SHOWN else str(value)


def _worst(result: dict[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    """The longest responses with their timelines."""
    names = words.stages()
    return [
        {
            "number": case["number"],
            "what": ", ".join(filter(None, (words.kind_of(case), in_script(case["place"])))),
            "response": words.clock(case["response_s"]),
            "received": words.moment(case["received_at"], zone),
            "stages": [
                {
                    "at": f"{datetime.fromisoformat(stage['at']).astimezone(zone):%H:%M:%S}",
                    "event": names.get(stage["event"], stage["event"]),
                    "unit": stage["unit"],
                }
                for stage in case["stages"]
            ],
        }
        for case in result.get("worst", [])
    ]
