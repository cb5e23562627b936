"""What happened to units, shifts, alarms and welfare timers."""

from dataclasses import dataclass
from datetime import datetime

from core.live import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStatusChanged(Event):
    """A unit does something else now; `at` is when it began."""

    unit: int
    call_sign: str
    previous: str
    status: str
    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftStarted(Event):
    """A crew signed on: the unit appears on the board."""

    shift: int
    unit: int
    call_sign: str
    officers: tuple[int, ...]
    vehicle: int | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftEnded(Event):
    """The crew signed off: the unit leaves the board."""

    shift: int
    unit: int
    call_sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsConfigured(Event):
    """An administrator changed what boards show of units: a call sign, a name, a plate."""

    units: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRaised(Event):
    """An officer calls for help, or a commander tries the chain; `at` is when the button was pressed."""

    alarm: int
    unit: int
    call_sign: str
    source: str
    is_drill: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRepeated(Event):
    """The button was pressed again while the alarm was open: the same alarm."""

    alarm: int
    unit: int
    call_sign: str
    presses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmAcknowledged(Event):
    """Somebody answers for the alarm."""

    alarm: int
    unit: int
    call_sign: str
    acknowledged_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmEscalated(Event):
    """Nobody has acknowledged the alarm in time: it goes to the shift commander."""

    alarm: int
    unit: int
    call_sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmResolved(Event):
    """The alarm was closed, with words on how it ended."""

    alarm: int
    unit: int
    call_sign: str
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmStepDone(Event):
    """Something on the list of what to do first was done."""

    alarm: int
    unit: int
    call_sign: str
    step: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmWithdrawn(Event):
    """Whoever pressed by mistake took it back within seconds."""

    alarm: int
    unit: int
    call_sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WelfareEscalated(Event):
    """A unit has given no sign of life for so long that it, the dispatcher or the commander (`stage`) is concerned."""

    timer: int
    unit: int
    call_sign: str
    incident: int | None
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecorded(Event):
    """A sign of life of a unit; `was` is the stage that its timer had reached, empty without one."""

    unit: int
    call_sign: str
    incident: int | None
    sign: str
    was: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WelfareChanged(Event):
    """Another rule holds for a unit's welfare timer, for its incident is of another kind now."""

    unit: int
    call_sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged(Event):
    """The published shift plan is another: shifts were published, changed or called off."""

    change: str
    shifts: tuple[int, ...]
    call_signs: tuple[str, ...]
    first_start: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JointPatrolChanged(Event):
    """A joint patrol was planned, met its partner, ended or was called off."""

    joint_patrol: int
    unit: int
    call_sign: str
    state: str
    section: str
    partner: str
    meeting_place: str
