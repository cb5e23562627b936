"""Assignments, recommendation, boards, the live socket."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """`dispatch`."""

    name = "dispatch"
    verbose_name = "Dispatch"

    def ready(self) -> None:
        """Let incidents and units ask about their jobs."""
        import incidents.ports  # noqa: PLC0415
        import patrols.ports  # noqa: PLC0415
        from dispatch.jobs import DispatchJobs, UnitJobs  # noqa: PLC0415 - models are ready only now

        incidents.ports.jobs = DispatchJobs()
        patrols.ports.jobs = UnitJobs()
