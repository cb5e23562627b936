"""All units on an incident were heard of at once."""

from datetime import datetime

from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import change
from core.errors import Conflict
from dispatch import selectors
from incidents.selectors import access_incident
from patrols.welfare.models import WelfareContact
from patrols.welfare.rules import Sign
from patrols.welfare.services import record_contact


def contact_incident(
    *, incident_id: int, by: Viewer, text: str = "", occurred_at: datetime | None = None, source: str
) -> list[WelfareContact]:
    """Record that one has heard of all units on an incident; each of their timers begins anew, or none does.

    Locks their units (by id) and timers. Raises NotFound; Forbidden unless `by` may do it for each of them; Conflict
    when no unit is on it; Unprocessable for the future.
    """
    with change(by=by):
        incident = access_incident(by, incident_id)
        unit_ids = selectors.active().filter(incident=incident).order_by("unit_id").values_list("unit_id", flat=True)
        if not unit_ids:
            state = {"incident": incident.pk, "number": incident.number}
            raise Conflict(_("No patrol is on this incident."), code="no_units", state=state)
        return [
            record_contact(unit_id=pk, by=by, text=text, occurred_at=occurred_at, source=source, sign=Sign.GROUP)
            for pk in list(unit_ids)
        ]
