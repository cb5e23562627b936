"""Kilometres of roads: the stones of the map, and what is measured along the road between and beyond them.

What is safe for a dispatcher (docs/adr/0019): a kilometre is given only where the map has stones to measure from, and the
result says between or beyond which. A road without stones is found as the road, without a place on it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.utils.translation import gettext as _

from geo.course import BEYOND_M, Course, Mark
from geo.models import Place
from geo.region.records import LonLat, degrees_per_metre
from geo.rules.chainage import Chainage, kilometres
from geo.search_rows import FIELDS, Found, found_of

SAME_M = 5  # metres of chainage within which a stone is the place that was asked for
AROUND_M = 500


def at_kilometre(asked: Chainage) -> list[Found]:
    """What answers a kilometre of a road: the place, else the nearest stone, else the road; nothing for an unknown road.

    Three queries.
    """
    road, stones = _road(asked.keys)
    if not stones:
        words = _("the map does not know its kilometres: point at the place on the map")
        return [] if road is None else [_without_place(road, asked.m, words)]
    near = sorted(stones, key=lambda stone: abs(stone[0] - asked.m))
    if abs(near[0][0] - asked.m) <= SAME_M:
        return [replace(near[0][1], score=1.0)]
    place = None if road is None else _measured(road, [Mark(m, stone.point) for m, stone in stones], asked.m)
    if place is None and road is not None and abs(near[0][0] - asked.m) > BEYOND_M:
        words = _("the map knows no kilometre near %(asked)s: point at the place on the map")
        return [_without_place(road, asked.m, words % {"asked": kilometres(asked.m)})]
    words = _("kilometre %(asked)s is not on the map; this is the nearest that is") % {"asked": kilometres(asked.m)}
    nearest = replace(near[0][1], detail=words, score=0.8)
    return [nearest] if place is None else [place, nearest]


def _without_place(road: Found, m: int, words: str) -> Found:
    """The road, under the kilometre that was said: its kind tells that this is no place."""
    latin = f"{road.name_latin} km {kilometres(m)}"
    return replace(road, id=0, name=f"{road.name} km {kilometres(m)}", name_latin=latin, detail=words, score=0.9)


def _road(keys: Sequence[str]) -> tuple[Found | None, list[tuple[int, Found]]]:
    """The first road of `keys` that the map knows, and its stones by metres."""
    sql = f"SELECT {FIELDS}, number_value FROM geo_place WHERE kind IN ('road', 'road_km') AND street_key = ANY(%s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(keys)])
        rows = [(found_of(row), cast("int | None", row[-1])) for row in cursor.fetchall()]
    for key in keys:
        mine = [(found, m) for found, m in rows if found.street_key == key]
        if mine:
            road = next((found for found, _m in mine if found.kind == Place.Kind.ROAD), None)
            return road, sorted(((m, found) for found, m in mine if m is not None), key=lambda stone: stone[0])
    return None, []


def _measured(road: Found, marks: list[Mark], m: int) -> Found | None:
    """The place at `m`, measured along the road from its marks."""
    below = max((mark for mark in marks if mark.m <= m), key=lambda mark: mark.m, default=None)
    above = min((mark for mark in marks if mark.m > m), key=lambda mark: mark.m, default=None)
    if below and above:
        point = _course(road, [below, above], (above.m - below.m) / 2).between(below, above, m)
        words = _("measured along the road between km %(below)s and km %(above)s") % {
            "below": kilometres(below.m), "above": kilometres(above.m),
        }  # fmt: skip
    else:
        last, other = (marks[-1], _other(marks[::-1])) if below else (marks[0], _other(marks))
        if other is None or abs(m - last.m) > BEYOND_M:
            return None
        point = _course(road, [last, other], abs(m - last.m)).beyond(last, other, m)
        words = _("measured along the road %(metres)s m beyond km %(last)s, the last on the map") % {
            "metres": abs(m - last.m), "last": kilometres(last.m),
        }  # fmt: skip
    if point is None:
        return None
    name = f"{road.name} km {kilometres(m)}"
    latin = f"{road.name_latin} km {kilometres(m)}"
    return replace(
        road, id=0, kind=Place.Kind.ROAD_KM, name=name, name_latin=latin, detail=words, lon=point[0], lat=point[1], score=0.98
    )  # fmt: skip


def _other(marks: Sequence[Mark]) -> Mark | None:
    """The next mark after the first that says another kilometre."""
    return next((mark for mark in marks if mark.m != marks[0].m), None)


def _course(road: Found, marks: Sequence[Mark], around_m: float) -> Course:
    """The part of a road about some marks. One query."""
    lons, lats = [mark.point[0] for mark in marks], [mark.point[1] for mark in marks]
    across, along = (degrees * (around_m + AROUND_M) for degrees in degrees_per_metre(lats[0]))
    sql = "SELECT ST_ClipByBox2D(line, ST_MakeEnvelope(%s, %s, %s, %s, 4326)) FROM geo_place WHERE id = %s"
    box = [min(lons) - across, min(lats) - along, max(lons) + across, max(lats) + along]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*box, road.id])
        row = cursor.fetchone()
    return Course(_lines(row[0]) if row and row[0] else [])


def _lines(hexed: object) -> list[list[LonLat]]:
    shape: Any = hexed if isinstance(hexed, GEOSGeometry) else GEOSGeometry(str(hexed))
    parts = shape if shape.geom_type == "MultiLineString" else [shape]
    return [list(part.coords) for part in parts if len(part.coords) > 1]
