"""From a figure to the incidents behind it: which part of the cases a figure counts, and what happened in each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from analytics import kept, measures, sql
from analytics.measures import KEYS, Numbers
from analytics.measures.keys import expression
from analytics.models import Report
from analytics.rules import Measure
from analytics.selectors.questions import Question, bounds, scope_of, shift_starts
from core import clock
from core.access import Viewer
from core.errors import Invalid
from core.rules import Permission

WORST = 10
PAGE = 50

OUTCOMES: dict[str, str] = {
    "counted": "NOT c.on_view AND c.{measure} >= 0",
    "missing": "NOT c.on_view AND c.{measure} IS NULL",
    "zero": "NOT c.on_view AND c.{measure} = 0",
    "negative": "NOT c.on_view AND c.{measure} < 0",
    "on_view": "c.on_view",
    "open": "c.is_open",
    "cancelled": "c.is_cancelled",
    "merged": "c.duplicates > 0",
    "regraded": "c.first_priority <> c.priority",
    "corrected": "c.corrected > 0",
    "differ": "c.first_sent_unit_id <> c.first_arrived_unit_id",
    "missing_open": "NOT c.on_view AND c.response IS NULL AND c.is_open",
    "missing_no_unit_sent": "NOT c.on_view AND c.response IS NULL AND NOT c.is_open AND c.sent = 0",
    "missing_no_arrival_recorded": "NOT c.on_view AND c.response IS NULL AND NOT c.is_open AND c.sent > 0",
    "units_cancelled": "c.units_cancelled > 0",
    "units_pre_empted": "c.units_pre_empted > 0",
    "units_refused": "c.units_refused > 0",
    "reopened": "EXISTS (SELECT 1 FROM incidents_reopening r WHERE r.incident_id = c.id)",
}
"""What a figure counts, as a condition on a case."""

ORDERS = {
    "longest": "c.{measure} DESC NULLS LAST",
    "shortest": "c.{measure} NULLS LAST",
    "latest": "c.received_at DESC",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report's cases: those that one of its figures counts.

    `number` is a part of the incident's number. `cell` is a hexagon of the map (`q,r`); `began` the day, week or month of the trend that begins then.
    `key` is the `value` of a group by `by` (None: the group that has none); `from_s`, `to_s` seconds of the measure (the
    second exclusive); `source` of the arrival; `priority`, `over_s`: beyond the target of that final priority.
    """

    outcome: str | None = None
    measure: str = Measure.RESPONSE
    by: str | None = None
    key: str | None = None
    then: str | None = None
    then_key: str | None = None
    from_s: float | None = None
    to_s: float | None = None
    source: str | None = None
    began: str | None = None
    cell: str | None = None
    number: str | None = None
    other: bool = False
    order: str = "longest"
    offset: int = 0
    limit: int = PAGE

    def __post_init__(self) -> None:
        """Raise Invalid for what there is not."""
        for field, value, known in (
            ("outcome", self.outcome, OUTCOMES),
            ("measure", self.measure, set(Measure)),
            ("by", self.by, KEYS),
            ("then", self.then, KEYS),
            ("order", self.order, ORDERS),
        ):
            if value is not None and value not in known:
                raise Invalid(_("There is no such choice."), code="unknown_choice", field=field)


@dataclass(frozen=True, slots=True)
class Cases:
    """One page of incidents, how many there are in all, and whether the cases changed since the report."""

    total: int
    incidents: list[Numbers]
    changed: bool


def incidents_behind(viewer: Viewer, report: Report, part: Part, *, now: datetime | None = None) -> Cases:
    """The incidents that a figure of `report` counts, as they stand now, with what happened in each. Some ten queries.

    Only of nodes where the viewer may see both reports and incidents. `changed` says that the cases of the report are
    not what they were when it was computed.
    """
    now = now or clock.now()
    asked = Question.read(report.organisation_id, report.parameters)
    question = (asked.of_other() or asked) if part.other else asked
    scope = scope_of(viewer, report.organisation_id)
    may = viewer.organisations(Permission.INCIDENT_VIEW)
    since, until = bounds(question, scope.zone)
    kept.refresh()
    with measures.snapshot():
        # Over all nodes of the report, so that the digest is that of the report; what may not be seen is left out below.
        with measures.cases(measures.Population(scope.ids, since, until, now)):
            changed = _known_print(report, other=part.other) != measures.fingerprint()
        seen = tuple(node for node in scope.ids if node in may)
        with measures.cases(measures.Population(seen, since, until, now)):
            total, rows = _found(part, shift_starts(seen), report)
        return Cases(total, _told(rows), changed)


def _known_print(report: Report, *, other: bool) -> str:
    if not other:
        return report.data_fingerprint
    return str(((report.result or {}).get("comparison") or {}).get("data_fingerprint", ""))


def _found(part: Part, starts: measures.Starts, report: Report) -> tuple[int, list[Numbers]]:
    conditions, parameters = ["true"], {"limit": part.limit, "offset": part.offset}
    joins: dict[str, str] = {}
    values: dict[str, Any] = dict(parameters)
    if part.outcome:
        conditions.append(OUTCOMES[part.outcome].format(measure=part.measure))
    for name, by, key in (("key", part.by, part.key), ("then_key", part.then, part.then_key)):
        if by:
            joins[by] = KEYS[by].join
            conditions.append(f"({expression(by, starts)})::text IS NOT DISTINCT FROM %({name})s")
            values[name] = key
    for name, sign, limit in (("from_s", ">=", part.from_s), ("to_s", "<", part.to_s)):
        if limit is not None:
            conditions.append(f"c.{part.measure} {sign} %({name})s")
            values[name] = limit
    if part.source is not None:
        conditions.append(
            "c.first_on_scene_at IS NOT NULL AND coalesce(nullif(c.arrival_source, ''), 'unknown') = %(source)s"
        )
        values["source"] = part.source
    if part.began is not None:
        step = ((report.result or {}).get("trend") or {}).get("step", "day")
        conditions.append("date_trunc(%(step)s, c.received_at AT TIME ZONE c.time_zone)::date = %(began)s::date")
        values |= {"step": step, "began": part.began}
    if part.number is not None:
        conditions.append(
            "EXISTS (SELECT FROM incidents_incident n WHERE n.id = c.id AND strpos(n.number, %(number)s) > 0)"
        )
        values["number"] = part.number.strip().upper()
    if part.cell is not None:
        conditions.append(f"c.id IN ({sql.statements('behind')['cell']})")
        q, r = part.cell.split(",")
        found = (report.result or {}).get("map") or {}
        values |= {
            "q": int(q),
            "r": int(r),
            "edge_m": float(found.get("edge_m") or 1),
            "srid": found.get("srid") or 4326,
        }
    words = {
        "joins": " ".join(joins.values()),
        "conditions": " AND ".join(f"({condition})" for condition in conditions),
        "order": ORDERS[part.order].format(measure=part.measure),
    }
    statements = sql.statements("behind")
    with connection.cursor() as cursor:
        cursor.execute(statements["count"].format(**words), values)
        total = cursor.fetchone()[0]
        cursor.execute(statements["page"].format(**words), values)
        names = [column.name for column in cursor.description]
        return total, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def worst() -> list[Numbers]:
    """The longest response times of the population that is open, each with what happened. Two queries and one more."""
    part = Part(outcome="counted", limit=WORST)
    return _told(_found(part, {}, Report())[1])


def _told(rows: list[Numbers]) -> list[Numbers]:
    """Rows as reports show them, with their stages."""
    stages = _stages([row["id"] for row in rows])
    return [_card(row) | {"stages": stages.get(row["id"], [])} for row in rows]


def _card(row: Mapping[str, Any]) -> Numbers:
    return {
        "incident": row["id"],
        "number": row["number"],
        "received_at": row["received_at"].isoformat(),
        "priority": row["priority"],
        "first_priority": row["first_priority"],
        "highest_priority": row["highest_priority"],
        "type": row["type"],
        "type_name": row["type_name"],
        "type_names": json.loads(row["type_names"]),
        "place": row["place"],
        "is_open": row["is_open"],
        "is_cancelled": row["is_cancelled"],
        "on_view": row["on_view"],
        "first_sent": row["first_sent"],
        "first_arrived": row["first_arrived"],
        "arrival_source": row["arrival_source"],
        "duplicates": row["duplicates"],
        "corrections": row["corrected"],
        "waited_s": row["waited"],
        **{f"{measure}_s": row[measure] for measure in Measure},
    }


def _stages(ids: list[int]) -> dict[int, list[Numbers]]:
    if not ids:
        return {}
    told: dict[int, list[Numbers]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql.statements("behind")["stages"], {"ids": ids})
        for root, at, event, unit, source in cursor.fetchall():
            told.setdefault(root, []).append({"at": at.isoformat(), "event": event, "unit": unit, "source": source})
    return told
