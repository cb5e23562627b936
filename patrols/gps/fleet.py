"""To which node and board each unit belongs, kept for some seconds: asked for every fix, changed a few times a year."""

import threading
import time
from typing import NamedTuple

from patrols.models import Unit

KEEP_S = 5.0


class Home(NamedTuple):
    """Where a unit belongs."""

    organisation_id: int
    board_id: int


_lock = threading.Lock()
_homes: dict[int, Home] = {}
_read_at = float("-inf")


def home_of(unit_id: int) -> Home | None:
    """Where the unit belongs by the last `refresh`, or None where there is none. No query: for the event loop."""
    return _homes.get(unit_id)


def is_fresh() -> bool:
    """Tell whether `refresh` would take no query."""
    return time.monotonic() - _read_at < KEEP_S


def refresh() -> None:
    """Read all units, unless that was done in the last `KEEP_S`. One query or none; for any thread."""
    global _homes, _read_at  # noqa: PLW0603 - one copy a process
    with _lock:
        if is_fresh():
            return
        rows = Unit.objects.filter(external=False).order_by().values_list("pk", "organisation_id", "board_id")
        _homes = {pk: Home(organisation_id, board_id) for pk, organisation_id, board_id in rows.iterator()}
        _read_at = time.monotonic()


def forget() -> None:
    """Read anew at the next `refresh`."""
    global _read_at  # noqa: PLW0603 - one copy a process
    _read_at = float("-inf")
