"""States of an incident and what may follow what; targets. Pure."""

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
