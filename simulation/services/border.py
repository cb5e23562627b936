"""Border sections at the edge of the demo's city, and what happened there in the invented past. The border is invented, too."""

from datetime import timedelta
from random import Random

from django.contrib.gis.geos import MultiPolygon, Polygon

from core import clock
from core.models import Board, Organisation
from geo.models import Area
from incidents.border.models import BorderAssessment, BorderCount, BorderEvent
from incidents.border.rules import Confidence, Direction, Impact, Kind, Means
from incidents.models import Incident, IncidentType
from incidents.rules import Source
from patrols.models import JointPatrol, Unit
from simulation.services.ground import Ground

CENTRE = "GP-HR"
SECTIONS = (("D-1", "Доњи брод", 0.0, 0.5), ("D-2", "Дуга шума", 0.5, 1.0))
"""Code, name, and which part of the southern edge, from west to east."""
DEPTH = 0.42
PAST_KINDS = ("suspicious_person", "stray_animal", "found_property", "obstruction")
MOST = 40
KINDS = ((Kind.CROSSING, 6), (Kind.FACILITATION, 2), (Kind.SMUGGLING, 2), (Kind.ILLEGAL_STAY, 1))
MEANS = ((Means.CAMERA, 5), (Means.CITIZEN, 3), (Means.JOINT_PATROL, 2))
BADGES = 2


def load_border(ground: Ground, board: Board, *, is_moved: bool, seed: int) -> int:
    """Add what is missing: sections, events of the past, joint patrols; returns the number of events added."""
    centre = Organisation.objects.filter(code=CENTRE).first()
    kind = IncidentType.objects.filter(code="border_crossing").first()
    if centre is None or kind is None:
        return 0
    sections = [_section(centre, ground, given, is_moved=is_moved) for given in SECTIONS]
    if BorderEvent.objects.filter(section__in=sections).exists():
        return 0
    rng = Random(seed)
    events = [event for section in sections for event in _events(section, board, kind, rng)]
    _joint(sections, board, rng)
    return len(events)


def _section(centre: Organisation, ground: Ground, given: tuple[str, str, float, float], *, is_moved: bool) -> Area:
    code, name, begin, end = given
    west, south, east, north = ground.bbox
    outline = Polygon.from_bbox(
        (west + (east - west) * begin, south, west + (east - west) * end, south + (north - south) * DEPTH)
    )
    section, is_new = Area.objects.get_or_create(
        kind=Area.Kind.SECTION,
        code=code,
        organisation=centre,
        valid_from=None,
        defaults={"name": name, "geometry": MultiPolygon(outline, srid=4326)},
    )
    if is_moved and not is_new:
        section.geometry = MultiPolygon(outline, srid=4326)
        section.save(update_fields=["geometry"])
    return section


def _events(section: Area, board: Board, kind: IncidentType, rng: Random) -> list[BorderEvent]:
    """Make small matters of the past ones of the border."""
    past = Incident.objects.filter(
        board=board,
        source=Source.SYSTEM,
        on_view=False,
        type__code__in=PAST_KINDS,
        location__within=section.geometry,
        border__isnull=True,
    )
    chosen = list(past.order_by("-received_at")[: MOST // len(SECTIONS)])
    Incident.objects.filter(pk__in=[row.pk for row in chosen]).update(type=kind, min_units=1)
    events = BorderEvent.objects.bulk_create(
        BorderEvent(
            incident=incident,
            section=section,
            kind=_drawn(rng, KINDS),
            means=_drawn(rng, MEANS),
            direction=rng.choice((Direction.ENTRY, Direction.ENTRY, Direction.EXIT)),
            detected_at=incident.received_at - timedelta(seconds=rng.randrange(0, 240)),
            recorded_at=incident.received_at,
            source=Source.SYSTEM,
        )
        for incident in chosen
    )
    counts = []
    for event in events:
        detected = rng.choice((1, 1, 2, 3, 4, 6, 9))
        apprehended = rng.randint(0, detected)
        counts.append(
            BorderCount(
                event=event,
                detected=detected,
                apprehended=apprehended,
                turned_back=rng.randint(0, detected - apprehended),
                occurred_at=event.detected_at,
                recorded_at=event.recorded_at,
            )
        )
    BorderCount.objects.bulk_create(counts)
    BorderAssessment.objects.bulk_create(
        BorderAssessment(
            event=event,
            impact=rng.choice((Impact.LOW, Impact.LOW, Impact.MEDIUM, Impact.HIGH)),
            confidence=rng.choice(tuple(Confidence)),
            occurred_at=event.detected_at,
            recorded_at=event.recorded_at,
        )
        for event in events[::2]
    )
    return events


def _joint(sections: list[Area], board: Board, rng: Random) -> None:
    """One joint patrol tonight, and some gone by."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    units = list(Unit.objects.filter(board=board, external=False).order_by("call_sign")[:4])
    if not units:
        return
    JointPatrol.objects.bulk_create(
        JointPatrol(
            unit=rng.choice(units),
            section=rng.choice(sections),
            partner_service="Granična policija",
            partner_country="HR",
            partner_sign=f"GP {rng.randrange(10, 30)}",
            partner_officers=BADGES,
            meeting_place="Стари мост",
            meets_at=(begins := now - timedelta(days=back) + timedelta(hours=2)),
            until=begins + timedelta(hours=4),
            met_at=begins if back else None,
            ended_at=begins + timedelta(hours=4) if back else None,
            recorded_at=now,
        )
        for back in (21, 14, 7, 0)
    )


def _drawn[T](rng: Random, weighted: tuple[tuple[T, int], ...]) -> T:
    return rng.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]
