"""What happened to assignments."""

from dataclasses import dataclass

from core.live import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAssigned(Event):
    """A unit was sent to an incident."""

    assignment: int
    incident: int
    number: str
    unit: int
    call_sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPreEmpted(Event):
    """A unit was taken off one incident and sent to a more urgent one."""

    assignment: int
    incident: int
    number: str
    unit: int
    call_sign: str
    ended_assignment: int
    left_incident: int
    left_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentAdvanced(Event):
    """A unit took the next step of its job."""

    assignment: int
    incident: int
    number: str
    unit: int
    call_sign: str
    previous: str
    status: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentEnded(Event):
    """A job ended: cleared, cancelled, refused or pre-empted."""

    assignment: int
    incident: int
    number: str
    unit: int
    call_sign: str
    previous: str
    status: str
    reason: str
    source: str
