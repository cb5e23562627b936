"""Routing in this process: times, ways and reach over the region's roads. Nothing here raises when the router is down."""

from geo.routing.eta import eta_matrix, nearest_by_eta
from geo.routing.types import Candidate, Leg, LonLat, Maneuver, Route, Status
from geo.routing.ways import isochrone, route, routing_status

__all__ = [
    "Candidate",
    "Leg",
    "LonLat",
    "Maneuver",
    "Route",
    "Status",
    "eta_matrix",
    "isochrone",
    "nearest_by_eta",
    "route",
    "routing_status",
]
