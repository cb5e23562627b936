"""How long things take, in seconds of the shift. Drawn from a generator that the caller seeds."""

from dataclasses import dataclass
from math import log
from random import Random

PACE = {"car": 1.0, "motorcycle": 0.9, "bicycle": 2.6, "foot": 6.0, "boat": 2.0, "other": 1.0}
"""Travel time of each kind of unit against that of a car."""
WALKERS = frozenset({"foot", "bicycle"})
URGENT_PACE = 0.75  # with lights and siren
PATROL_PACE = 1.7  # looking around while driving
HOURLY = (
    0.62, 0.50, 0.40, 0.32, 0.28, 0.32, 0.45, 0.70, 0.92, 1.00, 1.05, 1.10,
    1.12, 1.12, 1.15, 1.22, 1.30, 1.36, 1.40, 1.42, 1.40, 1.32, 1.15, 0.90,
)  # fmt: skip
"""Calls in each local hour of the day against the mean of a day."""


def around(rng: Random, median: float, spread: float = 0.5) -> float:
    """A log-normal draw: half lie below `median`; `spread` is the deviation of the logarithm."""
    return rng.lognormvariate(log(median), spread)


def until_next_call_s(rng: Random, calls_per_hour: float, *, open_now: int, enough: int, too_many: int) -> float:
    """Seconds to the next call: at random at the given rate, four times as often while few are open.

    While `too_many` are open it is as if the lines were quiet: ten times as seldom.
    """
    rate = calls_per_hour / 3600
    if open_now < enough // 2:
        rate *= 4
    elif open_now >= too_many:
        rate /= 10
    return rng.expovariate(rate)


@dataclass(frozen=True, slots=True)
class Stay:
    """What happens at the scene: when the action is taken, and when the patrol leaves, after it arrived."""

    action_s: float
    clear_s: float


def acknowledge_s(rng: Random) -> float:
    """From being sent to pressing the button."""
    return min(around(rng, 9, 0.5), 40)


def turnout_s(rng: Random, *, priority: int) -> float:
    """From pressing the button to moving."""
    return min(around(rng, 12 if priority == 1 else 25, 0.5), 120)


def stay(rng: Random, on_scene_min: float) -> Stay:
    """How long a patrol stays at a scene whose median is `on_scene_min` minutes."""
    whole = min(max(around(rng, on_scene_min * 60, 0.4), 120), on_scene_min * 60 * 3)
    return Stay(action_s=whole * rng.uniform(0.55, 0.85), clear_s=whole)


def dispatch_delay_s(rng: Random, *, priority: int) -> float:
    """How long the dispatchers of the month gone by took, from the call to the first unit sent."""
    return around(rng, {1: 65, 2: 130, 3: 320}.get(priority, 700), 0.7)
