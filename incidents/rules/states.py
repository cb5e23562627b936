"""States of an incident and what may follow what. Pure."""

from enum import StrEnum


class Status(StrEnum):
    """Where an incident stands."""

    ENTERING = "entering"
    WAITING = "waiting"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    ACTION_TAKEN = "action_taken"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


OPEN = frozenset(
    {Status.ENTERING, Status.WAITING, Status.ASSIGNED, Status.EN_ROUTE, Status.ON_SCENE, Status.ACTION_TAKEN}
)
ENDED = frozenset({Status.CLOSED, Status.CANCELLED, Status.MERGED})
REOPENABLE = frozenset({Status.CLOSED, Status.CANCELLED})


class Source(StrEnum):
    """Where a time or a record comes from."""

    CONSOLE = "console"
    FIELD = "field"
    GEOFENCE = "geofence"
    API = "api"
    IMPORT = "import"
    SYSTEM = "system"


PRIORITIES = (1, 2, 3, 4)
"""1 is urgent: life in danger, an officer attacked, an offence under way with a chance of escape."""

PROGRESS = frozenset({Status.WAITING, Status.ASSIGNED, Status.EN_ROUTE, Status.ON_SCENE, Status.ACTION_TAKEN})
"""Where the work of units carries an incident, forward and back; `dispatch` says which."""

ATTENDED = PROGRESS - {Status.WAITING}
"""At least one unit is on it."""

TRANSITIONS: dict[Status, frozenset[Status]] = (
    {Status.ENTERING: PROGRESS | ENDED}
    | {status: (PROGRESS | ENDED) - {status} for status in PROGRESS}
    | {status: frozenset({Status.WAITING}) for status in REOPENABLE}
    | {Status.MERGED: frozenset()}
)
"""What may follow each status. `waiting` after a closed or cancelled one is a reopening; nothing follows a merger."""


def may_follow(status: Status, after: Status) -> bool:
    """Whether an incident that stands at `after` may go to `status`; staying where it is always may."""
    return status == after or status in TRANSITIONS[after]
