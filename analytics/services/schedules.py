"""Regular reports: who wants which, and the making of those that are due. Each period is made once."""

from collections.abc import Collection
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from analytics import selectors
from analytics.models import Delivery, Report, ReportSchedule
from analytics.rules.periods import Occasion, a_year_before, before, occasions
from analytics.services.reports import CODE_VERSION, Enqueue
from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Conflict, Invalid, NotFound
from core.models import User
from core.rules import Permission

COMPARISONS = ("", "before", "year")
"""With what a regular report compares: nothing, the period before, the same days a year before."""


def schedule_report(
    *,
    question: selectors.Question,
    every: str,
    compare: str,
    language: str,
    recipients: Collection[int],
    by: Viewer,
) -> ReportSchedule:
    """Have a report made after each period that ends from now on. The period of `question` is not looked at.

    Raises NotFound where `by` may not see reports; Invalid for recipients who are not there or may not see them either.
    Some five queries and the audit row.
    """
    if question.organisation_id is None:
        raise NotFound
    selectors.access_node(by, question.organisation_id)
    people = list(User.objects.filter(pk__in=recipients, is_active=True))
    rights = Viewer.of_all(people, channel="system")
    if not people or len(people) != len(set(recipients)):
        raise Invalid(_("Somebody who is to get it is not there."), code="unknown_recipient", field="recipients")
    if not all(rights[one.pk].can(Permission.REPORT_VIEW, question.organisation_id) for one in people):
        raise Invalid(_("Somebody may not see reports about this unit."), code="unknown_recipient", field="recipients")
    with change(by=by) as c:
        schedule = ReportSchedule.objects.create(
            organisation_id=question.organisation_id,
            every=every,
            parameters={"by": question.by, "then": question.then, "compare": compare},
            language=language,
            created_by_id=by.user_id,
            created_at=c.now,
        )
        schedule.recipients.set(people)
        c.audit(
            "report.scheduled",
            schedule,
            organisation=question.organisation_id,
            detail=schedule.parameters | {"every": every, "for": [one.username for one in people]},
        )
    return schedule


def end_schedule(*, schedule_id: int, by: Viewer) -> ReportSchedule:
    """Let a schedule make no more reports; those that it made stay. Raises Conflict when it has ended already."""
    schedule = selectors.access_schedule(by, schedule_id)
    with change(by=by) as c:
        if not ReportSchedule.objects.filter(pk=schedule_id, ended_at=None).update(ended_at=c.now):
            raise Conflict(_("This schedule has ended already."), code="schedule_ended")
        c.audit("report.schedule_ended", schedule, organisation=schedule.organisation_id)
    schedule.refresh_from_db()
    return schedule


def request_due_reports(*, enqueue: Enqueue) -> int:
    """Ask for the reports of all periods that are over. Twice, or by two workers at once, is as good as once."""
    made = 0
    for schedule in ReportSchedule.objects.filter(ended_at=None).select_related("organisation").order_by("pk"):
        zone = ZoneInfo(schedule.organisation.time_zone)
        shifts = selectors.shifts_of(schedule.organisation_id) if schedule.every == "shift" else []
        due = occasions(schedule.every, after=schedule.created_at, now=clock.now(), zone=zone, shifts=shifts)
        known = set(schedule.reports.values_list("occasion", flat=True))
        made += sum(_request(schedule, occasion, enqueue) for occasion in due if occasion.name not in known)
    return made


def _request(schedule: ReportSchedule, occasion: Occasion, enqueue: Enqueue) -> bool:
    """Ask for one report; False where somebody has just done it."""
    given = schedule.parameters
    days = None
    if given.get("compare"):
        is_year = given["compare"] == "year"
        days = a_year_before(occasion.since, occasion.until) if is_year else before(occasion, schedule.every)
    question = selectors.Question(
        organisation_id=schedule.organisation_id,
        since=occasion.since,
        until=occasion.until,
        by=given.get("by"),
        then=given.get("then"),
        shift=occasion.shift,
        other_since=days and days[0],
        other_until=days and days[1],
    )
    with change(by=Viewer.system("reports")) as c:
        report, is_new = Report.objects.get_or_create(
            schedule=schedule,
            occasion=occasion.name,
            defaults={
                "organisation_id": schedule.organisation_id,
                "parameters": question.written(),
                "requested_by_id": schedule.created_by_id,
                "requested_at": c.now,
                "code_version": CODE_VERSION,
            },
        )
        if is_new:
            c.audit("report.requested", report, organisation=report.organisation_id, detail=report.parameters)
            transaction.on_commit(partial(enqueue, report.pk))
    return is_new


def mark_read(*, report_id: int, by: Viewer) -> None:
    """Note that somebody has read what was delivered to them. One query."""
    if by.user_id is None:
        return
    Delivery.objects.filter(report_id=report_id, user_id=by.user_id, read_at=None).update(read_at=clock.now())
