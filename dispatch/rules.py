"""The state machine of an assignment, and what it makes of unit and incident. Pure.

dispatched → acknowledged → en route → on scene → action taken → cleared, or cancelled / pre-empted / refused from any
state before cleared. A later step may be reported without the earlier ones (a radio that missed a button): the steps
between stay unknown, they are not made up.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from incidents.rules import Status as IncidentStatus
from patrols.rules import Availability
from patrols.rules import Status as UnitStatus


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

MAY_BE_SENT = frozenset({Availability.AVAILABLE, Availability.CONDITIONAL})
UNDO_S = 10.0
"""How long after it was sent an assignment may be undone, while the unit has not answered."""
CLOCK_SKEW_S = 60.0
"""How far ahead the clock of a field unit may be; such a time is taken as now."""

TIME_OF: dict[Status, str] = {
    Status.DISPATCHED: "dispatched_at",
    Status.ACKNOWLEDGED: "acknowledged_at",
    Status.EN_ROUTE: "en_route_at",
    Status.ON_SCENE: "on_scene_at",
    Status.ACTION_TAKEN: "action_taken_at",
    Status.CLEARED: "cleared_at",
}
"""The field that holds when each step was taken."""

UNIT_STATUS: dict[Status, UnitStatus] = {
    Status.DISPATCHED: UnitStatus.DISPATCHED,
    Status.ACKNOWLEDGED: UnitStatus.DISPATCHED,
    Status.EN_ROUTE: UnitStatus.EN_ROUTE,
    Status.ON_SCENE: UnitStatus.ON_SCENE,
    Status.ACTION_TAKEN: UnitStatus.ACTION_TAKEN,
}
"""What an active assignment makes of its unit."""

INCIDENT_STATUS: dict[Status, IncidentStatus] = {
    Status.DISPATCHED: IncidentStatus.ASSIGNED,
    Status.ACKNOWLEDGED: IncidentStatus.ASSIGNED,
    Status.EN_ROUTE: IncidentStatus.EN_ROUTE,
    Status.ON_SCENE: IncidentStatus.ON_SCENE,
    Status.ACTION_TAKEN: IncidentStatus.ACTION_TAKEN,
}
"""What an active assignment makes of its incident."""


class BackupLevel(StrEnum):
    """How much a crew needs help. One in danger presses the emergency button."""

    ROUTINE = "routine"
    URGENT = "urgent"


class BackupStatus(StrEnum):
    """Where a request for back-up stands: open until it is answered by sending or refused, taken back, or moot."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


MOST_BACKUP = 9
"""How many units a crew may ask for."""


def backup_status(*, on_job: bool, active: int, needed: int) -> BackupStatus:
    """Where a request stands that nobody has refused: moot without its job, answered once enough units are on it."""
    if not on_job:
        return BackupStatus.ENDED
    return BackupStatus.ANSWERED if active >= needed else BackupStatus.OPEN


OWN_STEPS = frozenset(STEPS) - {Status.DISPATCHED} | {Status.REFUSED}
"""What a crew may report of its own job; to cancel and to pre-empt is for the dispatcher."""


def may_pre_empt(*, priority: int, current_priority: int) -> bool:
    """Tell whether an incident may take a unit away from another: only the more urgent one (1 is urgent) may."""
    return priority < current_priority


def status_after_end(ended_from: Status, previous: str) -> UnitStatus:
    """What a unit does when its job has ended: where it never set off, what it did before; else it is on patrol."""
    if ended_from in (Status.DISPATCHED, Status.ACKNOWLEDGED) and previous:
        return UnitStatus(previous)
    return UnitStatus.ON_PATROL


class Step(NamedTuple):
    """What counts of one assignment for its incident; times aware, None where not known."""

    status: Status
    dispatched_at: datetime | None
    en_route_at: datetime | None
    on_scene_at: datetime | None
    action_taken_at: datetime | None
    cleared_at: datetime | None


class Progress(NamedTuple):
    """Where an incident stands by its assignments."""

    status: IncidentStatus
    times: dict[str, datetime | None]


def progress(steps: Iterable[Step]) -> Progress:
    """Where an open incident stands, by its assignments since it was (re)opened.

    Assignments that were broken off count for nothing: an incident that has no other waits again, its clock running
    from the call. Each first time is the minimum over the rest; the last clearing is known when nobody is left. An
    incident that was attended stays so when all have cleared, until somebody closes it; one that nobody is known to
    have reached waits.
    """
    counted = [step for step in steps if step.status not in BROKEN_OFF]
    active = [step for step in counted if step.status in ACTIVE]
    reached = [INCIDENT_STATUS[step.status] for step in active]
    reached += [IncidentStatus.ACTION_TAKEN for step in counted if step.action_taken_at]
    reached += [IncidentStatus.ON_SCENE for step in counted if step.on_scene_at]
    order = list(IncidentStatus)
    return Progress(
        status=max(reached, key=order.index, default=IncidentStatus.WAITING),
        times={
            "first_dispatched_at": _first(step.dispatched_at for step in counted),
            "first_en_route_at": _first(step.en_route_at for step in counted),
            "first_on_scene_at": _first(step.on_scene_at for step in counted),
            "action_taken_at": _first(step.action_taken_at for step in counted),
            "last_cleared_at": None if active else max((s.cleared_at for s in counted if s.cleared_at), default=None),
        },
    )


def _first(times: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in times if at), default=None)
