"""Reads of alarms, scoped to what the viewer may see.

Who may see an alarm: whoever sees its unit. Who may acknowledge and resolve it: whoever has `alarm.handle` at the node
of its unit. Who may raise one: whoever may act for the unit; a drill, whoever has `alarm.drill` there.
"""

from typing import Any

from django.db.models import QuerySet

from core.access import Viewer
from core.errors import Forbidden, NotFound
from core.models import Organisation
from core.rules import Permission
from patrols import selectors
from patrols.models import Alarm, CrewMember, LatestPosition, SafetySetting, Unit
from patrols.rules import BACKUP_ROUTINE_AFTER_S, BACKUP_URGENT_AFTER_S, ESCALATE_AFTER_S


def board_alarm_ids(board_id: int) -> list[int]:
    """The alarms that stand on a board: those not resolved. One query.

    Not scoped: for whoever has reached the board through `core.selectors.access_board`.
    """
    rows = Alarm.objects.filter(board_id=board_id, resolved_at__isnull=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def open_alarms(viewer: Viewer) -> QuerySet[Alarm]:
    """Alarms not resolved of the units that the viewer may see, the oldest first."""
    return Alarm.objects.filter(resolved_at__isnull=True, unit__in=selectors.units(viewer)).order_by("pk")


def access_alarm(viewer: Viewer, alarm_id: int) -> Alarm:
    """The alarm with its unit, or NotFound where there is none or it is not for this viewer. One query, two for a crew."""
    alarm = Alarm.objects.select_related("unit").filter(pk=alarm_id).first()
    if alarm is None:
        raise NotFound
    seen = viewer.can(Permission.UNIT_VIEW, alarm.unit.organisation_id)
    if not seen and not selectors.is_own_unit(viewer, alarm.unit_id):
        raise NotFound
    return alarm


def access_alarm_to_handle(viewer: Viewer, alarm_id: int) -> Alarm:
    """The alarm, to acknowledge or resolve it. Raises NotFound where one may not see it, Forbidden where only that."""
    alarm = access_alarm(viewer, alarm_id)
    if not viewer.can(Permission.ALARM_HANDLE, alarm.unit.organisation_id):
        raise Forbidden
    return alarm


def access_alarm_to_show(viewer: Viewer, alarm_id: int) -> Alarm:
    """The alarm, to say that a console has shown it. Raises NotFound, and Forbidden for a crew: it has no console."""
    alarm = access_alarm(viewer, alarm_id)
    if not viewer.can(Permission.UNIT_VIEW, alarm.unit.organisation_id):
        raise Forbidden
    return alarm


def access_unit_to_alarm(viewer: Viewer, unit_id: int, *, is_drill: bool) -> Unit:
    """The unit, to raise an alarm for it. Raises NotFound where one may not see it, Forbidden where only that."""
    if not is_drill:
        return selectors.access_unit_to_act(viewer, unit_id)
    unit = selectors.access_unit(viewer, unit_id)
    if not viewer.can(Permission.ALARM_DRILL, unit.organisation_id):
        raise Forbidden
    return unit


def escalate_after_s(organisation: Organisation) -> int:
    """After how many seconds alarms of this node escalate: by the nearest row upwards. Two queries."""
    nodes = [node.pk for node in organisation.ancestors(include_self=True)]  # the root first
    rows = dict(SafetySetting.objects.filter(organisation__in=nodes).values_list("organisation_id", "escalate_after_s"))
    return next((rows[node] for node in reversed(nodes) if node in rows), ESCALATE_AFTER_S)


def backup_after_s(organisation: Organisation, *, urgent: bool) -> int:
    """After how many seconds a request for back-up of this node escalates: by the nearest row upwards. Two queries."""
    nodes = [node.pk for node in organisation.ancestors(include_self=True)]  # the root first
    name = "backup_urgent_after_s" if urgent else "backup_routine_after_s"
    rows = dict(SafetySetting.objects.filter(organisation__in=nodes).values_list("organisation_id", name))
    usual = BACKUP_URGENT_AFTER_S if urgent else BACKUP_ROUTINE_AFTER_S
    return next((rows[node] for node in reversed(nodes) if node in rows), usual)


def backup_kind(organisation: Organisation) -> str:
    """The code of what is entered for a patrol without a job that asks for back-up; by the nearest row upwards."""
    nodes = [node.pk for node in organisation.ancestors(include_self=True)]  # the root first
    rows = dict(
        SafetySetting.objects.filter(organisation__in=nodes)
        .exclude(backup_kind="")
        .values_list("organisation_id", "backup_kind")
    )
    return next((rows[node] for node in reversed(nodes) if node in rows), "")


def crew_names(unit_id: int) -> list[str]:
    """Who rides on the unit now, the leader first. One query."""
    riding = CrewMember.objects.filter(left_at__isnull=True, shift__ended_at__isnull=True, shift__unit_id=unit_id)
    return list(riding.order_by("-leads", "officer__name", "pk").values_list("officer__name", flat=True))


def latest_position(unit_id: int) -> LatestPosition | None:
    """Where the unit was last seen, or None. One query."""
    return LatestPosition.objects.filter(unit_id=unit_id).first()


def alarm_state(alarm_id: int) -> dict[str, Any]:
    """How an alarm stands now, for a refusal. One query."""
    alarm = Alarm.objects.select_related("unit").get(pk=alarm_id)
    return {
        "alarm": alarm.pk,
        "unit": alarm.unit_id,
        "call_sign": alarm.unit.call_sign,
        "acknowledged_at": alarm.acknowledged_at,
        "acknowledged_by": alarm.acknowledged_by_name,
        "resolved_at": alarm.resolved_at,
    }
