"""Calls come in, incidents come to be."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid
from core.models import Board, Organisation
from core.selectors import board_of
from incidents import ports
from incidents.events import CallAttached, CallReceived, IncidentCreated
from incidents.models import Call, Incident, IncidentType, NumberCounter, PriorityChange, TimelineEntry
from incidents.rules import OPEN, PRIORITIES, Source, Status
from incidents.selectors import access_call, incident_types, lock_incident, place_of_entry, state_of
from incidents.services.quiet import add_timeline_quietly, moment, save, tell, timeline_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class CallData:
    """What is known of a call. Times are UTC; `location` is EPSG:4326."""

    phone: str = ""
    caller_name: str = ""
    text: str = ""
    channel: str = "phone"
    received_at: datetime | None = None
    answered_at: datetime | None = None
    location: Point | None = None
    location_accuracy_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceData:
    """Where an incident is: a point (EPSG:4326) with its accuracy and source, and what people call it."""

    place: str = ""
    place_detail: str = ""
    location: Point | None = None
    location_accuracy_m: float | None = None
    location_source: str = ""
    gazetteer_id: str = ""


def create_incident(
    *,
    type_code: str,
    by: Viewer,
    priority: int | None = None,
    where: PlaceData | None = None,
    summary: str = "",
    min_units: int | None = None,
    call: CallData | None = None,
    call_id: int | None = None,
    received_at: datetime | None = None,
    on_view: bool = False,
    unit_id: int | None = None,
    ready: bool = True,
    organisation_id: int | None = None,
    crew_node: int | None = None,
    source: str = Source.CONSOLE,
) -> Incident:
    """Enter an incident, with the call that reports it or (`on_view`) with the unit that came upon it.

    It belongs to the node given, else to the one whose jurisdiction covers the place, else to the caller's own.
    `received_at` is when the call came; of several times given, that of the call counts. Not `ready` means that it is
    still being entered. `crew_node` is the node of the unit whose own crew enters what it came upon: it belongs there,
    and no right to enter incidents is asked for (`dispatch` has seen that they ride on it). Locks the number counter of the operations centre. About twenty queries.
    Raises Invalid, NotFound, Forbidden, Unprocessable; Conflict where the call belongs to another incident already.
    """
    where = where or PlaceData()
    with change(by=by) as c:
        now = clock.now()
        kind = _type(type_code)
        organisation, board = (
            place_of_entry(by, organisation_id=organisation_id, point=where.location, day=now.date())
            if crew_node is None
            else (Organisation.objects.get(pk=crew_node), board_of(crew_node))
        )
        taken = _call_to_attach(by, call_id)
        received = moment(
            (taken and taken.received_at) or (call and call.received_at) or received_at, now=now, field="received_at"
        )
        incident = Incident.objects.create(
            number=_next_number(board, now),
            organisation=organisation,
            board=board,
            type=kind,
            priority=(graded := _priority(priority, kind)),
            first_priority=graded,
            highest_priority=graded,
            status=Status.WAITING if ready else Status.ENTERING,
            on_view=on_view,
            min_units=min_units or kind.min_units,
            location=where.location,
            location_accuracy_m=where.location_accuracy_m,
            location_source=where.location_source,
            gazetteer_id=where.gazetteer_id,
            place=where.place,
            place_detail=where.place_detail,
            summary=summary,
            received_at=received,
            answered_at=taken.answered_at if taken else call.answered_at if call else None,
            created_at=now,
            ready_at=now if ready else None,
            opened_by_id=by.user_id,
            source=source,
        )
        if call is not None and taken is None:
            taken = _store_call(
                call, incident=incident, organisation=organisation, received=received, by=by, source=source
            )
        elif taken is not None:
            taken.incident = incident
            taken.save(update_fields=["incident"])
        began = now if crew_node is None else received  # a crew opens it when it enters it, with or without a network
        _first_lines(incident, taken, by=by, now=began, source=source)
        c.audit(
            "incident.created",
            incident,
            organisation=organisation.pk,
            detail={"number": incident.number, "type": kind.code, "priority": graded, "call": taken and taken.pk},
        )
        tell(c, IncidentCreated, [incident], at=now, incident=incident.pk, number=incident.number)
        if unit_id is not None:
            ports.jobs.attend(incident_id=incident.pk, unit_id=unit_id, by=by, occurred_at=received)
            incident.refresh_from_db()
    return incident


def take_call(
    *,
    data: CallData,
    by: Viewer,
    incident_id: int | None = None,
    organisation_id: int | None = None,
    source: str = Source.CONSOLE,
) -> Call:
    """Store a call; with `incident_id` as one more caller of that incident. About ten queries.

    Raises NotFound, Forbidden, Unprocessable; Conflict where the incident has ended.
    """
    with change(by=by) as c:
        now = clock.now()
        received = moment(data.received_at, now=now, field="received_at")
        if incident_id is None:
            organisation, board = place_of_entry(
                by, organisation_id=organisation_id, point=data.location, day=now.date()
            )
            call = _store_call(data, incident=None, organisation=organisation, received=received, by=by, source=source)
            c.audit("call.received", call, organisation=organisation.pk)
            c.emit(board.pk, CallReceived(at=received, call=call.pk))
            return call
        incident = lock_incident(by, incident_id)
        call = _store_call(
            data, incident=None, organisation=incident.organisation, received=received, by=by, source=source
        )
        c.audit("call.received", call, organisation=incident.organisation_id)
        _attach(c, call, incident, source=source)
    return call


def attach_call(*, incident_id: int, call_id: int, by: Viewer, source: str = Source.CONSOLE) -> Incident:
    """Let a call report this incident; doing it again changes nothing. The earliest call starts the clock.

    Raises NotFound, Forbidden; Conflict where the call reports another incident, or the incident has ended.
    """
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        access_call(by, call_id)
        call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
        if call.incident_id != incident.pk:
            _refuse_attached(call)
            _attach(c, call, incident, source=source)
    return incident


def _attach(c: Change, call: Call, incident: Incident, *, source: str) -> None:
    """Attach a free call to a locked, open incident, and say so."""
    if incident.status not in OPEN:
        raise Conflict(
            _("The incident has ended; reopen it, or enter a new one."), code="incident_ended", state=state_of(incident)
        )
    call.incident = incident
    call.save(update_fields=["incident"])
    earlier = call.received_at < incident.received_at and not incident.on_view
    save(incident, **({"received_at": call.received_at, "answered_at": call.answered_at} if earlier else {}))
    add_timeline_quietly(
        incident_id=incident.pk,
        kind="call_attached",
        by=c.by,
        occurred_at=call.received_at,
        source=source,
        data={"call": call.pk, "earliest": earlier},
    )
    c.audit("call.attached", call, organisation=incident.organisation_id, detail={"incident": incident.pk})
    tell(c, CallAttached, [incident], at=call.received_at, incident=incident.pk, call=call.pk)


def _call_to_attach(by: Viewer, call_id: int | None) -> Call | None:
    """The call that a new incident is entered from, locked."""
    if call_id is None:
        return None
    access_call(by, call_id)
    call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
    if call.incident_id is not None:
        _refuse_attached(call)
    return call


def _refuse_attached(call: Call) -> None:
    if call.incident is not None:
        raise Conflict(
            _("This call belongs to another incident already."),
            code="call_attached",
            field="call_id",
            state=state_of(call.incident),
        )


def _store_call(
    data: CallData,
    *,
    incident: Incident | None,
    organisation: Organisation,
    received: datetime,
    by: Viewer,
    source: str,
) -> Call:
    return Call.objects.create(
        incident=incident,
        organisation=organisation,
        channel=data.channel,
        phone=data.phone,
        caller_name=data.caller_name,
        text=data.text,
        location=data.location,
        location_accuracy_m=data.location_accuracy_m,
        received_at=received,
        answered_at=data.answered_at,
        recorded_at=clock.now(),
        taken_by_id=by.user_id,
        source=source,
    )


def _first_lines(incident: Incident, call: Call | None, *, by: Viewer, now: datetime, source: str) -> None:
    """The timeline and the gradings of a new incident begin."""
    lines: list[tuple[str, datetime, dict[str, object]]] = []
    if call is not None:
        lines.append(("call_received", call.received_at, {"call": call.pk}))
    lines.append(("incident_created", now, {"type": incident.type.code, "on_view": incident.on_view}))
    if incident.location is not None:
        lines.append(("location_set", now, {"version": 1, "source": incident.location_source}))
    lines.append(("priority_set", now, {"priority": incident.priority}))
    TimelineEntry.objects.bulk_create(
        timeline_entry(incident_id=incident.pk, kind=kind, by=by, occurred_at=at, source=source, data=data)
        for kind, at, data in lines
    )
    PriorityChange.objects.create(
        incident=incident,
        priority=incident.priority,
        occurred_at=now,
        recorded_at=now,
        source=source,
        by_id=by.user_id,
    )


def _type(code: str) -> IncidentType:
    found = incident_types().filter(code=code).first()
    if found is None:
        raise Invalid(_("There is no such kind of incident."), code="unknown_type", field="type")
    return found


def _priority(given: int | None, kind: IncidentType) -> int:
    if given is not None and given not in PRIORITIES:
        raise Invalid(_("There is no such priority."), code="unknown_priority", field="priority")
    return given if given is not None else kind.priority


def _next_number(board: Board, now: datetime) -> str:
    """The next number of the operations centre in its local year: NS-2026-000123. Locks its counter until commit."""
    node = board.organisation
    year = now.astimezone(ZoneInfo(node.time_zone)).year
    counter = NumberCounter.objects.filter(organisation=node, year=year)
    if not counter.update(last=F("last") + 1):
        NumberCounter.objects.bulk_create([NumberCounter(organisation=node, year=year)], ignore_conflicts=True)
        counter.update(last=F("last") + 1)
    return f"{node.code}-{year}-{counter.values_list('last', flat=True).get():06}"
