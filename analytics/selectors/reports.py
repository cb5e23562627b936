"""Reports that were asked for, schedules, and what was delivered: scoped to what the viewer may see."""

from django.db.models import Exists, OuterRef

from analytics.models import Delivery, Report, ReportSchedule
from core.access import Viewer
from core.errors import NotFound
from core.models import Organisation, User
from core.rules import PERMISSIONS, Permission, Role


def report_nodes(viewer: Viewer) -> list[Organisation]:
    """Nodes that reports may be asked about, parents before children. Two queries at most."""
    allowed = viewer.organisations(Permission.REPORT_VIEW)
    return [node for node in Organisation.objects.with_tree_fields() if node.pk in allowed]


def reports(viewer: Viewer, *, limit: int = 50, delivered: bool = False) -> list[Report]:
    """The newest reports about nodes where the viewer may see reports. One query, two for a system viewer.

    Each bears `unread`: delivered to the viewer and not read yet. `delivered` keeps those that were delivered to them.
    """
    allowed = viewer.organisations(Permission.REPORT_VIEW)
    mine = Delivery.objects.filter(report=OuterRef("pk"), user=viewer.user_id)
    rows = Report.objects.filter(organisation_id__in=allowed).select_related("organisation", "requested_by", "schedule")
    rows = rows.annotate(unread=Exists(mine.filter(read_at=None)))
    if delivered:
        rows = rows.filter(Exists(mine))
    return list(rows.defer("result")[:limit])


def access_node(viewer: Viewer, organisation_id: int) -> None:
    """Raise NotFound where there is no such node, or the viewer may not see reports about it. One query at most."""
    if not viewer.can(Permission.REPORT_VIEW, organisation_id):
        raise NotFound
    if not Organisation.objects.filter(pk=organisation_id).exists():
        raise NotFound


def access_report(viewer: Viewer, report_id: int) -> Report:
    """The report, or NotFound where there is none or it is not for this viewer. One query."""
    rows = Report.objects.select_related("organisation", "requested_by", "schedule")
    report = rows.filter(pk=report_id).first()
    if report is None or not viewer.can(Permission.REPORT_VIEW, report.organisation_id):
        raise NotFound
    return report


def schedules(viewer: Viewer) -> list[ReportSchedule]:
    """Schedules that still run, of nodes where the viewer may see reports. Two queries, three for a system viewer."""
    allowed = viewer.organisations(Permission.REPORT_VIEW)
    rows = ReportSchedule.objects.filter(organisation_id__in=allowed, ended_at=None)
    return list(rows.select_related("organisation", "created_by").prefetch_related("recipients"))


def access_schedule(viewer: Viewer, schedule_id: int) -> ReportSchedule:
    """The schedule, or NotFound where there is none or it is not for this viewer. Two queries."""
    rows = ReportSchedule.objects.select_related("organisation", "created_by").prefetch_related("recipients")
    schedule = rows.filter(pk=schedule_id).first()
    if schedule is None or not viewer.can(Permission.REPORT_VIEW, schedule.organisation_id):
        raise NotFound
    return schedule


def readers(viewer: Viewer, organisation_id: int) -> list[User]:
    """People who may see reports about a node, for choosing who gets one. Three queries.

    Raises NotFound where the viewer may not see reports about it themselves.
    """
    access_node(viewer, organisation_id)
    path = Organisation.objects.with_tree_fields().get(pk=organisation_id).tree_path
    roles = [role for role in Role if Permission.REPORT_VIEW in PERMISSIONS[role]]
    held = User.objects.filter(is_active=True, roles__role__in=roles, roles__organisation__in=path)
    people = list(held.distinct().order_by("last_name", "first_name", "username"))
    rights = Viewer.of_all(people, channel="system")
    return [one for one in people if rights[one.pk].can(Permission.REPORT_VIEW, organisation_id)]
