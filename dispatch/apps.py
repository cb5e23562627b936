"""Assignments, recommendation, boards, the live socket."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """`dispatch`."""

    name = "dispatch"
    verbose_name = "Dispatch"

    def ready(self) -> None:
        """Let incidents ask about their jobs."""
        from dispatch.jobs import DispatchJobs  # noqa: PLC0415 - models are ready only now
        from incidents import ports  # noqa: PLC0415

        ports.jobs = DispatchJobs()
