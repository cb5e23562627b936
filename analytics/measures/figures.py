"""How measures are computed from the rows: SQL over the view `cases`. Equal to `rules`, and much faster."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection

from analytics import sql
from analytics.measures.keys import KEYS, Numbers, Starts, expression, named
from analytics.rules import Measure, Summary, Why, as_numbers, kaplan_meier, summarise, wilson
from incidents.models import Target

BIN_S = 60
LAST_BIN = 60
BROKEN_OFF = ("cancelled", "pre_empted", "refused")


def summaries(*, min_cases: int) -> dict[str, Numbers]:
    """All measures over all cases. One query."""
    row = _summary_rows([], {})[0]
    return _measures(row, min_cases)


def groups(by: str, starts: Starts, *, min_cases: int, then: str | None = None) -> list[Numbers]:
    """All measures of each group by one key, or by two. One query, and one for each key that has names."""
    keys = [by, then] if then else [by]
    found = [
        {
            "key": row["key_0"],
            **({"then": row["key_1"]} if then else {}),
            "measures": _measures(row, min_cases),
            "missing_arrivals": _missing(row),
        }
        for row in _summary_rows(keys, starts)
    ]
    ordered = named(by, found)
    if not then:
        return ordered
    inner = {group["value"]: group for group in named(then, [{"key": key} for key in {row["then"] for row in ordered}])}
    place = {value: index for index, value in enumerate(inner)}
    outer = {group["value"]: index for index, group in reversed(list(enumerate(ordered)))}
    ordered.sort(key=lambda group: (outer[group["value"]], place[group["then"]]))
    return [group | {"then": inner[group["then"]]} for group in ordered]


def response_by_node_and_priority(*, min_cases: int = 1) -> list[Numbers]:
    """The response time of each node and final priority: n, missing, median, P90. One query, in parallel.

    Much less work than all measures of all groups: for a table over millions that people wait for.
    """
    return [
        {
            "node": node,
            "priority": priority,
            "n": n,
            "n_missing": missing,
            "p50_s": round(p50, 6) if p50 is not None and n >= min_cases else None,
            "p90_s": round(p90, 6) if p90 is not None and n >= min_cases else None,
        }
        for node, priority, n, missing, p50, p90 in rows("by_node_and_priority")
    ]


def _summary_rows(keys: Sequence[str], starts: Starts) -> list[Numbers]:
    names = [f"key_{index}" for index in range(len(keys))]
    columns = [f", {expression(key, starts)} AS {name}" for key, name in zip(keys, names, strict=True)]
    statement = sql.statements("measures")["summary"].format(
        columns=", ".join([*names, *(_aggregates(measure) for measure in Measure), _MISSING]),
        key_columns="".join(columns),
        joins=" ".join(KEYS[key].join for key in keys),
        grouping=f"GROUP BY {', '.join(names)}" if names else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


_MISSING = """
        count(*) FILTER (WHERE NOT on_view AND response IS NULL AND is_open) AS missing_open,
        count(*) FILTER (WHERE NOT on_view AND response IS NULL AND NOT is_open AND sent = 0) AS missing_no_unit,
        count(*) FILTER (WHERE NOT on_view AND response IS NULL AND NOT is_open AND sent > 0) AS missing_no_arrival"""


def _missing(row: Numbers) -> dict[str, int]:
    return {
        "open": row["missing_open"],
        "no_unit_sent": row["missing_no_unit"],
        "no_arrival_recorded": row["missing_no_arrival"],
    }


def _aggregates(measure: Measure) -> str:
    kept = f"FILTER (WHERE NOT on_view AND {measure} >= 0)"
    return f"""
        count({measure}) {kept} AS {measure}_n,
        count(*) FILTER (WHERE NOT on_view AND {measure} IS NULL) AS {measure}_missing,
        count(*) FILTER (WHERE NOT on_view AND {measure} = 0) AS {measure}_zero,
        count(*) FILTER (WHERE on_view) AS {measure}_on_view,
        count(*) FILTER (WHERE NOT on_view AND {measure} < 0) AS {measure}_negative,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {measure}) {kept} AS {measure}_percentiles,
        avg({measure}) {kept} AS {measure}_mean"""


def _measures(row: Numbers, min_cases: int) -> dict[str, Numbers]:
    return {measure.value: dict(as_numbers(_summary(row, measure, min_cases))) for measure in Measure}


def _summary(row: Numbers, measure: Measure, min_cases: int) -> Summary:
    n = row[f"{measure}_n"]
    shown = n >= max(min_cases, 1)
    p50, p90 = row[f"{measure}_percentiles"] if shown else (None, None)
    return Summary(
        n=n,
        n_missing=row[f"{measure}_missing"],
        n_zero=row[f"{measure}_zero"],
        excluded={why.value: row[f"{measure}_{why}"] for why in (Why.ON_VIEW, Why.NEGATIVE) if row[f"{measure}_{why}"]},
        p50_s=p50,
        p90_s=p90,
        mean_s=row[f"{measure}_mean"] if shown else None,
    )


def overview() -> Numbers:
    """What the cases are: how many, open, merged, regraded, corrected, why arrivals are missing. Two queries."""
    found = one("overview")
    return {
        "incidents": found["incidents"],
        "open": found["open"],
        "cancelled": found["cancelled"],
        "on_view": found["on_view"],
        "without_unit": found["without_unit"],
        "regraded": found["regraded"],
        "merged": found["merged"],
        "corrected": {"incidents": found["corrected"], "corrections": found["corrections"]},
        "first_call": found["first_call"] and found["first_call"].isoformat(),
        "last_call": found["last_call"] and found["last_call"].isoformat(),
        "missing_arrivals": _missing(found),
        "first_sent_and_first_to_arrive": {
            "n": found["both_known"],
            "differ": found["first_sent_was_not_first_to_arrive"],
        },
        "arrival_sources": dict(rows("sources")),
        "broken_off": {status: found[f"units_{status}"] for status in BROKEN_OFF},
        "incidents_broken_off": {status: found[f"incidents_{status}"] for status in BROKEN_OFF},
        "never_attended_after_break": {status: found[f"unattended_{status}"] for status in BROKEN_OFF},
    }


def reopened(*, min_cases: int) -> Numbers:
    """Second and later intervals: reopening → first unit on scene after it. One query."""
    values = [row[1] for row in rows("reopened")]
    found = [Why.MISSING if value is None else Why.NEGATIVE if value < 0 else value for value in values]
    return dict(as_numbers(summarise(found, min_cases=min_cases)))


def survival() -> Numbers:
    """Kaplan–Meier of the response, open and never attended incidents censored (rule 4). One query."""
    return asdict(kaplan_meier(rows("survival")))


def distribution() -> Numbers:
    """Responses by minute; the last bin holds the rest. One query."""
    counted = dict(rows("distribution", width_s=BIN_S, last=LAST_BIN))
    top = max(counted, default=-1)
    return {
        "bin_s": BIN_S,
        "counts": [counted.get(index, 0) for index in range(top + 1)],
        "last_is_open": top == LAST_BIN,
    }


def compliance(targets: Sequence["TargetSpan"]) -> list[Numbers]:
    """Shares within targets with their Wilson intervals (rules 4, 12, 13). One query, none without targets."""
    if not targets:
        return []
    counted = rows(
        "compliance",
        organisations=[span.organisation_id for span in targets],
        priorities=[span.target.priority for span in targets],
        starts=[span.target.start for span in targets],
        ends=[span.target.end for span in targets],
        seconds=[float(span.target.seconds) for span in targets],
        percentiles=[span.target.percentile for span in targets],
        since=[span.since for span in targets],
        until=[span.until for span in targets],
    )
    found = []
    for priority, start, end, seconds, percentile, met, n, open_breaches, pending, missing, negative in counted:
        interval = wilson(met, n)
        found.append(
            {
                "priority": priority,
                "start": start,
                "end": end,
                "seconds": seconds,
                "percentile": percentile,
                "n": n,
                "met": met,
                "open_breaches": open_breaches,
                "pending": pending,
                "n_missing": missing,
                "excluded": {"negative": negative} if negative else {},
                "share": met / n if n else None,
                "low": interval.low if interval else None,
                "high": interval.high if interval else None,
                "kept": met / n >= percentile / 100 if n else None,
            }
        )
    return found


@dataclass(frozen=True, slots=True)
class TargetSpan:
    """A target as it holds at one node, between two dates (the second exclusive)."""

    organisation_id: int
    target: Target
    since: date
    until: date


def fingerprint() -> str:
    """A digest that changes when any incident or assignment of the cases changes. One query."""
    return hashlib.sha256(repr(rows("fingerprint")[0]).encode()).hexdigest()


def rows(name: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of a named statement over `cases`."""
    with connection.cursor() as cursor:
        cursor.execute(sql.statements("measures")[name], parameters or None)
        return list(cursor.fetchall())


def one(name: str) -> Numbers:
    """The one row of a named statement over `cases`, by column."""
    with connection.cursor() as cursor:
        cursor.execute(sql.statements("measures")[name])
        return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
