"""What happened to assignments and requests for back-up."""

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
class AssignmentStepUndone(Event):
    """A step, or the end, of a job was reported by a slip, `previous`; the job stands where it stood before, `status`."""

    assignment: int
    incident: int
    number: str
    unit: int
    call_sign: str
    previous: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentCorrected(Event):
    """Somebody said when a step of a job was really taken."""

    assignment: int
    incident: int
    number: str
    unit: int
    call_sign: str
    step: str
    reason: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRequested(Event):
    """A crew asks for more units."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRepeated(Event):
    """A crew asks again while its request is open: the same request, perhaps more urgent."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupEscalated(Event):
    """Nobody has answered in time: it is the shift commander's now."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMoved(Event):
    """Its incident went up in another: the request goes along, and stays open."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupAnswered(Event):
    """As many units are on it as were asked for."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReopened(Event):
    """A unit that answered the request goes no more: it is open again."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRefused(Event):
    """Somebody refuses by name, and says why."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupWithdrawn(Event):
    """The crew takes its request back."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupEnded(Event):
    """The crew has left the job, or the incident has ended: the request is moot."""

    backup: int
    incident: int
    number: str
    unit: int
    call_sign: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReported(Event):
    """A crew says how its job ended."""

    assignment: int
    incident: int
    number: str
    unit: int
    call_sign: str
    disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSet(Event):
    """The desk wants to be reminded of something."""

    reminder: int
    incident: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSnoozed(Event):
    """A reminder was put off."""

    reminder: int
    incident: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDone(Event):
    """What one was reminded of is done; it leaves the board."""

    reminder: int
    incident: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOffered(Event):
    """An incident was offered to another operations centre; it stays where it is."""

    incident: int
    handover: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAccepted(Event):
    """The other centre took it: it leaves one board and is on the other."""

    incident: int
    handover: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRefused(Event):
    """The other centre left it where it is, for a reason."""

    incident: int
    handover: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverTimedOut(Event):
    """Nobody at the other centre answered in time."""

    incident: int
    handover: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverWithdrawn(Event):
    """The sender took the offer back, or the incident ended."""

    incident: int
    handover: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverNoted(Event):
    """The sender has seen that its offer came back."""

    incident: int
    handover: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverChanged(Event):
    """What is offered has changed: its card says something new."""

    incident: int
    handover: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntryWritten(Event):
    """Somebody wrote into the log of the operations centre; what, is for those who read the log."""

    entry: int
