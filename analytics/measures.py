"""How measures are computed from the rows: SQL over one temporary table of cases. Equal to `rules`, and much faster."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from analytics import sql
from analytics.rules import Measure, Summary, Why, as_numbers, kaplan_meier, summarise, wilson
from core.models import Organisation
from incidents.models import IncidentType, Target
from patrols.models import Unit

type Numbers = dict[str, Any]

WORK_MEM = "96MB"
"""For sorting cases in memory; a report is computed by one worker at a time."""

BIN_S = 60
LAST_BIN = 60


@dataclass(frozen=True, slots=True)
class Key:
    """What groups are made by: an SQL expression over a case, and how its values are named for people."""

    expression: str
    join: str = ""
    is_number: bool = False


KEYS: dict[str, Key] = {
    "priority": Key("c.priority::text", is_number=True),
    "first_priority": Key("c.first_priority::text", is_number=True),
    "highest_priority": Key("c.highest_priority::text", is_number=True),
    "type": Key(
        "CASE WHEN kind.external THEN kind.name ELSE kind.code END",
        join="JOIN incidents_incidenttype kind ON kind.id = c.type_id",
    ),
    "hour": Key("extract(hour FROM c.received_at AT TIME ZONE c.time_zone)::int::text", is_number=True),
    "weekday": Key("extract(isodow FROM c.received_at AT TIME ZONE c.time_zone)::int::text", is_number=True),
    "unit": Key("coalesce(c.first_arrived_unit_id, c.first_sent_unit_id)::text"),
    "organisation": Key("node.code", join="JOIN core_organisation node ON node.id = c.organisation_id"),
}
"""Ways to group. Hour (0–23) and weekday (1 = Monday) are local to the call; unit is the first to arrive, or else the
first sent; priority is the final one."""

ALSO = {"priority": ("first_priority", "highest_priority")}
"""After a regrading, report against the first and the highest priority too (rule 7)."""


@contextmanager
def cases(
    organisations: Sequence[int], *, since: datetime | None, until: datetime | None, now: datetime
) -> Iterator[int]:
    """Make the temporary table `cases` for the length of the block. Yields the number of cases."""
    parameters = {"organisations": list(organisations), "since": since, "until": until, "now": now}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.cases")
        cursor.execute("SELECT set_config('work_mem', %s, false)", [WORK_MEM])
        cursor.execute(sql.text("cases"), parameters)
        cursor.execute("ANALYZE cases")
        cursor.execute("SELECT count(*) FROM cases")
        yield cursor.fetchone()[0]
        cursor.execute("DROP TABLE pg_temp.cases")
        cursor.execute("RESET work_mem")


def summaries(by: str | None, *, min_cases: int) -> tuple[dict[str, Numbers], dict[str, list[Numbers]]]:
    """All measures over all cases, and the groups of each key asked for. Two queries at most."""
    keys = [by, *ALSO.get(by, ())] if by else []
    names = [f"key_{key}" for key in keys]
    columns = [f", {KEYS[key].expression} AS {name}" for key, name in zip(keys, names, strict=True)]
    statement = sql.statements("measures")["summary"].format(
        level=f"GROUPING({', '.join(names)})" if names else "0",
        key_columns="".join(columns),
        joins=" ".join(KEYS[key].join for key in keys),
        sets=f"GROUPING SETS ((), {', '.join(f'({name})' for name in names)})" if names else "()",
        aggregates=", ".join([*names, *(_aggregates(measure) for measure in Measure)]),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    everything = 2 ** len(keys) - 1
    total = next(row for row in rows if row["level"] == everything)
    groups = {
        key: _named(
            key,
            [
                {"key": row[name], "measures": _measures(row, min_cases)}
                for row in rows
                if row["level"] == everything - 2 ** (len(keys) - 1 - index)
            ],
        )
        for index, (key, name) in enumerate(zip(keys, names, strict=True))
    }
    return _measures(total, min_cases), groups


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


def _named(key: str, groups: list[Numbers]) -> list[Numbers]:
    """Groups in order; units by their call signs, kinds and nodes with their names."""
    if key == "unit":
        ids = [int(group["key"]) for group in groups if group["key"]]
        units = Unit.objects.filter(pk__in=ids).values_list("pk", "call_sign", "organisation__code")
        signs = {str(pk): (call_sign, node) for pk, call_sign, node in units}
        groups = [
            group | {"key": signs[group["key"]][0], "organisation": signs[group["key"]][1]} if group["key"] else group
            for group in groups
        ]
    if key in ("type", "organisation"):
        rows = IncidentType.objects if key == "type" else Organisation.objects.without_tree_fields().order_by()
        names = dict(rows.filter(code__in=[group["key"] for group in groups]).values_list("code", "name"))
        groups = [group | {"label": names.get(group["key"], group["key"])} for group in groups]
    order: Callable[[Numbers], Any] = (
        (lambda group: int(group["key"]))
        if KEYS[key].is_number
        else (lambda group: (group["key"] is None, group["key"]))
    )
    return sorted(groups, key=order)


def overview() -> Numbers:
    """What the cases are: how many, open, cancelled, merged, regraded, and why arrivals are missing. Three queries."""
    found = _one("overview")
    return {
        "incidents": found["incidents"],
        "open": found["open"],
        "cancelled": found["cancelled"],
        "on_view": found["on_view"],
        "without_unit": found["without_unit"],
        "regraded": found["regraded"],
        "merged": _rows("merged")[0][0],
        "first_call": found["first_call"] and found["first_call"].isoformat(),
        "last_call": found["last_call"] and found["last_call"].isoformat(),
        "missing_arrivals": {
            "open": found["missing_open"],
            "no_unit_sent": found["missing_no_unit"],
            "no_arrival_recorded": found["missing_no_arrival"],
        },
        "first_sent_and_first_to_arrive": {
            "n": found["both_known"],
            "differ": found["first_sent_was_not_first_to_arrive"],
        },
        "arrival_sources": dict(_rows("sources")),
        "broken_off": {status: found[f"units_{status}"] for status in ("cancelled", "pre_empted", "refused")},
    }


def reopened(*, min_cases: int) -> Numbers:
    """Second and later intervals: reopening → first unit on scene after it. One query."""
    values = [row[1] for row in _rows("reopened")]
    found = [Why.MISSING if value is None else Why.NEGATIVE if value < 0 else value for value in values]
    return dict(as_numbers(summarise(found, min_cases=min_cases)))


def survival() -> Numbers:
    """Kaplan–Meier of the response, open and never attended incidents censored (rule 4). One query."""
    return asdict(kaplan_meier(_rows("survival")))


def distribution() -> Numbers:
    """Responses by minute; the last bin holds the rest. One query."""
    counted = dict(_rows("distribution", width_s=BIN_S, last=LAST_BIN))
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
    rows = _rows(
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
    for priority, start, end, seconds, percentile, met, n, open_breaches, pending, missing, negative in rows:
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
    return hashlib.sha256(repr(_rows("fingerprint")[0]).encode()).hexdigest()


def _rows(name: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.statements("measures")[name], parameters or None)
        return list(cursor.fetchall())


def _one(name: str) -> Numbers:
    with connection.cursor() as cursor:
        cursor.execute(sql.statements("measures")[name])
        return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
