"""What is timed in dispatching, and the housekeeping of the live part."""

from celery import shared_task

from dispatch import watches
from dispatch.handover.services import expire_due_handovers
from dispatch.services import escalate_due_backups


@shared_task(time_limit=10)
def expire_handovers() -> None:
    """Let offers come back that nobody has answered in time; web processes with a console do the same."""
    expire_due_handovers()


@shared_task(time_limit=10)
def escalate_backups() -> None:
    """Escalate requests for back-up that nobody has answered in time; web processes with a console do the same."""
    escalate_due_backups()


@shared_task(time_limit=120)
def forget_watches() -> None:
    """Delete old records of who watched when. Idempotent."""
    watches.forget_watches()
