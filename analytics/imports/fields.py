"""How a mapping names a value: a column, several, a constant, a condition, a time. Bound to a file's header once.

A bound value is a function of one row (a list of texts in the order of the header).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

type Row = Sequence[str]
type Position = Callable[[str], int]
type ReadText = Callable[[Row], str]
type ReadFlag = Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Text:
    """A text made of columns; empty when all of them are empty.

    `columns` are joined by `join`, or with `first_of` the first that is not empty is taken. Then `extract` keeps the
    first group of a pattern, and `map` replaces whole values (compared without regard to case).
    """

    columns: tuple[str, ...] = ()
    join: str = " "
    first_of: bool = False
    constant: str | None = None
    extract: re.Pattern[str] | None = None
    map: dict[str, str] = field(default_factory=dict)
    default: str = ""
    empty: frozenset[str] = frozenset()

    def bind(self, position: Position) -> ReadText:
        """Return the function that reads this text from a row."""
        if self.constant is not None:
            constant = self.constant
            return lambda _row: constant
        read = self._bind_columns(tuple(position(name) for name in self.columns))
        if self.extract is None and not self.map and not self.default:
            return read
        return lambda row: self._shape(read(row))

    def bind_gap(self, position: Position) -> ReadFlag:
        """Return what tells whether one of several columns that are joined is empty in a row."""
        if self.first_of or len(self.columns) < 2:  # noqa: PLR2004
            return lambda _row: False
        at, empty = tuple(position(name) for name in self.columns), self.empty | {""}
        return lambda row: any(row[index].strip().casefold() in empty for index in at)

    def _bind_columns(self, at: tuple[int, ...]) -> ReadText:
        empty = self.empty

        def one(row: Row, index: int) -> str:
            value = row[index].strip()
            return "" if value.casefold() in empty else value

        if len(at) == 1:
            return lambda row: one(row, at[0])
        if self.first_of:
            return lambda row: next((value for index in at if (value := one(row, index))), "")
        return lambda row: self.join.join(value for index in at if (value := one(row, index)))

    def _shape(self, value: str) -> str:
        if value and self.extract is not None:
            found = self.extract.search(value)
            value = "" if found is None else (found[1] if found.re.groups else found[0]) or ""
        return self.map.get(value.casefold(), value) or self.default


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is true of a row or not: by the value of a text."""

    text: Text
    equals: frozenset[str] = frozenset()
    differs: frozenset[str] = frozenset()
    matches: re.Pattern[str] | None = None
    present: bool | None = None

    def bind(self, position: Position) -> ReadFlag:
        """Return the function that answers for a row."""
        read = self.text.bind(position)
        if self.present is not None:
            return lambda row: bool(read(row)) is self.present
        if self.matches is not None:
            matches = self.matches
            return lambda row: matches.search(read(row)) is not None
        if self.differs:
            return lambda row: read(row).casefold() not in self.differs
        return lambda row: read(row).casefold() in self.equals


def bind_any(conditions: Sequence[Condition], position: Position) -> ReadFlag:
    """Bind several conditions: true when any of them is; never true where there are none."""
    flags = [condition.bind(position) for condition in conditions]
    return lambda row: any(flag(row) for flag in flags)


_DURATION = re.compile(r"(?:(\d+)(?:\s*days?,?\s*|[.:])(?=\d+:\d+:\d+))?(?:(\d+):)?(\d+):(\d+(?:[.,]\d+)?)$")


def read_duration(text: str) -> float | None:
    """Read `h:m:s`, `m:s` or `d.h:m:s` (also `1 day, 2:03:04`) as seconds; a sign may stand before. None if neither."""
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    found = _DURATION.match(text)
    if found is None:
        return None
    days, hours, minutes, seconds = found.groups()
    total = int(days or 0) * 86400 + int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
    return sign * total


_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+")


def read_number(text: str, decimal: str = "") -> float | None:
    """Read a number whose decimals follow `decimal`; without it, the point or comma that stands last. None if none."""
    mark = decimal or ("," if text.rfind(",") > text.rfind(".") else ".")
    try:
        value = float(text.replace("," if mark == "." else ".", "").replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None  # noqa: PLR2004 - also refuses nan and inf


def read_amount(text: str, decimal: str = "") -> float | None:
    """Read a number as `read_number`, but None for 1,200 without `decimal`: it may be 1.2 or twelve hundred."""
    return None if not decimal and _THOUSANDS.fullmatch(text) else read_number(text, decimal)
