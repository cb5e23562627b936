"""Reads of the ground floor, scoped to what the viewer may see."""

from collections.abc import Sequence

from core.access import Viewer
from core.errors import NotFound, TooOld
from core.models import Board, LiveEvent, Organisation
from core.rules import Permission


def organisations(viewer: Viewer) -> list[Organisation]:
    """Nodes where the viewer has any right, parents before children. One query."""
    reach = frozenset().union(*viewer.reach.values()) if viewer.reach else frozenset()
    rows = Organisation.objects.with_tree_fields()
    return [row for row in rows if viewer.is_system or row.pk in reach]


def boards(viewer: Viewer) -> list[Board]:
    """Boards that the viewer may watch: those at whose own node both incidents and units may be seen. One query."""
    return [board for board in Board.objects.select_related("organisation") if may_watch(viewer, board)]


def may_watch(viewer: Viewer, board: Board) -> bool:
    """Tell whether the viewer may watch a board: both incidents and units may be seen at its node."""
    return viewer.can(Permission.INCIDENT_VIEW, board.organisation_id) and viewer.can(
        Permission.UNIT_VIEW, board.organisation_id
    )


def access_board(viewer: Viewer, board_id: int) -> Board:
    """The board, or NotFound where there is none or it is not for this viewer. One query."""
    board = Board.objects.select_related("organisation").filter(pk=board_id).first()
    if board is None or not may_watch(viewer, board):
        raise NotFound
    return board


def board_of(organisation_id: int) -> Board:
    """The board that answers for a node: its own or its nearest ancestor's. One query.

    Raises NotFound where no operations centre answers for it.
    """
    node = Organisation.objects.with_tree_fields().get(pk=organisation_id)
    found = {board.organisation_id: board for board in Board.objects.filter(organisation_id__in=node.tree_path)}
    for step in reversed(node.tree_path):
        if step in found:
            return found[step]
    raise NotFound


def head_of(board_id: int) -> int:
    """The number of the board's newest event; 0 before the first."""
    return Board.objects.values_list("head_seq", flat=True).get(pk=board_id)


def events_after(board_id: int, after: int, *, limit: int = 500) -> tuple[int, Sequence[LiveEvent]]:
    """The board's head, and up to `limit` events after number `after`, in order. Three queries at most.

    Raises TooOld when some event after `after` is no longer kept, or `after` is from another life of the board.
    """
    head = head_of(board_id)
    if after >= head:
        if after > head:
            raise TooOld
        return head, []
    rows = list(LiveEvent.objects.filter(board_id=board_id, seq__gt=after).order_by("seq")[:limit])
    if not rows or rows[0].seq != after + 1:
        raise TooOld
    return head, rows
