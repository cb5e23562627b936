"""What the router answers with. Points are (longitude, latitude) in degrees, WGS 84."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

type LonLat = tuple[float, float]
type Source = Literal["route", "straight"]


@dataclass(frozen=True, slots=True)
class Leg:
    """A drive from one point to another: seconds, metres, and whether roads or a straight line say so."""

    duration_s: float
    distance_m: float
    source: Source


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that might drive: a key of the caller's (such as a unit's id) and where it is."""

    key: Hashable
    point: LonLat


@dataclass(frozen=True, slots=True)
class Maneuver:
    """One step of a way: its kind (see `geo.routing.maneuvers`), street, instruction in the asked language."""

    kind: str
    street: str
    instruction: str
    distance_m: float
    duration_s: float
    at_index: int


@dataclass(frozen=True, slots=True)
class Route:
    """A way on the map; `geometry` is a GeoJSON LineString. A straight one has no maneuvers."""

    duration_s: float
    distance_m: float
    geometry: dict[str, Any]
    maneuvers: tuple[Maneuver, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the router answers; `detail` names what is wrong or which pack is in use."""

    is_up: bool
    detail: str
