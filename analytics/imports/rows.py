"""From one row of a feed to what it says of a call and its units, as the mapping has it. No database here."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from analytics.imports.errors import ImportFailed, RowRejected
from analytics.imports.fields import Position, Row, bind_any, read_number
from analytics.imports.mapping import (
    CALL_TEXTS,
    CALL_TIMES,
    MAX_PRIORITY,
    UNIT_TIMES,
    AssignmentShape,
    Location,
    Mapping,
    Priority,
)
from analytics.imports.times import ReadTime

NO_UNIT = "?"
"""The call sign of the unit that a feed does not name."""

MAX_KEY = 40
MAX_CALL_SIGN = 40
_TEXT_LIMITS = {"type": 120, "place": 200, "place_detail": 200, "summary": 2000, "disposition": 40}
_EARLY_CALL_TIMES = CALL_TIMES[:-1]
_POINT = re.compile(r"POINT\s*Z?\s*\(\s*(\S+)\s+([^\s)]+)", re.IGNORECASE)
_TWO_NUMBERS = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)[^\d.-]+(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)")

STAGED_COLUMNS = (
    "line",
    "part",
    "call_key",
    *CALL_TIMES,
    *CALL_TEXTS,
    "priority_first",
    "priority_final",
    "on_view",
    "cancelled",
    "x",
    "y",
    "unit",
    "job",
    *UNIT_TIMES,
    "ended_as",
)
"""What one staged line holds, in order: a row makes one for each of its units, or one without a unit."""

type Staged = tuple[object, ...]
type Job = tuple[str, str, dict[str, datetime | None], str]


@dataclass(slots=True)
class _RowTimes:
    """Times of one row, each read once, when it is first asked for."""

    row: Row
    readers: dict[str, ReadTime]
    known: dict[str, datetime | None]
    floor: datetime | None = None

    def read(self, name: str) -> datetime | None:
        if name not in self.known:
            reader = self.readers.get(name)
            self.known[name] = None if reader is None else reader(self.row, self.read, self.floor)
        return self.known[name]

    def read_in_order(self, names: tuple[str, ...]) -> dict[str, datetime | None]:
        """Read `names`, each knowing the latest stage before it."""
        found = {}
        for name in names:
            value = found[name] = self.read(name)
            if value is not None:
                self.floor = value
        return found


class RowReader:
    """A mapping bound to the header of a file. `notes` counts what was odd and not refused."""

    def __init__(self, mapping: Mapping, position: Position, width: int) -> None:
        self.notes: Counter[str] = Counter()
        self.width = width
        self._fill = mapping.file.short_rows == "fill"
        self._keep = bind_any(mapping.keep, position) if mapping.keep else None
        self._skip = bind_any(mapping.skip, position)
        self._key = mapping.key.bind(position)
        of_first_unit = mapping.assignments[0].times if mapping.assignments else {}
        times = of_first_unit | mapping.times  # a call's time may be told from a unit's
        self._times = {name: time.bind(position, self.notes) for name, time in times.items()}
        self._texts = [
            (mapping.texts[name].bind(position) if name in mapping.texts else None, _TEXT_LIMITS[name])
            for name in CALL_TEXTS
        ]
        self._on_view = bind_any(mapping.on_view, position)
        self._cancelled = bind_any(mapping.cancelled, position)
        self._priorities = _bind_priority(mapping.priority, position, self.notes)
        self._point = _bind_location(mapping.location, position, self.notes)
        of_call = {name: self._times[name] for name in mapping.times}
        self._shapes = [_BoundShape(shape, of_call, position, self.notes) for shape in mapping.assignments]

    def read(self, line: int, row: list[str]) -> Iterator[Staged]:
        """What a row says, one item for each of its units. Raises RowRejected."""
        row = self._checked(row)
        key = short_key(self._key(row))
        if not key:
            raise RowRejected("no_key")
        times = _RowTimes(row, self._times, {})
        call = times.read_in_order(_EARLY_CALL_TIMES)
        jobs = [job for shape in self._shapes for job in shape.read(row, times)]
        known = [value for job in jobs for value in job[2].values() if value] + [v for v in call.values() if v]
        times.floor = max(known, default=None)
        head = (
            key,
            *call.values(),
            times.read("closed"),
            *(read(row)[:limit] if read else "" for read, limit in self._texts),
            *self._priorities(row),
            self._on_view(row),
            self._cancelled(row),
            *self._point(row),
        )
        for part, (unit, job, stages, ended_as) in enumerate(jobs or [("", "", dict.fromkeys(UNIT_TIMES), "")]):
            yield (line, part, *head, unit or None, job, *stages.values(), ended_as)

    def _checked(self, row: list[str]) -> list[str]:
        """The row at its full width. Raises RowRejected for a wrong one, or one that the mapping leaves out."""
        if self._fill and len(row) < self.width:
            row = row + [""] * (self.width - len(row))
        if len(row) != self.width:
            raise RowRejected("wrong_number_of_values", _miscounted(row, self.width))
        if "\0" in "".join(row):
            raise RowRejected("nul_character")
        if (self._keep is not None and not self._keep(row)) or self._skip(row):
            raise RowRejected("left_out_by_mapping")
        return row


def _miscounted(row: list[str], width: int) -> str:
    breaks = sum(value.count("\n") for value in row)
    swallowed = f", over {breaks + 1} lines: is a quotation mark not closed?" if breaks else ""
    return f"{len(row)} instead of {width}{swallowed}"


class _BoundShape:
    """One [assignment] table, bound."""

    def __init__(
        self, shape: AssignmentShape, of_call: dict[str, ReadTime], position: Position, notes: Counter[str]
    ) -> None:
        self._times = of_call | {name: time.bind(position, notes) for name, time in shape.times.items()}
        self._broken_off = [(name, bind_any(flags, position)) for name, flags in shape.broken_off.items()]
        self._key = shape.key.bind(position) if shape.key else None
        self._call_sign = shape.call_sign.bind(position) if shape.call_sign else None
        self._when = bind_any(shape.when, position) if shape.when else None
        self._shape = shape

    def read(self, row: Row, call: _RowTimes) -> Iterator[Job]:
        """Units of the row: call sign, what tells one of their assignments from another, times, how it ended."""
        if self._when is not None and not self._when(row):
            return
        times = _RowTimes(row, self._times, dict(call.known), call.floor)
        for name in UNIT_TIMES:
            times.known.pop(name, None)
        stages = times.read_in_order(UNIT_TIMES)
        units = self._units(row, has_times=any(stages.values()))
        ended_as = next((name for name, flag in self._broken_off if flag(row)), "cleared")
        for index, unit in enumerate(units):
            if len(unit) > MAX_CALL_SIGN:
                raise RowRejected("call_sign_too_long", unit[:80])
            if index and self._shape.times_of == "first":
                yield unit, "also", dict.fromkeys(UNIT_TIMES), ended_as
            else:
                yield unit, self._identity(row, stages), stages, ended_as

    def _units(self, row: Row, *, has_times: bool) -> list[str]:
        if self._call_sign is None:
            return [NO_UNIT] if has_times else []
        text = self._call_sign(row)
        if not self._shape.split:
            return [text] if text else []
        return list(dict.fromkeys(part for part in map(str.strip, text.split(self._shape.split)) if part))

    def _identity(self, row: Row, stages: dict[str, datetime | None]) -> str:
        if self._key is not None and (key := self._key(row)):
            return f"key {key}"
        if self._shape.repeated == "merge":
            return "one"
        return next((f"{value:%Y%m%dT%H%M%S.%f}" for value in stages.values() if value), "")


def short_key(key: str) -> str:
    """A key of at most 40 characters: a longer one keeps its beginning, and a digest stands for the rest."""
    if len(key) <= MAX_KEY:
        return key
    return f"{key[:23]}~{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _bind_priority(
    priority: Priority | None, position: Position, notes: Counter[str]
) -> Callable[[Row], tuple[int | None, int | None]]:
    """Bind the first and the final priority of a row; None where the row says nothing."""
    if priority is None:
        return lambda _row: (3, 3)
    final = priority.final.bind(position)
    first = priority.first.bind(position) if priority.first else final

    def number(text: str) -> int | None:
        if (given := priority.values.get(text.casefold())) is not None:
            return given
        value = read_number(text)
        if value is not None and value.is_integer() and 0 <= value <= MAX_PRIORITY:
            return int(value)
        notes["priority_unknown"] += 1
        return priority.unknown if text else None

    def read(row: Row) -> tuple[int | None, int | None]:
        last = number(final(row))
        if priority.first is None:
            return last, last
        text = first(row)
        return (number(text) if text else None), last

    return read


def _bind_location(
    location: Location | None, position: Position, notes: Counter[str]
) -> Callable[[Row], tuple[float | None, float | None]]:
    """Bind the place: x, y in the mapping's reference system; none where unreadable, out of range, or 0,0."""
    if location is None:
        return lambda _row: (None, None)
    pair = _bind_pair(location, position)
    is_degrees = location.epsg == 4326  # noqa: PLR2004

    def read(row: Row) -> tuple[float | None, float | None]:
        found = pair(row)
        if found is None:
            return None, None
        x, y = found
        if x is None or y is None or not (math.isfinite(x) and math.isfinite(y)):
            notes["location_unreadable"] += 1
        elif x == 0 and y == 0:
            notes["location_zero"] += 1
        elif is_degrees and not (abs(x) <= 180 and abs(y) <= 90):  # noqa: PLR2004
            notes["location_out_of_range"] += 1
        else:
            return x, y
        return None, None

    return read


def _bind_pair(location: Location, position: Position) -> Callable[[Row], tuple[float | None, float | None] | None]:
    """Bind two numbers, x and y; None when the row gives no place at all."""
    if location.text is None:
        if location.lon is None or location.lat is None:
            raise ImportFailed("Mapping, location: `lon` and `lat` are missing.")
        lon, lat = location.lon.bind(position), location.lat.bind(position)

        def columns(row: Row) -> tuple[float | None, float | None] | None:
            x, y = lon(row), lat(row)
            return (read_number(x), read_number(y)) if x and y else None

        return columns
    read_text = location.text.bind(position)

    def text(row: Row) -> tuple[float | None, float | None] | None:
        value = read_text(row)
        if not value:
            return None
        if point := _POINT.search(value):
            return read_number(point[1]), read_number(point[2])
        if two := _TWO_NUMBERS.search(value):
            a, b = float(two[1]), float(two[2])
            return (b, a) if location.order == "lat_lon" else (a, b)
        return None, None

    return text
