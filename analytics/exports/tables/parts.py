"""The response time in parts: by group, day by day, on the map, case by case."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from analytics.exports import words
from analytics.exports.tables.base import Column, Kind, Result, Row, Table, count, figures, summary
from core.words import in_script


def group_tables(result: Result) -> Iterator[Table]:
    """The groups that were asked for, and by first and highest grade beside them."""
    by, then = result.get("by"), result.get("then")
    if not by:
        return
    yield group_table(by, result["groups"], then)
    for also in ("first_priority", "highest_priority"):
        if rows := result.get(f"groups_by_{also}"):
            yield group_table(also, rows, None)


def group_table(by: str, groups: Sequence[Result], then: str | None) -> Table:
    """The response time of each group, and why arrivals are missing in it."""
    rows: list[Row] = [
        (
            words.group_name(by, group),
            *((words.group_name(then, group["then"]),) if then else ()),
            *summary(group["measures"]["response"]),
            group["measures"]["response"]["n_missing"],
            sum(group["measures"]["response"]["excluded"].values()),
        )
        for group in groups
    ]
    columns = (
        Column(gettext("Group")),
        *((Column(words.groupings()[then]),) if then else ()),
        *figures(),
        count(gettext("missing")),
        count(gettext("left out")),
    )
    title = ", ".join(words.groupings()[key] for key in (by, then) if key)
    return Table(f"by_{by}", title, columns, rows, _slowest(by, groups) if not then else "")


def _slowest(by: str, groups: Sequence[Result]) -> str:
    known = [group for group in groups if group["measures"]["response"]["p50_s"] is not None]
    if len(known) < 2:  # noqa: PLR2004 - a longest and a shortest
        return ""
    ordered = sorted(known, key=lambda group: group["measures"]["response"]["p50_s"])
    fast, slow = ordered[0], ordered[-1]
    return gettext("Longest median: %(slow)s, %(slow_p50)s; shortest: %(fast)s, %(fast_p50)s.") % {
        "slow": words.group_name(by, slow),
        "slow_p50": words.spoken(slow["measures"]["response"]["p50_s"]),
        "fast": words.group_name(by, fast),
        "fast_p50": words.spoken(fast["measures"]["response"]["p50_s"]),
    }


def trend_table(result: Result) -> Table:
    """The course in time; without a row where it has one step only."""
    trend = result.get("trend") or {"step": "day", "points": []}
    titles = {
        "day": gettext("Day by day"),
        "week": gettext("Week by week (from Monday)"),
        "month": gettext("Month by month"),
    }
    rows: list[Row] = [
        (
            date.fromisoformat(point["from"]),
            point["incidents"],
            point["n"],
            point["p50_s"],
            point["p90_s"],
            point["n_missing"],
        )
        for point in trend["points"]
    ]
    columns = (
        Column(gettext("from"), Kind.DATE),
        count(gettext("incidents")),
        *figures()[:3],
        count(gettext("missing")),
    )
    return Table("trend", titles[trend["step"]], columns, rows if len(rows) > 1 else [])


def map_table(result: Result) -> Table:
    """The hexagons, the longest median first, by their middles."""
    found = result.get("map") or {"cells": [], "located": 0, "edge_m": None}
    rows: list[Row] = [
        (
            sum(point[1] for point in cell["outline"][:6]) / 6,
            sum(point[0] for point in cell["outline"][:6]) / 6,
            cell["incidents"],
            cell["n"],
            cell["p50_s"],
            cell["p90_s"],
        )
        for cell in sorted(found["cells"], key=lambda cell: -(cell["p50_s"] or 0))
    ]
    columns = (
        Column(gettext("latitude"), Kind.TEXT),
        Column(gettext("longitude"), Kind.TEXT),
        count(gettext("incidents")),
        *figures()[:3],
    )
    rows = [(f"{lat:.5f}", f"{lon:.5f}", *rest) for lat, lon, *rest in rows]
    definition = gettext(
        "Hexagons of the national grid (EPSG:%(srid)s), %(edge)s m a side; one with fewer than %(least)s cases shows its "
        "number alone."
    ) % {"srid": found.get("srid"), "edge": found["edge_m"], "least": result["min_cases"]}
    return Table("map", gettext("Where people waited"), columns, rows, definition=definition)


def worst(result: Result) -> Table:
    """The longest response times, case by case."""
    zone = ZoneInfo(result["period"]["time_zone"])
    rows: list[Row] = [
        (
            case["number"],
            datetime.fromisoformat(case["received_at"]).astimezone(zone),
            case["priority"],
            words.kind_of(case),
            in_script(case["place"]),
            case["response_s"],
            case["first_sent"] or words.DASH,
            case["first_arrived"] or words.DASH,
        )
        for case in result.get("worst", [])
    ]
    columns = (
        Column(gettext("Number")),
        Column(gettext("call received"), Kind.MOMENT),
        count(gettext("priority")),
        Column(gettext("kind")),
        Column(gettext("place")),
        Column(gettext("Response time"), Kind.SECONDS),
        Column(gettext("sent first")),
        Column(gettext("arrived first")),
    )
    return Table("worst", gettext("The longest response times"), columns, rows)
