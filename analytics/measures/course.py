"""How response times went: by day, week or month; and against another period, with how sure the difference is."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from analytics import sql
from analytics.measures.figures import rows
from analytics.measures.keys import Numbers
from analytics.rules import Interval, Measure, Sample, difference_of_percentiles, newcombe

STEPS = ("day", "week", "month")
DAYS_BY_DAY = 45
DAYS_BY_WEEK = 250

SHARES = {"p50_s": 0.5, "p90_s": 0.9}


def step_of(since: date | None, until: date | None) -> str:
    """Whether a period is told by `day`, `week` or `month`."""
    if since is None or until is None:
        return "month"
    days = (until - since).days + 1
    return "day" if days <= DAYS_BY_DAY else "week" if days <= DAYS_BY_WEEK else "month"


def trend(step: str, *, min_cases: int) -> Numbers:
    """Response times by day, week (from Monday) or month of the call; below `min_cases` n alone. One to three queries.

    Where most steps have too few cases, they are told by the next longer one.
    """
    for longer in STEPS[STEPS.index(step) :]:
        found = _trend(longer, min_cases)
        points = found["points"]
        if 2 * sum(point["p50_s"] is not None for point in points) >= len(points):
            break
    return found


def _trend(step: str, min_cases: int) -> Numbers:
    points = [
        {
            "from": began.isoformat(),
            "incidents": incidents,
            "n": n,
            "n_missing": n_missing,
            "p50_s": found[0] if found and n >= min_cases else None,
            "p90_s": found[1] if found and n >= min_cases else None,
        }
        for began, incidents, n, n_missing, found in rows("trend", step=step)
    ]
    return {"step": step, "points": points}


def samples() -> dict[Measure, Sample]:
    """The values of each measure with how often each occurs. One query a measure."""
    return {measure: Sample(_sample(measure)) for measure in Measure}


def _sample(measure: Measure) -> list[tuple[float, int]]:
    with connection.cursor() as cursor:
        cursor.execute(sql.statements("measures")["sample"].format(measure=measure))
        return list(cursor.fetchall())


def differences(
    mine: dict[Measure, Sample], earlier: dict[Measure, Sample], *, min_cases: int
) -> dict[str, dict[str, Numbers | None]]:
    """Of each measure, how median and P90 differ from those of the other period, with the bootstrap's interval (95 %).

    None where either period has fewer than `min_cases`.
    """
    return {
        measure.value: {
            name: _difference(mine[measure], earlier[measure], share)
            if min(mine[measure].n, earlier[measure].n) >= max(min_cases, 1)
            else None
            for name, share in SHARES.items()
        }
        for measure in Measure
    }


def _difference(mine: Sample, earlier: Sample, share: float) -> Numbers:
    here, there = mine.percentile(share), earlier.percentile(share)
    return {
        "here": round(here, 6),
        "there": round(there, 6),
        "difference": round(here - there, 6),
    } | _bounds(difference_of_percentiles(mine, earlier, share), digits=6)


def _bounds(found: Interval | None, *, digits: int) -> Numbers:
    """The interval, and whether it leaves out zero: only then is the difference more than chance would make."""
    if found is None:
        return {"low": None, "high": None, "is_sure": False}
    return {
        "low": round(found.low, digits),
        "high": round(found.high, digits),
        "is_sure": found.low > 0 or found.high < 0,
    }


def differences_of_shares(mine: Sequence[Numbers], earlier: Sequence[Numbers]) -> list[Numbers]:
    """Of each target that both periods have, how the share within it differs, with Newcombe's interval (95 %)."""
    there = {_identity(row): row for row in earlier}
    return [
        {name: row[name] for name in ("priority", "start", "end", "seconds", "percentile")}
        | {
            "here": row["share"],
            "n_here": row["n"],
            "there": other["share"],
            "n_there": other["n"],
            "difference": row["share"] - other["share"] if row["n"] and other["n"] else None,
        }
        | _bounds(newcombe(row["met"], row["n"], other["met"], other["n"]), digits=9)
        for row in mine
        if (other := there.get(_identity(row)))
    ]


def _identity(row: Numbers) -> tuple[Any, ...]:
    return row["priority"], row["start"], row["end"], row["seconds"], row["percentile"]
