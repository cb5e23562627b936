"""Unit status: what a unit is doing, and whether it can be sent. Pure. After the NENA registries (`docs/definitions.md`)."""

from enum import StrEnum


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
