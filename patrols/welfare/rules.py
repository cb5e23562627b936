"""When a unit that has not been heard of is asked, and when others are told. Pure.

running → unit (it is asked whether all is well) → dispatcher → commander. A timer only goes forward; a sign of life
ends it and begins another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from patrols.rules import Status


class Stage(StrEnum):
    """Whom a timer concerns by now."""

    RUNNING = "running"
    UNIT = "unit"
    DISPATCHER = "dispatcher"
    COMMANDER = "commander"


STAGES = tuple(Stage)
ALERTS = frozenset({Stage.DISPATCHER, Stage.COMMANDER})
"""From here on people beside the unit itself are concerned."""


class Sign(StrEnum):
    """A sign of life. A position is none: a device may lie in the grass."""

    ANSWER = "answer"
    CONTACT = "contact"
    GROUP = "group"
    ACTION = "action"


class End(StrEnum):
    """Why a timer runs no more."""

    SIGN = "sign"
    STATUS = "status"
    RELEASED = "released"


TIMED = tuple(status for status in Status if status not in (Status.OFF_DUTY, Status.EMERGENCY))
"""Statuses that may need a timer. An emergency has its own escalation."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds: until the unit is asked, from there to the dispatcher, from there to the commander."""

    due_after_s: int
    dispatcher_after_s: int
    commander_after_s: int


@dataclass(frozen=True, slots=True)
class Rule:
    """What a node of the organisation wants for a status, for one kind of incident or (`kind` empty) for all.

    `terms` None: no timer here.
    """

    node: int
    status: str
    kind: str
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Times:
    """When each stage begins, all aware."""

    due_at: datetime
    dispatcher_at: datetime
    commander_at: datetime

    @classmethod
    def after(cls, start: datetime, terms: Terms) -> "Times":
        """The stages of a timer that counts from `start`."""
        due = start + timedelta(seconds=terms.due_after_s)
        dispatcher = due + timedelta(seconds=terms.dispatcher_after_s)
        return cls(due, dispatcher, dispatcher + timedelta(seconds=terms.commander_after_s))

    def earlier(self, other: "Times") -> "Times":
        """Of each stage the earlier time."""
        return Times(
            min(self.due_at, other.due_at),
            min(self.dispatcher_at, other.dispatcher_at),
            min(self.commander_at, other.commander_at),
        )

    def stage(self, now: datetime) -> Stage:
        """The stage that is reached at `now`; several may have gone by while nobody looked."""
        begun = (self.due_at, self.dispatcher_at, self.commander_at)
        return STAGES[sum(at <= now for at in begun)]

    def next_after(self, stage: Stage) -> datetime | None:
        """When the stage after `stage` begins; None after the last."""
        begin = (self.due_at, self.dispatcher_at, self.commander_at, None)
        return begin[STAGES.index(stage)]


def later(one: Stage, other: Stage) -> Stage:
    """The later of two stages."""
    return max(one, other, key=STAGES.index)


def terms_of(rules: Iterable[Rule], *, status: str, kind: str, nodes: Sequence[int]) -> Terms | None:
    """What holds for a unit: `nodes` are its own node and those above, the nearest first. None: it needs no timer.

    A rule for the kind of incident goes before one for all kinds, wherever either stands; of each, the nearest.
    """
    order = {node: index for index, node in enumerate(nodes)}
    fitting = [rule for rule in rules if rule.status == status and rule.kind in ("", kind) and rule.node in order]
    best = min(fitting, key=lambda rule: (rule.kind == "", order[rule.node]), default=None)
    return best.terms if best else None
