"""Calls and incidents."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """`incidents`."""

    name = "incidents"
    verbose_name = "Incidents"
