"""A report as tables: the same for print, workbook and CSV, in the language that is active. Pure but for words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from analytics.exports import words

type Result = dict[str, Any]
type Row = tuple[Any, ...]

WITHIN_MIN = (5, 8, 10, 15, 20, 30, 60)


class Kind(StrEnum):
    """What the values of a column are. Seconds stay seconds, instants aware, until somebody writes them."""

    TEXT = "text"
    NUMBER = "number"
    SECONDS = "seconds"
    DIFFERENCE = "difference"
    SHARE = "share"
    POINTS = "points"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and what its values are."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a report, with the sentence that it comes to and the definition beneath."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    finding: str = ""
    definition: str = ""
    sheet: str = field(default="")


def tables(result: Result) -> list[Table]:
    """All tables of a report, data quality first; those without a row are left out."""
    found = [
        _quality(result),
        _population(result),
        _waiting(result),
        _measures(result),
        _compliance(result),
        *_comparison(result),
        *_groups(result),
        _trend(result),
        _map(result),
        _worst(result),
        _broken_off(result),
    ]
    return [table for table in found if table.rows]


def _n(title: str | None = None) -> Column:
    return Column(title or "n", Kind.NUMBER)


def _quality(result: Result) -> Table:
    rows = [
        (
            name,
            found["n"],
            found["n_missing"],
            found["excluded"].get("negative", 0),
            found["excluded"].get("on_view", 0),
            found["n_zero"],
        )
        for key, (name, _definition) in words.measures().items()
        for found in [result["measures"][key]]
    ]
    columns = (
        Column(gettext("Measure")),
        _n(),
        _n(gettext("missing")),
        _n(gettext("negative, left out")),
        _n(gettext("on-view, left out")),
        _n(gettext("zero, kept")),
    )
    definition = gettext(
        "Each incident counts once in each measure: counted, missing, or left out for the reason said. Nothing stands in "
        "for a missing time, and nothing is trimmed."
    )
    return Table("quality", gettext("What the figures rest on"), columns, rows, definition=definition)


def _population(result: Result) -> Table:
    population = result["population"]
    missing, corrected = population["missing_arrivals"], population.get("corrected", {})
    facts = [
        (gettext("Incidents"), population["incidents"]),
        (gettext("still open"), population["open"]),
        (gettext("cancelled"), population["cancelled"]),
        (gettext("found by a patrol (on-view)"), population["on_view"]),
        (gettext("duplicates merged into others"), population["merged"]),
        (gettext("regraded"), population["regraded"]),
        (gettext("with a corrected time"), corrected.get("incidents", 0)),
        (gettext("no arrival: the incident is still open"), missing["open"]),
        (gettext("no arrival: no unit was sent"), missing["no_unit_sent"]),
        (gettext("no arrival: units were sent, none recorded one"), missing["no_arrival_recorded"]),
    ]
    sources = words.sources()
    facts += [
        (gettext("arrival %(source)s") % {"source": sources.get(source, source)}, n)
        for source, n in population["arrival_sources"].items()
    ]
    rows = [(name, n) for name, n in facts if n or name == gettext("Incidents")]
    return Table("population", gettext("Which incidents"), (Column(gettext("What")), _n()), rows)


def finding(result: Result) -> str:
    """What the report comes to, in a sentence or two."""
    response, population = result["measures"]["response"], result["population"]
    if response["p50_s"] is None:
        return gettext("Fewer than %(least)s cases: only their number is shown (%(n)s).") % {
            "least": result["min_cases"],
            "n": words.number(response["n"]),
        }
    said = [
        gettext("Half of %(n)s calls had a unit on the scene within %(p50)s, nine in ten within %(p90)s.")
        % {
            "n": words.number(response["n"]),
            "p50": words.spoken(response["p50_s"]),
            "p90": words.spoken(response["p90_s"]),
        }
    ]
    if response["n_missing"]:
        said.append(_censored(response["n_missing"], result["kaplan_meier"]))
    both = population["first_sent_and_first_to_arrive"]
    if both["differ"]:
        said.append(
            gettext("In %(differ)s of %(n)s the first unit sent was not the first to arrive.")
            % {"differ": words.number(both["differ"]), "n": words.number(both["n"])}
        )
    return " ".join(said)


def _censored(missing: int, survival: Result) -> str:
    reached = {
        name: gettext("not reached") if survival[name] is None else words.spoken(survival[name])
        for name in ("p50_s", "p90_s")
    }
    return gettext(
        "%(n)s have no recorded arrival; with their waiting counted as far as it is known, the median is %(p50)s and the "
        "90th percentile %(p90)s (Kaplan–Meier)."
    ) % {"n": words.number(missing), "p50": reached["p50_s"], "p90": reached["p90_s"]}


def _waiting(result: Result) -> Table:
    counts = result["distribution"]["counts"]
    total = sum(counts)
    rows: list[Row] = [
        (gettext("%(m)s min") % {"m": minutes}, within, within / total)
        for minutes in WITHIN_MIN
        if total
        for within in [sum(counts[:minutes])]
    ]
    if total:
        rows.append((gettext("all"), total, 1.0))
    columns = (Column(gettext("in less than")), _n(), Column(gettext("share"), Kind.SHARE))
    definition = gettext("Calls by whole minutes from the call to the first unit on the scene.")
    return Table("waiting", gettext("How long people waited"), columns, rows, finding(result), definition)


def _figures() -> tuple[Column, ...]:
    return (
        _n(),
        Column(gettext("median"), Kind.SECONDS),
        Column("P90", Kind.SECONDS),
        Column(gettext("mean"), Kind.SECONDS),
    )


def _summary(found: Result) -> Row:
    return found["n"], found["p50_s"], found["p90_s"], found["mean_s"]


def _measures(result: Result) -> Table:
    rows = [
        (name, definition, *_summary(result["measures"][key])) for key, (name, definition) in words.measures().items()
    ]
    columns = (Column(gettext("Measure")), Column(gettext("definition")), *_figures())
    return Table("measures", gettext("From the call to action"), columns, rows)


def _compliance(result: Result) -> Table:
    yes_no = {True: gettext("yes"), False: gettext("no"), None: words.DASH}
    rows = [
        (
            words.target(row),
            f"{words.moments()[row['start']]} → {words.moments()[row['end']]}",
            row["n"],
            row["share"],
            row["low"],
            row["high"],
            row["n_missing"],
            row["open_breaches"],
            yes_no[row["kept"]],
        )
        for row in result["compliance"]
    ]
    missed = sum(row["kept"] is False for row in result["compliance"])
    said = gettext("All targets with cases were kept.")
    if missed:
        said = ngettext("%(n)s target of %(all)s was missed.", "%(n)s targets of %(all)s were missed.", missed) % {
            "n": missed,
            "all": len(rows),
        }
    columns = (
        Column(gettext("Target")),
        Column(gettext("clock")),
        _n(),
        Column(gettext("within target"), Kind.SHARE),
        Column(gettext("from (95 %)"), Kind.SHARE),
        Column(gettext("to (95 %)"), Kind.SHARE),
        _n(gettext("missing")),
        _n(gettext("open and past it")),
        Column(gettext("kept")),
    )
    definition = gettext(
        "By the final priority. An incident that is still open and past its target is a breach; one still within it is "
        "not counted yet. Interval: Wilson."
    )
    return Table("compliance", gettext("Against the targets"), columns, rows, said, definition)


def _comparison(result: Result) -> Iterator[Table]:
    compared = result.get("comparison")
    if not compared:
        return
    title = gettext("Compared with %(period)s") % {"period": words.period(compared["period"])}
    rows: list[Row] = []
    for key, (name, _definition) in words.measures().items():
        for figure, label in (("p50_s", gettext("median")), ("p90_s", "P90")):
            row = compared["differences"][key][figure]
            if row:
                rows.append((f"{name}, {label}", row["here"], row["there"], *_sure(row)))
    columns = (
        Column(gettext("Measure")),
        Column(gettext("this period"), Kind.SECONDS),
        Column(gettext("the other"), Kind.SECONDS),
        Column(gettext("difference"), Kind.DIFFERENCE),
        Column(gettext("from (95 %)"), Kind.DIFFERENCE),
        Column(gettext("to (95 %)"), Kind.DIFFERENCE),
        Column(gettext("more than chance")),
    )
    definition = gettext(
        "This period minus the other. Interval: bootstrap, percentile method, 2,000 resamples of the single cases, the "
        "same in every run. Where it holds zero, chance alone may have made the difference."
    )
    yield Table("comparison", title, columns, rows, comparison_finding(compared), definition)
    shares: list[Row] = [
        (words.target(row), row["here"], row["there"], *_sure(row))
        for row in compared["compliance"]
        if row["difference"] is not None
    ]
    kinds = (Kind.TEXT, Kind.SHARE, Kind.SHARE, Kind.POINTS, Kind.POINTS, Kind.POINTS, Kind.TEXT)
    titles = (gettext("Target"), *(column.title for column in columns[1:]))
    compared_columns = [Column(title, kind) for title, kind in zip(titles, kinds, strict=True)]
    definition = gettext("Shares within target, in percentage points. Interval: Newcombe's, of two Wilson intervals.")
    yield Table("comparison_shares", gettext("Targets, compared"), compared_columns, shares, definition=definition)


def _sure(row: Result) -> Row:
    return row["difference"], row["low"], row["high"], gettext("yes") if row["is_sure"] else gettext("no")


def comparison_finding(compared: Result) -> str:
    """Whether people waited longer than in the other period, and whether that is more than chance."""
    row = compared["differences"]["response"]["p50_s"]
    if row is None:
        return gettext("Too few cases to compare.")
    size, rest = (
        words.spoken(abs(row["difference"])),
        {"low": words.signed(row["low"]), "high": words.signed(row["high"])},
    )
    if not row["is_sure"]:
        return gettext(
            "The median response time differs by %(size)s; that may be chance (95 %% interval %(low)s to %(high)s)."
        ) % {"size": size, **rest}
    text = (
        gettext("The median response time was %(size)s longer (95 %% interval %(low)s to %(high)s).")
        if row["difference"] > 0
        else gettext("The median response time was %(size)s shorter (95 %% interval %(low)s to %(high)s).")
    )
    return text % {"size": size, **rest}


def _groups(result: Result) -> Iterator[Table]:
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
            *_summary(group["measures"]["response"]),
            group["measures"]["response"]["n_missing"],
            sum(group["measures"]["response"]["excluded"].values()),
        )
        for group in groups
    ]
    columns = (
        Column(gettext("Group")),
        *((Column(words.groupings()[then]),) if then else ()),
        *_figures(),
        _n(gettext("missing")),
        _n(gettext("left out")),
    )
    return Table(f"by_{by}", words.groupings()[by], columns, rows, _slowest(by, groups) if not then else "")


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


def _trend(result: Result) -> Table:
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
        _n(gettext("incidents")),
        *_figures()[:3],
        _n(gettext("missing")),
    )
    return Table("trend", titles[trend["step"]], columns, rows if len(rows) > 1 else [])


def _map(result: Result) -> Table:
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
        _n(gettext("incidents")),
        *_figures()[:3],
    )
    rows = [(f"{lat:.5f}", f"{lon:.5f}", *rest) for lat, lon, *rest in rows]
    definition = gettext(
        "Hexagons of the national grid (EPSG:%(srid)s), %(edge)s m a side; one with fewer than %(least)s cases shows its "
        "number alone."
    ) % {"srid": found.get("srid"), "edge": found["edge_m"], "least": result["min_cases"]}
    return Table("map", gettext("Where people waited"), columns, rows, definition=definition)


def _worst(result: Result) -> Table:
    zone = ZoneInfo(result["period"]["time_zone"])
    rows: list[Row] = [
        (
            case["number"],
            datetime.fromisoformat(case["received_at"]).astimezone(zone),
            case["priority"],
            words.in_script(gettext(case["type_name"])),
            words.in_script(case["place"]),
            case["response_s"],
            case["first_sent"] or words.DASH,
            case["first_arrived"] or words.DASH,
        )
        for case in result.get("worst", [])
    ]
    columns = (
        Column(gettext("Number")),
        Column(gettext("call received"), Kind.MOMENT),
        _n(gettext("priority")),
        Column(gettext("kind")),
        Column(gettext("place")),
        Column(gettext("Response time"), Kind.SECONDS),
        Column(gettext("sent first")),
        Column(gettext("arrived first")),
    )
    return Table("worst", gettext("The longest response times"), columns, rows)


def _broken_off(result: Result) -> Table:
    population, reopened = result["population"], result["reopened"]
    names = {
        "cancelled": gettext("Assignments cancelled"),
        "pre_empted": gettext("Assignments pre-empted by something more urgent"),
        "refused": gettext("Assignments refused"),
    }
    rows: list[Row] = [
        (
            name,
            population["broken_off"][key],
            population.get("incidents_broken_off", {}).get(key),
            population.get("never_attended_after_break", {}).get(key),
            None,
        )
        for key, name in names.items()
    ]
    again = reopened["n"] + reopened["n_missing"]
    if again:
        rows.append((gettext("Incidents opened again: second response, median"), again, None, None, reopened["p50_s"]))
    columns = (
        Column(gettext("What")),
        _n(),
        _n(gettext("incidents")),
        _n(gettext("of them never attended")),
        Column(gettext("median"), Kind.SECONDS),
    )
    counted = sum(population["broken_off"].values()) + again
    return Table("broken_off", gettext("Apart from these figures"), columns, rows if counted else [])


def definitions(result: Result) -> list[str]:
    """What stands at the end of every report."""
    return [
        gettext(
            "The first arrival is the earliest of all units; a tie goes to the unit sent earlier, then to the lower call "
            "sign. Units that were cancelled, refused or pre-empted supply no arrival. The clearing time never stands in "
            "for a missing arrival. Of merged duplicates the earliest call counts; after a reopening the first interval "
            "counts. Negative intervals are left out and counted; zero ones are kept and counted. Nothing is trimmed."
        ),
        gettext(
            "Percentiles: %(method)s (linear interpolation, type 7), computed from the single cases. Fewer than %(least)s "
            "cases show their number alone. Fingerprint of the data: %(print)s."
        )
        % {
            "method": result["percentile_method"],
            "least": result["min_cases"],
            "print": result["data_fingerprint"][:16],
        },
    ]
