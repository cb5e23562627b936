"""Events at the border are recorded beside an incident, counted anew, judged anew."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid, Unprocessable
from core.rules import Permission
from geo.models import Area
from incidents.border import selectors
from incidents.border.models import BorderAssessment, BorderCount, BorderEvent
from incidents.border.rules import Confidence, Direction, Impact, Persons
from incidents.events import BorderEventAssessed, BorderEventCounted, BorderEventRecorded
from incidents.models import Incident
from incidents.rules import Source
from incidents.selectors import lock_incident
from incidents.services.entry import PlaceData, create_incident
from incidents.services.quiet import add_timeline_quietly, moment, tell

INCIDENT_TYPE = "border_crossing"
"""The kind of an incident that is entered with an event, unless another is named."""


def record_border_event(
    *,
    kind: str,
    means: str,
    by: Viewer,
    incident_id: int | None = None,
    where: PlaceData | None = None,
    type_code: str = INCIDENT_TYPE,
    summary: str = "",
    section_id: int | None = None,
    direction: str = Direction.UNKNOWN,
    crossing_point: str = "",
    goods: str = "",
    detected_at: datetime | None = None,
    persons: Persons | None = None,
    impact: str = "",
    confidence: str = Confidence.MEDIUM,
    source: str = Source.CONSOLE,
) -> BorderEvent:
    """Record an event for an incident that there is, or enter the incident with it (`where`, `type_code`, `summary`).

    The section is the one named, else the one that covers the place. Without `detected_at` it was detected when the call
    came. Locks the incident. Raises NotFound, Forbidden; Invalid for a section or kind that does not exist; Conflict
    where the incident has an event already; Unprocessable where no section covers the place, or numbers make no sense.
    """
    counted = _sensible(persons or Persons())
    with change(by=by) as c:
        now = clock.now()
        seen = moment(detected_at, now=now, field="detected_at") if detected_at else None
        if incident_id is None:
            entered = create_incident(
                type_code=type_code, where=where, summary=summary, received_at=seen or now, by=by, source=source
            )
            incident_id = entered.pk
        incident = lock_incident(by, incident_id)
        _refuse_second(incident)
        event = BorderEvent.objects.create(
            incident=incident,
            section=_section(incident, section_id, now),
            kind=kind,
            means=means,
            direction=direction,
            crossing_point=crossing_point,
            goods=goods,
            detected_at=seen or incident.received_at,
            recorded_at=now,
            source=source,
            by_id=by.user_id,
        )
        _count(event, counted, at=now, by=by, reason="")
        if impact:
            _judge(event, impact, confidence, at=now, by=by, reason="")
        data = {"kind": kind, "section": event.section.code, "detected": counted.detected}
        _note(c, event, "border_event", data, at=event.detected_at, source=source)
        c.audit("border_event.recorded", event, organisation=incident.organisation_id, detail=data)
        tell(
            c,
            BorderEventRecorded,
            [incident],
            at=event.detected_at,
            incident=incident.pk,
            number=incident.number,
            section=event.section.code,
            border_kind=str(kind),
        )
    return event


def count_persons(*, event_id: int, persons: Persons, reason: str, by: Viewer) -> BorderEvent:
    """Count persons anew, for a reason; what was known before stays. Locks the incident.

    Raises NotFound, Forbidden, Invalid without a reason, Unprocessable for numbers that make no sense.
    """
    _require_reason(reason)
    _sensible(persons)
    with change(by=by) as c:
        event = _locked(event_id, by)
        now = clock.now()
        _count(event, persons, at=now, by=by, reason=reason)
        _note(c, event, "border_counted", asdict(persons), at=now, source=Source.CONSOLE, text=reason)
        c.audit("border_event.counted", event, organisation=event.incident.organisation_id, detail=asdict(persons))
        tell(
            c,
            BorderEventCounted,
            [event.incident],
            at=now,
            incident=event.incident_id,
            number=event.incident.number,
            detected=persons.detected,
        )
    return event


def assess_border_event(*, event_id: int, impact: str, confidence: str, reason: str, by: Viewer) -> BorderEvent:
    """Weigh an event anew; earlier judgements stay. Locks the incident. Raises NotFound, Forbidden, Invalid."""
    _require_reason(reason)
    with change(by=by) as c:
        event = _locked(event_id, by)
        now = clock.now()
        _judge(event, impact, confidence, at=now, by=by, reason=reason)
        data = {"impact": impact, "confidence": confidence}
        _note(c, event, "border_assessed", data, at=now, source=Source.CONSOLE, text=reason)
        c.audit("border_event.assessed", event, organisation=event.incident.organisation_id, detail=data)
        tell(
            c,
            BorderEventAssessed,
            [event.incident],
            at=now,
            incident=event.incident_id,
            number=event.incident.number,
            impact=str(impact),
        )
    return event


def _locked(event_id: int, by: Viewer) -> BorderEvent:
    """The event with its incident locked, for somebody who may edit it at its node or at that of the section."""
    event = selectors.access_border_event(by, event_id)
    node = event.section.organisation_id
    if node is None or not by.can(Permission.INCIDENT_EDIT, node):
        by.require(Permission.INCIDENT_EDIT, event.incident.organisation_id)
    event.incident = Incident.objects.select_for_update(no_key=True).get(pk=event.incident_id)
    return event


def _section(incident: Incident, section_id: int | None, now: datetime) -> Area:
    if section_id is not None:
        named = selectors.sections(now.date()).filter(pk=section_id).first()
        if named is None:
            raise Invalid(_("There is no such border section."), code="unknown_section", field="section")
        return named
    found = selectors.section_at(incident.location, now.date()) if incident.location else None
    if found is None:
        raise Unprocessable(_("No border section covers this place; name one."), code="no_section", field="section")
    return found


def _refuse_second(incident: Incident) -> None:
    there = BorderEvent.objects.filter(incident=incident).first()
    if there is not None:
        raise Conflict(
            _("This incident has an event at the border already."),
            code="border_event_exists",
            state={"event": there.pk, "kind": there.kind, "detected_at": there.detected_at},
        )


def _sensible(persons: Persons) -> Persons:
    if not persons.make_sense:
        raise Unprocessable(
            _("More persons have an outcome than were detected."), code="too_many_outcomes", field="detected"
        )
    return persons


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Say why."), code="blank", field="reason")


def _count(event: BorderEvent, persons: Persons, *, at: datetime, by: Viewer, reason: str) -> None:
    BorderCount.objects.create(
        event=event,
        **asdict(persons),
        occurred_at=at,
        recorded_at=at,
        reason=reason,
        by_id=by.user_id,
        by_name=by.name,
    )


def _judge(event: BorderEvent, impact: str, confidence: str, *, at: datetime, by: Viewer, reason: str) -> None:
    BorderAssessment.objects.create(
        event=event,
        impact=Impact(impact),
        confidence=Confidence(confidence),
        occurred_at=at,
        recorded_at=at,
        reason=reason,
        by_id=by.user_id,
        by_name=by.name,
    )


def _note(
    c: Change, event: BorderEvent, kind: str, data: Mapping[str, object], *, at: datetime, source: str, text: str = ""
) -> None:
    add_timeline_quietly(
        incident_id=event.incident_id, kind=kind, by=c.by, occurred_at=at, source=source, text=text, data=data
    )
