"""A mapping: what tells the importer the shape of a feed. The reference for people is `docs/mapping.md`."""

from collections.abc import Callable
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from analytics.imports.errors import ImportFailed
from analytics.imports.fields import Condition, Text
from analytics.imports.times import Time

CALL_TIMES = ("received", "answered", "created", "ready", "closed")
UNIT_TIMES = ("dispatched", "acknowledged", "en_route", "on_scene", "action_taken", "cleared")
CALL_TEXTS = ("type", "place", "place_detail", "summary", "disposition")
BROKEN_OFF = ("cancelled", "pre_empted", "refused")
UNKNOWN_PRIORITY = {"lowest": 9, "highest": 0}
"""The number of a priority that is not known, by which number is the most urgent."""
MAX_PRIORITY = 999


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the bytes become rows."""

    format: Literal["csv", "jsonl"] = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_lines: int = 0
    columns: tuple[str, ...] = ()
    short_rows: Literal["reject", "fill"] = "reject"
    decimal: Literal["", ".", ","] = ""


@dataclass(frozen=True, slots=True)
class Priority:
    """Which texts are the first and the final priority, and what they mean as numbers."""

    final: Text
    first: Text | None
    values: dict[str, int]
    unknown: int = 9
    urgent_is_low: bool = True


@dataclass(frozen=True, slots=True)
class Location:
    """Where coordinates stand: two columns, or one text; and in which reference system."""

    lon: Text | None = None
    lat: Text | None = None
    text: Text | None = None
    order: Literal["lon_lat", "lat_lon"] = "lat_lon"
    epsg: int = 4326


@dataclass(frozen=True, slots=True)
class AssignmentShape:
    """One unit of a row: which, when, and whether it was broken off."""

    times: dict[str, Time]
    broken_off: dict[str, tuple[Condition, ...]]
    when: tuple[Condition, ...] = ()
    key: Text | None = None
    call_sign: Text | None = None
    split: str = ""
    times_of: Literal["first", "all"] = "first"
    repeated: Literal["separate", "merge"] = "separate"


@dataclass(frozen=True, slots=True)
class Mapping:
    """The whole mapping, checked."""

    source: str
    file: FileShape
    keep: tuple[Condition, ...]
    skip: tuple[Condition, ...]
    key: Text
    times: dict[str, Time]
    texts: dict[str, Text]
    on_view: tuple[Condition, ...]
    cancelled: tuple[Condition, ...]
    assignments: tuple[AssignmentShape, ...]
    priority: Priority | None
    location: Location | None


def columns_of(mapping: Mapping) -> list[str]:
    """All columns that a mapping names, each once, in the order in which they are met."""
    found: dict[str, None] = {}

    def visit(value: Any) -> None:
        if isinstance(value, Text):
            found.update(dict.fromkeys(value.columns))
        elif isinstance(value, MappingABC):
            for one in value.values():
                visit(one)
        elif isinstance(value, tuple):
            for one in value:
                visit(one)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                visit(getattr(value, name))

    visit(mapping)
    return list(found)


def position_in(header: list[str]) -> Callable[[str], int]:
    """Return the function from a column's name to its place in `header`; raises ImportFailed with the nearest name."""

    def position(name: str) -> int:
        times = header.count(name)
        if times == 1:
            return header.index(name)
        if times > 1:
            raise ImportFailed(f"The file has {times} columns named `{name}`; the mapping cannot tell which is meant.")
        same = [column for column in header if column.casefold() == name.casefold()]
        if len(same) == 1:
            return header.index(same[0])
        near = get_close_matches(name, header, n=1)
        hint = f" Did you mean `{near[0]}`?" if near else " Check `delimiter` in [file]." if len(header) == 1 else ""
        raise ImportFailed(f"The file has no column `{name}`.{hint} It has: {', '.join(header)}.", field=name)

    return position
