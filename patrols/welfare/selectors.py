"""Reads of welfare timers, scoped to what the viewer may see.

Who may see a timer: whoever sees its unit. Who answers it: the unit's own crew. Who records that they have spoken with
a unit: whoever has `unit.status` at its node, never a machine.
"""

from django.db.models import QuerySet

from core.access import Viewer
from core.errors import Forbidden, NotFound
from core.rules import Permission
from patrols import selectors
from patrols.models import Unit
from patrols.ports import Job
from patrols.welfare.models import WelfareRule, WelfareTimer
from patrols.welfare.rules import Terms, terms_of


def running_timers(viewer: Viewer) -> QuerySet[WelfareTimer]:
    """The timers that run of the units that the viewer may see, the next to fall due first."""
    rows = WelfareTimer.objects.filter(ended_at__isnull=True, unit__in=selectors.units(viewer))
    return rows.select_related("unit").order_by("due_at", "pk")


def terms_of_unit(unit: Unit, job: Job | None) -> Terms | None:
    """What holds for the unit in its status, on this job or none. One query, three where rules stand."""
    kind = job.kind if job else ""
    rows = [row.as_rule() for row in WelfareRule.objects.filter(status=unit.status, kind__in={"", kind})]
    if not rows:
        return None
    nodes = [node.pk for node in unit.organisation.ancestors(include_self=True)]  # the root first
    return terms_of(rows, status=unit.status, kind=kind, nodes=nodes[::-1])


def access_timer_to_answer(viewer: Viewer, timer_id: int) -> WelfareTimer:
    """The timer, for the crew to answer. Raises NotFound where one may not see it, Forbidden where only that."""
    timer = WelfareTimer.objects.select_related("unit").filter(pk=timer_id).first()
    if timer is None:
        raise NotFound
    if selectors.is_own_unit(viewer, timer.unit_id):
        viewer.require_anywhere(Permission.OWN_UNIT_STATUS)
        return timer
    raise Forbidden if viewer.can(Permission.UNIT_VIEW, timer.unit.organisation_id) else NotFound


def access_unit_to_contact(viewer: Viewer, unit_id: int) -> Unit:
    """The unit, to record that one has spoken with it. Raises NotFound where one may not see it, Forbidden otherwise."""
    unit = selectors.access_unit(viewer, unit_id)
    if viewer.is_system or not viewer.can(Permission.UNIT_STATUS, unit.organisation_id):
        raise Forbidden
    return unit
