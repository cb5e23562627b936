"""What `incidents` and `patrols` ask of us, through their ports: jobs, without knowing of this app."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.access import Viewer
from core.change import Change
from core.live import Card
from dispatch import cards, rules, selectors, services
from dispatch.handover import services as handovers
from dispatch.models import Assignment
from incidents.models import Incident
from incidents.rules import ENDED
from incidents.selectors import access_incident
from incidents.services import add_timeline_quietly
from patrols.ports import Job
from patrols.rules import Status
from patrols.selectors import own_unit
from patrols.welfare.services import apply_kind, note_action


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

    def acted(self, *, by: Viewer, occurred_at: datetime, source: str) -> None:
        """Know that this person did something; of a crew that is a sign of life. One query, seven with a timer."""
        unit = own_unit(by)
        if unit is not None:
            note_action(unit_id=unit.pk, by=by, occurred_at=occurred_at, source=source)

    def kind_changed(self, *, incident_id: int, by: Viewer) -> None:
        """Let the welfare timers of the units on an incident follow its kind; they count from when they did."""
        for pk in list(
            selectors.active().filter(incident_id=incident_id).order_by("unit_id").values_list("unit_id", flat=True)
        ):
            apply_kind(unit_id=pk, by=by)

    def told(self, c: Change, incidents: Sequence[Incident], *, at: datetime) -> None:
        """Let offers of these incidents to other centres follow. One query where nothing is offered, three at an end."""
        for incident in incidents:
            if incident.status in ENDED:
                handovers.end_handovers_quietly(c=c, incident=incident)
        if still := [incident.pk for incident in incidents if incident.status not in ENDED]:
            handovers.tell_changed(c=c, incident_ids=still, at=at)

    def merged(self, c: Change, *, duplicate: Incident, target: Incident, at: datetime) -> None:
        """Let open requests for back-up go along; none is left with an incident that is no more. One query without."""
        services.move_backups(c, duplicate=duplicate, target=target, at=at)


class UnitJobs:
    """The jobs of units. See `patrols.ports.Jobs`."""

    def status_of(self, unit_id: int) -> Status | None:
        """The status that the unit's present job gives it, or None without a job. One query."""
        status = selectors.active().filter(unit_id=unit_id).values_list("status", flat=True).first()
        return None if status is None else rules.UNIT_STATUS[rules.Status(status)]

    def present(self, unit_id: int) -> Job | None:
        """What the unit is on now, or None without a job. One query."""
        row = selectors.active().filter(unit_id=unit_id).values_list("incident_id", "incident__type__code").first()
        return None if row is None else Job(*row)

    def tell(
        self, incident_id: int, kind: str, *, by: Viewer, occurred_at: datetime, source: str, data: Mapping[str, Any]
    ) -> None:
        """Add a line about a unit to the incident's timeline. No event. One query."""
        add_timeline_quietly(
            incident_id=incident_id, kind=kind, by=by, occurred_at=occurred_at, source=source, data=data
        )

    def units_on(self, viewer: Viewer, incident_id: int) -> Sequence[int]:
        """The units that are on an incident now, for whoever may send units there. Raises NotFound, Forbidden."""
        incident = access_incident(viewer, incident_id)
        selectors.require_dispatch(viewer, incident=incident)
        return list(selectors.active().filter(incident=incident).order_by("pk").values_list("unit_id", flat=True))
