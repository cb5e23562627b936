"""What units need to know of the floor above: which status their job gives. `dispatch` plugs itself in when it starts.

    patrols.ports.jobs = UnitJobs()        # in DispatchConfig.ready()

Without it no unit has a job.
"""

from typing import Protocol

from patrols.rules import Status


class Jobs(Protocol):
    """The jobs of units."""

    def status_of(self, unit_id: int) -> Status | None:
        """The status that the unit's present job gives it, or None without a job. One query."""
        ...


class _Nobody:
    """No unit has a job."""

    def status_of(self, unit_id: int) -> Status | None:  # noqa: ARG002
        return None


jobs: Jobs = _Nobody()
