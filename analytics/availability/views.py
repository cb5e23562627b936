"""The page of availability. Figures come over the API."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.middleware import PersonRequest
from core.rules import Permission
from patrols.planning.views import node_choices


@require_safe
@login_required
def availability_page(request: PersonRequest) -> HttpResponse:
    """See who was, is and will be there. Three queries."""
    if not request.viewer.can_anywhere(Permission.PLAN_VIEW):
        raise PermissionDenied
    return render(request, "availability/availability.html", {"nodes": node_choices(request.viewer)})
