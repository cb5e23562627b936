"""The tree of the service: service → directorates and border centres → stations."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode


class Organisation(TreeNode):
    """A node of the service's tree. Rights are held at a node and are valid at it and below it."""

    class Kind(models.TextChoices):
        """What kind of node."""

        SERVICE = "service", _("Service")
        DIRECTORATE = "directorate", _("Police directorate")
        BORDER_CENTRE = "border_centre", _("Regional border police centre")
        STATION = "station", _("Police station")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    code = models.CharField(_("code"), max_length=20, unique=True, help_text=_("Short and stable, such as NS or NS-1."))
    name = models.CharField(
        _("name"), max_length=120, help_text=_("In Cyrillic where it is Serbian; Latin is derived.")
    )
    location = models.PointField(_("seat"), srid=4326, null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Belgrade")
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("organisational unit")
        verbose_name_plural = _("organisational units")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                name="organisation_valid_period",
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=models.F("valid_to")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
