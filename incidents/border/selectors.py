"""Reads of events at the border, scoped to what the viewer may see."""

from datetime import date

from django.contrib.gis.geos import Point
from django.db.models import Prefetch, Q, QuerySet

from core.access import Viewer
from core.errors import NotFound
from core.rules import Permission
from geo.models import Area
from incidents.border.models import BorderAssessment, BorderCount, BorderEvent


def sections(day: date) -> QuerySet[Area]:
    """Border sections that exist on this day. They are no secret: whoever may see incidents anywhere may name one."""
    return Area.objects.valid_on(day).filter(kind=Area.Kind.SECTION).select_related("organisation").order_by("code")


def section_at(point: Point, day: date) -> Area | None:
    """The border section that covers `point` (EPSG:4326) on `day`. One query."""
    return sections(day).filter(geometry__covers=point).first()


def border_events(viewer: Viewer, permission: Permission = Permission.INCIDENT_VIEW) -> QuerySet[BorderEvent]:
    """Events where `permission` holds at the node of the incident, or at that of the section.

    With their counts and assessments, the newest first: three queries in all.
    """
    rows = BorderEvent.objects.select_related("incident", "incident__type", "section", "section__organisation")
    rows = rows.prefetch_related(
        Prefetch("counts", BorderCount.objects.order_by("-id")),
        Prefetch("assessments", BorderAssessment.objects.order_by("-id")),
    )
    if viewer.is_system:
        return rows
    nodes = viewer.organisations(permission)
    return rows.filter(Q(incident__organisation_id__in=nodes) | Q(section__organisation_id__in=nodes))


def access_border_event(viewer: Viewer, event_id: int) -> BorderEvent:
    """The event, or NotFound where there is none or it is not for this viewer. Three queries."""
    found = border_events(viewer).filter(pk=event_id).first()
    if found is None:
        raise NotFound
    return found
