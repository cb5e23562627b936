"""Units, vehicles, officers, crews, shifts, their status and positions."""

from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    """`patrols`."""

    name = "patrols"
    verbose_name = "Patrols"
