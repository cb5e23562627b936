"""Words and numbers of events at the border. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What it is."""

    CROSSING = "unauthorised_crossing"
    CLANDESTINE = "clandestine_entry"
    FACILITATION = "facilitation"
    ILLEGAL_STAY = "illegal_stay"
    REFUSAL = "refusal"
    FALSE_DOCUMENT = "false_document"
    SMUGGLING = "smuggling"
    STOLEN_VEHICLE = "stolen_vehicle"


class Means(StrEnum):
    """By what it was detected."""

    PATROL = "patrol"
    CAMERA = "camera"
    CITIZEN = "citizen"
    JOINT_PATROL = "joint_patrol"
    CHECK = "border_check"
    OTHER = "other"


class Direction(StrEnum):
    """Which way they went."""

    ENTRY = "entry"
    EXIT = "exit"
    INLAND = "inland"
    UNKNOWN = "unknown"


class Impact(StrEnum):
    """How much it weighs; people judge."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(StrEnum):
    """How sure that judgement is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


OUTCOMES = ("apprehended", "turned_back", "asylum")
"""What became of persons who were detected; each is counted under one. The rest were detected only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """How many persons: all that were detected, and what became of them."""

    detected: int = 0
    apprehended: int = 0
    turned_back: int = 0
    asylum: int = 0

    @property
    def detected_only(self) -> int:
        """Those of whom nothing else is known; negative where the numbers make no sense."""
        return self.detected - self.apprehended - self.turned_back - self.asylum

    @property
    def make_sense(self) -> bool:
        """Whether nobody is counted twice, and nobody less than nought."""
        return min(self.detected, self.apprehended, self.turned_back, self.asylum, self.detected_only) >= 0
