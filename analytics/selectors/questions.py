"""What a report may be asked, over which nodes, and which instants its local days are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from analytics.measures import KEYS, Starts, TargetSpan, shift_names
from analytics.models import ShiftStart
from analytics.rules import MIN_CASES
from core.access import Viewer
from core.errors import Invalid, NotFound
from core.models import Organisation
from core.rules import Permission
from incidents.models import Target

USUAL_STARTS = (time(7), time(19))
"""When shifts begin where nobody has said so."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a response-time report is asked: a node (None: all), local dates (both inclusive), groupings, a least n.

    `shift` (such as `19:00-07:00`) asks only about that shift of the one day `since`. `other_since`, `other_until` are
    the local days of a period to compare with.
    """

    organisation_id: int | None = None
    since: date | None = None
    until: date | None = None
    by: str | None = None
    min_cases: int = MIN_CASES
    then: str | None = None
    shift: str | None = None
    other_since: date | None = None
    other_until: date | None = None

    def __post_init__(self) -> None:
        """Raise Invalid for what cannot be asked."""
        for field, key in (("by", self.by), ("then", self.then)):
            if key is not None and key not in KEYS:
                raise Invalid(_("There is no such grouping."), code="unknown_grouping", field=field)
        if self.then is not None and (self.by is None or self.by == self.then):
            raise Invalid(_("A second grouping needs another one before it."), code="unknown_grouping", field="then")
        if self.since and self.until and self.since > self.until:
            raise Invalid(_("The period ends before it begins."), code="empty_period", field="to")
        if (self.other_since is None) != (self.other_until is None):
            raise Invalid(_("A period to compare with has two ends."), code="open_period", field="compare_to")
        if self.other_since and self.other_until and self.other_since > self.other_until:
            raise Invalid(_("The period ends before it begins."), code="empty_period", field="compare_to")
        if date.max in (self.until, self.other_until):
            raise Invalid(_("The period ends too late."), code="empty_period", field="to")
        if self.shift is not None:
            self._check_shift()

    def _check_shift(self) -> None:
        try:
            clocks(self.shift or "")
        except ValueError:
            raise Invalid(_("A shift is written like 19:00-07:00."), code="unknown_shift", field="shift") from None
        if self.since is None or self.since != self.until:
            raise Invalid(_("A shift belongs to one day."), code="unknown_shift", field="shift")

    def of_other(self) -> Self | None:
        """The same question about the period to compare with; None where there is none."""
        if self.other_since is None:
            return None
        return replace(self, since=self.other_since, until=self.other_until, other_since=None, other_until=None)

    @classmethod
    def read(cls, organisation_id: int | None, given: Mapping[str, Any]) -> Self:
        """The question that a report's parameters hold. Raises as the class."""

        def day(name: str) -> date | None:
            return date.fromisoformat(given[name]) if given.get(name) else None

        return cls(
            organisation_id=organisation_id,
            since=day("from"),
            until=day("to"),
            by=given.get("by"),
            min_cases=given.get("min_cases") or MIN_CASES,
            then=given.get("then"),
            shift=given.get("shift"),
            other_since=day("compare_from"),
            other_until=day("compare_to"),
        )

    def written(self) -> dict[str, Any]:
        """The parameters that a report keeps of this."""

        def day(value: date | None) -> str | None:
            return value.isoformat() if value else None

        optional = {
            "then": self.then,
            "shift": self.shift,
            "compare_from": day(self.other_since),
            "compare_to": day(self.other_until),
            "min_cases": self.min_cases if self.min_cases != MIN_CASES else None,
        }
        return {"from": day(self.since), "to": day(self.until), "by": self.by} | {
            name: value for name, value in optional.items() if value is not None
        }


def clocks(shift: str) -> tuple[time, time]:
    """When a shift begins and ends, on the local clock: `19:00-07:00`. Raises ValueError for anything else."""
    begins, ends = shift.split("-")
    return time.fromisoformat(begins), time.fromisoformat(ends)


def bounds(question: Question, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The instants where the period begins and ends (exclusive), in UTC: of the local days, or of the one shift."""
    if question.shift and question.since:
        begins, ends = clocks(question.shift)
        last = question.since + timedelta(days=int(ends <= begins))
        return _instant(question.since, begins, zone), _instant(last, ends, zone)
    since = _instant(question.since, time(), zone) if question.since else None
    until = _instant(question.until + timedelta(days=1), time(), zone) if question.until else None
    return since, until


def local_days(since: date, until: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants where the first local day begins and the last one ends (exclusive), in UTC."""
    return _instant(since, time(), zone), _instant(until + timedelta(days=1), time(), zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Scope:
    """The node that was asked for (None: all that one may see), and all nodes below it that count."""

    root: Organisation | None
    nodes: Sequence[Organisation]

    @property
    def ids(self) -> tuple[int, ...]:
        """The numbers of all nodes."""
        return tuple(node.pk for node in self.nodes)

    @property
    def zone(self) -> ZoneInfo:
        """On whose clock the days of the period are."""
        return ZoneInfo(self.root.time_zone if self.root else settings.DISPLAY_TIME_ZONE)


def scope_of(viewer: Viewer, organisation_id: int | None) -> Scope:
    """The node asked for, and all at and below it where the viewer may see reports. Two or three queries.

    Raises NotFound where the viewer may not.
    """
    allowed = viewer.organisations(Permission.REPORT_VIEW)
    if organisation_id is None:
        return Scope(None, list(Organisation.objects.filter(pk__in=allowed)))
    root = Organisation.objects.filter(pk=organisation_id, pk__in=allowed).first()
    if root is None:
        raise NotFound
    return Scope(root, [node for node in root.descendants(include_self=True) if node.pk in allowed])


def parents() -> dict[int, int | None]:
    """Of each node the one above it. One query."""
    return dict(Organisation.objects.without_tree_fields().order_by().values_list("pk", "parent_id"))


def shift_starts(nodes: Iterable[int]) -> Starts:
    """When shifts begin at each node: as it says, or the nearest one above it, or as is usual. Two queries at most."""
    said: dict[int, list[time]] = {}
    for node, at in ShiftStart.objects.order_by("at").values_list("organisation_id", "at"):
        said.setdefault(node, []).append(at)
    above = parents() if said else {}

    def of(node: int | None) -> tuple[time, ...]:
        while node is not None:
            if node in said:
                return tuple(said[node])
            node = above.get(node)
        return USUAL_STARTS

    return {node: of(node) for node in nodes}


def shifts_of(organisation_id: int) -> list[str]:
    """The shifts of a day at a node: `["07:00-19:00", "19:00-07:00"]`. Two queries at most."""
    return shift_names(shift_starts([organisation_id])[organisation_id])


def target_spans(nodes: Iterable[int]) -> list[TargetSpan]:
    """Targets as they hold at each node: its own, or else those of the nearest node above it. Two queries at most."""
    targets: dict[tuple[int, int, str, str], list[Target]] = {}
    for target in Target.objects.order_by("valid_from"):
        targets.setdefault((target.organisation_id, target.priority, target.start, target.end), []).append(target)
    if not targets:
        return []
    above = parents()
    kinds = {key[1:] for key in targets}
    return [
        span
        for node in nodes
        for kind in kinds
        if (series := _nearest(node, kind, targets, above))
        for span in _spans(node, series)
    ]


def _nearest(
    node: int | None,
    kind: tuple[int, str, str],
    targets: Mapping[tuple[int, int, str, str], list[Target]],
    above: Mapping[int, int | None],
) -> list[Target]:
    while node is not None:
        if series := targets.get((node, *kind)):
            return series
        node = above[node]
    return []


def _spans(node: int, series: list[Target]) -> list[TargetSpan]:
    ends = [target.valid_from for target in series[1:]] + [date.max]
    return [TargetSpan(node, target, target.valid_from, end) for target, end in zip(series, ends, strict=True)]
