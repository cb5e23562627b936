"""Which consoles were connected when: kept to prove that each of them showed an alarm. Written by the live part alone."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from core import clock
from core.access import Viewer
from dispatch.models import ConsoleWatch

SEEN_EVERY_S = 10.0
LOST_AFTER = timedelta(seconds=30)
KEPT = timedelta(days=90)


def open_watch(viewer: Viewer, board_id: int, page: str) -> int:
    """Note that a page began to watch; answers the number of its watch. One query."""
    now = clock.now()
    watch = ConsoleWatch.objects.create(
        board_id=board_id, page=page, user_id=viewer.user_id, user_name=viewer.name, opened_at=now, seen_at=now
    )
    return watch.pk


def keep_watches(ids: Collection[int]) -> None:
    """Note that these still watch. One query."""
    if ids:
        ConsoleWatch.objects.filter(pk__in=ids).update(seen_at=clock.now())


def close_watch(watch_id: int) -> None:
    """Note that one has ended. One query."""
    now = clock.now()
    ConsoleWatch.objects.filter(pk=watch_id).update(seen_at=now, closed_at=now)


def watching_at(board_id: int, at: datetime) -> QuerySet[ConsoleWatch]:
    """Pages whose socket was open at that time. Programs are not among them."""
    rows = ConsoleWatch.objects.filter(board_id=board_id, opened_at__lte=at, seen_at__gte=at - LOST_AFTER)
    return rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=at)).exclude(page="").order_by("pk")


def forget_watches() -> None:
    """Delete what is older than `KEPT`."""
    ConsoleWatch.objects.filter(opened_at__lt=clock.now() - KEPT).delete()
