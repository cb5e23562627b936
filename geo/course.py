"""Measuring along a road: where a kilometre is, reckoned from stones whose kilometre is known. Pure: no database."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from geo.region.records import Line, LonLat, distance_m
from geo.region.roads import foot, off_m

BESIDE_M = 60  # a stone belongs to every carriageway this near
SPARE_M, SPARE_SHARE = 150, 0.1  # how much the way between two stones may differ from what they say
BEYOND_M = 5_000  # so far beyond the last stone a kilometre is reckoned, and no further

type Node = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of the road whose distance from its beginning is known."""

    m: int
    point: LonLat


class Course:
    """The pieces of a road, joined where they share a point."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = [[(lon, lat) for lon, lat in line] for line in lines]
        self._edges: dict[Node, dict[Node, float]] = {}
        for line in self._lines:
            for one, two in pairwise(line):
                self._join(one, two, distance_m(one, two))

    def between(self, below: Mark, above: Mark, m: int) -> LonLat | None:
        """Where `m` is on the way between two marks; None where the way is not as long as they say."""
        start, end = self._mark(below), self._mark(above)
        far, before = self._reach(start)
        said, length = above.m - below.m, far.get(end)
        if length is None or said <= 0 or abs(length - said) > SPARE_M + SPARE_SHARE * said:
            return None
        left = length * (m - below.m) / said
        way = [end]
        while way[-1] != start:
            way.append(before[way[-1]])
        way.reverse()
        for one, two in pairwise(way):
            step = far[two] - far[one]
            if step >= left:
                return _part(one, two, left / step if step else 0.0)
            left -= step
        return end

    def beyond(self, last: Mark, other: Mark, m: int) -> LonLat | None:
        """Where `m` is beyond the last mark, going away from the other; None where no such way is known."""
        start, back = self._mark(last), self._mark(other)
        far, before = self._reach(start)
        behind, _ = self._reach(back)
        wanted, length, said = abs(m - last.m), far.get(back), abs(last.m - other.m)
        if length is None or wanted > BEYOND_M or abs(length - said) > SPARE_M + SPARE_SHARE * said:
            return None
        best: tuple[float, LonLat] | None = None
        for two, one in before.items():
            step = far[two] - far[one]
            if not far[one] <= wanted <= far[two] or step <= 0:
                continue
            ahead = wanted - far[one]
            away = min(behind[one] + ahead, behind[two] + step - ahead)
            missed = abs(away - (wanted + length))
            if missed <= SPARE_M and (best is None or missed < best[0]):
                best = missed, _part(one, two, ahead / step)
        return best[1] if best else None

    def _join(self, one: Node, two: Node, length: float) -> None:
        if one == two:
            return
        for a, b in ((one, two), (two, one)):
            near = self._edges.setdefault(a, {})
            near[b] = min(length, near.get(b, length))

    def _mark(self, mark: Mark) -> Node:
        """The mark as a point of the road: one on each piece beside it, joined without way between them."""
        feet = [
            (away, self._stand(line, at, spot)) for line in self._lines for away, at, spot in _foot(mark.point, line)
        ]
        node = min(feet)[1] if feet else mark.point
        self._edges.setdefault(node, {})
        for _, other in feet:
            self._join(node, other, 0.0)
        return node

    def _stand(self, line: Line, at: int, spot: LonLat) -> Node:
        """Make a point of a piece one of its corners, after the one `at`."""
        for end in line[at : at + 2]:
            self._join(spot, end, distance_m(spot, end))
        line.insert(at + 1, spot)
        return spot

    def _reach(self, start: Node) -> tuple[dict[Node, float], dict[Node, Node]]:
        """Metres from `start` to every point, and from which one it is reached (Dijkstra)."""
        far, before = {start: 0.0}, dict[Node, Node]()
        heap = [(0.0, start)]
        while heap:
            length, node = heapq.heappop(heap)
            if length > far[node]:
                continue
            for near, step in self._edges[node].items():
                if length + step < far.get(near, float("inf")):
                    far[near], before[near] = length + step, node
                    heapq.heappush(heap, (length + step, near))
        return far, before


def _foot(point: LonLat, line: Line) -> list[tuple[float, int, LonLat]]:
    """How far off a piece is, after which of its corners its nearest point lies, and that; nothing where it is not beside."""
    away, at = min(((off_m(point, *ends), at) for at, ends in enumerate(pairwise(line))), default=(BESIDE_M + 1.0, 0))
    return [(away, at, foot(point, line[at], line[at + 1])[1])] if away <= BESIDE_M else []


def _part(one: Node, two: Node, share: float) -> LonLat:
    return one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share
