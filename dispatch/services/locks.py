"""Rows locked until commit, always in the same order: incidents, assignments, units."""

from collections.abc import Iterable

from core.errors import NotFound
from dispatch.models import Assignment
from incidents.models import Incident
from patrols.models import Unit


def lock_incidents(ids: Iterable[int]) -> dict[int, Incident]:
    """Lock these incidents, by id. One query."""
    rows = Incident.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")
    return {row.pk: row for row in rows}


def lock_unit(unit_id: int) -> Unit:
    """Lock a unit. Raises NotFound. One query."""
    unit = Unit.objects.select_for_update().filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    return unit


def lock_job(seen: Assignment) -> Assignment:
    """The assignment as it is now, with incident and unit, all three locked in order."""
    incident = lock_incidents({seen.incident_id})[seen.incident_id]
    job = Assignment.objects.select_for_update().get(pk=seen.pk)
    job.incident, job.unit = incident, lock_unit(seen.unit_id)
    return job
