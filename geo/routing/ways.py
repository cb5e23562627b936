"""Ways and reach: a route with its steps, isochrones, and whether the router is up."""

import logging
from typing import Any

from django.utils import translation

from geo.routing.engine import NoRoadError, RoutingDownError, costing, engine, profile
from geo.routing.maneuvers import describe
from geo.routing.straight import straight
from geo.routing.types import LonLat, Maneuver, Route, Status
from geo.rules.text import to_latin

log = logging.getLogger(__name__)


def route(source: LonLat, target: LonLat, language: str | None = None) -> Route:
    """The way from `source` to `target`, with steps in `language` (the active one by default). Never raises.

    Where there is no road or no router, the straight line with `source="straight"`.
    """
    request = {
        "locations": [{"lon": lon, "lat": lat} for lon, lat in (source, target)],
        "directions_type": "maneuvers",
        "shape_format": "polyline6",
        **costing(),
    }
    try:
        trip = engine().ask("route", request)["trip"]
    except (NoRoadError, RoutingDownError) as error:
        log.info("No way by road: %s", error)
        leg = straight().leg(source, target)
        line = {"type": "LineString", "coordinates": [list(source), list(target)]}
        return Route(leg.duration_s, leg.distance_m, line, (), "straight")
    factor = float(profile()["time"]["factor"])
    leg_found = trip["legs"][0]
    with translation.override(language or translation.get_language()):
        steps = tuple(_maneuver(step, factor) for step in leg_found["maneuvers"])
    return Route(
        duration_s=trip["summary"]["time"] * factor,
        distance_m=trip["summary"]["length"] * 1000,
        geometry={"type": "LineString", "coordinates": decode_polyline(leg_found["shape"])},
        maneuvers=steps,
        source="route",
    )


def _maneuver(step: dict[str, Any], factor: float) -> Maneuver:
    street = ", ".join(step.get("street_names", ()))
    if translation.get_language() != "sr":
        street = to_latin(street)
    kind, instruction = describe(step["type"], street, step.get("roundabout_exit_count"))
    return Maneuver(kind, street, instruction, step["length"] * 1000, step["time"] * factor, step["begin_shape_index"])


def isochrone(point: LonLat, minutes: float, *, towards: bool = False) -> dict[str, Any] | None:
    """GeoJSON geometry of what can be reached from `point` within `minutes` (or from where one reaches it, `towards`).

    None where there is no road or no router: a circle would be a guess drawn as a fact. Up to 120 minutes.
    """
    request = {
        "locations": [{"lon": point[0], "lat": point[1]}],
        "contours": [{"time": minutes / float(profile()["time"]["factor"])}],
        "polygons": True,
        "denoise": 0.3,
        "generalize": 20,
        "reverse": towards,
        **costing(),
    }
    try:
        router = engine()
        # Far from every road the router would answer with a speck around the point.
        features = router.ask("isochrone", request)["features"] if router.covers(point) else []
    except (NoRoadError, RoutingDownError) as error:
        log.info("No isochrone: %s", error)
        return None
    return features[0]["geometry"] if features else None


def routing_status() -> Status:
    """Whether the router answers, for `/healthz`. Loads it if it was not."""
    try:
        router = engine()
        router.ask("status", {})
    except (NoRoadError, RoutingDownError) as error:
        return Status(is_up=False, detail=str(error))
    return Status(is_up=True, detail=f"{router.pack.manifest['name']} ({router.pack.id})")


def decode_polyline(text: str, precision: int = 6) -> list[list[float]]:
    """Points [longitude, latitude] of an encoded polyline (Google's algorithm)."""
    scale = 10**precision
    points: list[list[float]] = []
    lat = lon = at = 0
    while at < len(text):
        steps = []
        for _ in range(2):
            value = shift = 0
            while True:
                byte = ord(text[at]) - 63
                at += 1
                value |= (byte & 31) << shift
                shift += 5
                if byte < 32:  # noqa: PLR2004 - five bits a character, the sixth says that more follow
                    break
            steps.append(~(value >> 1) if value & 1 else value >> 1)
        lat += steps[0]
        lon += steps[1]
        points.append([lon / scale, lat / scale])
    return points
