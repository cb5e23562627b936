"""The gazetteer, ways and the region's map over HTTP."""

import os
import re
from dataclasses import asdict
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse as address_of
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid, NotFound
from core.http import View
from geo import routing, selectors
from geo.models import Place
from geo.region.pack import Pack
from geo.rules.query import MAX_LENGTH
from geo.search_rows import Found

MAX_RANGE = 8 << 20  # bytes of the basemap in one answer; a client asks again for the rest
PAIR = 2


class FoundOut(serializers.Serializer[Any]):
    """A place. `id` is null where the gazetteer has no row for it (coordinates, a number between two others)."""

    id = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=Place.Kind.choices)
    category = serializers.CharField()
    name = serializers.CharField()
    name_latin = serializers.CharField()
    detail = serializers.CharField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    score = serializers.FloatField()
    distance_m = serializers.FloatField(allow_null=True)

    def get_id(self, place: Found) -> int | None:
        """The row, if there is one."""
        return place.id or None


class FoundPage(serializers.Serializer[Any]):
    """Places, best first."""

    results = FoundOut(many=True)


class ManeuverOut(serializers.Serializer[routing.Maneuver]):
    """A step of a way."""

    kind = serializers.CharField()
    street = serializers.CharField()
    instruction = serializers.CharField()
    distance_m = serializers.FloatField()
    duration_s = serializers.FloatField()
    at_index = serializers.IntegerField(help_text="Index of the geometry's point where the step begins")


class RouteOut(serializers.Serializer[routing.Route]):
    """A way. `source` is `straight` where the router could not be asked: then it is only an estimate."""

    duration_s = serializers.FloatField()
    distance_m = serializers.FloatField()
    geometry = serializers.JSONField(help_text="GeoJSON LineString")
    source = serializers.ChoiceField(choices=["route", "straight"])  # type: ignore[assignment] # DRF names it so too
    maneuvers = ManeuverOut(many=True)


class RegionOut(serializers.Serializer[Any]):
    """The region in use. Show `attribution` wherever its map or data is shown."""

    id = serializers.CharField()
    name = serializers.CharField()
    name_latin = serializers.CharField()
    bbox = serializers.ListField(child=serializers.FloatField(), help_text="West, south, east, north")
    center = serializers.ListField(child=serializers.FloatField(), help_text="Longitude, latitude")
    is_invented = serializers.BooleanField()
    attribution = serializers.CharField()
    attribution_url = serializers.CharField(allow_blank=True)
    licence = serializers.CharField(allow_blank=True)
    languages = serializers.ListField(child=serializers.CharField(), help_text="Scripts in which the map has names")
    basemap = serializers.CharField(help_text="Address of the vector tiles (PMTiles)")
    built_at = serializers.CharField()
    counts = serializers.DictField(child=serializers.FloatField())


def _point_of(text: str, field: str) -> tuple[float, float]:
    """Longitude and latitude of `lon,lat`. Raises Invalid."""
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts) if len(parts) == PAIR else (999.0, 999.0)
    except ValueError:
        lon = lat = 999.0
    if not (abs(lon) <= 180 and abs(lat) <= 90):  # noqa: PLR2004 - degrees; also refuses NaN
        raise Invalid(_("Give longitude and latitude, such as 19.84,45.25."), code="not_a_point", field=field)
    return lon, lat


def _point_parameter(name: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, required=required, description="`lon,lat` in degrees (WGS 84)")


class GazetteerView(View):
    """Search for places."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, required=True, description="Address, crossing, name, coordinates"),
            _point_parameter("near", required=False),
            OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 50, default 10"),
        ],
        responses=FoundPage,
    )
    def get(self, request: Request) -> Response:
        """Find an address, crossing, street, point of interest or settlement; either script, slips forgiven."""
        q = request.query_params.get("q", "")
        if "\0" in q or len(q) > 4 * MAX_LENGTH:
            raise Invalid(_("This cannot be searched for."), code="not_a_query", field="q")
        near = request.query_params.get("near")
        limit = request.query_params.get("limit", "10")
        if not limit.isdecimal():
            raise Invalid(_("Give a number from 1 to 50."), code="not_a_number", field="limit")
        found = selectors.search_gazetteer(q, _point_of(near, "near") if near else None, int(limit[:4]))
        return Response({"results": FoundOut(found, many=True).data})


class ReverseView(View):
    """What is there."""

    @extend_schema(
        parameters=[
            OpenApiParameter("lon", OpenApiTypes.DOUBLE, required=True),
            OpenApiParameter("lat", OpenApiTypes.DOUBLE, required=True),
        ],
        responses=FoundPage,
    )
    def get(self, request: Request) -> Response:
        """Describe a spot: crossing, door, settlement, those that are near enough, best first."""
        query = request.query_params
        lon, lat = _point_of(f"{query.get('lon', '')},{query.get('lat', '')}", "lon" if "lat" in query else "lat")
        return Response({"results": FoundOut(selectors.reverse(lon, lat), many=True).data})


class RoutesView(View):
    """Ways between two points."""

    @extend_schema(parameters=[_point_parameter("from"), _point_parameter("to")], responses=RouteOut)
    def get(self, request: Request) -> Response:
        """The way by road, with steps in the user's language; a straight line where there is none."""
        source = _point_of(request.query_params.get("from", ""), "from")
        target = _point_of(request.query_params.get("to", ""), "to")
        return Response(asdict(routing.route(source, target, get_language())))


def _pack() -> Pack:
    pack = selectors.present_pack()
    if pack is None:
        raise NotFound(_("No region has been built yet."), code="no_region")
    return pack


class RegionView(View):
    """The region."""

    @extend_schema(responses=RegionOut)
    def get(self, request: Request) -> Response:
        """What region is in use, its extent, its map and whom to thank for it."""
        del request
        pack = _pack()
        basemap = f"{address_of('basemap')}?v={pack.id}"
        shown = {**pack.manifest, "languages": ["sr", "sr-latn"], "basemap": basemap}
        return Response(RegionOut(shown).data)


class BasemapView(View):
    """The basemap's file, by ranges."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse | FileResponse:
        """The bytes that were asked for (one `Range`), else the whole file. Never compressed: its tiles are already."""
        pack = _pack()
        etag = f'"{pack.id}"'
        size = pack.basemap.stat().st_size
        wanted = request.headers.get("Range")
        if request.headers.get("If-None-Match") == etag:
            response: HttpResponse | FileResponse = HttpResponse(status=304)
        elif wanted and request.headers.get("If-Range", etag) == etag:
            response = _part(pack, wanted, size)
        else:
            response = FileResponse(pack.basemap.open("rb"), content_type="application/vnd.pmtiles")
        is_pinned = request.query_params.get("v") == pack.id
        response["Cache-Control"] = "private, max-age=31536000, immutable" if is_pinned else "private, no-cache"
        response["Accept-Ranges"] = "bytes"
        response["Content-Encoding"] = "identity"
        response["ETag"] = etag
        return response


def _part(pack: Pack, wanted: str, size: int) -> HttpResponse:
    """A part of the basemap: 206 with at most MAX_RANGE bytes, or 416."""
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", wanted.strip())
    if match is None or not any(match.groups()):
        start, end = size, size
    elif match.group(1):
        start = int(match.group(1))
        end = min(int(match.group(2) or size - 1), size - 1)
    else:
        start, end = max(size - int(match.group(2)), 0), size - 1
    if start > end or start >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    length = min(end - start + 1, MAX_RANGE)
    with pack.basemap.open("rb") as file:
        data = os.pread(file.fileno(), length, start)
    headers = {"Content-Range": f"bytes {start}-{start + len(data) - 1}/{size}"}
    return HttpResponse(data, status=206, content_type="application/vnd.pmtiles", headers=headers)
