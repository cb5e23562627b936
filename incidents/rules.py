"""States of an incident and what may follow what; targets. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


DISPOSITIONS = (
    "handled",
    "report_taken",
    "arrest",
    "warning",
    "settled",
    "unfounded",
    "gone_on_arrival",
    "false_alarm",
    "referred",
    "no_police_needed",
)
"""How an incident may end; a service may use others of its own."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as data: within `seconds`, for `priority`, at the node `organisation` from the day `valid_from` on."""

    organisation: int
    priority: int
    seconds: int
    valid_from: date


def choose_target(rows: Iterable[TargetRow], *, path: Sequence[int], priority: int, day: date) -> TargetRow | None:
    """The target that holds for an incident of `priority` on the local `day`, or None.

    `path` is the incident's node and its ancestors, root first. The nearest node that has a target in force wins; of
    several there the newest.
    """
    fitting = [row for row in rows if row.priority == priority and row.valid_from <= day and row.organisation in path]
    return max(fitting, key=lambda row: (path.index(row.organisation), row.valid_from), default=None)


def due_at(received: datetime, target: TargetRow) -> datetime:
    """The instant until which the target is met."""
    return received + timedelta(seconds=target.seconds)


def overdue_s(due: datetime, *, now: datetime, stopped: datetime | None = None) -> float:
    """By how many seconds the target is passed, at `now` or at the instant when the clock `stopped`; 0 when it is not."""
    return max(0.0, ((stopped or now) - due).total_seconds())


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
