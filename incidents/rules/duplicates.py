"""How likely two reports are of one thing. Pure."""

from datetime import timedelta

DUPLICATE_RANGE_M = 500
DUPLICATE_AGE = timedelta(hours=2)


def duplicate_score(*, distance_m: float, age: timedelta, same_type: bool) -> float:
    """How likely two reports are of one thing, 0–1: by distance, time and kind, each of them fading to nothing.

    Half by distance (to `DUPLICATE_RANGE_M`), a quarter by time (to `DUPLICATE_AGE`), a quarter by kind.
    """
    near = max(0.0, 1 - distance_m / DUPLICATE_RANGE_M)
    recent = max(0.0, 1 - abs(age) / DUPLICATE_AGE)
    if not near or not recent:
        return 0.0
    return 0.5 * near + 0.25 * recent + 0.25 * same_type
