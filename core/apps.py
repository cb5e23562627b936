"""The ground floor: organisation tree, people and access, live event log, audit, clock."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """`core`."""

    name = "core"
    verbose_name = "Organisation and people"
