"""Rows locked until commit, always in the same order: incidents, assignments, units."""

from collections.abc import Iterable

from django.db.models import BigIntegerField

from core.errors import NotFound
from core.prepared import Among, Given, Prepared
from dispatch.models import Assignment
from incidents.models import Incident
from patrols.models import Unit

_INCIDENTS: Prepared[Incident] = Prepared(
    lambda: Incident.objects.select_for_update(no_key=True).filter(pk__in=Among("ids")).order_by("pk")
)
_UNIT: Prepared[Unit] = Prepared(
    lambda: Unit.objects.select_for_update(no_key=True).filter(pk=Given("unit", BigIntegerField()))
)
_JOB: Prepared[Assignment] = Prepared(
    lambda: Assignment.objects.select_for_update(no_key=True).filter(pk=Given("job", BigIntegerField()))
)


def lock_incidents(ids: Iterable[int]) -> dict[int, Incident]:
    """Lock these incidents, by id. One query."""
    return {row.pk: row for row in _INCIDENTS(ids=list(set(ids)))}


def lock_unit(unit_id: int) -> Unit:
    """Lock a unit. Raises NotFound. One query."""
    found = _UNIT(unit=unit_id)
    if not found:
        raise NotFound
    return found[0]


def lock_job(seen: Assignment) -> Assignment:
    """The assignment as it is now, with incident and unit, all three locked in order."""
    incident = lock_incidents({seen.incident_id})[seen.incident_id]
    (job,) = _JOB(job=seen.pk)
    job.incident, job.unit = incident, lock_unit(seen.unit_id)
    return job
