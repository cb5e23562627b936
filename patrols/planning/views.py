"""The page of the shift plan. The plan itself comes over the API; the page only knows whose it may be."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.access import Viewer
from core.middleware import PersonRequest
from core.rules import Permission
from core.transliteration import to_latin
from patrols.planning import selectors
from patrols.selectors import own_officer

INDENT = "\u2003"


def node_choices(viewer: Viewer) -> list[dict[str, Any]]:
    """Nodes whose plan the viewer may see, for a list to choose from, in the script of the reader. Three queries."""
    nodes = selectors.plan_nodes(viewer)
    top = min((node.tree_depth for node in nodes), default=0)
    script = str if get_language() == "sr" else to_latin
    return [
        {"id": node.pk, "name": INDENT * (node.tree_depth - top) + script(node.name), "zone": node.time_zone}
        for node in nodes
    ]


@require_safe
@login_required
def plan_page(request: PersonRequest) -> HttpResponse:
    """Plan shifts on a timeline. Three queries."""
    if not request.viewer.can_anywhere(Permission.PLAN_VIEW):
        raise PermissionDenied
    return render(request, "plan/plan.html", {"nodes": node_choices(request.viewer)})


@require_safe
@login_required
def own_plan_page(request: PersonRequest) -> HttpResponse:
    """An officer's own shifts, and what is new of them. One query, and those of the rights."""
    own = own_officer(request.viewer)
    zone = own.organisation.time_zone if own else settings.DISPLAY_TIME_ZONE
    return render(request, "plan/own.html", {"zone": zone})
