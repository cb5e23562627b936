"""News of moved units for the boards: at most ten messages a second from a process, however many fixes come in.

A message on `news.positions_topic()` is `{"<board id>": [position, …], …}`, each unit's newest position only.
"""

import logging
import threading
from collections.abc import Sequence

from django.db import DatabaseError, connection

from core import news
from core.live import Card, encode
from patrols.cards import position_card
from patrols.gps import fleet
from patrols.rules import Fix

EVERY_S = 0.1

log = logging.getLogger(__name__)

_lock = threading.Lock()
_moved: dict[int, Fix] = {}
_timer: threading.Timer | None = None


def announce(moved: Sequence[Fix]) -> None:
    """Let these positions go out with the next message. Returns at once; they are committed already."""
    global _timer  # noqa: PLW0603 - one timer a process
    if not moved:
        return
    with _lock:
        for fix in moved:
            if fix.unit not in _moved or _moved[fix.unit].at < fix.at:
                _moved[fix.unit] = fix
        if _timer is None:
            _timer = threading.Timer(EVERY_S, _flush_in_thread)
            _timer.daemon = True
            _timer.start()


def flush() -> None:
    """Send what has gathered."""
    global _timer  # noqa: PLW0603 - one timer a process
    with _lock:
        fixes = list(_moved.values())
        _moved.clear()
        _timer = None
    if not fixes:
        return
    fleet.refresh()
    boards: dict[str, list[Card]] = {}
    for fix in fixes:
        home = fleet.home_of(fix.unit)
        if home is not None:
            boards.setdefault(str(home.board_id), []).append(_card(fix))
    if boards:
        news.publish([(news.positions_topic(), encode(boards))])


def _flush_in_thread() -> None:
    try:
        flush()
    except DatabaseError:
        log.warning("The units cannot be read; boards hear of these positions with the next ones")
    finally:
        connection.close()


def _card(fix: Fix) -> Card:
    return position_card(
        unit=fix.unit,
        lon=fix.lon,
        lat=fix.lat,
        at=fix.at,
        accuracy_m=fix.accuracy_m,
        heading_deg=fix.heading_deg,
        speed_mps=fix.speed_mps,
    )
