"""Warnings of gaps before they begin. Run by beat; idempotent."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from analytics.availability import rules, selectors
from analytics.availability.events import StaffingGapWarned
from analytics.availability.models import MinimumStaffing, StaffingWarning
from analytics.availability.rules import Gap
from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import NotFound
from core.models import Organisation
from core.selectors import board_of

LOCK = 0x57415246
"""The advisory lock of whoever warns: two workers at once would warn twice."""


def warn_of_gaps(*, now: datetime | None = None) -> int:
    """Warn of each gap that begins within the hours that its minimum says, once; close warnings that hold no more.

    Returns how many are new. A warning is kept while its gap stands, shrunk or grown, and told anew only when fewer units
    remain than it said. Gaps that have begun are on the page, and no warning of what comes.
    """
    now = now or clock.now()
    by = Viewer.system("staffing")
    today = now.date()
    new = 0
    rows = MinimumStaffing.objects.filter(valid_from__lte=today + timedelta(days=15)).exclude(valid_to__lt=today)
    by_node: dict[int, list[MinimumStaffing]] = defaultdict(list)
    for row in rows.select_related("organisation", "area").order_by("organisation_id", "pk"):
        by_node[row.organisation_id].append(row)
    with change(by=by, now=now) as c:
        _lock()
        for minimums in by_node.values():
            new += _warn_at(minimums[0].organisation, minimums, c)
        ended = StaffingWarning.objects.filter(closed_at__isnull=True).exclude(minimum__in=[m.pk for m in rows])
        ended.update(closed_at=now)
    return new


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _warn_at(node: Organisation, minimums: list[MinimumStaffing], c: Change) -> int:
    zone = ZoneInfo(node.time_zone)
    horizon = timedelta(hours=max(row.warn_before_h for row in minimums))
    first = c.now.astimezone(zone).date()
    found = selectors.scope(c.by, node.pk, first, (c.now + horizon).astimezone(zone).date(), now=c.now)
    there = selectors.presence(found)
    missing = rules.gaps(
        selectors.as_needs(minimums),
        there,
        below=selectors.below(minimums),
        since=c.now,
        until=found.end,
        zone=found.zone,
    )
    rows = {row.pk: row for row in minimums}
    soon = [
        gap for gap in _joined(missing) if c.now < gap.start <= c.now + timedelta(hours=rows[gap.need].warn_before_h)
    ]
    return _keep(soon, rows, c)


def _joined(missing: Iterable[Gap]) -> list[Gap]:
    """Gaps of one need that follow each other, as one: with the fewest units of them."""
    found: list[Gap] = []
    for gap in sorted(missing, key=lambda one: (one.need, one.start)):
        last = found[-1] if found else None
        if last is not None and (last.need, last.end) == (gap.need, gap.start):
            found[-1] = Gap(gap.need, last.start, gap.end, min(last.has, gap.has), gap.needs)
        else:
            found.append(gap)
    return found


def _keep(soon: list[Gap], minimums: dict[int, MinimumStaffing], c: Change) -> int:
    """Write what is new or worse, and close what is gone. Returns how many were told."""
    known = {
        (row.minimum_id, row.starts_at): row
        for row in StaffingWarning.objects.filter(minimum__in=minimums, closed_at__isnull=True)
    }
    told = 0
    for gap in soon:
        row = known.pop((gap.need, gap.start), None)
        if row is None:
            row = StaffingWarning(minimum=minimums[gap.need], starts_at=gap.start, warned_at=c.now, has=gap.needs)
        is_worse = gap.has < row.has
        row.ends_at, row.has, row.needs = gap.end, gap.has, gap.needs
        row.save()
        if is_worse:
            told += 1
            _tell(row, minimums[gap.need], c)
    begun = [row for row in known.values() if row.starts_at <= c.now < row.ends_at]
    gone = [row.pk for row in known.values() if row not in begun]
    StaffingWarning.objects.filter(pk__in=gone).update(closed_at=c.now)
    return told


def _tell(row: StaffingWarning, minimum: MinimumStaffing, c: Change) -> None:
    node = minimum.organisation
    detail = {"has": row.has, "needs": row.needs, "starts_at": row.starts_at.isoformat()}
    c.audit("staffing.gap_warned", row, organisation=node.pk, detail=detail)
    try:
        board = board_of(node.pk)
    except NotFound:
        return
    c.emit(
        board.pk,
        StaffingGapWarned(
            at=c.now,
            warning=row.pk,
            organisation=node.pk,
            name=node.name,
            area=minimum.area.name if minimum.area else None,
            has=row.has,
            needs=row.needs,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        ),
    )
