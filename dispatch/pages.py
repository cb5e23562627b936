"""The pages of the system, and who may open which."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from core.middleware import PersonRequest
from core.rules import Permission


@dataclass(frozen=True, slots=True)
class Page:
    """A page as the bar shows it."""

    name: str
    address: str


def pages_of(request: PersonRequest) -> list[Page]:
    """The pages that the person behind `request` may open; the first is where they begin. No query of its own."""
    viewer = request.viewer
    pages = []
    if viewer.can_anywhere(Permission.INCIDENT_VIEW) and viewer.can_anywhere(Permission.UNIT_VIEW):
        pages.append(Page(_("Console"), reverse("console")))
        pages.append(Page(_("Log"), reverse("log-page")))
        pages.append(Page(_("Replay"), reverse("replay-page")))
    if viewer.can_anywhere(Permission.PLAN_VIEW):
        pages.append(Page(_("Availability"), "/availability/"))
        pages.append(Page(_("Plan"), reverse("plan-page")))
    if viewer.can_anywhere(Permission.REPORT_VIEW):
        pages.append(Page(_("Reports"), "/reports/"))
    if viewer.can_anywhere(Permission.ALARM_DRILL):
        pages.append(Page(_("Alarm drills"), reverse("drills")))
    if viewer.can_anywhere(Permission.REPORT_VIEW):
        pages.append(Page(_("Border"), "/border/"))
    if viewer.can_anywhere(Permission.OWN_UNIT_STATUS):
        pages.append(Page(_("Field unit"), reverse("field")))
        pages.append(Page(_("My shifts"), reverse("own-plan-page")))
    if request.user.is_staff:
        pages.append(Page(_("Administration"), reverse("admin:index")))
    return pages
