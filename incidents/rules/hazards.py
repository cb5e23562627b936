"""How long a hazard may stand. Pure."""

from datetime import datetime, timedelta

LONGEST = timedelta(days=2 * 365)
"""Nothing is known of an address for longer without somebody's looking again."""

SAME_ADDRESS_M = 30
"""What is nearer than this is at the same address."""

SAME_DOOR_M = 200
"""What the gazetteer calls the same door is at the same address up to here."""


def hazard_times_make_sense(*, now: datetime, begins: datetime, review: datetime, expires: datetime) -> bool:
    """Whether a hazard is reviewed before it expires, expires in time, and does so after it began and after `now`."""
    return begins < expires and now < review <= expires <= max(now, begins) + LONGEST
