"""Areas are edited here, as GeoJSON: nothing is fetched from outside. Places come from the region pack and are only shown."""

import json
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import AuditedAdmin, ReadOnlyAdmin
from geo.models import Area, Place, Region


class OutlineField(forms.Field):
    """An outline as GeoJSON (Polygon, MultiPolygon, or a Feature of one), longitude first."""

    widget = forms.Textarea(attrs={"rows": 12, "cols": 90, "spellcheck": "false"})
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("This is not a GeoJSON Polygon or MultiPolygon."),
        "crossed": _("The outline crosses itself: %(reason)s"),
        "outside": _("Coordinates are longitude, latitude in degrees."),
    }

    def prepare_value(self, value: Any) -> Any:
        """Show a stored outline as GeoJSON."""
        return value.geojson if isinstance(value, GEOSGeometry) else value

    def to_python(self, value: Any) -> MultiPolygon | None:
        """The outline, always a MultiPolygon in 4326."""
        if value in (None, ""):
            return None
        if isinstance(value, MultiPolygon):
            return value
        try:
            record = json.loads(value)
            shape = GEOSGeometry(json.dumps(record.get("geometry", record)), srid=4326)
        except (ValueError, AttributeError, TypeError, GDALException, GEOSException) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if isinstance(shape, Polygon):
            shape = MultiPolygon(shape, srid=4326)
        if not isinstance(shape, MultiPolygon) or shape.empty:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        if not shape.valid:
            raise forms.ValidationError(
                self.error_messages["crossed"], code="crossed", params={"reason": shape.valid_reason}
            )
        west, south, east, north = shape.extent
        if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004 - degrees
            raise forms.ValidationError(self.error_messages["outside"], code="outside")
        return shape

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another outline was given, not whether it is written otherwise."""
        try:
            return bool(self.to_python(data) != initial)
        except forms.ValidationError:
            return True


class AreaForm(forms.ModelForm[Area]):
    """An area with its outline as text."""

    geometry = OutlineField(label=_("outline"), help_text=_("GeoJSON, longitude first"))

    class Meta:
        model = Area
        fields = ("kind", "code", "name", "organisation", "geometry", "valid_from", "valid_to")


@admin.register(Area)
class AreaAdmin(AuditedAdmin):
    """Areas; those from the map may not be changed, the next pack would undo it."""

    form = AreaForm
    list_display = ("code", "name", "kind", "organisation", "valid_from", "valid_to")
    list_filter = ("kind", "organisation")
    search_fields = ("code", "name")
    list_select_related = ("organisation",)

    def has_change_permission(self, request: HttpRequest, obj: Area | None = None) -> bool:
        """Not for areas of the region pack."""
        return super().has_change_permission(request, obj) and not (obj is not None and obj.from_pack)

    def has_delete_permission(self, request: HttpRequest, obj: Area | None = None) -> bool:
        """Not for areas of the region pack."""
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.from_pack)


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    """What the gazetteer holds, to look into when a search surprises."""

    list_display = ("name", "kind", "category", "detail", "osm_ref")
    list_filter = ("kind",)
    search_fields = ("key",)
    exclude = ("point", "line")


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    """Which region pack is in use."""

    list_display = ("name", "pack_id", "loaded_at")
