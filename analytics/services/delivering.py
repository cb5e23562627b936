"""Reports of schedules come to people: in the application at once, and by e-mail where that is set up."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from analytics.models import Delivery, Report
from core import clock
from core.access import Viewer
from core.change import change
from core.models import User
from core.rules import Permission
from core.transliteration import to_latin

log = logging.getLogger(__name__)


def deliver_report(*, report_id: int) -> list[Delivery]:
    """Deliver a finished report to those whom its schedule names and who may see it now. Once; none without a schedule.

    Somebody who lost the right, or left, gets nothing. Four queries and the audit row.
    """
    report = Report.objects.select_related("schedule").get(pk=report_id)
    if report.schedule is None:
        return []
    people = list(report.schedule.recipients.filter(is_active=True))
    rights = Viewer.of_all(people, channel="system")
    allowed = [one for one in people if rights[one.pk].can(Permission.REPORT_VIEW, report.organisation_id)]
    with change(by=Viewer.system("reports")) as c:
        Delivery.objects.bulk_create(
            [Delivery(report=report, user=one, delivered_at=c.now) for one in allowed], ignore_conflicts=True
        )
        c.audit(
            "report.delivered",
            report,
            organisation=report.organisation_id,
            detail={"to": [one.username for one in allowed]},
        )
    return list(Delivery.objects.filter(report=report))


def email_deliveries() -> int:
    """Send by e-mail what was delivered and not yet sent, each once; nothing where no mail server is set up.

    A letter holds the address of the report, not its figures: those stay behind the sign-in. Returns the number sent.
    """
    if not (settings.EMAIL_ENABLED and settings.SITE_URL):
        return 0
    sent = 0
    for pk in Delivery.objects.filter(emailed_at=None).exclude(user__email="").values_list("pk", flat=True)[:200]:
        sent += _email(pk)
    return sent


def _email(pk: int) -> bool:
    """Send one letter. The row is locked until it is sent, so that two workers send one letter, not two."""
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            .select_related("user", "report__organisation", "report__schedule")
            .filter(pk=pk, emailed_at=None)
            .first()
        )
        if row is None:
            return False
        try:
            _letter(row.report, row.user).send()
        except (SMTPException, OSError) as error:
            log.warning("A report could not be sent by e-mail: %s", error)
            return False
        Delivery.objects.filter(pk=pk).update(emailed_at=clock.now())
    return True


def _letter(report: Report, user: User) -> EmailMessage:
    language = user.language or (report.schedule.language if report.schedule else settings.LANGUAGE_CODE)
    with translation.override(language):
        name = report.organisation.name if language == "sr" else to_latin(report.organisation.name)
        period = " – ".join(dict.fromkeys(filter(None, (report.parameters.get("from"), report.parameters.get("to")))))
        subject = _("Response times: %(name)s, %(period)s") % {"name": name, "period": period}
        text = _("The report is ready: %(address)s") % {"address": f"{settings.SITE_URL}/reports/#{report.pk}"}
    return EmailMessage(subject=subject, body=text, to=[user.email])
