"""Django application of the geography."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GeoConfig(AppConfig):
    """Gazetteer, routing, basemap and areas."""

    name = "geo"
    verbose_name = _("Geography")
    default_auto_field = "django.db.models.BigAutoField"
