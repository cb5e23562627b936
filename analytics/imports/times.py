"""Times in a row: absolute (text, formats, zone) or relative (another time and a duration)."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from analytics.imports.errors import RowRejected
from analytics.imports.fields import (
    Condition,
    Position,
    ReadFlag,
    Row,
    Text,
    bind_any,
    read_amount,
    read_duration,
    read_number,
)
from analytics.imports.formats import parser

type Ambiguous = Literal["order", "first", "second"]
type Nonexistent = Literal["shift", "reject"]
type ReadTime = Callable[[Row, Callable[[str], datetime | None], datetime | None], datetime | None]

HALF_A_DAY = timedelta(hours=12)
_HOURS_ONLY = re.compile(r":\d\d(?:\.\d+)?\s*[+-]\d\d$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001 - local, as all naive times here
UNIT_S = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0}


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts become instants: formats in the order in which they are tried, zone, doubtful hours, limits."""

    formats: tuple[str, ...]
    zone: ZoneInfo | None
    unreadable: Literal["reject", "missing"] = "reject"
    ambiguous: Ambiguous = "order"
    nonexistent: Nonexistent = "shift"
    not_before: date = date(1971, 1, 1)
    not_after: date = date(2100, 1, 1)
    midnight_is_missing: bool = False
    date_only: Literal["missing", "midnight"] = "missing"


@dataclass(frozen=True, slots=True)
class Step:
    """A duration added to a base: a text read as a number of `unit`, or as a clock duration (`unit` = duration)."""

    text: Text
    unit: str
    sign: int
    decimal: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """A time of a row. Either `text` is read by `reading`, or `steps` are added to the time named `base`.

    With `when`, only rows for which one of the conditions is true have it.
    """

    name: str
    reading: Reading
    text: Text | None = None
    next_day_after: str = ""
    base: str = ""
    steps: tuple[Step, ...] = ()
    when: tuple[Condition, ...] = ()

    def bind(self, position: Position, notes: Counter[str]) -> ReadTime:
        """Return the function (row, other times, earlier time) → instant in UTC or None. Counts oddities in `notes`."""
        read = self._bind_relative(position) if self.text is None else self._bind_absolute(self.text, position, notes)
        return _only(bind_any(self.when, position), read) if self.when else read

    def _bind_absolute(self, source: Text, position: Position, notes: Counter[str]) -> ReadTime:
        reading, name, after = self.reading, self.name, self.next_day_after
        read, has_gap = source.bind(position), source.bind_gap(position)

        def absolute(row: Row, other: Callable[[str], datetime | None], floor: datetime | None) -> datetime | None:
            text = read(row)
            if not text:
                return None
            when, has_time = parse(text, reading.formats)
            if (when is None or not source.join) and has_gap(row):
                notes["incomplete_time"] += 1
                return None
            if when is None and reading.unreadable == "missing":
                notes["unreadable_time_taken_as_missing"] += 1
                return None
            if when is None:
                raise RowRejected("unreadable_time", f"{name}: {text[:80]}")
            if sentinel := _stands_for_nothing(when, reading, has_time=has_time):
                notes[sentinel] += 1
                return None
            instant = to_utc(when, reading, floor, notes, name)
            if after and (base := other(after)) is not None and base - instant > HALF_A_DAY:
                instant = to_utc(when + timedelta(days=1), reading, floor, notes, name)
            return instant

        return absolute

    def _bind_relative(self, position: Position) -> ReadTime:
        steps = [(step.text.bind(position), step) for step in self.steps]
        base_name, name = self.base, self.name

        def relative(row: Row, other: Callable[[str], datetime | None], _floor: datetime | None) -> datetime | None:
            base = other(base_name)
            total = 0.0
            for read, step in steps:
                text = read(row)
                if not text:
                    return None
                value = read_duration(text) if step.unit == "duration" else read_amount(text, step.decimal)
                if value is None:
                    raise RowRejected("unreadable_duration", f"{name}: {text[:80]}")
                total += step.sign * value * UNIT_S.get(step.unit, 1.0)
            try:
                return None if base is None else base + timedelta(seconds=round(total, 6))
            except OverflowError as error:
                raise RowRejected("unreadable_duration", f"{name}: {total}") from error

        return relative


def _stands_for_nothing(when: datetime, reading: Reading, *, has_time: bool) -> str:
    """Why a time that was read is taken as missing, as it is noted; empty when it is a time."""
    if not reading.not_before <= when.date() <= reading.not_after:
        return "time_out_of_range"
    if not has_time and reading.date_only == "missing":
        return "date_without_time"
    if reading.midnight_is_missing and not (when.hour or when.minute or when.second or when.microsecond):
        return "midnight_taken_as_missing"
    return ""


def _only(flag: ReadFlag, read: ReadTime) -> ReadTime:
    return lambda row, other, floor: read(row, other, floor) if flag(row) else None


@lru_cache(maxsize=65536)
def parse(text: str, formats: tuple[str, ...]) -> tuple[datetime | None, bool]:
    """Read `text` by the first format that fits: (datetime, whether it has a time of day), or (None, False).

    The datetime is aware only when the text says its offset.
    """
    for form in formats:
        try:
            found = _parse_one(text, form)
        except (ValueError, OverflowError):
            continue
        if found is not None:
            return found
    return None, False


@cache
def _has_time(form: str) -> bool:
    return any(code in form for code in ("%H", "%I", "%c", "%X", "%T"))


def _parse_one(text: str, form: str) -> tuple[datetime, bool] | None:
    match form:
        case "iso":
            return datetime.fromisoformat(text), len(text) > len("2026-01-01")
        case "epoch_s":
            return _EPOCH + timedelta(seconds=float(text)), True
        case "epoch_ms":
            return _EPOCH + timedelta(milliseconds=float(text)), True
        case "excel":
            days = read_number(text)
            return None if days is None else (_EXCEL + timedelta(seconds=round(days * 86400, 3)), True)
        case _:
            if "%z" in form and _HOURS_ONLY.search(text):
                text += "00"
            if bare := _bare_clocks(form):
                text = _padded(text, bare)
            return parser(form)(text), _has_time(form)


@cache
def _bare_clocks(form: str) -> tuple[int, ...]:
    """For each word of a format: the digits of a clock without colons (`%H%M`, `%H%M%S`), or 0. Empty without any."""
    digits = tuple({"%H%M": 4, "%H%M%S": 6}.get(word, 0) for word in form.split())
    return digits if any(digits) else ()


def _padded(text: str, digits: tuple[int, ...]) -> str:
    """Give clocks without colons the zeros that many feeds leave out: 5 is 00:05, 130 is 01:30 (never 13:00)."""
    words = text.split()
    if len(words) != len(digits):
        return text
    return " ".join(word.zfill(width) if word.isdigit() else word for word, width in zip(words, digits, strict=True))


def to_utc(when: datetime, reading: Reading, floor: datetime | None, notes: Mapping[str, int], name: str) -> datetime:
    """Make a local time an instant.

    An hour that a clock change repeats is *ambiguous*: `order` takes its first pass unless that would lie before
    `floor` (the stage before it) and its second pass would not. An hour that a clock change skips is *nonexistent*:
    `shift` reads it with the offset that held before the change, as if the clock had not been moved yet.
    """
    if when.tzinfo is not None:
        return when.astimezone(UTC)
    first = when.replace(tzinfo=reading.zone, fold=0)
    second = when.replace(tzinfo=reading.zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    early, late = first.astimezone(UTC), second.astimezone(UTC)
    if early > late:
        if reading.nonexistent == "reject":
            raise RowRejected("nonexistent_time", f"{name}: {when}")
        notes["time_nonexistent"] += 1  # type: ignore[index]
        return early
    notes["time_ambiguous"] += 1  # type: ignore[index]
    if reading.ambiguous == "order":
        return late if floor is not None and early < floor <= late else early
    return late if reading.ambiguous == "second" else early
