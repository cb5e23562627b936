"""Reads of joint patrols, scoped to what the viewer may see."""

from django.db.models import Q, QuerySet

from core.access import Viewer
from core.errors import NotFound
from core.rules import Permission
from patrols.joint.models import JointPatrol
from patrols.selectors import units


def joint_patrols(viewer: Viewer, permission: Permission = Permission.UNIT_VIEW) -> QuerySet[JointPatrol]:
    """Those of units that the viewer may see, and those on sections where `permission` holds."""
    rows = JointPatrol.objects.select_related("unit", "section")
    if viewer.is_system:
        return rows
    nodes = viewer.organisations(permission)
    seen = Q(unit__organisation_id__in=nodes) | Q(section__organisation_id__in=nodes)
    return rows.filter(seen | Q(unit__in=units(viewer)) if permission == Permission.UNIT_VIEW else seen)


def access_joint_patrol(viewer: Viewer, patrol_id: int) -> JointPatrol:
    """The joint patrol, or NotFound. One query."""
    found = joint_patrols(viewer).filter(pk=patrol_id).first()
    if found is None:
        raise NotFound
    return found
