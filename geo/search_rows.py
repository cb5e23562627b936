"""A row of the gazetteer as the search sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geo.region.records import LonLat


@dataclass(frozen=True, slots=True)
class Found:
    """A place that answers a query. `id` is 0 where no row of the gazetteer stands for it; `score` is 0 to 1."""

    id: int
    kind: str
    name: str
    name_latin: str
    detail: str
    lon: float
    lat: float
    score: float = 0.0
    key: str = ""
    street_key: str = ""
    category: str = ""
    weight: int = 0
    distance_m: float | None = None

    @property
    def point(self) -> LonLat:
        """Longitude and latitude."""
        return self.lon, self.lat


FIELDS = "id, kind, name, name_latin, detail, ST_X(point), ST_Y(point), key, street_key, category, weight"


def found_of(row: Sequence[Any], score: float = 0.0) -> Found:
    """What a row of FIELDS stands for."""
    pk, kind, name, latin, detail, lon, lat, key, street_key, category, weight, *_rest = row
    return Found(pk, kind, name, latin, detail, lon, lat, score, key, street_key, category, weight)
