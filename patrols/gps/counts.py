"""What became of positions, counted by hour, way in and outcome, for administrators.

Counted in memory and added to the rows every few seconds by each process: what a killed process had not yet added is not
counted. The positions themselves never depend on it.
"""

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError, connection

from core import clock
from patrols.rules import Refusal

EVERY_S = 5.0

log = logging.getLogger(__name__)

type Outcome = str
_lock = threading.Lock()
_counted: Counter[tuple[datetime, str, Outcome]] = Counter()
_timer: threading.Timer | None = None
_ONE: Counter[str] = Counter(accepted=1)

_ADD = """
    INSERT INTO patrols_intakecount (hour, protocol, outcome, count) VALUES (%s, %s, %s, %s)
    ON CONFLICT (hour, protocol, outcome) DO UPDATE SET count = patrols_intakecount.count + EXCLUDED.count
"""


def note_fates(protocol: str, fates: Sequence[Refusal | bool]) -> None:
    """Count positions: accepted, duplicate, or refused and why. Returns at once."""
    if len(fates) == 1 and fates[0] is True:
        note(protocol, _ONE)
        return
    note(
        protocol,
        Counter("accepted" if fate is True else "duplicate" if fate is False else fate.value for fate in fates),
    )


def note_message(protocol: str, outcome: Outcome) -> None:
    """Count a message that as a whole came to nothing: not authenticated, forbidden, malformed, no position, busy."""
    note(protocol, Counter((outcome,)))


def note(protocol: str, outcomes: Counter[Outcome]) -> None:
    """Count outcomes of this hour."""
    global _timer  # noqa: PLW0603 - one timer a process
    if not outcomes:
        return
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    with _lock:
        for outcome, count in outcomes.items():
            _counted[hour, protocol, outcome] += count
        if _timer is None:
            _timer = threading.Timer(EVERY_S, _flush_in_thread)
            _timer.daemon = True
            _timer.start()


def flush() -> None:
    """Add what was counted to the rows. What the database does not take is kept for the next time."""
    global _timer  # noqa: PLW0603 - one timer a process
    with _lock:
        rows = [(*key, count) for key, count in sorted(_counted.items())]
        _counted.clear()
        _timer = None
    if not rows:
        return
    try:
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)
    except DatabaseError:
        for hour, protocol, outcome, count in rows:
            with _lock:
                _counted[hour, protocol, outcome] += count
        raise


def forget() -> None:
    """Drop what was counted and not yet added."""
    global _timer  # noqa: PLW0603 - one timer a process
    with _lock:
        _counted.clear()
        if _timer is not None:
            _timer.cancel()
        _timer = None


def _flush_in_thread() -> None:
    try:
        flush()
    except DatabaseError:
        log.warning("What became of positions cannot be counted now; it is added with the next count")
    finally:
        connection.close()
