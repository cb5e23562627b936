"""What a crew comes upon, and how a job ended, as the crew says."""

from datetime import datetime

from django.utils.translation import gettext as _

import incidents.services
from core.access import Viewer
from core.change import change
from core.errors import Conflict, Invalid
from core.rules import Permission
from dispatch import events, selectors
from dispatch.models import Assignment
from dispatch.rules import Status
from dispatch.services.checks import moment
from dispatch.services.sending import attend_incident
from incidents.models import Incident, TimelineEntry
from incidents.rules import Source
from incidents.services import PlaceData
from patrols.selectors import own_unit


def report_on_view(
    *,
    type_code: str,
    by: Viewer,
    where: PlaceData | None = None,
    summary: str = "",
    occurred_at: datetime | None = None,
    unit_id: int | None = None,
    attend: bool = True,
) -> tuple[Incident, Assignment | None]:
    """Enter what the crew itself came upon; it is on its scene from then on, or (not `attend`) leaves it to the centre.

    It belongs to the node of the unit. `unit_id` is the unit on which it was entered: Conflict `not_on_shift` where
    `by` rides on another by now. Raises also Forbidden, Invalid, Conflict `unit_busy` where the unit has a job.
    """
    by.require_anywhere(Permission.OWN_UNIT_STATUS)
    with change(by=by) as c:
        unit = own_unit(by)
        if unit is None or (unit_id is not None and unit.pk != unit_id):
            raise Conflict(_("You do not ride on this patrol now."), code="not_on_shift", field="unit")
        at = moment(occurred_at, c.now)
        incident = incidents.services.create_incident(
            type_code=type_code,
            by=by,
            where=where,
            summary=summary,
            received_at=at,
            on_view=True,
            crew_node=unit.organisation_id,
            source=Source.FIELD,
        )
        if not attend:
            return incident, None
        job = attend_incident(incident_id=incident.pk, unit_id=unit.pk, by=by, occurred_at=at, source=Source.FIELD)
        incident.refresh_from_db()
    return incident, job


def report_outcome(
    *,
    assignment_id: int,
    disposition: str,
    by: Viewer,
    text: str = "",
    occurred_at: datetime | None = None,
    source: str = Source.FIELD,
) -> TimelineEntry:
    """Note how the job ended, as its crew says: a line of the timeline, which the centre sees when it closes.

    Raises NotFound, Forbidden, Invalid for no disposition, Unprocessable for the future.
    """
    if not disposition.strip():
        raise Invalid(_("Say how it ended."), code="blank", field="disposition")
    with change(by=by) as c:
        job, _own = selectors.access_assignment_to_act(by, assignment_id, Status.ACTION_TAKEN)
        at = moment(occurred_at, c.now)
        data = {
            "assignment": job.pk,
            "unit": job.unit_id,
            "call_sign": job.unit.call_sign,
            "disposition": disposition.strip(),
        }
        entry = incidents.services.add_timeline_quietly(
            incident_id=job.incident_id,
            kind="outcome_reported",
            by=by,
            occurred_at=at,
            source=source,
            text=text.strip(),
            data=data,
        )
        c.audit(
            "assignment.outcome_reported", job, organisation=job.incident.organisation_id, detail={"entry": entry.pk}
        )
        for board_id in {job.incident.board_id or job.unit.board_id, job.unit.board_id}:
            c.emit(
                board_id,
                events.OutcomeReported(
                    at=at,
                    assignment=job.pk,
                    incident=job.incident_id,
                    number=job.incident.number,
                    unit=job.unit_id,
                    call_sign=job.unit.call_sign,
                    disposition=disposition.strip(),
                ),
            )
    return entry
