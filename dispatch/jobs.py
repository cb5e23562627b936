"""What `incidents` and `patrols` ask of us, through their ports: jobs, without knowing of this app."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.access import Viewer
from core.live import Card
from dispatch import cards, rules, selectors, services
from dispatch.models import Assignment
from patrols.rules import Status
from patrols.selectors import own_unit


class DispatchJobs:
    """The work of units. See `incidents.ports.Jobs`."""

    def own_incidents(self, viewer: Viewer) -> frozenset[int]:
        """Incidents that this person's own unit is sent to now. Two queries, one for whoever rides on none."""
        unit = own_unit(viewer)
        if unit is None:
            return frozenset()
        return frozenset(selectors.active().filter(unit=unit).values_list("incident_id", flat=True))

    def cards(self, incident_ids: Iterable[int]) -> Sequence[Card]:
        """Cards of all assignments of these incidents. Two queries."""
        return cards.assignment_cards(self.ids(incident_ids))

    def ids(self, incident_ids: Iterable[int]) -> Sequence[int]:
        """Ids of all assignments of these incidents. One query."""
        rows = Assignment.objects.filter(incident_id__in=list(incident_ids)).order_by("pk")
        return list(rows.values_list("pk", flat=True))

    def attend(self, *, incident_id: int, unit_id: int, by: Viewer, occurred_at: datetime) -> None:
        """Put the unit that came upon an incident on its scene."""
        services.attend_incident(incident_id=incident_id, unit_id=unit_id, by=by, occurred_at=occurred_at)


class UnitJobs:
    """The jobs of units. See `patrols.ports.Jobs`."""

    def status_of(self, unit_id: int) -> Status | None:
        """The status that the unit's present job gives it, or None without a job. One query."""
        status = selectors.active().filter(unit_id=unit_id).values_list("status", flat=True).first()
        return None if status is None else rules.UNIT_STATUS[rules.Status(status)]
