"""The pages of reports. Figures come over the API; the page only knows what may be asked."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from analytics import selectors
from analytics.measures import shift_names
from core import clock
from core.middleware import PersonRequest
from core.rules import Permission
from core.transliteration import to_latin
from incidents.border.selectors import sections

INDENT = "\u2003"


@require_safe
@login_required
def reports_page(request: PersonRequest) -> HttpResponse:
    """Ask for a report, see it being computed, read it. Five queries."""
    viewer = request.viewer
    if not viewer.can_anywhere(Permission.REPORT_VIEW):
        raise PermissionDenied
    nodes = selectors.report_nodes(viewer)
    top = min((node.tree_depth for node in nodes), default=0)
    in_script = str if get_language() == "sr" else to_latin
    starts = selectors.shift_starts([node.pk for node in nodes])
    choices = [
        {
            "id": node.pk,
            "name": in_script(node.name),
            "indent": INDENT * (node.tree_depth - top),
            "shifts": " ".join(shift_names(starts[node.pk])),
        }
        for node in nodes
    ]
    return render(request, "reports/reports.html", {"nodes": choices})


@require_safe
@login_required
def border_page(request: PersonRequest) -> HttpResponse:
    """The situation at the border, and recording an event. One query."""
    viewer = request.viewer
    if not viewer.can_anywhere(Permission.REPORT_VIEW) and not viewer.can_anywhere(Permission.INCIDENT_EDIT):
        raise PermissionDenied
    in_script = str if get_language() == "sr" else to_latin
    choices = [
        {"id": section.pk, "code": section.code, "name": in_script(section.name)}
        for section in sections(clock.now().date())
    ]
    allowed = {
        "may_report": viewer.can_anywhere(Permission.REPORT_VIEW),
        "may_record": viewer.can_anywhere(Permission.INCIDENT_EDIT),
        "may_plan_joint": viewer.can_anywhere(Permission.UNIT_STATUS),
        "time_zone": settings.DISPLAY_TIME_ZONE,
    }
    return render(request, "border/border.html", {"sections": choices, "settings_of_page": allowed})
