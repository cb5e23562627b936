"""Response times: the one path of the command, the API and the report."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from analytics import kept, measures
from analytics.measures import ALSO, Numbers, Population, TargetSpan
from analytics.rules import MIN_CASES
from analytics.selectors.behind import worst
from analytics.selectors.questions import Question, Scope, bounds, scope_of, shift_starts, target_spans
from core import clock
from core.access import Viewer

PERCENTILE_METHOD = "percentile_cont"

type OnProgress = Callable[[float], None]


def response_times(
    viewer: Viewer, question: Question, *, now: datetime | None = None, progress: OnProgress = lambda _share: None
) -> dict[str, Any]:
    """Compute response times over the cases as they stand now. Some thirty queries, in one snapshot.

    Raises NotFound for a node where the viewer may not see reports.
    """
    now = now or clock.now()
    scope = scope_of(viewer, question.organisation_id)
    progress(0.05)
    kept.refresh(progress=lambda share: progress(0.05 + 0.35 * share))
    progress(0.4)
    with measures.snapshot():
        targets = target_spans(scope.ids)
        result = _asked(scope, question, now)
        population = population_of(scope, question, now)
        with measures.cases(population):
            result |= _figures(scope, question, targets, progress)
            samples = measures.samples() if question.other_since else {}
        progress(0.8)
        if other := question.of_other():
            with measures.cases(population_of(scope, other, now)):
                result |= _against(scope, other, result, samples, targets)
    progress(0.95)
    return result


def population_of(scope: Scope, question: Question, now: datetime) -> Population:
    """Which cases a question is about."""
    since, until = bounds(question, scope.zone)
    return Population(scope.ids, since, until, now)


def _asked(scope: Scope, question: Question, now: datetime) -> Numbers:
    """What was asked, of whom, when."""
    root = scope.root
    return {
        "organisation": root.code if root else None,
        "organisation_name": root.name if root else None,
        "period": _period(scope, question),
        "by": question.by,
        "then": question.then,
        "percentile_method": PERCENTILE_METHOD,
        "min_cases": question.min_cases,
        "computed_at": now.isoformat(),
    }


def _period(scope: Scope, question: Question) -> Numbers:
    since, until = bounds(question, scope.zone)
    return {
        "from": question.since and question.since.isoformat(),
        "to": question.until and question.until.isoformat(),
        "shift": question.shift,
        "from_utc": since and since.isoformat(),
        "to_utc_exclusive": until and until.isoformat(),
        "time_zone": scope.zone.key,
    }


def _figures(scope: Scope, question: Question, targets: list[TargetSpan], progress: OnProgress) -> Numbers:
    """All figures of the population that is open."""
    least, by = question.min_cases, question.by
    figures = {
        "population": measures.overview(),
        "measures": measures.summaries(min_cases=least),
        "groups": [],
        "reopened": measures.reopened(min_cases=least),
        "kaplan_meier": measures.survival(),
        "distribution": measures.distribution(),
        "compliance": measures.compliance(targets),
        "trend": measures.trend(measures.step_of(question.since, question.until), min_cases=least),
    }
    progress(0.6)
    if by:
        starts = shift_starts(scope.ids) if "shift" in (by, question.then) else {}
        figures["groups"] = measures.groups(by, starts, then=question.then, min_cases=least)
        if question.then is None:
            for also in ALSO.get(by, ()):
                figures[f"groups_by_{also}"] = measures.groups(also, starts, min_cases=least)
    if by == "organisation" and question.then is None:
        figures["matrix"] = _matrix(scope, least)
    progress(0.7)
    return figures | {
        "map": measures.response_map(scope.zone.key, min_cases=least),
        "worst": worst(),
        "data_fingerprint": measures.fingerprint(),
    }


def _matrix(scope: Scope, least: int) -> list[Numbers]:
    """Each node by each final priority."""
    nodes = {node.pk: node for node in scope.nodes}
    return [
        {"key": nodes[row.pop("node")].code} | row for row in measures.response_by_node_and_priority(min_cases=least)
    ]


def _against(
    scope: Scope, other: Question, result: Numbers, samples: dict[Any, Any], targets: list[TargetSpan]
) -> Numbers:
    """The other period's figures, and how this one's differ."""
    compliance = measures.compliance(targets)
    least = max(other.min_cases, MIN_CASES)  # resampling one or two cases says nothing of chance, and looks sure
    return {
        "comparison": {
            "period": _period(scope, other),
            "population": measures.overview(),
            "measures": measures.summaries(min_cases=other.min_cases),
            "differences": measures.differences(samples, measures.samples(), min_cases=least),
            "compliance": measures.differences_of_shares(result["compliance"], compliance),
            "data_fingerprint": measures.fingerprint(),
        }
    }
