"""Fields that requests of several apps have: finite numbers, instants, ids, places."""

from datetime import datetime
from math import isfinite
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

BIGGEST_ID = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2199


class NumberField(serializers.FloatField):
    """A finite number; not `NaN`, not `true`."""

    def to_internal_value(self, data: Any) -> float:
        """Read it."""
        if isinstance(data, bool):
            self.fail("invalid")
        value = super().to_internal_value(data)
        if not isfinite(value):
            self.fail("invalid")
        return value


class MomentField(serializers.DateTimeField):
    """An instant of this age of the world, so that reckoning with it cannot overflow."""

    def to_internal_value(self, value: Any) -> datetime:
        """Read it."""
        moment = super().to_internal_value(value)
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.fail("invalid", format="YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]")
        return moment


class IdField(serializers.IntegerField):
    """The number of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST_ID, **kwargs)


class PointIn(serializers.Serializer[Any]):
    """A place on the ground, EPSG:4326: `{"lon": …, "lat": …}`, or `[lon, lat]` as answers give it."""

    lon = NumberField(min_value=-180, max_value=180)
    lat = NumberField(min_value=-90, max_value=90)

    def to_internal_value(self, data: Any) -> Any:
        """Read it as a point."""
        if isinstance(data, list) and len(data) == len(self.fields):
            data = dict(zip(self.fields, data, strict=True))
        value = super().to_internal_value(data)
        if value["lon"] == 0 == value["lat"]:
            raise serializers.ValidationError(
                _("0, 0 is no place; leave the location out where there is none."), code="no_location"
            )
        return Point(value["lon"], value["lat"], srid=4326)
