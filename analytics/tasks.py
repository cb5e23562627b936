"""Reports in the background."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from analytics import kept, services
from analytics.availability import services as availability

log = logging.getLogger(__name__)


@shared_task(time_limit=600, soft_time_limit=570)
def run_report(report_id: int) -> None:
    """Compute one report. Idempotent: only a queued one is run, by one worker."""
    services.run_report(report_id=report_id)


@shared_task(time_limit=30)
def rescue_reports() -> None:
    """Queue again what a dead worker or a lost message left behind."""
    services.rescue_reports(enqueue=enqueue_report)


@shared_task(time_limit=60)
def request_due_reports() -> None:
    """Ask for the reports of all periods that are over. Idempotent: each period has one report."""
    services.request_due_reports(enqueue=enqueue_report)


@shared_task(time_limit=120)
def email_deliveries() -> None:
    """Send what was delivered by e-mail too, where a mail server is set up. Idempotent: each letter is sent once."""
    services.email_deliveries()


@shared_task(time_limit=600, soft_time_limit=570)
def refresh_cases() -> None:
    """Make the cases of changed incidents anew, so that whoever asks for a report waits for little. Idempotent."""
    kept.refresh()


@shared_task(time_limit=120)
def warn_of_gaps() -> None:
    """Warn commanders of gaps in the plan before they begin. Idempotent: each is told once, and again where it grows."""
    availability.warn_of_gaps()


def enqueue_report(report_id: int) -> None:
    """Tell a worker of a report. Where the broker is down the report stays queued, and the sweep tells again."""
    try:
        run_report.apply_async((report_id,), retry=False, expires=600)
    except (OperationalError, OSError) as error:
        log.warning("Report %s waits for the broker: %s", report_id, error)
