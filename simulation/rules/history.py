"""A month gone by, played on paper: who called, whom was sent, how long it took. Pure; all of it is invented.

Units are sent as dispatchers would: the nearest free ones, one job at a time each. Some records are as imperfect as
real ones: arrivals that nobody reported, units called back, incidents that patrols came upon themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from simulation.demo import Kind, Talk
from simulation.rules import timing
from simulation.rules.calls import Callers, CallScript
from simulation.rules.route import LonLat, distance_m, scatter

MISSED_BUTTON = 0.05  # arrivals that nobody reported
CALLED_BACK = 0.04  # units that are called back before they arrive, another going in their stead
NEVER_MIND = 0.03  # incidents cancelled by the caller before anybody arrived
CAME_UPON = 0.07  # incidents that a patrol came upon itself
REGRADED = 0.05
STREET_FACTOR = 1.4  # the way along streets against the straight line
CITY_SPEED_MPS = 7.0
TOUR_H = 8


@dataclass(frozen=True, slots=True)
class PastUnit:
    """A unit that served: `beat` is the middle of what it patrols."""

    id: int
    call_sign: str
    kind: str
    beat: LonLat


@dataclass(frozen=True, slots=True)
class PastSpot:
    """A place where something may have happened."""

    lon: float
    lat: float
    name: str
    gazetteer_id: str = ""

    @property
    def point(self) -> LonLat:
        """Longitude and latitude."""
        return (self.lon, self.lat)


@dataclass(slots=True)
class PastAssignment:
    """One unit sent; a time is None where it did not happen or nobody reported it."""

    unit: int
    status: str
    dispatched_at: datetime
    acknowledged_at: datetime | None = None
    en_route_at: datetime | None = None
    on_scene_at: datetime | None = None
    action_taken_at: datetime | None = None
    cleared_at: datetime | None = None
    ended_at: datetime | None = None
    eta_s: float | None = None


@dataclass(slots=True)
class PastIncident:
    """One incident with its call (None where a patrol came upon it) and its assignments."""

    call: CallScript
    spot: PastSpot
    received_at: datetime
    created_at: datetime
    on_view: bool
    priority: int
    first_priority: int
    status: str
    closed_at: datetime
    disposition: str = ""
    assignments: list[PastAssignment] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """What it was."""
        return self.call.kind


class Past:
    """Plays the past for one city. The same seed and the same arguments give the same month."""

    def __init__(
        self,
        rng: Random,
        *,
        kinds: Sequence[Kind],
        talk: Talk,
        units: Sequence[PastUnit],
        spots: Sequence[PastSpot],
        zone: ZoneInfo,
    ) -> None:
        self._rng = rng
        self._callers = Callers(rng, kinds, talk)
        self._talk = talk
        self._units = units
        self._spots = spots
        self._zone = zone
        self._free_at: dict[int, datetime] = {}

    def play(self, start: datetime, end: datetime, *, per_day: float) -> list[PastIncident]:
        """Incidents whose calls came between `start` and `end` (aware UTC) and that were over by `end`."""
        incidents = (self._incident(at) for at in self._arrivals(start, end, per_day))
        return [incident for incident in incidents if incident.closed_at < end]

    def _arrivals(self, start: datetime, end: datetime, per_day: float) -> Iterator[datetime]:
        """Times of calls: at random, thinned to the hours of the local day."""
        peak = max(timing.HOURLY)
        at = start
        while True:
            at += timedelta(seconds=self._rng.expovariate(per_day * peak / 86_400))
            if at >= end:
                return
            if self._rng.random() < timing.HOURLY[at.astimezone(self._zone).hour] / peak:
                yield at

    def _incident(self, received_at: datetime) -> PastIncident:
        rng = self._rng
        call = self._callers.next()
        on_view = rng.random() < CAME_UPON
        priority = call.kind.priority
        first = min(4, priority + 1) if rng.random() < REGRADED else priority
        created_at = received_at if on_view else received_at + timedelta(seconds=min(timing.around(rng, 32, 0.4), 240))
        incident = PastIncident(
            call=call,
            spot=rng.choice(self._spots),
            received_at=received_at,
            created_at=created_at,
            on_view=on_view,
            priority=priority,
            first_priority=first,
            status="closed",
            closed_at=created_at,
        )
        if on_view:
            self._come_upon(incident)
        elif rng.random() < NEVER_MIND:
            incident.status = "cancelled"
            incident.closed_at = created_at + timedelta(seconds=timing.around(rng, 240))
        else:
            self._attend(incident)
        return incident

    def _come_upon(self, incident: PastIncident) -> None:
        at = incident.received_at
        (unit,) = self._nearest(at, incident.spot.point, 1)
        if self._free_at.get(unit.id, at) > at:  # everybody is busy: nobody came upon anything
            incident.status, incident.closed_at = "cancelled", at + timedelta(minutes=4)
            return
        stay = timing.stay(self._rng, incident.kind.on_scene_min)
        job = PastAssignment(unit.id, "cleared", dispatched_at=at, on_scene_at=at)
        job.action_taken_at = at + timedelta(seconds=stay.action_s)
        self._clear(incident, job, at + timedelta(seconds=stay.clear_s))
        self._close(incident)

    def _attend(self, incident: PastIncident) -> None:
        rng = self._rng
        wanted_at = incident.received_at + timedelta(
            seconds=timing.dispatch_delay_s(rng, priority=incident.first_priority)
        )
        wanted_at = max(wanted_at, incident.created_at + timedelta(seconds=4))
        for unit in self._nearest(wanted_at, incident.spot.point, incident.kind.min_units):
            sent_at = max(wanted_at, self._free_at.get(unit.id, wanted_at)) + timedelta(seconds=rng.uniform(0, 9))
            if rng.random() < CALLED_BACK:
                sent_at = self._call_back(incident, unit, sent_at)
                (unit,) = self._nearest(sent_at, incident.spot.point, 1)  # noqa: PLW2901 - another goes in its stead
                sent_at = max(sent_at, self._free_at.get(unit.id, sent_at))
            self._serve(incident, unit, sent_at)
        self._close(incident)

    def _call_back(self, incident: PastIncident, unit: PastUnit, sent_at: datetime) -> datetime:
        """Send a unit and call it back under way; returns when."""
        back_at = sent_at + timedelta(seconds=self._rng.uniform(40, 150))
        status = self._rng.choice(("cancelled", "pre_empted", "refused"))
        incident.assignments.append(
            PastAssignment(
                unit.id,
                status,
                dispatched_at=sent_at,
                acknowledged_at=sent_at + timedelta(seconds=min(timing.acknowledge_s(self._rng), 35)),
                ended_at=back_at,
            )
        )
        self._free_at[unit.id] = back_at
        return back_at

    def _serve(self, incident: PastIncident, unit: PastUnit, sent_at: datetime) -> None:
        rng = self._rng
        away_m = distance_m(scatter(rng, unit.beat, 900), incident.spot.point) * STREET_FACTOR
        pace = timing.PACE[unit.kind] * (timing.URGENT_PACE if incident.priority == 1 else 1)
        eta_s = away_m / CITY_SPEED_MPS * pace + 25
        job = PastAssignment(unit.id, "cleared", dispatched_at=sent_at, eta_s=round(eta_s, 1))
        job.acknowledged_at = sent_at + timedelta(seconds=timing.acknowledge_s(rng))
        job.en_route_at = job.acknowledged_at + timedelta(seconds=timing.turnout_s(rng, priority=incident.priority))
        arrived_at = job.en_route_at + timedelta(seconds=eta_s * timing.around(rng, 1, 0.2))
        stay = timing.stay(rng, incident.kind.on_scene_min)
        if rng.random() >= MISSED_BUTTON:
            job.on_scene_at = arrived_at
            job.action_taken_at = arrived_at + timedelta(seconds=stay.action_s)
        self._clear(incident, job, arrived_at + timedelta(seconds=stay.clear_s))

    def _clear(self, incident: PastIncident, job: PastAssignment, at: datetime) -> None:
        job.cleared_at = job.ended_at = self._free_at[job.unit] = at
        incident.assignments.append(job)

    def _close(self, incident: PastIncident) -> None:
        over_at = max(job.ended_at for job in incident.assignments if job.ended_at)
        incident.closed_at = over_at + timedelta(seconds=timing.around(self._rng, 60, 0.6))
        incident.disposition = self._rng.choice(self._talk.dispositions)

    def _nearest(self, at: datetime, point: LonLat, count: int) -> list[PastUnit]:
        """Those who could be there first, counting until when they are busy."""

        def cost_s(unit: PastUnit) -> float:
            busy_s = max((self._free_at.get(unit.id, at) - at).total_seconds(), 0)
            return busy_s + distance_m(unit.beat, point) / CITY_SPEED_MPS * timing.PACE[unit.kind]

        return sorted(self._on_duty(at), key=cost_s)[:count]

    def _on_duty(self, at: datetime) -> list[PastUnit]:
        """Each unit rests one tour of eight local hours in three."""
        tour = at.astimezone(self._zone).hour // TOUR_H
        return [unit for index, unit in enumerate(self._units) if index % 3 != tour]
