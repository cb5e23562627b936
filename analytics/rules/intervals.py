"""How sure a figure is, and how sure a difference of two: Wilson, Newcombe, bootstrap. Pure, and the same in every run.

Sources: Wilson (1927), JASA 22, 209–212. Newcombe (1998), Interval estimation for the difference between independent
proportions, Statistics in Medicine 17, 873–890, method 10. Efron, Tibshirani (1993), An Introduction to the Bootstrap,
§13.3 (percentile interval). David, Nagaraja (2003), Order Statistics, §2.1 (order statistics of the uniform).
"""

import math
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

Z_95 = 1.959963984540054
RESAMPLES = 2000
SEED = 20261025
"""Of the bootstrap: the same cases give the same interval."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float


def wilson(met: int, n: int, *, z: float = Z_95) -> Interval | None:
    """The score interval of a share (Wilson 1927, JASA 22, eq. for p of binomial); none for no cases."""
    if n == 0:
        return None
    share = met / n
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    middle, scale = share + z * z / (2 * n), 1 + z * z / n
    return Interval(low=max(0.0, (middle - spread) / scale), high=min(1.0, (middle + spread) / scale))


def newcombe(met: int, n: int, earlier_met: int, earlier_n: int, *, z: float = Z_95) -> Interval | None:
    """The interval of the difference of two independent shares, this one minus the earlier (Newcombe 1998, method 10)."""
    mine, theirs = wilson(met, n, z=z), wilson(earlier_met, earlier_n, z=z)
    if mine is None or theirs is None:
        return None
    share, earlier = met / n, earlier_met / earlier_n
    difference = share - earlier
    return Interval(
        low=max(-1.0, difference - math.hypot(share - mine.low, theirs.high - earlier)),
        high=min(1.0, difference + math.hypot(mine.high - share, earlier - theirs.low)),
    )


class Sample:
    """Values with how often each occurs, ascending: as much as a bootstrap of percentiles needs, however many cases."""

    def __init__(self, counted: Sequence[tuple[float, int]]) -> None:
        self._values = [value for value, _ in counted]
        self._up_to = list(accumulate(count for _, count in counted))

    @property
    def n(self) -> int:
        """How many cases."""
        return self._up_to[-1] if self._up_to else 0

    def at(self, rank: int) -> float:
        """The value of this rank, from 0."""
        return self._values[bisect_left(self._up_to, rank + 1)]

    def percentile(self, share: float) -> float:
        """Linear interpolation, type 7, as everywhere."""
        place = share * (self.n - 1)
        low, high = self.at(math.floor(place)), self.at(math.ceil(place))
        return low + (high - low) * (place - math.floor(place))

    def resampled(self, share: float, chance: random.Random) -> float:
        """The percentile of one bootstrap resample, drawn without drawing the resample.

        A resample of n cases is `values[floor(n U)]` for n uniform U; its k-th smallest is that of the k-th smallest U,
        which is Beta(k, n − k + 1), and the next one above it is U + (1 − U) Beta(1, n − k) (David, Nagaraja 2003).
        """
        n = self.n
        place = share * (n - 1)
        rank = math.floor(place) + 1
        u = chance.betavariate(rank, n - rank + 1)
        low = self.at(min(int(n * u), n - 1))
        if place == rank - 1:
            return low
        above = u + (1 - u) * chance.betavariate(1, n - rank)
        high = self.at(min(int(n * above), n - 1))
        return low + (high - low) * (place - (rank - 1))


def difference_of_percentiles(
    mine: Sample, earlier: Sample, share: float, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Interval | None:
    """The bootstrap percentile interval (95 %) of the difference of two percentiles; none where a sample is empty."""
    if not (mine.n and earlier.n):
        return None
    chance = random.Random(f"{seed}:{share}")  # noqa: S311 - not a secret: it must be the same in every run
    found = sorted(mine.resampled(share, chance) - earlier.resampled(share, chance) for _ in range(resamples))
    every = Sample([(value, 1) for value in found])
    return Interval(low=every.percentile(0.025), high=every.percentile(0.975))
