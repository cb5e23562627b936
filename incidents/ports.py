"""What incidents need to know of the floor above: who is sent where. `dispatch` plugs itself in when it starts.

    incidents.ports.jobs = DispatchJobs()        # in DispatchConfig.ready()

Without it nobody is sent anywhere.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from core.access import Viewer
from core.change import Change
from core.live import Card
from incidents.models import Incident


class Jobs(Protocol):
    """The work of units, as far as incidents have to do with it."""

    def own_incidents(self, viewer: Viewer) -> frozenset[int]:
        """Incidents that this person's own unit is sent to now; they may be read and noted without other rights."""
        ...

    def cards(self, incident_ids: Iterable[int]) -> Sequence[Card]:
        """Cards of all assignments of these incidents, ended ones too. A constant number of queries."""
        ...

    def ids(self, incident_ids: Iterable[int]) -> Sequence[int]:
        """Ids of all assignments of these incidents. One query."""
        ...

    def attend(self, *, incident_id: int, unit_id: int, by: Viewer, occurred_at: datetime) -> None:
        """Put the unit that came upon an incident on its scene."""
        ...

    def acted(self, *, by: Viewer, occurred_at: datetime, source: str) -> None:
        """Know that this person did something; of a crew that is a sign of life."""
        ...

    def kind_changed(self, *, incident_id: int, by: Viewer) -> None:
        """Let what depends on the kind of an incident follow for the units on it."""
        ...

    def told(self, c: Change, incidents: Sequence[Incident], *, at: datetime) -> None:
        """These locked incidents have changed in `c`, or ended: let what refers to them follow."""
        ...

    def merged(self, c: Change, *, duplicate: Incident, target: Incident, at: datetime) -> None:
        """The locked `duplicate` goes up in the locked `target`: what units ask for there goes along."""
        ...


class _Nobody:
    """No unit is sent anywhere."""

    def own_incidents(self, viewer: Viewer) -> frozenset[int]:  # noqa: ARG002
        return frozenset()

    def cards(self, incident_ids: Iterable[int]) -> Sequence[Card]:  # noqa: ARG002
        return ()

    def ids(self, incident_ids: Iterable[int]) -> Sequence[int]:  # noqa: ARG002
        return ()

    def attend(self, *, incident_id: int, unit_id: int, by: Viewer, occurred_at: datetime) -> None:
        raise NotImplementedError

    def acted(self, *, by: Viewer, occurred_at: datetime, source: str) -> None:
        pass

    def kind_changed(self, *, incident_id: int, by: Viewer) -> None:
        pass

    def told(self, c: Change, incidents: Sequence[Incident], *, at: datetime) -> None:
        pass

    def merged(self, c: Change, *, duplicate: Incident, target: Incident, at: datetime) -> None:
        pass


jobs: Jobs = _Nobody()
