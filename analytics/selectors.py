"""Reads of analytics, scoped to what the viewer may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from analytics import measures
from analytics.measures import ALSO, KEYS, TargetSpan
from analytics.models import Report
from analytics.rules import MIN_CASES
from core import clock
from core.access import Viewer
from core.errors import Invalid, NotFound
from core.models import Organisation
from core.rules import Permission
from incidents.models import Target

PERCENTILE_METHOD = "percentile_cont"

type OnProgress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What a response-time report is asked: a node (None: all), local dates (both inclusive), a grouping, a least n."""

    organisation_id: int | None = None
    since: date | None = None
    until: date | None = None
    by: str | None = None
    min_cases: int = MIN_CASES

    def __post_init__(self) -> None:
        """Raise Invalid for what cannot be asked."""
        if self.by is not None and self.by not in KEYS:
            raise Invalid(_("There is no such grouping."), code="unknown_grouping", field="by")
        if self.since and self.until and self.since > self.until:
            raise Invalid(_("The period ends before it begins."), code="empty_period", field="to")


def response_times(
    viewer: Viewer, question: Question, *, now: datetime | None = None, progress: OnProgress = lambda _share: None
) -> dict[str, Any]:
    """Compute response times: the one path of the command, the API and the report. Some fifteen queries.

    Raises NotFound for a node where the viewer may not see reports.
    """
    now = now or clock.now()
    root, nodes = _scope(viewer, question.organisation_id)
    zone = ZoneInfo(root.time_zone if root else settings.DISPLAY_TIME_ZONE)
    since, until = bounds(question, zone)
    with measures.cases([node.pk for node in nodes], since=since, until=until, now=now):
        progress(0.5)
        total, groups = measures.summaries(question.by, min_cases=question.min_cases)
        progress(0.75)
        result = {
            "organisation": root.code if root else None,
            "organisation_name": root.name if root else None,
            "period": {
                "from": question.since and question.since.isoformat(),
                "to": question.until and question.until.isoformat(),
                "from_utc": since and since.isoformat(),
                "to_utc_exclusive": until and until.isoformat(),
                "time_zone": zone.key,
            },
            "by": question.by,
            "percentile_method": PERCENTILE_METHOD,
            "min_cases": question.min_cases,
            "computed_at": now.isoformat(),
            "measures": total,
            "groups": groups.get(question.by or "", []),
            **{f"groups_by_{key}": groups[key] for key in ALSO.get(question.by or "", ())},
            "population": measures.overview(),
            "reopened": measures.reopened(min_cases=question.min_cases),
            "kaplan_meier": measures.survival(),
            "distribution": measures.distribution(),
            "compliance": measures.compliance(_target_spans(nodes)),
            "data_fingerprint": measures.fingerprint(),
        }
        progress(0.95)
    return result


def bounds(question: Question, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The instants where the first local day begins and the last one ends (exclusive), in UTC."""
    since = datetime.combine(question.since, time(), zone).astimezone(UTC) if question.since else None
    last = question.until + timedelta(days=1) if question.until else None
    return since, datetime.combine(last, time(), zone).astimezone(UTC) if last else None


def _scope(viewer: Viewer, organisation_id: int | None) -> tuple[Organisation | None, Sequence[Organisation]]:
    """The node asked for, and all nodes at and below it where the viewer may see reports. Two or three queries."""
    allowed = viewer.organisations(Permission.REPORT_VIEW)
    if organisation_id is None:
        return None, list(Organisation.objects.filter(pk__in=allowed))
    root = Organisation.objects.filter(pk=organisation_id, pk__in=allowed).first()
    if root is None:
        raise NotFound
    return root, [node for node in root.descendants(include_self=True) if node.pk in allowed]


def _target_spans(nodes: Sequence[Organisation]) -> list[TargetSpan]:
    """Targets as they hold at each node: its own, or else those of the nearest node above it. Two queries at most."""
    targets: dict[tuple[int, int, str, str], list[Target]] = {}
    for target in Target.objects.order_by("valid_from"):
        targets.setdefault((target.organisation_id, target.priority, target.start, target.end), []).append(target)
    if not targets:
        return []
    parents = dict(Organisation.objects.without_tree_fields().order_by().values_list("pk", "parent_id"))
    kinds = {key[1:] for key in targets}
    return [
        span
        for node in nodes
        for kind in kinds
        if (series := _nearest(node.pk, kind, targets, parents))
        for span in _spans(node.pk, series)
    ]


def _nearest(
    node: int | None,
    kind: tuple[int, str, str],
    targets: Mapping[tuple[int, int, str, str], list[Target]],
    parents: Mapping[int, int | None],
) -> list[Target]:
    while node is not None:
        if series := targets.get((node, *kind)):
            return series
        node = parents[node]
    return []


def _spans(node: int, series: list[Target]) -> list[TargetSpan]:
    ends = [target.valid_from for target in series[1:]] + [date.max]
    return [TargetSpan(node, target, target.valid_from, end) for target, end in zip(series, ends, strict=True)]


def report_nodes(viewer: Viewer) -> list[Organisation]:
    """Nodes that reports may be asked about, parents before children. Two queries at most."""
    allowed = viewer.organisations(Permission.REPORT_VIEW)
    return [node for node in Organisation.objects.with_tree_fields() if node.pk in allowed]


def reports(viewer: Viewer, *, limit: int = 50) -> list[Report]:
    """The newest reports about nodes where the viewer may see reports. One query, two for a system viewer."""
    allowed = viewer.organisations(Permission.REPORT_VIEW)
    rows = Report.objects.filter(organisation_id__in=allowed).select_related("organisation", "requested_by")
    return list(rows.defer("result")[:limit])


def access_node(viewer: Viewer, organisation_id: int) -> None:
    """Raise NotFound where there is no such node, or the viewer may not see reports about it. One query at most."""
    if not viewer.can(Permission.REPORT_VIEW, organisation_id):
        raise NotFound
    if not Organisation.objects.filter(pk=organisation_id).exists():
        raise NotFound


def access_report(viewer: Viewer, report_id: int) -> Report:
    """The report, or NotFound where there is none or it is not for this viewer. One query."""
    report = Report.objects.select_related("organisation", "requested_by").filter(pk=report_id).first()
    if report is None or not viewer.can(Permission.REPORT_VIEW, report.organisation_id):
        raise NotFound
    return report
