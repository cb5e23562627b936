"""Ending an incident with the jobs of its units."""

import incidents.services
from core.access import Viewer
from core.change import Change, change
from core.errors import NotFound
from core.rules import Permission
from dispatch import selectors
from dispatch.rules import Status
from dispatch.services.backup import follow_backups
from dispatch.services.locks import lock_incidents
from dispatch.services.steps import end
from incidents.models import Incident
from incidents.rules import Source
from patrols.models import Unit


def close_incident(*, incident_id: int, by: Viewer, disposition: str, text: str = "") -> Incident:
    """Close an incident and clear the units that are still on it, in one change.

    Locks the incident, its active assignments, their units. Raises as `incidents.services.close_incident`, and
    Forbidden when units are on it and `by` may not dispatch.
    """
    with change(by=by) as c:
        _end_all(c, incident_id, Status.CLEARED, by=by, reason="closed")
        incident = incidents.services.close_incident(
            incident_id=incident_id, disposition=disposition, text=text, by=by, assignments_ended=True
        )
        follow_backups(c, incident)
    return incident


def cancel_incident(*, incident_id: int, by: Viewer, reason: str) -> Incident:
    """Cancel an incident and call off the units that are on their way, in one change. As `close_incident`."""
    with change(by=by) as c:
        _end_all(c, incident_id, Status.CANCELLED, by=by, reason=reason)
        incident = incidents.services.cancel_incident(
            incident_id=incident_id, reason=reason, by=by, assignments_ended=True
        )
        follow_backups(c, incident)
    return incident


def _end_all(c: Change, incident_id: int, wanted: Status, *, by: Viewer, reason: str) -> None:
    """End all active jobs of an incident that is about to end."""
    incident = lock_incidents({incident_id}).get(incident_id)
    if incident is None or not by.can(Permission.INCIDENT_VIEW, incident.organisation_id):
        raise NotFound
    jobs = list(selectors.active().select_for_update(no_key=True).filter(incident=incident).order_by("pk"))
    if not jobs:
        return
    selectors.require_dispatch(by, incident=incident)
    units = Unit.objects.select_for_update(no_key=True).filter(pk__in=[job.unit_id for job in jobs]).order_by("pk")
    by_id = {unit.pk: unit for unit in units}
    at = c.settle()
    for job in jobs:
        job.incident, job.unit = incident, by_id[job.unit_id]
        end(c, job, wanted, at=at, by=by, source=Source.CONSOLE, reason=reason)
