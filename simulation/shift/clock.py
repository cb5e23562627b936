"""The clock of the shift: it may run faster than the world's."""

import asyncio
import time
from datetime import UTC, datetime


class ShiftClock:
    """Seconds of the shift. At speed 4 a quarter of a second of the world makes one of the shift.

    Whatever is told to the service bears the world's time: it would refuse times in the future.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("the speed is above 0")
        self.speed = speed
        self._started = time.monotonic()

    def now_s(self) -> float:
        """Seconds of the shift since it began."""
        return (time.monotonic() - self._started) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` of the shift go by."""
        await asyncio.sleep(max(seconds, 0) / self.speed)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for an event, at most `seconds` of the shift; tell whether it came."""
        try:
            async with asyncio.timeout(max(seconds, 0) / self.speed):
                await event.wait()
        except TimeoutError:
            return False
        return True


def world_time() -> str:
    """The time of the world, as it goes over the wire."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
