"""The state machine of an assignment, and what it makes of unit and incident. Pure.

dispatched → acknowledged → en route → on scene → action taken → cleared, or cancelled / pre-empted / refused from any
state before cleared. A later step may be reported without the earlier ones (a radio that missed a button): the steps
between stay unknown, they are not made up.
"""

from enum import StrEnum


class Status(StrEnum):
    """Where an assignment stands."""

    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    ACTION_TAKEN = "action_taken"
    CLEARED = "cleared"
    CANCELLED = "cancelled"
    PRE_EMPTED = "pre_empted"
    REFUSED = "refused"


STEPS = (
    Status.DISPATCHED,
    Status.ACKNOWLEDGED,
    Status.EN_ROUTE,
    Status.ON_SCENE,
    Status.ACTION_TAKEN,
    Status.CLEARED,
)
"""The way of a job that is done, in order."""

BROKEN_OFF = frozenset({Status.CANCELLED, Status.PRE_EMPTED, Status.REFUSED})
ENDED = BROKEN_OFF | {Status.CLEARED}
ACTIVE = frozenset(STEPS) - {Status.CLEARED}

TRANSITIONS: dict[Status, frozenset[Status]] = {
    status: frozenset(STEPS[index + 1 :]) | BROKEN_OFF if status in ACTIVE else frozenset()
    for status, index in [(s, STEPS.index(s) if s in STEPS else -1) for s in Status]
}
"""What may follow each status: any later step, or an end; nothing follows an end."""
