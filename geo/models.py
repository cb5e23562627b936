"""Places that can be found, areas that contain them, and which region pack they came from."""

from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Organisation


class Region(models.Model):
    """The region pack whose places are loaded; there is at most one row."""

    pack_id = models.CharField(_("pack"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    manifest = models.JSONField(_("manifest"))
    loaded_at = models.DateTimeField(_("loaded at"))

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """Something with a name and a position that a caller may speak of. Replaced as a whole with the region pack.

    `key`, `street_key` and `cross_key` are folded (see `geo.rules.text.fold`), so that both scripts meet.
    """

    class Kind(models.TextChoices):
        """What kind of place."""

        ADDRESS = "address", _("address")
        STREET = "street", _("street")
        CROSSING = "crossing", _("crossing")
        POI = "poi", _("point of interest")
        PLACE = "place", _("settlement")
        ROAD = "road", _("numbered road")
        ROAD_KM = "road_km", _("kilometre of a road")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    category = models.CharField(
        _("category"), max_length=60, blank=True, help_text=_("OSM tag, such as amenity=police")
    )
    name = models.CharField(_("name"), max_length=300)
    name_latin = models.CharField(_("name in Latin"), max_length=300)
    key = models.CharField(_("search key"), max_length=400)
    street_key = models.CharField(_("street"), max_length=300, blank=True)
    cross_key = models.CharField(_("crossing street"), max_length=300, blank=True)
    number = models.CharField(_("house number"), max_length=60, blank=True)
    number_value = models.PositiveIntegerField(_("house number, its digits"), null=True, blank=True)
    detail = models.CharField(_("detail"), max_length=200, blank=True, help_text=_("Quarter and settlement"))
    weight = models.SmallIntegerField(_("weight"), default=0, help_text=_("Higher is found first among equals"))
    osm_ref = models.CharField(_("OSM object"), max_length=24, blank=True)
    point = models.PointField(_("position"), srid=4326)
    line = models.MultiLineStringField(_("course"), srid=4326, null=True, blank=True, spatial_index=False)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes = (
            GinIndex(
                name="place_key_trigrams",
                fields=["key"],
                opclasses=["gin_trgm_ops"],
                condition=~Q(kind__in=("address", "crossing")),
            ),
            models.Index(
                name="place_street_number", fields=["street_key", "number_value"], condition=Q(kind="address")
            ),
            models.Index(name="place_crossing", fields=["street_key", "cross_key"], condition=Q(kind="crossing")),
            models.Index(name="place_road", fields=["street_key"], condition=Q(kind__in=("road", "road_km"))),
            models.Index(name="place_category", fields=["category"], condition=Q(kind="poi")),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.get_kind_display()})"


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas by time and place."""

    def valid_on(self, day: object) -> Self:
        """Areas valid on `day` (a date); one without dates is always valid."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class Area(models.Model):
    """A named surface: a sector to patrol, a border section, a jurisdiction, a local community from the map."""

    class Kind(models.TextChoices):
        """What the area is for."""

        SECTOR = "sector", _("patrol sector")
        SECTION = "section", _("border section")
        JURISDICTION = "jurisdiction", _("jurisdiction")
        WATCH = "watch", _("area under watch")
        COMMUNITY = "community", _("local community (from the map)")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisational unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="areas",
        help_text=_("Empty for areas taken from the map"),
    )
    geometry = models.MultiPolygonField(_("outline"), srid=4326)
    from_pack = models.BooleanField(_("from the region pack"), default=False, editable=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ("kind", "code")
        constraints = (
            models.UniqueConstraint(
                name="area_code_once", fields=["kind", "organisation", "code", "valid_from"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="area_valid_period",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=models.F("valid_to")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
