"""The ground floor: organisation tree, people and access, live event log, audit, clock."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """`core`."""

    name = "core"
    verbose_name = "Organisation and people"

    def ready(self) -> None:
        """Make the API's schema know how requests say who they are."""
        from core import schema  # noqa: F401, PLC0415 - registers itself on import
