"""How long units need to a place: by road for what drives, straight across for who walks or cycles."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

from django.contrib.gis.geos import Point
from django.db.models import BigIntegerField

from core.prepared import Given, Prepared
from geo.routing import Candidate, Leg, LonLat, eta_matrix, nearest_by_eta
from geo.routing.straight import great_circle_m, straight
from incidents.models import Incident
from patrols.models import LatestPosition, Unit

OWN_PACE_MPS = {Unit.Kind.FOOT.value: 1.6, Unit.Kind.BICYCLE.value: 4.5}
"""How fast units go that no road time holds for (brisk walk, unhurried ride)."""
OWN_DETOUR = 1.25
"""How much longer a way on foot through a town is than the straight line."""

_POSITION: Prepared[tuple[str, Point]] = Prepared(
    lambda: LatestPosition.objects.filter(unit_id=Given("unit", BigIntegerField())).values_list("unit__kind", "point")
)
_PLACE: Prepared[Point | None] = Prepared(
    lambda: Incident.objects.filter(pk=Given("incident", BigIntegerField())).values_list("location", flat=True)
)


class Rider(NamedTuple):
    """A unit, how it moves, and where it is (longitude, latitude in degrees)."""

    unit: int
    kind: str
    point: LonLat


def lonlat(point: Point) -> LonLat:
    """A point as (longitude, latitude) in degrees."""
    return (point.x, point.y)


def nearest(target: LonLat, riders: Sequence[Rider], *, want: int, sure: int = 1) -> list[tuple[int, Leg]]:
    """The `want` units that are at `target` first, nearest first; a tie goes by the order given."""
    places = {rider.unit: index for index, rider in enumerate(riders)}
    driving = [Candidate(rider.unit, rider.point) for rider in riders if rider.kind not in OWN_PACE_MPS]
    found = [(rider.unit, _own_way(rider, target)) for rider in riders if rider.kind in OWN_PACE_MPS]
    if driving:
        ranked = nearest_by_eta(target, driving, want=want, sure=sure)
        found += [(cast("int", candidate.key), leg) for candidate, leg in ranked]
    return sorted(found, key=lambda each: (each[1].duration_s, places[each[0]]))[:want]


def _own_way(rider: Rider, target: LonLat) -> Leg:
    metres = great_circle_m(rider.point, target) * OWN_DETOUR
    return Leg(duration_s=metres / OWN_PACE_MPS[rider.kind], distance_m=metres, source="straight")


def assumed(rider: Rider, target: LonLat) -> Leg:
    """The way without asking the router: what is said of units that nobody would send."""
    return _own_way(rider, target) if rider.kind in OWN_PACE_MPS else straight().leg(rider.point, target)


def by_distance(target: LonLat | None, points: Iterable[tuple[int, LonLat | None]]) -> dict[int, float]:
    """Metres in a straight line for each key; infinite where there is no place."""
    return {
        key: great_circle_m(point, target) if point is not None and target is not None else float("inf")
        for key, point in points
    }


def of_unit(unit_id: int, incident_id: int) -> Leg | None:
    """The way of one unit to one incident; None where either has no place. Two queries, one question to the router.

    Read without locks, before a change begins.
    """
    rows, places = _POSITION(unit=unit_id), _PLACE(incident=incident_id)
    if not rows or not places or places[0] is None:
        return None
    (kind, point), place = rows[0], places[0]
    rider, target = Rider(unit_id, kind, lonlat(point)), lonlat(place)
    if rider.kind in OWN_PACE_MPS:
        return _own_way(rider, target)
    return eta_matrix([rider.point], target)[0]
