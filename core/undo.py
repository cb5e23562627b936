"""Taking back one's own last step, shortly after. What is taken back stays in the history, and so does that it was."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.access import Viewer
from core.errors import Conflict

UNDO_S = 120.0
"""How long a step may be taken back. Long enough to see a slip on the screen while the phone rings; short enough that nobody
has built on it. What is wrong later is corrected with a reason, not undone."""
UNDONE = "undone"
"""The reason of rows that take something back."""


def require_own_last(
    *, by: Viewer, now: datetime, user_id: int | None, name: str, at: datetime, is_that: bool, state: dict[str, Any]
) -> None:
    """Raise Conflict unless the newest step, done by `user_id` at `at` (aware), is the one meant, one's own, and new.

    `somebody_went_on` says who has and when; `too_late` comes after `UNDO_S`.
    """
    state = {**state, "by": name, "at": at}
    if user_id != by.user_id:
        raise Conflict(
            _("%(name)s has gone on since; nothing was taken back.") % {"name": name or _("The system")},
            code="somebody_went_on",
            state=state,
        )
    if not is_that:
        raise Conflict(_("This was not the last step; nothing was taken back."), code="not_the_last", state=state)
    if now - at > timedelta(seconds=UNDO_S):
        raise too_late(state)


def too_late(state: dict[str, Any]) -> Conflict:
    """The refusal of what was done too long ago."""
    return Conflict(_("It is too late to take this back; correct it instead."), code="too_late", state=state)
