"""A caller who meant something else: the call is taken out of an incident, to one of its own."""

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Conflict, Invalid, Unprocessable
from core.rules import Permission
from incidents.events import IncidentSplit
from incidents.models import Call, Incident
from incidents.rules import OPEN, Source
from incidents.selectors import lock_incident, state_of
from incidents.services.entry import PlaceData, create_incident
from incidents.services.quiet import add_timeline_quietly, save, tell


def split_incident(
    *, incident_id: int, call_id: int, type_code: str, by: Viewer, source: str = Source.CONSOLE
) -> Incident:
    """Take a call, with what was said, out of an open incident to a new one, which is returned.

    The new one is where its caller is, or else where the old one is; each has the time of its own earliest call. Locks
    the incident. Raises NotFound, Forbidden; Invalid for a call of another incident; Unprocessable for the only one;
    Conflict when the incident has ended.
    """
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        by.require(Permission.CALL_VIEW, incident.organisation_id)
        if incident.status not in OPEN:
            raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))
        call = Call.objects.select_for_update(no_key=True).filter(pk=call_id, incident=incident).first()
        if call is None:
            raise Invalid(_("This call does not belong to this incident."), code="other_call", field="call")
        rest = Call.objects.filter(incident=incident).exclude(pk=call.pk)
        if not rest.exists() and not incident.on_view:
            raise Unprocessable(_("It is the only call of this incident."), code="only_call", field="call")
        call.incident = None
        call.save(update_fields=["incident"])
        made = create_incident(
            type_code=type_code,
            where=_place_of(call, incident),
            summary=call.text,
            call_id=call.pk,
            organisation_id=incident.organisation_id,
            by=by,
            source=source,
        )
        earliest = rest.aggregate(at=Min("received_at"))["at"]
        save(incident, **({"received_at": earliest} if earliest and not incident.on_view else {}))
        now = clock.now()
        for one, data in (
            (incident, {"to": made.pk, "number": made.number, "call": call.pk}),
            (made, {"from": incident.pk, "number": incident.number, "call": call.pk}),
        ):
            add_timeline_quietly(incident_id=one.pk, kind="split", by=by, occurred_at=now, source=source, data=data)
            c.audit("incident.split", one, organisation=one.organisation_id, detail=data)
        tell(c, IncidentSplit, [incident, made], at=now, incident=incident.pk, into=made.pk)
    return made


def _place_of(call: Call, incident: Incident) -> PlaceData:
    if call.location is not None:
        return PlaceData(location=call.location, location_accuracy_m=call.location_accuracy_m, location_source="manual")
    return PlaceData(
        place=incident.place,
        place_detail=incident.place_detail,
        location=incident.location,
        location_accuracy_m=incident.location_accuracy_m,
        location_source=incident.location_source,
        gazetteer_id=incident.gazetteer_id,
    )
