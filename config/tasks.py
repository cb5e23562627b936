"""The heartbeat that proves beat, broker and worker alive."""

from celery import shared_task

from config import health


@shared_task(time_limit=10)
def beat_heart() -> None:
    """Note that a worker ran a task just now."""
    health.record_heartbeat()
