"""Writing into the log."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import change
from core.errors import Invalid
from core.rules import Permission
from core.selectors import access_board
from dispatch.events import LogEntryWritten
from dispatch.log.models import LONGEST_TEXT, LogEntry
from incidents.services.quiet import moment


def write_entry(
    *, board_id: int, text: str, occurred_at: datetime | None = None, by: Viewer, source: str = "console"
) -> LogEntry:
    """Write a line into the log of a board, for whoever may enter incidents there; `occurred_at` where it was earlier.

    Raises NotFound, Forbidden; Invalid for an empty or too long text; Unprocessable for a time in the future or more
    than a year ago. The text is in no audit row and no event.
    """
    board = access_board(by, board_id)
    by.require(Permission.INCIDENT_EDIT, board.organisation_id)
    words = text.strip()
    if not words:
        raise Invalid(_("Say what happened."), code="blank", field="text")
    if len(words) > LONGEST_TEXT:
        raise Invalid(_("This is too long."), code="max_length", field="text")
    with change(by=by) as c:
        at = moment(occurred_at, now=c.now)
        entry = LogEntry.objects.create(
            board=board, text=words, occurred_at=at, recorded_at=c.now, source=source, by_id=by.user_id, by_name=by.name
        )
        c.audit("log.written", entry, organisation=board.organisation_id)
        c.emit(board.pk, LogEntryWritten(at=at, entry=entry.pk))
    return entry
