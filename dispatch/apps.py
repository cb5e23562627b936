"""Assignments, recommendation, boards, the live socket."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """`dispatch`."""

    name = "dispatch"
    verbose_name = "Dispatch"
