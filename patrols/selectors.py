"""Reads of units, shifts, vehicles, officers and positions, scoped to what the viewer may see.

Who may see a unit: whoever has `unit.view` at its node, and its own crew. Who may act for it: whoever has
`unit.status` at its node, and its own crew with `own_unit.status`.
"""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from core.access import Viewer
from core.errors import Forbidden, NotFound
from core.rules import Permission
from patrols.models import CrewMember, Officer, PastPosition, Shift, StatusChange, Unit, Vehicle


def board_unit_ids(board_id: int) -> list[int]:
    """The units that stand on a board: those on duty, never those of imported history. One query.

    Not scoped: for whoever has reached the board through `core.selectors.access_board`.
    """
    units = Unit.objects.filter(board_id=board_id, on_duty=True, external=False)
    return list(units.order_by("pk").values_list("pk", flat=True))


def own_unit(viewer: Viewer) -> Unit | None:
    """The unit that this person rides on now, or None. One query."""
    if viewer.user_id is None:
        return None
    return Unit.objects.filter(
        shifts__ended_at__isnull=True,
        shifts__crew__left_at__isnull=True,
        shifts__crew__officer__user_id=viewer.user_id,
    ).first()


def is_own_unit(viewer: Viewer, unit_id: int) -> bool:
    """Tell whether this person rides on the unit now. One query."""
    return _riding(viewer).filter(shift__unit_id=unit_id).exists()


def own_officer(viewer: Viewer) -> Officer | None:
    """The officer that this person is, or None. One query."""
    return None if viewer.user_id is None else Officer.objects.filter(user_id=viewer.user_id).first()


def _riding(viewer: Viewer) -> QuerySet[CrewMember]:
    riding = CrewMember.objects.filter(left_at__isnull=True, shift__ended_at__isnull=True)
    return riding.none() if viewer.user_id is None else riding.filter(officer__user_id=viewer.user_id)


def units(viewer: Viewer) -> QuerySet[Unit]:
    """Units that the viewer may see, without those of imported history."""
    seen = Q(organisation_id__in=viewer.organisations(Permission.UNIT_VIEW))
    seen |= Q(pk__in=_riding(viewer).values("shift__unit_id"))
    return Unit.objects.filter(seen, external=False)


def units_to_sign_on(viewer: Viewer) -> QuerySet[Unit]:
    """Units without a shift on which the viewer may sign on: as their own patrol, or for others."""
    nodes = viewer.organisations(Permission.OWN_UNIT_STATUS) | viewer.organisations(Permission.UNIT_STATUS)
    taken = Shift.objects.filter(ended_at__isnull=True).values("unit_id")
    return Unit.objects.filter(organisation_id__in=nodes, external=False).exclude(pk__in=taken)


def access_unit(viewer: Viewer, unit_id: int) -> Unit:
    """The unit, or NotFound where there is none or it is not for this viewer. One query, two for a crew."""
    unit = Unit.objects.select_related("organisation").filter(pk=unit_id).first()
    if unit is None or not (viewer.can(Permission.UNIT_VIEW, unit.organisation_id) or is_own_unit(viewer, unit_id)):
        raise NotFound
    return unit


def access_unit_to_act(viewer: Viewer, unit_id: int) -> Unit:
    """The unit, for a change of it. Raises NotFound where one may not see it, Forbidden where only that."""
    unit = Unit.objects.select_related("organisation").filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    if viewer.can(Permission.UNIT_STATUS, unit.organisation_id):
        return unit
    if is_own_unit(viewer, unit_id):
        viewer.require_anywhere(Permission.OWN_UNIT_STATUS)  # wherever: officers are lent to other stations
        return unit
    if viewer.can(Permission.UNIT_VIEW, unit.organisation_id):
        raise Forbidden
    raise NotFound


def status_history(viewer: Viewer, unit_id: int) -> QuerySet[StatusChange]:
    """All statuses of a unit, newest first. Raises NotFound as `access_unit`."""
    unit = access_unit(viewer, unit_id)
    return StatusChange.objects.filter(unit=unit).select_related("by")


def trail(viewer: Viewer, unit_id: int, *, start: datetime, end: datetime, limit: int) -> list[PastPosition]:
    """Where the unit was from `start` until before `end` (aware), in order; the newest `limit` where there are more.

    Raises NotFound as `access_unit`. One query beside that; it reads only the partitions of the period.
    """
    unit = access_unit(viewer, unit_id)
    rows = PastPosition.objects.filter(unit_id=unit.pk, at__gte=start, at__lt=end).order_by("-at")[:limit]
    return list(rows)[::-1]


def _sign_on_nodes(viewer: Viewer) -> frozenset[int]:
    """Nodes whose officers and vehicles the viewer may see: to look, or to sign on."""
    wanted = (Permission.UNIT_VIEW, Permission.UNIT_STATUS, Permission.OWN_UNIT_STATUS)
    return frozenset().union(*(viewer.organisations(permission) for permission in wanted))


def officers(viewer: Viewer, *, q: str = "") -> QuerySet[Officer]:
    """Officers of the nodes where the viewer may see units or sign on, with `riding_on`, the unit they ride on now."""
    riding = CrewMember.objects.filter(officer=OuterRef("pk"), left_at__isnull=True).values("shift__unit_id")
    rows = Officer.objects.filter(organisation_id__in=_sign_on_nodes(viewer))
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(badge__istartswith=q))
    return rows.annotate(riding_on=Subquery(riding[:1])).order_by("name", "pk")


def vehicles(viewer: Viewer, *, q: str = "") -> QuerySet[Vehicle]:
    """Vehicles of the nodes where the viewer may see units or sign on, with `taken_by`, the unit that has it now."""
    taken = Shift.objects.filter(vehicle=OuterRef("pk"), ended_at__isnull=True).order_by().values("unit_id")
    rows = Vehicle.objects.filter(organisation_id__in=_sign_on_nodes(viewer))
    if q:
        rows = rows.filter(Q(plate__icontains=q) | Q(name__icontains=q))
    return rows.annotate(taken_by=Subquery(taken[:1])).order_by("plate", "pk")


def shifts(viewer: Viewer) -> QuerySet[Shift]:
    """Shifts of the units that the viewer may see, newest first, with crew at hand."""
    return (
        Shift.objects.filter(unit__in=units(viewer))
        .select_related("unit", "vehicle")
        .prefetch_related("crew__officer", "equipment")
        .order_by("-starts_at", "-pk")
    )


def access_shift(viewer: Viewer, shift_id: int) -> Shift:
    """The shift with its crew at hand. Raises NotFound. Three queries."""
    shift = shifts(viewer).filter(pk=shift_id).first()
    if shift is None:
        raise NotFound
    return shift


def access_shift_to_act(viewer: Viewer, shift_id: int) -> Shift:
    """The shift, for a change of it. Raises as `access_unit_to_act`, asked of its unit."""
    shift = Shift.objects.filter(pk=shift_id).first()
    if shift is None:
        raise NotFound
    access_unit_to_act(viewer, shift.unit_id)
    return shift


def unit_state(unit_id: int) -> dict[str, Any]:
    """How a unit stands now, for a refusal. One query."""
    unit = Unit.objects.get(pk=unit_id)
    return {
        "unit": unit.pk,
        "call_sign": unit.call_sign,
        "status": unit.status,
        "availability": unit.availability.value,
        "status_since": unit.status_since,
        "on_duty": unit.on_duty,
        "version": unit.version,
    }
