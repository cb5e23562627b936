"""The state machine of a hand-over. Pure: `now` is passed in.

offered → accepted | refused (with a reason) | timed out | withdrawn. Nothing follows an answer; whoever tries again
makes a new offer. While it is offered, the incident stays with its sender, who goes on working on it.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"


ANSWERS = frozenset({Status.ACCEPTED, Status.REFUSED, Status.TIMED_OUT, Status.WITHDRAWN})
CAME_BACK = frozenset({Status.REFUSED, Status.TIMED_OUT})
"""The sender must hear of these: they stay on its board until somebody there has noted them."""

TRANSITIONS: dict[Status, frozenset[Status]] = {Status.OFFERED: ANSWERS} | dict.fromkeys(ANSWERS, frozenset())

TIMEOUT_S = 180
"""How long an offer stands where no node says otherwise."""


def expires_at(offered_at: datetime, timeout_s: int) -> datetime:
    """When an offer that nobody answers times out."""
    return offered_at + timedelta(seconds=timeout_s)


def may_follow(status: Status, after: Status) -> bool:
    """Tell whether an offer that stands at `after` may go to `status`."""
    return status in TRANSITIONS[after]
