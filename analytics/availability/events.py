"""What was seen of staffing."""

from dataclasses import dataclass
from datetime import datetime

from core.live import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingGapWarned(Event):
    """Soon fewer patrols will be there than are needed, from `starts_at` until before `ends_at`."""

    warning: int
    organisation: int
    name: str
    area: str | None
    has: int
    needs: int
    starts_at: datetime
    ends_at: datetime
