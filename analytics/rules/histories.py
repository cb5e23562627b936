"""The measures of response time, read plainly from the thirteen rules (`docs/definitions.md`). Pure; times are aware UTC.

Reports are computed by `sql/cases.sql`; this is what that must equal, history by history, and a test holds it to that.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

MIN_CASES = 5
"""Below so many cases a report shows their number alone (rule 11)."""


class Measure(StrEnum):
    """An interval that reports are about."""

    RESPONSE = "response"
    DISPATCH_DELAY = "dispatch_delay"
    TURNOUT = "turnout"
    TRAVEL = "travel"
    TO_ACTION = "to_action"


class Why(StrEnum):
    """Why a case has no value in a measure."""

    MISSING = "missing"
    ON_VIEW = "on_view"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Sent:
    """One unit's assignment. `broken_off`: cancelled, pre-empted or refused."""

    unit: str
    dispatched_at: datetime | None = None
    en_route_at: datetime | None = None
    on_scene_at: datetime | None = None
    action_taken_at: datetime | None = None
    broken_off: bool = False

    @property
    def started_at(self) -> datetime | None:
        """The first stage that is known."""
        return self.dispatched_at or self.en_route_at or self.on_scene_at or self.action_taken_at


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one incident, and of the duplicates that were merged into it."""

    received_at: datetime
    sent: tuple[Sent, ...] = ()
    on_view: bool = False
    action_taken_at: datetime | None = None
    reopened_at: datetime | None = None
    duplicates: tuple["History", ...] = ()


_NOBODY = Sent(unit="")

type Outcome = float | Why


def received(history: History) -> datetime:
    """When the clock starts: the earliest call, that of a merged duplicate too (rule 6); on-view there was no call."""
    return min([history.received_at, *_calls_of(history.duplicates)])


def _calls_of(duplicates: Iterable[History]) -> Iterator[datetime]:
    for duplicate in duplicates:
        if not duplicate.on_view:
            yield duplicate.received_at
        yield from _calls_of(duplicate.duplicates)


def first_interval(history: History) -> list[Sent]:
    """Units of the first interval: what was sent after a reopening belongs to the second (rule 6)."""
    own = [sent for sent in history.sent if _before(sent.started_at, history.reopened_at)]
    return own + [sent for duplicate in history.duplicates for sent in first_interval(duplicate)]


def first_sent(history: History) -> Sent | None:
    """The unit dispatched first, also one that was called off later; a tie goes to the lower call sign."""
    sent = [one for one in first_interval(history) if one.dispatched_at is not None]
    return min(sent, key=lambda one: (one.dispatched_at, one.unit), default=None)


def first_to_arrive(history: History) -> Sent | None:
    """The unit on the spot first (rule 1): a tie goes to the one sent earlier, then to the lower call sign.

    Units that were cancelled, refused or pre-empted supply no arrival (rule 2).
    """
    arrived = [one for one in first_interval(history) if one.on_scene_at is not None and not one.broken_off]
    return min(
        arrived,
        key=lambda one: (one.on_scene_at, one.dispatched_at is None, one.dispatched_at or one.on_scene_at, one.unit),
        default=None,
    )


def action_taken(history: History) -> datetime | None:
    """When action was first taken: by a unit that stayed on the job, or as noted for the incident itself."""
    noted = [one.action_taken_at for one in first_interval(history) if not one.broken_off]
    return min(filter(None, [*noted, *_own_actions(history)]), default=None)


def _own_actions(history: History) -> list[datetime]:
    own = history.action_taken_at
    mine = [own] if own is not None and _before(own, history.reopened_at) else []
    return mine + [at for duplicate in history.duplicates for at in _own_actions(duplicate)]


def _before(at: datetime | None, limit: datetime | None) -> bool:
    return at is None or limit is None or at < limit


def outcomes(history: History) -> dict[Measure, Outcome]:
    """Seconds of each measure, or why there are none (rules 3, 5, 8, 10)."""
    start = received(history)
    sent, arrived = first_sent(history) or _NOBODY, first_to_arrive(history) or _NOBODY
    spans: dict[Measure, tuple[datetime | None, datetime | None]] = {
        Measure.RESPONSE: (start, arrived.on_scene_at),
        Measure.DISPATCH_DELAY: (start, sent.dispatched_at),
        Measure.TURNOUT: (arrived.dispatched_at, arrived.en_route_at),
        Measure.TRAVEL: (arrived.en_route_at, arrived.on_scene_at),
        Measure.TO_ACTION: (start, action_taken(history)),
    }
    return {measure: _outcome(*span, on_view=history.on_view) for measure, span in spans.items()}


def _outcome(start: datetime | None, end: datetime | None, *, on_view: bool) -> Outcome:
    if on_view:
        return Why.ON_VIEW
    if start is None or end is None:
        return Why.MISSING
    seconds = (end - start).total_seconds()
    return seconds if seconds >= 0 else Why.NEGATIVE


@dataclass(frozen=True, slots=True)
class Summary:
    """One measure over many cases. Values are null below the least number of cases."""

    n: int
    n_missing: int
    n_zero: int
    excluded: dict[str, int] = field(default_factory=dict)
    p50_s: float | None = None
    p90_s: float | None = None
    mean_s: float | None = None


def summarise(found: Iterable[Outcome], *, min_cases: int = MIN_CASES) -> Summary:
    """Sum up outcomes of one measure: n, missing and excluded always; percentiles and mean from `min_cases` on."""
    found = list(found)
    values = sorted(one for one in found if not isinstance(one, Why))
    excluded = {why.value: count for why in (Why.ON_VIEW, Why.NEGATIVE) if (count := found.count(why))}
    shown = len(values) >= max(min_cases, 1)
    return Summary(
        n=len(values),
        n_missing=found.count(Why.MISSING),
        n_zero=values.count(0),
        excluded=excluded,
        p50_s=percentile(values, 0.5) if shown else None,
        p90_s=percentile(values, 0.9) if shown else None,
        mean_s=math.fsum(values) / len(values) if shown else None,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The percentile of sorted values by linear interpolation: `percentile_cont`, type 7 of Hyndman and Fan (1996).

    Raises ValueError for no values at all.
    """
    if not values:
        raise ValueError("no values")
    place = share * (len(values) - 1)
    low, high = math.floor(place), math.ceil(place)
    return values[low] + (values[high] - values[low]) * (place - low)


@dataclass(frozen=True, slots=True)
class Survival:
    """Kaplan–Meier over cases of which some still wait: the time by which half, and nine in ten, were reached."""

    n: int
    censored: int
    p50_s: float | None
    p90_s: float | None


def kaplan_meier(cases: Iterable[tuple[float, int, int]]) -> Survival:
    """Estimate waiting times (Kaplan and Meier 1958, JASA 53, eq. 2b), those still open or never attended right-censored.

    `cases` are (seconds, number that were reached then, number censored then). At one instant the reached come before
    the censored. A percentile that the curve does not reach is None.
    """
    rows = [
        (at, sum(row[1] for row in same), sum(row[2] for row in same))
        for at, group in groupby(sorted(cases), key=lambda row: row[0])
        for same in [list(group)]
    ]
    at_risk = total = sum(reached + censored for _, reached, censored in rows)
    waiting = 1.0
    reached_by: dict[float, float | None] = {0.5: None, 0.9: None}
    for at, reached, censored in rows:
        if reached:
            waiting *= 1 - reached / at_risk
        for share, found in reached_by.items():
            if found is None and waiting <= 1 - share + 1e-12:
                reached_by[share] = at
        at_risk -= reached + censored
    return Survival(n=total, censored=sum(row[2] for row in rows), p50_s=reached_by[0.5], p90_s=reached_by[0.9])


def as_numbers(summary: Summary) -> Mapping[str, object]:
    """A summary as the JSON of a report has it; seconds to the microsecond."""
    return {
        "n": summary.n,
        "n_missing": summary.n_missing,
        "n_zero": summary.n_zero,
        "excluded": summary.excluded,
        "p50_s": _tidy(summary.p50_s),
        "p90_s": _tidy(summary.p90_s),
        "mean_s": _tidy(summary.mean_s),
    }


def _tidy(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 6)
