"""Reads of hand-overs and of the operations centres that one may offer an incident to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import QuerySet

from core.access import Viewer
from core.errors import NotFound
from core.models import Board, Organisation
from core.rules import Permission
from core.selectors import board_of
from dispatch.handover.cards import handover_cards
from dispatch.handover.models import Handover, HandoverRule
from dispatch.handover.rules import TIMEOUT_S
from incidents.selectors import access_incident, organisation_at


def access_handover(viewer: Viewer, handover_id: int) -> Handover:
    """The offer, or NotFound: for whoever may see incidents at either of its ends. One query."""
    row = (
        Handover.objects.select_related("incident", "from_board", "to_board", "from_organisation")
        .filter(pk=handover_id)
        .first()
    )
    ends = () if row is None else (row.from_organisation_id, row.to_board.organisation_id)
    if row is None or not any(viewer.can(Permission.INCIDENT_VIEW, node) for node in ends):
        raise NotFound
    return row


def handovers_of(viewer: Viewer, incident_id: int) -> QuerySet[Handover]:
    """All offers of an incident, the first first. Raises NotFound."""
    return Handover.objects.filter(incident=access_incident(viewer, incident_id)).order_by("pk")


def handover_state(handover_id: int) -> dict[str, Any]:
    """How an offer stands, for a refusal. One query."""
    return dict(handover_cards([handover_id])[0])


def timeout_s(organisation: Organisation) -> int:
    """How long an offer of this node stands: by the nearest row upwards. Two queries."""
    nodes = [node.pk for node in organisation.ancestors(include_self=True)]  # the root first
    rows = dict(HandoverRule.objects.filter(organisation__in=nodes).values_list("organisation_id", "timeout_s"))
    return next((rows[node] for node in reversed(nodes) if node in rows), TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class Centre:
    """An operations centre; `covers` tells that the place asked about is in its jurisdiction."""

    board: Board
    covers: bool


def centres(*, point: Point | None, day: date) -> list[Centre]:
    """All operations centres by name, with the one that answers for `point`. Names only: they are no secret inside
    the service. Four queries at most.
    """
    covering = board_covering(point, day)
    rows = Board.objects.select_related("organisation").order_by("name", "pk")
    return [Centre(row, row.pk == covering) for row in rows]


def board_covering(point: Point | None, day: date) -> int | None:
    """The operations centre in whose jurisdiction the place lies, or None. Three queries."""
    node = organisation_at(point, day) if point is not None else None
    if node is None:
        return None
    try:
        return board_of(node).pk
    except NotFound:
        return None


def node_at(board: Board, point: Point | None, day: date) -> int:
    """The node of a board that an incident belongs to: the one whose jurisdiction covers it, else the board's own."""
    node = organisation_at(point, day) if point is not None else None
    if node is not None:
        try:
            if board_of(node).pk == board.pk:
                return node
        except NotFound:
            pass
    return board.organisation_id
