"""Publication: drafts become what people go by."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _

from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Unprocessable
from core.rules import Permission
from patrols.planning import selectors
from patrols.planning.models import PlannedShift, PlanRevision
from patrols.planning.rules import State
from patrols.planning.services import news


def publish_plan(*, organisation_id: int, first: date, last: date, by: Viewer) -> list[PlannedShift]:
    """Publish the drafts that begin on local days `first` to `last` at a node and below: all, or none.

    Crews are told, boards too, and from now on each change is recorded. Raises NotFound, Forbidden; Unprocessable where
    there is nothing to publish, and where rules are broken without a reason (`plan_violations`).
    """
    with change(by=by) as c:
        news.lock_plan()
        node = selectors.access_node(by, organisation_id)
        by.require(Permission.PLAN_EDIT, organisation_id, view=Permission.PLAN_VIEW)
        start, end = selectors.bounds(node, first, last)
        rows = selectors.shifts_between(selectors.nodes_below(by, node), start, end).filter(
            starts_at__gte=start, state=State.DRAFT
        )
        shifts = list(selectors.with_all(rows))
        if not shifts:
            raise Unprocessable(_("There are no drafts in this period."), code="nothing_to_publish")
        news.refuse_violations(shifts, selectors.check(selectors.as_planned(shifts)))
        PlannedShift.objects.filter(pk__in=[shift.pk for shift in shifts]).update(
            state=State.PUBLISHED, published_at=c.now, version=F("version") + 1
        )
        shifts = list(selectors.with_all(PlannedShift.objects.filter(pk__in=[shift.pk for shift in shifts])))
        news.record_published(shifts, c)
        news.tell_boards(shifts, PlanRevision.Kind.PUBLISHED, reason="", c=c)
    return shifts


def mark_notices_seen(*, notice_ids: Sequence[int], by: Viewer) -> int:
    """Note that the officer has read what they were told; returns how many. Others' notices stay."""
    with change(by=by):
        return selectors.own_notices(by).filter(pk__in=notice_ids).update(seen_at=clock.now())
