"""Reads of the geography. The map is the same for everybody, so these take no viewer; areas are scoped where used."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from geo import search
from geo.models import Area, Place
from geo.region.pack import Pack, current_pack
from geo.region.records import LonLat, distance_m
from geo.search_rows import FIELDS, Found, found_of

MAX_RESULTS = 50
DOOR_M, CORNER_M, FAR_M = 120, 40, 3_000  # within these a door, a crossing, a settlement describes a spot


@dataclass(frozen=True, slots=True)
class RegionSummary:
    """The region in a few figures, for those who place things in it."""

    name: str
    name_latin: str
    bbox: tuple[float, float, float, float]
    center: LonLat
    is_invented: bool
    attribution: str
    police: tuple[Found, ...]


def search_gazetteer(q: str, near: LonLat | None = None, limit: int = 10) -> list[Found]:
    """Places that answer what was typed, best first: address, crossing, street, point of interest, coordinates.

    Both scripts, any case, without diacritics, with slips and abbreviations. Seven queries at most; never raises for
    what was typed. `near` (longitude, latitude) decides among equals.
    """
    return search.search(q, near, max(1, min(limit, MAX_RESULTS)))


def reverse(lon: float, lat: float) -> list[Found]:
    """What is at a spot, best description first, with `distance_m`: a crossing, a door, else the nearest settlement.

    Three queries.
    """
    spot = (lon, lat)
    corner = _nearest(spot, "kind = 'crossing'", CORNER_M)
    door = _nearest(spot, "kind = 'address' AND street_key <> ''", DOOR_M)
    town = _nearest(spot, "kind = 'place'", FAR_M)
    return [place for place in (*corner, *door, *town) if place.distance_m is not None]


def _nearest(spot: LonLat, condition: str, within_m: float) -> list[Found]:
    """The nearest place under `condition`, if it is within so many metres. One query."""
    sql = f"""
        SELECT {FIELDS} FROM geo_place WHERE {condition}
        AND point && ST_Expand(ST_SetSRID(ST_MakePoint(%s, %s), 4326), %s)
        ORDER BY point <-> ST_SetSRID(ST_MakePoint(%s, %s), 4326) LIMIT 12
    """  # noqa: S608 - nothing in it comes from the user
    with connection.cursor() as cursor:
        cursor.execute(sql, [*spot, within_m / 50_000, *spot])
        places = [found_of(row) for row in cursor.fetchall()]
    # Degrees are not equally long both ways: the order of the index is only nearly right.
    measured = [replace(place, distance_m=distance_m(spot, place.point)) for place in places]
    best = min(measured, key=lambda place: place.distance_m or 0.0, default=None)
    return [best] if best is not None and (best.distance_m or 0.0) <= within_m else []


def describe(lon: float, lat: float) -> str:
    """One line for a spot, such as `Futoška 46 (20 m)`; coordinates where nothing is near. Three queries."""
    found = reverse(lon, lat)
    if not found:
        return f"{lat:.5f}, {lon:.5f}"
    return _("%(place)s (%(metres)d m)") % {"place": found[0].name, "metres": found[0].distance_m}


def present_pack() -> Pack | None:
    """The region pack in use, or None. No query."""
    return current_pack()


def region_summary() -> RegionSummary | None:
    """The region, with its police stations (nearest to the centre first), or None without one. One query."""
    pack = current_pack()
    if pack is None:
        return None
    west, south, east, north = pack.bbox
    lon, lat = pack.manifest["center"]
    return RegionSummary(
        name=pack.manifest["name"],
        name_latin=pack.manifest["name_latin"],
        bbox=(west, south, east, north),
        center=(lon, lat),
        is_invented=pack.manifest["is_invented"],
        attribution=pack.manifest["attribution"],
        police=tuple(_police((lon, lat))),
    )


def _police(center: LonLat) -> list[Found]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FIELDS} FROM geo_place WHERE kind = 'poi' AND category = 'amenity=police' ORDER BY id")  # noqa: S608
        places = [found_of(row) for row in cursor.fetchall()]
    return sorted(places, key=lambda place: (place.name == "Полиција", distance_m(place.point, center)))


def random_addresses(n: int, seed: int) -> list[Found]:
    """`n` doors of the region (fewer where it has fewer), the same for the same seed and region. Two queries."""
    ids = list(
        Place.objects.filter(kind=Place.Kind.ADDRESS)
        .exclude(street_key="")
        .order_by("osm_ref")
        .values_list("pk", flat=True)
    )
    chosen = random.Random(seed).sample(ids, min(n, len(ids)))  # noqa: S311 - a sample, not a secret
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FIELDS} FROM geo_place WHERE id = ANY(%s)", [chosen])  # noqa: S608
        rows = {row[0]: found_of(row) for row in cursor.fetchall()}
    return [rows[pk] for pk in chosen]


def areas_containing(point: LonLat, *, on: date, kind: Area.Kind | None = None) -> QuerySet[Area]:
    """Areas valid on that day that contain a point (longitude, latitude). One query."""
    areas = Area.objects.valid_on(on).filter(geometry__contains=Point(*point, srid=4326))
    return areas if kind is None else areas.filter(kind=kind)


def area_of(point: LonLat, *, on: date, kind: Area.Kind, organisations: Sequence[int] = ()) -> Area | None:
    """The area of a kind that contains a point; where several do, the smallest. One query.

    With `organisations`, only areas of those nodes.
    """
    among = Q(organisation_id__in=organisations) if organisations else Q()
    found = list(areas_containing(point, on=on, kind=kind).filter(among))
    return min(found, key=lambda area: area.geometry.area, default=None)


@dataclass(frozen=True, slots=True)
class Sector:
    """A part of the region with about as many doors as the others; its name is that of a quarter near its middle."""

    name: str
    name_latin: str
    center: LonLat
    geometry: MultiPolygon


def make_sectors(k: int) -> list[Sector]:
    """Cut the region into `k` sectors without gaps or overlaps, by where people live; north to south.

    K-means over a sample of the doors, then the Voronoi cells of their middles. The same for the same region. Fewer
    than `k` where the region has fewer doors; none without a region. Two queries.
    """
    pack = current_pack()
    if pack is None or k < 1:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH doors AS (
                SELECT point FROM geo_place WHERE kind = 'address' ORDER BY md5(osm_ref) LIMIT 5000
            ), clusters AS (
                SELECT point, ST_ClusterKMeans(point, LEAST(%s, (SELECT count(*)::int FROM doors))) OVER () AS cluster
                FROM doors
            ), middles AS (
                SELECT ST_Centroid(ST_Collect(point)) AS middle FROM clusters GROUP BY cluster
            ), extent AS (
                SELECT ST_MakeEnvelope(%s, %s, %s, %s, 4326) AS box
            ), cells AS (
                SELECT (ST_Dump(ST_VoronoiPolygons(ST_Collect(middle), 0, (SELECT box FROM extent)))).geom AS cell
                FROM middles HAVING count(*) > 1
            )
            SELECT ST_X(middle), ST_Y(middle), ST_AsBinary(ST_Multi(COALESCE(ST_Intersection(cell, box), box)))
            FROM middles CROSS JOIN extent LEFT JOIN cells ON ST_Contains(cell, middle)
            ORDER BY ST_Y(middle) DESC, ST_X(middle)
            """,
            [k, *pack.bbox],
        )
        rows = cursor.fetchall()
    quarters = _quarters()
    sectors = []
    for at, (lon, lat, shape) in enumerate(rows, start=1):
        quarter = min(quarters, key=lambda place: distance_m(place.point, (lon, lat)), default=None)
        if quarter is not None:
            quarters.remove(quarter)
        name, latin = (quarter.name, quarter.name_latin) if quarter else (str(at), str(at))
        geometry = GEOSGeometry(memoryview(bytes(shape)), srid=4326)
        sectors.append(Sector(name, latin, (lon, lat), cast("MultiPolygon", geometry)))
    return sectors


def _quarters() -> list[Found]:
    kinds = ["place=quarter", "place=suburb", "place=neighbourhood", "place=village", "place=town"]
    sql = f"SELECT {FIELDS} FROM geo_place WHERE kind = 'place' AND category = ANY(%s) ORDER BY weight DESC, key"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [kinds])
        return [found_of(row) for row in cursor.fetchall()]
