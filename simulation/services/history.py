"""The month gone by into the database: demo data, plainly invented, marked `source = system`.

The rows are made by `simulation.rules.history`; here they are only written, in bulk, with every constraint of the
models. They carry numbers of the operations centre's own counter, so they are written before the first real incident.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.db import connection

from core.models import Board, Organisation
from dispatch.models import Assignment, AssignmentChange
from incidents.models import Call, Incident, IncidentType, NumberCounter, PriorityChange, TimelineEntry
from incidents.rules import Source
from simulation import demo
from simulation.rules.history import Past, PastAssignment, PastIncident, PastSpot, PastUnit

PER_DAY = 130
BATCH = 1_000
STEPS = ("dispatched", "acknowledged", "en_route", "on_scene", "action_taken", "cleared")


def has_history(board: Board) -> bool:
    """Tell whether the operations centre has any incident yet. One query."""
    return Incident.objects.filter(board=board).exists()


def load_history(
    board: Board, *, units: Sequence[PastUnit], spots: Sequence[PastSpot], rng: Random, now: datetime, days: int
) -> int:
    """Write the `days` days before `now` (aware); returns the number of incidents. Must run in a transaction."""
    zone = ZoneInfo(board.organisation.time_zone)
    past = Past(rng, kinds=demo.kinds(), talk=demo.talk(), units=units, spots=spots, zone=zone)
    incidents = past.play(now - timedelta(days=days), now, per_day=PER_DAY)
    numbers = _numbers(board.organisation, incidents, zone)
    types = {kind.code: kind for kind in IncidentType.objects.all()}
    rows = Incident.objects.bulk_create(
        [
            _incident(board, given, number, types[given.kind.code])
            for given, number in zip(incidents, numbers, strict=True)
        ],
        batch_size=BATCH,
    )
    pairs = list(zip(rows, incidents, strict=True))
    Call.objects.bulk_create((_call(row, given) for row, given in pairs if not given.on_view), batch_size=BATCH)
    PriorityChange.objects.bulk_create((grading for pair in pairs for grading in _gradings(*pair)), batch_size=BATCH)
    assignments = [(_assignment(row, job), job) for row, given in pairs for job in given.assignments]
    Assignment.objects.bulk_create([row for row, _ in assignments], batch_size=BATCH)
    AssignmentChange.objects.bulk_create(
        (step for row, job in assignments for step in _steps(row, job)), batch_size=BATCH
    )
    _write_timeline(pairs, {unit.id: unit for unit in units})
    return len(rows)


def move_history(board: Board, *, spots: Sequence[PastSpot], rng: Random) -> int:
    """Give the invented past of an operations centre places in another region; returns how many moved."""
    keys = list(Incident.objects.filter(board=board, source=Source.SYSTEM).order_by("pk").values_list("pk", flat=True))
    chosen = [rng.choice(spots) for _ in keys]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE incidents_incident AS incident
            SET location = ST_SetSRID(ST_MakePoint(moved.lon, moved.lat), 4326), place = moved.name,
                gazetteer_id = moved.gazetteer_id, version = incident.version + 1
            FROM unnest(%s::bigint[], %s::float8[], %s::float8[], %s::text[], %s::text[])
                AS moved (id, lon, lat, name, gazetteer_id)
            WHERE incident.id = moved.id
            """,
            [
                keys,
                [spot.lon for spot in chosen],
                [spot.lat for spot in chosen],
                [spot.name for spot in chosen],
                [spot.gazetteer_id for spot in chosen],
            ],
        )
    return len(keys)


def _numbers(node: Organisation, incidents: Iterable[PastIncident], zone: ZoneInfo) -> list[str]:
    """Numbers in the order of the calls, from the counters of their local years, which are moved on."""
    last: dict[int, int] = {}
    numbers = []
    for incident in incidents:
        year = incident.created_at.astimezone(zone).year
        if year not in last:
            counter, _ = NumberCounter.objects.select_for_update(no_key=True).get_or_create(
                organisation=node, year=year
            )
            last[year] = counter.last
        last[year] += 1
        numbers.append(f"{node.code}-{year}-{last[year]:06}")
    for year, number in last.items():
        NumberCounter.objects.filter(organisation=node, year=year).update(last=number)
    return numbers


def _put(row: Incident, spot: PastSpot) -> None:
    row.location = Point(spot.lon, spot.lat, srid=4326)
    row.place = spot.name
    row.gazetteer_id = spot.gazetteer_id


def _incident(board: Board, given: PastIncident, number: str, kind: IncidentType) -> Incident:
    served = [job for job in given.assignments if job.status == "cleared"]
    row = Incident(
        number=number,
        organisation=board.organisation,
        board=board,
        type=kind,
        priority=given.priority,
        first_priority=given.first_priority,
        highest_priority=min(given.priority, given.first_priority),
        status=given.status,
        on_view=given.on_view,
        min_units=kind.min_units,
        location_source="address",
        summary=given.call.text,
        received_at=given.received_at,
        answered_at=given.received_at,
        created_at=given.created_at,
        ready_at=given.created_at,
        first_dispatched_at=_first(given.assignments, "dispatched_at"),
        first_en_route_at=_first(served, "en_route_at"),
        first_on_scene_at=_first(served, "on_scene_at"),
        action_taken_at=_first(served, "action_taken_at"),
        last_cleared_at=max((job.cleared_at for job in served if job.cleared_at), default=None),
        closed_at=given.closed_at,
        disposition=given.disposition,
        source=Source.SYSTEM,
    )
    _put(row, given.spot)
    return row


def _first(jobs: Iterable[PastAssignment], name: str) -> datetime | None:
    return min((at for job in jobs if (at := getattr(job, name))), default=None)


def _call(row: Incident, given: PastIncident) -> Call:
    return Call(
        incident=row,
        organisation_id=row.organisation_id,
        phone=given.call.phone,
        caller_name=given.call.caller_name,
        text=given.call.text,
        received_at=given.received_at,
        answered_at=given.received_at,
        recorded_at=given.created_at,
        source=Source.SYSTEM,
    )


def _gradings(row: Incident, given: PastIncident) -> Iterator[PriorityChange]:
    gradings = [(given.first_priority, given.created_at, "")]
    if given.priority != given.first_priority:
        gradings.append((given.priority, given.created_at + timedelta(seconds=30), "Позивалац је рекао више"))
    for priority, at, reason in gradings:
        yield PriorityChange(
            incident=row, priority=priority, reason=reason, occurred_at=at, recorded_at=at, source=Source.SYSTEM
        )


def _assignment(row: Incident, job: PastAssignment) -> Assignment:
    return Assignment(
        incident=row,
        unit_id=job.unit,
        status=job.status,
        dispatched_at=job.dispatched_at,
        acknowledged_at=job.acknowledged_at,
        en_route_at=job.en_route_at,
        on_scene_at=job.on_scene_at,
        action_taken_at=job.action_taken_at,
        cleared_at=job.cleared_at,
        ended_at=job.ended_at,
        arrival_source=Source.SYSTEM if job.on_scene_at else "",
        eta_s=job.eta_s,
        eta_source="straight" if job.eta_s is not None else "",
        source=Source.SYSTEM,
    )


def _times(job: PastAssignment) -> list[tuple[str, datetime]]:
    """The steps of a job that are known, in order, and its end where it was broken off."""
    steps = [(step, at) for step in STEPS if (at := getattr(job, f"{step}_at")) is not None]
    if job.status != "cleared" and job.ended_at is not None:
        steps.append((job.status, job.ended_at))
    return steps


def _steps(row: Assignment, job: PastAssignment) -> Iterator[AssignmentChange]:
    for status, at in _times(job):
        yield AssignmentChange(
            assignment=row, status=status, occurred_at=at, recorded_at=at, source=Source.SYSTEM, reason=""
        )


def _write_timeline(pairs: Iterable[tuple[Incident, PastIncident]], units: dict[int, PastUnit]) -> None:
    """Write the lines of each incident, a batch at a time."""
    lines = (line for pair in pairs for line in _lines(*pair, units))
    while batch := list(islice(lines, BATCH)):
        TimelineEntry.objects.bulk_create(batch)


def _lines(row: Incident, given: PastIncident, units: dict[int, PastUnit]) -> Iterator[TimelineEntry]:
    def line(kind: str, at: datetime, **data: Any) -> TimelineEntry:
        return TimelineEntry(
            incident=row, kind=kind, data=data, occurred_at=at, recorded_at=at, source=Source.SYSTEM, by_name="demo"
        )

    if not given.on_view:
        yield line("call_received", given.received_at)
    yield line("incident_created", given.created_at, type=given.kind.code, on_view=given.on_view)
    yield line("priority_set", given.created_at, priority=given.first_priority)
    for job in given.assignments:
        for status, at in _times(job):
            yield line(f"unit_{status}", at, unit=job.unit, call_sign=units[job.unit].call_sign)
    yield line(given.status, given.closed_at, disposition=given.disposition)
