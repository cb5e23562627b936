"""A device that calls for help: LIP reason 2, `sos` of Traccar, OsmAnd and the Traccar Client."""

from core.access import Viewer
from patrols.gps.reading import Reading
from patrols.models import Alarm
from patrols.safety.services import Place, raise_emergency


def call_for_help(unit_id: int, reading: Reading, source: str) -> None:
    """Raise the alarm of the unit. A message not newer than the last press of a resolved alarm was part of that one.

    Devices repeat their messages and send late what they kept; neither raises again what has been resolved.
    """
    over = Alarm.objects.filter(unit_id=unit_id, is_drill=False, resolved_at__isnull=False, pressed_at__gte=reading.at)
    if over.exists():
        return
    raise_emergency(
        unit_id=unit_id,
        by=Viewer.system(source),
        place=Place(reading.lon, reading.lat, reading.at, reading.accuracy_m) if reading.has_fix else None,
        occurred_at=reading.at,
        source=source,
    )
