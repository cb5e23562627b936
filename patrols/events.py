"""What happened to units and shifts."""

from dataclasses import dataclass

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
