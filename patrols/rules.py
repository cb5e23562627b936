"""Unit status, positions and alarms. Pure.

Status: what a unit is doing, and whether it can be sent; after the NENA registries (`docs/definitions.md`).
Positions: what a fix is, and which fixes are refused. Alarms: when they escalate, what follows them.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Availability(StrEnum):
    """Whether a unit can be sent. *Conditional*: busy with something that may be broken off."""

    AVAILABLE = "available"
    CONDITIONAL = "conditional"
    UNAVAILABLE = "unavailable"


class Status(StrEnum):
    """What a unit is doing."""

    ON_PATROL = "on_patrol"
    AT_STATION = "at_station"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    ACTION_TAKEN = "action_taken"
    STAGING = "staging"
    TRAFFIC_STOP = "traffic_stop"
    TRANSPORT = "transport"
    COURT = "court"
    MEAL = "meal"
    REPORT_WRITING = "report_writing"
    OUT_OF_SERVICE = "out_of_service"
    OFF_DUTY = "off_duty"
    EMERGENCY = "emergency"


AVAILABILITY: dict[Status, Availability] = {
    Status.ON_PATROL: Availability.AVAILABLE,
    Status.AT_STATION: Availability.AVAILABLE,
    Status.DISPATCHED: Availability.UNAVAILABLE,
    Status.EN_ROUTE: Availability.UNAVAILABLE,
    Status.ON_SCENE: Availability.UNAVAILABLE,
    Status.ACTION_TAKEN: Availability.UNAVAILABLE,
    Status.STAGING: Availability.CONDITIONAL,
    Status.TRAFFIC_STOP: Availability.CONDITIONAL,
    Status.TRANSPORT: Availability.UNAVAILABLE,
    Status.COURT: Availability.UNAVAILABLE,
    Status.MEAL: Availability.CONDITIONAL,
    Status.REPORT_WRITING: Availability.CONDITIONAL,
    Status.OUT_OF_SERVICE: Availability.UNAVAILABLE,
    Status.OFF_DUTY: Availability.UNAVAILABLE,
    Status.EMERGENCY: Availability.UNAVAILABLE,
}
"""What each status means for sending, when the unit has no assignment."""

FROM_ASSIGNMENT = frozenset({Status.DISPATCHED, Status.EN_ROUTE, Status.ON_SCENE, Status.ACTION_TAKEN})
"""Statuses that only an assignment gives and takes; nobody sets them by hand."""


class Fix(NamedTuple):
    """Where a unit was: degrees in EPSG:4326, `at` aware UTC, metres, degrees from north, metres a second.

    A tuple, for thousands are made a second: a frozen dataclass takes three times as long.
    """

    unit: int
    lon: float
    lat: float
    at: datetime
    accuracy_m: float | None = None
    heading_deg: float | None = None
    speed_mps: float | None = None
    source: str = "api"


class Refusal(StrEnum):
    """Why a fix is not taken."""

    MALFORMED = "malformed"
    IN_FUTURE = "in_future"
    TOO_OLD = "too_old"
    OUT_OF_RANGE = "out_of_range"
    NULL_ISLAND = "null_island"
    IMPOSSIBLE = "impossible"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_DEVICE = "unknown_device"
    UNHELD_DEVICE = "unheld_device"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"


MAX_LON, MAX_LAT = 180.0, 90.0
FUTURE_TOLERANCE = timedelta(seconds=60)
FASTEST_MPS = 150.0
"""540 km/h: nothing on duty is faster, helicopters included."""
COARSEST_M = 100_000.0
"""A fix that may be off by more than 100 km says nothing."""


def refusal_of(fix: Fix, *, now: datetime, oldest: datetime) -> Refusal | None:
    """Why this fix is not taken, or None. `oldest` is the start of what is kept.

    An old fix within that is taken: it goes to history and does not move the unit.
    """
    if not (abs(fix.lon) <= MAX_LON and abs(fix.lat) <= MAX_LAT):  # refuses NaN too
        return Refusal.OUT_OF_RANGE
    if fix.lon == 0 and fix.lat == 0:
        return Refusal.NULL_ISLAND
    if fix.at > now + FUTURE_TOLERANCE:
        return Refusal.IN_FUTURE
    if fix.at < oldest:
        return Refusal.TOO_OLD
    possible = (
        _within(fix.accuracy_m, COARSEST_M) and _within(fix.heading_deg, 360) and _within(fix.speed_mps, FASTEST_MPS)
    )
    return None if possible else Refusal.IMPOSSIBLE


def _within(value: float | None, most: float) -> bool:
    """Tell whether a value is unknown, or between 0 and `most`."""
    return value is None or 0 <= value <= most  # refuses NaN and infinity too


# --- alarms -------------------------------------------------------------------------------------------------------

ESCALATE_AFTER_S = 20
"""Where no row of `SafetySetting` says otherwise."""
BACKUP_URGENT_AFTER_S = 60
"""After how long an urgent request for back-up that nobody has answered goes to the shift commander, where no row says."""
BACKUP_ROUTINE_AFTER_S = 300
"""The same for one that is not urgent."""
WITHDRAW_S = 3
"""How long whoever pressed the button by mistake may take it back."""
WITHDRAW_GRACE_S = 2
"""For the way over the network."""


class AlarmStepCode(StrEnum):
    """What is to be done first. One who answers is identified; where nobody does: back-up, the commander, a search."""

    IDENTIFIED = "identified"
    NO_ANSWER = "no_answer"
    BACKUP = "backup"
    COMMANDER = "commander"
    SEARCH = "search"


def escalates_at(recorded_at: datetime, after_s: int) -> datetime:
    """When an alarm goes to the shift commander unless somebody acknowledges it: counted from when we learned of it."""
    return recorded_at + timedelta(seconds=after_s)


def may_withdraw(recorded_at: datetime, now: datetime) -> bool:
    """Tell whether an alarm may still be taken back as a slip of the hand."""
    return now - recorded_at <= timedelta(seconds=WITHDRAW_S + WITHDRAW_GRACE_S)


def is_newer(at: datetime, than: datetime | None) -> bool:
    """Tell whether a position of `at` tells more than one of `than`; None is no position."""
    return than is None or at > than


def status_after_emergency(*, previous: str, of_job: Status | None) -> Status:
    """What a unit does once its emergency is resolved.

    Its job's status where it still has one; else what it did before, or patrol where that job has ended meanwhile.
    """
    if of_job is not None:
        return of_job
    status = Status(previous) if previous else Status.ON_PATROL
    return Status.ON_PATROL if status in FROM_ASSIGNMENT or status in (Status.EMERGENCY, Status.OFF_DUTY) else status
