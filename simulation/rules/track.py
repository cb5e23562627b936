"""Where a patrol was in a past hour, stretch by stretch. Pure; times aware, degrees in WGS 84."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulation.rules.route import LonLat, Route, Spot

MOVING_S = 20
"""How often a device tells its place while it moves."""
STANDING_S = 90
"""How often while it stands."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A way driven from `starts_at` on, and the wait at its end until `ends_at`, which may come before the way is over."""

    route: Route
    starts_at: datetime
    ends_at: datetime

    @property
    def last(self) -> LonLat:
        """Where it ends."""
        return self.route.at((self.ends_at - self.starts_at).total_seconds()).point

    def cut(self, at: datetime) -> "Stretch":
        """The part of it before an instant."""
        return Stretch(self.route, self.starts_at, min(self.ends_at, at))

    def told(self) -> Iterator[tuple[datetime, Spot]]:
        """What a device tells on it."""
        at = self.starts_at
        while at < self.ends_at:
            elapsed_s = (at - self.starts_at).total_seconds()
            yield at, self.route.at(elapsed_s)
            at += timedelta(seconds=MOVING_S if elapsed_s < self.route.duration_s else STANDING_S)
