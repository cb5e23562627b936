"""The pages of reports. Figures come over the API; the page only knows what may be asked."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics import selectors
from core.rules import Permission


@require_safe
@login_required
def reports_page(request: HttpRequest) -> HttpResponse:
    """Ask for a report, see it being computed, read it. Three queries."""
    viewer = request.viewer
    if not viewer.can_anywhere(Permission.REPORT_VIEW):
        raise PermissionDenied
    nodes = selectors.report_nodes(viewer)
    depths = [node.tree_depth for node in nodes]
    first = min(depths, default=0)
    context = {
        "nodes": [{"id": node.pk, "name": node.name, "indent": " " * 3 * (node.tree_depth - first)} for node in nodes]
    }
    return render(request, "reports/reports.html", context)
