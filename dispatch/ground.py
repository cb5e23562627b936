"""What lies under a board: its areas, and what its free units reach."""

import json
import time
from functools import lru_cache
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from rest_framework import serializers

from core import clock
from core.access import Viewer
from core.selectors import access_board
from dispatch.eta import OWN_PACE_MPS
from dispatch.reasons import LOST_AFTER_S, Seen, see_board
from geo.models import Area
from geo.routing import LonLat, isochrone
from geo.selectors import present_pack
from patrols.cards import stamp

KINDS = (Area.Kind.SECTOR, Area.Kind.SECTION, Area.Kind.WATCH)
"""Areas that a console shows."""
FINE_DEG = 0.0001
"""Outlines are drawn no finer than this (some 10 m)."""

MINUTES = (3, 5, 8, 10, 15)
"""Of how many minutes' drive the coverage may be asked for."""
GRID = 3
"""Decimals of a degree (some 100 m) within which units share one answer of the router."""
BUDGET_S = 2.0
"""How long the router is asked in one request; what is left over comes with the next, from what is kept by then."""


class AreasOut(serializers.Serializer[Any]):
    """Areas as a GeoJSON FeatureCollection; properties: `id`, `kind`, `code`, `name`."""

    type = serializers.CharField()
    features = serializers.ListField(child=serializers.DictField())


class CoverageQuery(serializers.Serializer[Any]):
    """Within how many minutes."""

    minutes = serializers.ChoiceField(choices=MINUTES, default=5)


class CoverageOut(serializers.Serializer[Any]):
    """Where some free unit would be in time. `pending` units are still to be counted; `uncounted` cannot be."""

    minutes = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    units = serializers.IntegerField(help_text="Free units that are counted")
    pending = serializers.IntegerField(help_text="Ask again: the router was not done")
    uncounted = serializers.IntegerField(
        help_text="Without a position that can be relied on, off the roads, or not driving"
    )
    geometry = serializers.DictField(allow_null=True, help_text="GeoJSON MultiPolygon")


def areas_of(viewer: Viewer, board_id: int) -> dict[str, Any]:
    """The areas of a board's organisation and those below it that are valid today. Raises NotFound. Three queries."""
    board = access_board(viewer, board_id)
    nodes = board.organisation.descendants(include_self=True).values_list("pk", flat=True)
    rows = Area.objects.valid_on(clock.now().date()).filter(kind__in=KINDS, organisation_id__in=list(nodes))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": area.pk,
                "geometry": _geojson(area.geometry.simplify(FINE_DEG, preserve_topology=True)),
                "properties": {"id": area.pk, "kind": area.kind, "code": area.code, "name": area.name},
            }
            for area in rows
        ],
    }


def coverage(viewer: Viewer, board_id: int, minutes: int) -> dict[str, Any]:
    """Where some free unit of a board would be within so many minutes' drive. Raises NotFound. Five queries.

    The router is asked once for all units that are near each other and at most for BUDGET_S in one request; its answers
    are kept, so that asking again soon is cheap and complete.
    """
    board = access_board(viewer, board_id)
    now = clock.now()
    free = [one for one in see_board(board.pk, now) if one.free]
    places: dict[LonLat, int] = {}
    for one in free:
        if (place := _counted(one)) is not None:
            places[place] = places.get(place, 0) + 1
    pack = present_pack()
    shapes, units, pending = [], 0, 0
    until = time.monotonic() + BUDGET_S
    for place, count in sorted(places.items()):
        if time.monotonic() > until:
            pending += count
        elif pack is not None and (shape := _reach(pack.id, place, minutes)) is not None:
            shapes.append(GEOSGeometry(memoryview(shape), srid=4326))
            units += count
    return {
        "minutes": minutes,
        "computed_at": stamp(now),
        "units": units,
        "pending": pending,
        "uncounted": len(free) - units - pending,
        "geometry": _united(shapes),
    }


def _counted(one: Seen) -> LonLat | None:
    """Where a unit is, roughly; None where that is not known, or roads say nothing of it."""
    if one.point is None or one.kind in OWN_PACE_MPS or (one.fix_age_s or 0) > LOST_AFTER_S:
        return None
    return round(one.point[0], GRID), round(one.point[1], GRID)


@lru_cache(maxsize=4096)
def _reach(pack_id: str, place: LonLat, minutes: int) -> bytes | None:
    """What is reached from a place on the roads of one pack, as WKB; kept, for it does not change while the pack stays."""
    del pack_id
    found = isochrone(place, minutes)
    if found is None:
        return None
    shape = GEOSGeometry(json.dumps(found))
    return bytes((shape if shape.valid else shape.make_valid()).wkb)


def _united(shapes: list[GEOSGeometry]) -> dict[str, Any] | None:
    """All of them as one MultiPolygon."""
    if not shapes:
        return None
    polygons = [part for shape in shapes for part in (shape if isinstance(shape, MultiPolygon) else [shape])]
    whole = MultiPolygon(*polygons, srid=4326).unary_union.simplify(FINE_DEG, preserve_topology=True)
    return _geojson(whole if isinstance(whole, MultiPolygon) else MultiPolygon(whole, srid=4326))


def _geojson(shape: Any) -> dict[str, Any]:
    """A shape as GeoJSON, coordinates to about a metre."""

    def rounded(part: Any) -> Any:
        return [rounded(each) for each in part] if isinstance(part[0], tuple | list) else [round(x, 5) for x in part]

    return {"type": shape.geom_type, "coordinates": rounded(shape.coords)}
