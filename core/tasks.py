"""Housekeeping of the ground floor."""

from celery import shared_task
from django.conf import settings

from core import clock
from core.models import Command, LiveEvent


@shared_task(time_limit=120)
def forget_old_news() -> None:
    """Delete live events and remembered answers older than `LIVE_RETENTION`; the rows they tell of stay."""
    horizon = clock.now() - settings.LIVE_RETENTION
    LiveEvent.objects.filter(recorded_at__lt=horizon).delete()
    Command.objects.filter(at__lt=horizon).delete()
