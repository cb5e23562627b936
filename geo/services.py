"""Writes of the geography: a region pack put in use, areas drawn."""

import gzip
import json
import struct
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection, transaction

from core.access import Viewer
from core.change import change
from geo.models import Area, Place, Region
from geo.region.pack import Pack, use_pack

_COLUMNS = (
    *("kind", "category", "name", "name_latin", "key", "street_key", "cross_key", "number", "number_value"),
    *("detail", "weight", "osm_ref", "point", "line"),
)
_POINT = struct.Struct("<BIIdd")
_EWKB_POINT, _EWKB_MULTILINE, _WKB_LINE, _SRID = 0x20000001, 0x20000005, 2, 4326


def load_region(pack: Pack, *, by: Viewer) -> Region:
    """Put `pack` in use: its places and communities replace those of the one before, then the files are switched.

    One transaction; who reads meanwhile sees the old region. Areas that people have drawn stay.
    """
    with change(by=by) as c:
        Place.objects.all().delete()
        Area.objects.filter(from_pack=True).delete()
        Region.objects.all().delete()
        areas = _copy_places(pack)
        Area.objects.bulk_create(areas, batch_size=500)
        manifest = dict(pack.manifest)
        region = Region.objects.create(pack_id=pack.id, name=manifest["name"], manifest=manifest, loaded_at=c.now)
        c.audit("region.loaded", region, detail={"pack": pack.id, "name": manifest["name"]})
        transaction.on_commit(partial(use_pack, pack))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_place")
    return region


def _copy_places(pack: Pack) -> list[Area]:
    """Copy the places of the pack into the database, and give back its areas, not yet saved."""
    areas: list[Area] = []
    with connection.cursor() as cursor, cursor.copy(f"COPY geo_place ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for record in _records(pack):
            if "place" in record:
                copy.write_row(_row(record["place"]))
            else:
                areas.append(_area(record["area"]))
    return areas


def _records(pack: Pack) -> Iterator[dict[str, Any]]:
    with gzip.open(pack.gazetteer, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _row(place: dict[str, Any]) -> tuple[object, ...]:
    """The columns of a place, in the order of _COLUMNS; texts that are absent are empty, not null."""
    text = [place.get(column, "") for column in _COLUMNS[:8]]
    line = place.get("line")
    return (
        *text,
        place.get("number_value"),
        place.get("detail", ""),
        place.get("weight", 0),
        place.get("osm_ref", ""),
        _POINT.pack(1, _EWKB_POINT, _SRID, place["lon"], place["lat"]).hex(),
        None if line is None else _multiline(line),
    )


def _multiline(lines: list[list[tuple[float, float]]]) -> str:
    """EWKB of a MultiLineString, in hexadecimal as PostGIS reads it."""
    drawn = [line for line in lines if len(line) > 1]
    parts = [struct.pack("<BIII", 1, _EWKB_MULTILINE, _SRID, len(drawn))]
    for line in drawn:
        flat = [value for point in line for value in point]
        parts.append(struct.pack(f"<BII{len(flat)}d", 1, _WKB_LINE, len(line), *flat))
    return b"".join(parts).hex()


def _area(record: dict[str, Any]) -> Area:
    shape = GEOSGeometry(json.dumps(record["geometry"]), srid=4326)
    return Area(
        kind=Area.Kind.COMMUNITY,
        code=record["code"],
        name=record["name"],
        geometry=shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326),
        from_pack=True,
    )
