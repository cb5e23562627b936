"""Which units go together. Pure: an exact answer over those who could go, by the order in which they would arrive."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple


class Option(NamedTuple):
    """One unit that could go: the wanted skills that it brings, and whether it would break something off."""

    key: int
    skills: frozenset[str]
    breaks_off: bool


class Combination(NamedTuple):
    """Who goes (keys, first to arrive first), how many are still lacking, and which wanted skills nobody brings."""

    keys: tuple[int, ...]
    lacking: int
    missing: frozenset[str]


def best(options: Sequence[Option], *, want: int, skills: frozenset[str]) -> Combination:
    """The best `want` of the options, which stand in the order of their arrival (fewer where there are fewer).

    Of all sets of that size, the one that leaves the fewest wanted skills unmet; of these, the one that breaks the
    least off; of these, the one whose first arrives first, then whose second does, and so on. Exact: it is the same as
    trying every set. A few milliseconds for some dozens of options and a handful of skills.
    """
    size = min(want, len(options))
    if size <= 0:
        return Combination((), max(0, want), skills)
    names = sorted(skills)
    masks = [sum(1 << bit for bit, name in enumerate(names) if name in option.skills) for option in options]
    breaks = [option.breaks_off for option in options]
    chosen = _chosen(masks, breaks, size, len(names))
    brought = frozenset().union(*(options[at].skills for at in chosen))
    return Combination(tuple(options[at].key for at in chosen), want - size, skills - brought)


def _chosen(masks: list[int], breaks: list[bool], size: int, bits: int) -> tuple[int, ...]:
    """Indices of the best set: as many skills as can be, as few jobs broken off, then the earliest arrivals."""

    @cache
    def can(at: int, mask: int, places: int, broken: int) -> bool:
        """Whether `places` of those from `at` on cover `mask` and break off at most `broken`."""
        if places > len(masks) - at or broken < 0:
            return False
        if places == 0:
            return mask == 0
        return can(at + 1, mask & ~masks[at], places - 1, broken - breaks[at]) or can(at + 1, mask, places, broken)

    def earliest(mask: int, broken: int) -> tuple[int, ...]:
        """Whoever arrives next is taken, unless the rest could not be completed then."""
        found: list[int] = []
        for at in range(len(masks)):
            left = mask & ~masks[at]
            if len(found) < size and can(at + 1, left, size - len(found) - 1, broken - breaks[at]):
                found.append(at)
                mask, broken = left, broken - breaks[at]
        return tuple(found)

    for count in range(bits, -1, -1):
        wanted = [sum(1 << bit for bit in group) for group in combinations(range(bits), count)]
        for broken in range(size + 1):
            sets = [earliest(mask, broken) for mask in wanted if can(0, mask, size, broken)]
            if sets:
                return min(sets)
    raise AssertionError  # some set of that size always covers no skill at all
