"""Reads of messages, scoped to what the viewer may see.

Who may see a message: whoever may see units at the node of its board or of one of its units, and the crew that rides
now on the unit that it is for or from, what was written since that shift began.
"""

from django.db.models import Q, QuerySet

from core.access import Viewer
from core.rules import Permission
from patrols.messages.models import Message
from patrols.models import Shift
from patrols.selectors import own_unit

SHOWN_IN_THE_FIELD = 100


def messages(viewer: Viewer) -> QuerySet[Message]:
    """Messages that the viewer may see, the newest first. Two queries before it for whoever rides on a unit."""
    nodes = viewer.organisations(Permission.UNIT_VIEW)
    seen = Q(board__organisation_id__in=nodes) | Q(recipients__unit__organisation_id__in=nodes)
    if (own := _of_own_shift(viewer)) is not None:
        seen |= own
    return Message.objects.filter(seen).distinct().order_by("-pk")


def own_message_ids(viewer: Viewer) -> list[int]:
    """The newest messages for and from the unit that this person rides on, of this shift. Three queries."""
    own = _of_own_shift(viewer)
    if own is None:
        return []
    rows = Message.objects.filter(own).distinct().order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:SHOWN_IN_THE_FIELD])


def _of_own_shift(viewer: Viewer) -> Q | None:
    unit = own_unit(viewer)
    shift = None if unit is None else Shift.objects.filter(unit=unit, ended_at__isnull=True).first()
    if unit is None or shift is None:
        return None
    return (Q(recipients__unit=unit) | Q(from_unit=unit)) & Q(recorded_at__gte=shift.starts_at)
