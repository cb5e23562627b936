"""Targets: which one holds, when it is due, by how much it is passed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta


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
