"""What units need to know of the floor above: which status their job gives. `dispatch` plugs itself in when it starts.

    patrols.ports.jobs = UnitJobs()        # in DispatchConfig.ready()

Without it no unit has a job.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from core.access import Viewer
from core.errors import NotFound
from patrols.rules import Status


class Job(NamedTuple):
    """What a unit is on: the incident, and the code of its kind."""

    incident_id: int
    kind: str


class Jobs(Protocol):
    """The jobs of units."""

    def status_of(self, unit_id: int) -> Status | None:
        """The status that the unit's present job gives it, or None without a job. One query."""
        ...

    def present(self, unit_id: int) -> Job | None:
        """What the unit is on now, or None without a job. One query."""
        ...

    def tell(
        self, incident_id: int, kind: str, *, by: Viewer, occurred_at: datetime, source: str, data: Mapping[str, Any]
    ) -> None:
        """Add a line about a unit to the incident's timeline. No event. One query."""
        ...

    def units_on(self, viewer: Viewer, incident_id: int) -> Sequence[int]:
        """The units that are on an incident now, for whoever may send units there. Raises NotFound, Forbidden."""
        ...


class _Nobody:
    """No unit has a job."""

    def status_of(self, unit_id: int) -> Status | None:  # noqa: ARG002
        return None

    def present(self, unit_id: int) -> Job | None:  # noqa: ARG002
        return None

    def tell(
        self, incident_id: int, kind: str, *, by: Viewer, occurred_at: datetime, source: str, data: Mapping[str, Any]
    ) -> None:
        raise NotImplementedError

    def units_on(self, viewer: Viewer, incident_id: int) -> Sequence[int]:  # noqa: ARG002
        raise NotFound


jobs: Jobs = _Nobody()
