"""Reads of incidents and calls, scoped to what the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import cos, radians
from typing import Any

from django.contrib.gis.db.models.functions import Area as SurfaceArea
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Q, QuerySet

from core import selectors as core_selectors
from core.access import Viewer
from core.errors import NotFound, Unprocessable
from core.live import Card
from core.models import Board, Organisation
from core.rules import Permission
from geo.models import Area
from incidents import ports
from incidents.cards import incident_cards
from incidents.models import Call, Hazard, HazardQuerySet, Incident, IncidentType, Target, TimelineEntry
from incidents.rules import DUPLICATE_AGE, DUPLICATE_RANGE_M, OPEN, Status, duplicate_score
from incidents.rules.hazards import SAME_ADDRESS_M, SAME_DOOR_M

METRES_A_DEGREE = 111_320
KNOWN_INCIDENTS = 20
MOST_ENDED = 200


def incidents(viewer: Viewer) -> QuerySet[Incident]:
    """Incidents that the viewer may see: those of the nodes where that right holds, and its own unit's jobs."""
    if viewer.is_system:
        return Incident.objects.all()
    of_nodes = Q(organisation_id__in=viewer.organisations(Permission.INCIDENT_VIEW))
    own = ports.jobs.own_incidents(viewer)
    return Incident.objects.filter(of_nodes | Q(pk__in=own) if own else of_nodes)


def access_incident(viewer: Viewer, incident_id: int) -> Incident:
    """The incident, with its kind and node, or NotFound where there is none or it is not for this viewer.

    One query; for somebody without the right at its node one more, whether the own unit is sent there.
    """
    found = Incident.objects.select_related("type", "organisation", "board", "opened_by").filter(pk=incident_id).first()
    if found is None or not may_see(viewer, found):
        raise NotFound
    return found


def may_see(viewer: Viewer, incident: Incident) -> bool:
    """Whether the viewer may see this incident."""
    return viewer.can(Permission.INCIDENT_VIEW, incident.organisation_id) or incident.pk in ports.jobs.own_incidents(
        viewer
    )


def lock_incident(viewer: Viewer, incident_id: int, permission: Permission = Permission.INCIDENT_EDIT) -> Incident:
    """The incident's row, locked until commit, for somebody who has `permission` at its node. One query.

    Raises NotFound where the viewer may not see it, Forbidden where seeing is all that it may.
    """
    found = (
        Incident.objects.select_for_update(no_key=True, of=("self",))
        .select_related("type")
        .filter(pk=incident_id)
        .first()
    )
    if found is None:
        raise NotFound
    if not viewer.can(permission, found.organisation_id):
        if may_see(viewer, found):
            viewer.require(permission, found.organisation_id)
        raise NotFound
    return found


def open_incidents(board_id: int) -> QuerySet[Incident]:
    """Open incidents of a board."""
    return Incident.objects.filter(board_id=board_id, status__in=OPEN)


def recently_ended(viewer: Viewer, board_id: int, *, since: datetime) -> list[Incident]:
    """Incidents of a board that were closed or cancelled since then, the last first; MOST_ENDED at most. Two queries.

    Merged ones live on in another and are not among them. Raises NotFound where one may not watch the board.
    """
    board = core_selectors.access_board(viewer, board_id)
    rows = incidents(viewer).filter(board=board, status__in=(Status.CLOSED, Status.CANCELLED), closed_at__gte=since)
    return list(rows.order_by("-closed_at", "-pk").defer("search")[:MOST_ENDED])


def state_of(incident: Incident) -> dict[str, Any]:
    """How an incident stands and who did the last thing to it, for a conflict. Four queries."""
    last = TimelineEntry.objects.filter(incident=incident).order_by("-id").first()
    return {
        "incident": incident_cards([incident.pk])[0],
        "last_change": last and {"kind": last.kind, "at": last.recorded_at, "by": last.by_name, "data": last.data},
    }


def timeline(incident: Incident) -> QuerySet[TimelineEntry]:
    """What happened, in the order in which it happened."""
    return TimelineEntry.objects.filter(incident=incident).order_by("occurred_at", "id")


def calls(viewer: Viewer) -> QuerySet[Call]:
    """Calls whose callers' data the viewer may see."""
    return Call.objects.filter(organisation_id__in=viewer.organisations(Permission.CALL_VIEW))


def access_call(viewer: Viewer, call_id: int) -> Call:
    """The call, or NotFound. One query."""
    found = Call.objects.filter(pk=call_id).first()
    if found is None or not viewer.can(Permission.CALL_VIEW, found.organisation_id):
        raise NotFound
    return found


def incident_types() -> QuerySet[IncidentType]:
    """Kinds of incidents in use."""
    return IncidentType.objects.filter(is_active=True, external=False)


def targets(viewer: Viewer) -> QuerySet[Target]:
    """Targets at the nodes where the viewer has any right, and those above them, which hold there too."""
    nodes = {node.pk for node in core_selectors.organisations(viewer)}
    paths = Organisation.objects.with_tree_fields().filter(pk__in=nodes)
    return Target.objects.filter(organisation_id__in={pk for node in paths for pk in node.tree_path})


def organisation_at(point: Point, day: date) -> int | None:
    """The node whose jurisdiction covers `point` (EPSG:4326) on `day`: the smallest area, where they nest. One query."""
    return (
        Area.objects.valid_on(day)
        .filter(kind=Area.Kind.JURISDICTION, organisation__isnull=False, geometry__covers=point)
        .annotate(size=SurfaceArea("geometry"))
        .order_by("size", "pk")
        .values_list("organisation_id", flat=True)
        .first()
    )


def place_of_entry(
    viewer: Viewer, *, organisation_id: int | None, point: Point | None, day: date
) -> tuple[Organisation, Board]:
    """The node and the board that a new incident or call belongs to, where the viewer may enter it.

    The node that was given; else the one whose jurisdiction covers the place, if the viewer may enter there; else the
    viewer's own. Raises NotFound or Forbidden for a given node, Forbidden for somebody who may enter nothing,
    Unprocessable where none can be found. Five queries.
    """
    if organisation_id is not None:
        viewer.require(Permission.INCIDENT_EDIT, organisation_id, view=Permission.INCIDENT_VIEW)
    viewer.require_anywhere(Permission.INCIDENT_EDIT)
    for node in (organisation_id, _jurisdiction(viewer, point, day), _own_node(viewer)):
        if node is None:
            continue
        try:
            return Organisation.objects.get(pk=node), core_selectors.board_of(node)
        except (Organisation.DoesNotExist, NotFound):
            if node == organisation_id:
                break
    raise Unprocessable(code="no_operations_centre", field="organisation")


def _jurisdiction(viewer: Viewer, point: Point | None, day: date) -> int | None:
    node = organisation_at(point, day) if point is not None else None
    return node if node is not None and viewer.can(Permission.INCIDENT_EDIT, node) else None


def _own_node(viewer: Viewer) -> int | None:
    """The node where the viewer holds the first role that lets it enter incidents."""
    may = viewer.reach.get(Permission.INCIDENT_EDIT, frozenset())
    return next((node for _role, node in viewer.roles if node in may), None)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An open incident that may be the same thing; `score` 0–1, see `rules.duplicate_score`."""

    card: Card
    distance_m: float
    age_s: float
    same_type: bool
    score: float


def likely_duplicates(
    viewer: Viewer, *, point: Point, type_code: str = "", at: datetime, besides: int | None = None, limit: int = 5
) -> Sequence[Duplicate]:
    """Open incidents that somebody who reports one at `point` and `at` may mean, the likeliest first. Four queries.

    `besides` is the incident being entered. The box around the point goes through the index; metres are measured on
    the sphere.
    """
    near = (
        incidents(viewer)
        .filter(status__in=OPEN, location__bboverlaps=_box(point, DUPLICATE_RANGE_M))
        .filter(received_at__gte=at - DUPLICATE_AGE, received_at__lte=at + DUPLICATE_AGE)
        .exclude(pk=besides or 0)
        .annotate(distance=Distance("location", point))
        .values_list("pk", "distance", "received_at", "type__code")
    )
    scored = []
    for pk, distance, received_at, code in near:
        score = duplicate_score(distance_m=distance.m, age=at - received_at, same_type=code == type_code)
        if score > 0:
            scored.append((score, pk, distance.m, (at - received_at).total_seconds(), code == type_code))
    scored.sort(key=lambda found: (-found[0], found[1]))
    cards = {card["id"]: card for card in incident_cards([pk for _score, pk, *_rest in scored[:limit]])}
    return [
        Duplicate(cards[pk], distance_m, age_s, same_type, score)
        for score, pk, distance_m, age_s, same_type in scored[:limit]
    ]


def next_actions(viewer: Viewer, incident: Incident) -> list[str]:
    """What this viewer may do to this incident as it stands; what only `dispatch` can know is not among them."""
    if not viewer.can(Permission.INCIDENT_EDIT, incident.organisation_id):
        return (
            ["note"]
            if may_see(viewer, incident) and not viewer.can(Permission.INCIDENT_VIEW, incident.organisation_id)
            else []
        )
    if incident.status in OPEN:
        extra = ["ready"] if incident.status == Status.ENTERING else []
        return ["note", "edit", "regrade", "attach_call", "merge", "close", "cancel", *extra]
    return ["note"] if incident.status == Status.MERGED else ["note", "reopen"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address: earlier incidents as cards, the newest first, and hazards that hold now."""

    incidents: Sequence[Card]
    hazards: Sequence[Hazard]


def known_at(
    viewer: Viewer, *, point: Point | None, gazetteer_id: str = "", now: datetime, besides: int | None = None
) -> Known:
    """What the viewer may know of an address: within a few metres of `point`, or the same door. Five queries.

    Expired and withdrawn hazards are not among them. A crew knows every hazard at the place that it is sent to
    (`besides`), whichever directorate recorded it.
    """
    here = _at(point, gazetteer_id)
    if here is None:
        return Known((), ())
    earlier = incidents(viewer).filter(here).exclude(pk=besides or 0).order_by("-received_at", "-pk")
    newest = list(earlier.values_list("pk", flat=True)[:KNOWN_INCIDENTS])
    cards = {card["id"]: card for card in incident_cards(newest)}
    own = besides is not None and besides in ports.jobs.own_incidents(viewer)
    hazards = (Hazard.objects.all() if own else _hazards(viewer)).current(now).filter(here).order_by("expires_at", "pk")
    return Known([cards[pk] for pk in newest], list(hazards))


def earlier_at(viewer: Viewer, incident: Incident) -> list[Incident]:
    """Earlier incidents at the address of one's own job, whoever had them, the newest first: with their kinds.

    Nothing for an incident that is not the viewer's own job: see `known_at` for desks. Two queries.
    """
    here = _at(incident.location, incident.gazetteer_id)
    if here is None or incident.pk not in ports.jobs.own_incidents(viewer):
        return []
    rows = Incident.objects.filter(here, received_at__lt=incident.received_at).exclude(pk=incident.pk)
    rows = rows.exclude(status=Status.MERGED).select_related("type").defer("search", "outcome")
    return list(rows.order_by("-received_at", "-pk")[:KNOWN_INCIDENTS])


def current_hazards(viewer: Viewer, *, now: datetime) -> QuerySet[Hazard]:
    """Hazards that hold now, where the viewer may see incidents."""
    return _hazards(viewer).current(now)


def access_hazard(viewer: Viewer, hazard_id: int) -> Hazard:
    """The hazard, or NotFound: for whoever may see incidents at its node, or is sent to the place. Three queries."""
    found = Hazard.objects.filter(pk=hazard_id).first()
    if found is None:
        raise NotFound
    if viewer.can(Permission.INCIDENT_VIEW, found.organisation_id):
        return found
    here = _at(found.location, found.gazetteer_id)
    own = ports.jobs.own_incidents(viewer)
    if here is None or not own or not Incident.objects.filter(here, pk__in=own).exists():
        raise NotFound
    return found


def _hazards(viewer: Viewer) -> HazardQuerySet:
    rows: HazardQuerySet = Hazard.objects.all()
    return rows if viewer.is_system else rows.filter(organisation_id__in=viewer.organisations(Permission.INCIDENT_VIEW))


def _at(point: Point | None, gazetteer_id: str) -> Q | None:
    """Rows at this address, by nearness; None where no point is given.

    A door of the gazetteer may reach a little farther, but never counts by its id alone: ids change with the region.
    """
    if point is None:
        return None
    here = Q(location__bboverlaps=_box(point, SAME_ADDRESS_M))
    if gazetteer_id:
        here |= Q(gazetteer_id=gazetteer_id, location__bboverlaps=_box(point, SAME_DOOR_M))
    return here


def _box(point: Point, range_m: float) -> Polygon:
    """A box around a point (EPSG:4326) that reaches `range_m` to each side."""
    lat = range_m / METRES_A_DEGREE
    lon = lat / max(cos(radians(point.y)), 0.01)
    box = Polygon.from_bbox((point.x - lon, point.y - lat, point.x + lon, point.y + lat))
    box.srid = 4326
    return box
