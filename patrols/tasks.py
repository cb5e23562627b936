"""Housekeeping of positions, and the escalation of alarms and of welfare timers."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from core import clock
from patrols.gps import partitions
from patrols.models import IntakeCount
from patrols.safety import services
from patrols.watch.services import evaluate_watch_rules
from patrols.welfare.services import advance_due_timers

COUNTS_RETENTION = timedelta(days=31)


@shared_task(time_limit=600)
def keep_partitions() -> None:
    """Make the partitions of the coming days, and drop what is older than `POSITIONS_RETENTION`. Idempotent.

    Counts of what became of positions go after a month.
    """
    now = clock.now()
    partitions.make_partitions(now=now)
    partitions.drop_old(oldest=now - settings.POSITIONS_RETENTION)
    IntakeCount.objects.filter(hour__lt=now - COUNTS_RETENTION).delete()


@shared_task(time_limit=10)
def escalate_alarms() -> None:
    """Escalate alarms that nobody has acknowledged in time; web processes with a console do the same."""
    services.escalate_due_alarms()


@shared_task(time_limit=10)
def advance_welfare() -> None:
    """Take welfare timers as far as the time has come; web processes with a console do the same."""
    advance_due_timers()


@shared_task(time_limit=30)
def evaluate_watches() -> None:
    """Raise and end alarms from positions; web processes with a console do the same."""
    evaluate_watch_rules()
