"""Where people waited how long: hexagons of the national grid, in metres."""

import json
import math
from functools import cache

from django.db import connection

from analytics.measures.figures import rows
from analytics.measures.keys import Numbers

ACROSS = 15
"""About how many hexagons lie side by side over the whole, at most."""

ACROSS_AT_LEAST = 5
"""However few cases there are: with fewer hexagons it would be no map."""

EDGES_M = (100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000)

GRIDS = {"Europe/Belgrade": (8682, 32634), "Europe/Ljubljana": (3794,)}
"""National reference systems by time zone, the first that PostGIS knows; elsewhere the UTM zone of the incidents."""


def response_map(zone: str, *, min_cases: int) -> Numbers:
    """Response times by hexagon; one with fewer than `min_cases` has its n alone. Three queries, or a few more.

    The hexagons are the smallest of which at least half have enough cases.

    `edge_m` is the length of a side; the cell of a point is that of H3's kind: axial coordinates, rounded as cubes.
    """
    srid = grid_of(zone)
    west, south, east, north, located = rows("spread", srid=srid)[0]
    if not located:
        return {"srid": srid, "edge_m": None, "located": 0, "cells": []}
    for edge_m in edges_of(max(east - west, north - south)):
        cells = _cells(srid, edge_m, min_cases)
        if 2 * sum(cell["p50_s"] is not None for cell in cells) >= len(cells):
            break
    return {"srid": srid, "edge_m": edge_m, "located": located, "cells": cells}


def _cells(srid: int, edge_m: int, min_cases: int) -> list[Numbers]:
    return [
        {
            "q": q,
            "r": r,
            "incidents": incidents,
            "n": n,
            "p50_s": found[0] if found and n >= min_cases else None,
            "p90_s": found[1] if found and n >= min_cases else None,
            "outline": json.loads(outline)["coordinates"][0],
        }
        for q, r, incidents, n, found, outline in rows("hexagons", srid=srid, edge_m=float(edge_m))
    ]


def edges_of(span_m: float) -> tuple[int, ...]:
    """Sides to try, the shortest first: from about `ACROSS` to about `ACROSS_AT_LEAST` hexagons over so many metres."""
    fitting = [edge for edge in EDGES_M if ACROSS_AT_LEAST <= span_m / (math.sqrt(3) * edge) <= ACROSS]
    if fitting:
        return tuple(fitting)
    return (next((edge for edge in EDGES_M if span_m / (math.sqrt(3) * edge) <= ACROSS), EDGES_M[-1]),)


@cache
def _known(srid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM spatial_ref_sys WHERE srid = %s", [srid])
        return cursor.fetchone() is not None


def grid_of(zone: str) -> int:
    """The reference system to measure in. One query for places without a national one of ours."""
    for srid in GRIDS.get(zone, ()):
        if _known(srid):
            return srid
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT avg(ST_X(i.location)), avg(ST_Y(i.location)) FROM cases c JOIN incidents_incident i ON i.id = c.id"
        )
        lon, lat = cursor.fetchone()
    if lon is None:
        return 32634
    return (32600 if lat >= 0 else 32700) + int((lon + 180) // 6) % 60 + 1
