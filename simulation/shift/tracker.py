"""The devices in the vehicles: every few seconds a fix of each unit, in batches, kept while nobody answers."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import Any

from simulation.shift.client import Client, Refused
from simulation.shift.clock import world_time
from simulation.shift.patrol import Patrol
from simulation.shift.roads import Roads

log = logging.getLogger(__name__)

SLICES = 10  # of an interval: units report one after the other, not all at once
KEPT = 20_000  # fixes that wait for an answer; the oldest are lost first
BATCH = 500


class Tracker:
    """Sends where the units are. Fixes bear the world's time; a repeated one is stored once."""

    def __init__(self, patrols: Sequence[Patrol], client: Client, roads: Roads, interval_s: float) -> None:
        self._patrols = patrols
        self._client = client
        self._roads = roads
        self._interval_s = interval_s
        self._waiting: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._has_more = asyncio.Event()
        self.sent = 0

    async def measure(self) -> None:
        """Take fixes for ever, a slice of the units at a time."""
        turn = 0
        while True:
            for patrol in self._patrols[turn % SLICES :: SLICES]:
                if patrol.is_on_duty:
                    self._waiting.append(self._fix(patrol))
            if self._waiting:
                self._has_more.set()
            turn += 1
            await asyncio.sleep(self._interval_s / SLICES)

    async def send(self) -> None:
        """Send what waits, oldest first, for ever; a batch is forgotten when it was answered."""
        while True:
            await self._has_more.wait()
            self._has_more.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                try:
                    await self._client.post("/gps/fixes/", {"fixes": batch})
                except Refused as refusal:
                    log.warning("fixes: %s", refusal)
                    await asyncio.sleep(self._interval_s)
                else:
                    self.sent += len(batch)

    def _fix(self, patrol: Patrol) -> dict[str, Any]:
        spot = patrol.spot()
        lon, lat = self._roads.as_measured(spot.point) if spot.speed_mps else spot.point
        return {
            "unit": patrol.member.id,
            "lon": round(lon, 6),
            "lat": round(lat, 6),
            "at": world_time(),
            "accuracy_m": 5.0,
            "heading_deg": round(spot.heading_deg, 1) if spot.speed_mps else None,
            "speed_mps": round(spot.speed_mps, 1),
        }
