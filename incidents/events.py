"""What happened to incidents and calls, for the consoles. No caller's name or number is ever in an event."""

from dataclasses import dataclass

from core.live import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCreated(Event):
    """There is a new incident."""

    incident: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChanged(Event):
    """Some fields have new values; `entry` is the line of the timeline that tells the old ones."""

    incident: int
    fields: tuple[str, ...]
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNoted(Event):
    """Somebody added a note."""

    incident: int
    entry: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRegraded(Event):
    """The priority was changed."""

    incident: int
    was: int
    priority: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(Event):
    """The work is done; the incident and its assignments leave the board."""

    incident: int
    disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCancelled(Event):
    """It is not needed any more; the incident and its assignments leave the board."""

    incident: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened(Event):
    """It goes on; the incident and its assignments are on the board again."""

    incident: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMerged(Event):
    """It is the same as another one, `into`, and leaves the board with its assignments."""

    incident: int
    into: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReceived(Event):
    """Somebody called, and the call belongs to no incident yet."""

    call: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAttached(Event):
    """One more caller reports this incident."""

    incident: int
    call: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderEventRecorded(Event):
    """The incident is an event at the border, in this section."""

    incident: int
    number: str
    section: str
    border_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderEventCounted(Event):
    """Persons were counted anew."""

    incident: int
    number: str
    detected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderEventAssessed(Event):
    """Somebody weighed the event anew."""

    incident: int
    number: str
    impact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBegun(Event):
    """Somebody begins to take a call."""

    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChanged(Event):
    """Fields of a call being taken have new values; those of the caller are only named."""

    entry: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEnded(Event):
    """A call being taken became an incident, was attached to one, or was dropped."""

    entry: int
    status: str
    incident: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Event):
    """A question of the incident's kind was answered; `entry` is the line of the timeline that tells it."""

    incident: int
    question: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentEndUndone(Event):
    """It was closed or cancelled by a slip; it stands as before, on the board with its assignments."""

    incident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMergeUndone(Event):
    """It was merged by a slip; it is an incident of its own again, with its calls. `out_of` was the other one."""

    incident: int
    out_of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSplit(Event):
    """A call was taken out of it, to an incident of its own, `into`."""

    incident: int
    into: int
