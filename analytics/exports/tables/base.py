"""What a table of a report is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext

type Result = dict[str, Any]
type Row = tuple[Any, ...]


class Kind(StrEnum):
    """What the values of a column are. Seconds stay seconds, instants aware, until somebody writes them."""

    TEXT = "text"
    NUMBER = "number"
    SECONDS = "seconds"
    DIFFERENCE = "difference"
    SHARE = "share"
    POINTS = "points"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, and what its values are."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a report, with the sentence that it comes to and the definition beneath."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    finding: str = ""
    definition: str = ""
    sheet: str = field(default="")


def count(title: str | None = None) -> Column:
    """A column of whole numbers."""
    return Column(title or "n", Kind.NUMBER)


def figures() -> tuple[Column, ...]:
    """The columns of n, median, P90 and mean."""
    return (
        count(),
        Column(gettext("median"), Kind.SECONDS),
        Column("P90", Kind.SECONDS),
        Column(gettext("mean"), Kind.SECONDS),
    )


def summary(found: Result) -> Row:
    """The values for `figures`."""
    return found["n"], found["p50_s"], found["p90_s"], found["mean_s"]
