"""Positions into the database: `COPY` into the history, and the latest position of each unit where a fix is newer.

The history is keyed by (unit, at), so that a repeated fix is told from a new one. `COPY` cannot skip a repeat: the
quick way assumes that there is none, and where the database finds one the batch goes the slower way, through an insert
that skips repeats.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from patrols.rules import Fix, Refusal, refusal_of

_COLUMNS = "unit_id, at, recorded_at, point, accuracy_m, heading_deg, speed_mps, source"
_COPY = f"COPY patrols_fix ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
_TYPES = ("int8", "timestamptz", "timestamptz", "bytea", "float8", "float8", "float8", "varchar")
_ARRAYS = "%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bytea[], %s::float8[], %s::float8[], %s::float8[]"
_NEW_ONLY = f"""
    INSERT INTO patrols_fix ({_COLUMNS})
    SELECT f.unit_id, f.at, f.recorded_at, ST_GeomFromEWKB(f.point), f.accuracy_m, f.heading_deg, f.speed_mps, f.source
    FROM unnest({_ARRAYS}, %s::varchar[])
        AS f (unit_id, at, recorded_at, point, accuracy_m, heading_deg, speed_mps, source)
    ON CONFLICT (unit_id, at) DO NOTHING
    RETURNING unit_id, at
"""  # noqa: S608 - made of constants
_LATEST = f"""
    INSERT INTO patrols_latestposition AS latest
        (unit_id, at, recorded_at, point, accuracy_m, heading_deg, speed_mps)
    SELECT f.unit_id, f.at, f.recorded_at, ST_GeomFromEWKB(f.point), f.accuracy_m, f.heading_deg, f.speed_mps
    FROM unnest({_ARRAYS}) AS f (unit_id, at, recorded_at, point, accuracy_m, heading_deg, speed_mps)
    JOIN patrols_unit ON patrols_unit.id = f.unit_id
    ORDER BY f.unit_id
    ON CONFLICT (unit_id) DO UPDATE SET
        at = EXCLUDED.at, recorded_at = EXCLUDED.recorded_at, point = EXCLUDED.point,
        accuracy_m = EXCLUDED.accuracy_m, heading_deg = EXCLUDED.heading_deg, speed_mps = EXCLUDED.speed_mps
    WHERE latest.at < EXCLUDED.at
    RETURNING unit_id
"""  # noqa: S608 - made of constants

type Key = tuple[int, datetime]


@dataclass(slots=True)
class FixResult:
    """What became of some fixes. `accepted` and `duplicate` count what lies in the history, committed.

    `fates` has one entry a fix, in order: a `Refusal`, or whether it was new. `moved` are the fixes that moved a unit.
    """

    fates: list[Refusal | bool] = field(default_factory=list)
    moved: list[Fix] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """How many are new."""
        return sum(fate is True for fate in self.fates)

    @property
    def duplicate(self) -> int:
        """How many were there already."""
        return sum(fate is False for fate in self.fates)

    @property
    def rejected(self) -> list[tuple[int, Refusal]]:
        """Which were refused, by index, and why."""
        return [(index, fate) for index, fate in enumerate(self.fates) if isinstance(fate, Refusal)]


def store_fixes(fixes: Sequence[Fix], *, now: datetime) -> FixResult:
    """Write what can be taken, in one transaction. No check of rights. `now` is aware.

    The units must exist: a fix of another is kept in the history and moves nothing. Two queries; where a fix is a
    repeat, three. Locks the latest positions in the order of the units.
    """
    oldest = now - settings.POSITIONS_RETENTION
    fates: list[Refusal | bool | None] = [refusal_of(fix, now=now, oldest=oldest) for fix in fixes]
    first: dict[Key, int] = {}
    for index, fix in enumerate(fixes):
        if fates[index] is None:
            fates[index] = first.setdefault((fix.unit, fix.at), index) == index
    wanted = [fixes[index] for index in first.values()]
    if not wanted:
        return FixResult([fate for fate in fates if fate is not None])
    with transaction.atomic():
        known = _write_history(wanted, now)
        moved = _write_latest([fix for fix in wanted if (fix.unit, fix.at) not in known], now)
    for key in known:
        fates[first[key]] = False
    return FixResult([fate for fate in fates if fate is not None], moved)


def _write_history(fixes: Sequence[Fix], now: datetime) -> set[Key]:
    """Add the fixes; return the keys of those that were there already."""
    try:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for fix in fixes:
                copy.write_row(
                    (fix.unit, fix.at, now, ewkb(fix), fix.accuracy_m, fix.heading_deg, fix.speed_mps, fix.source)
                )
    except UniqueViolation:
        with connection.cursor() as cursor:
            cursor.execute(_NEW_ONLY, [*_columns(fixes, now), [fix.source for fix in fixes]])
            new = set(cursor.fetchall())
        return {key for fix in fixes if (key := (fix.unit, fix.at)) not in new}
    return set()


def _write_latest(fixes: Iterable[Fix], now: datetime) -> list[Fix]:
    """Move each unit to its newest fix where that is newer than what is known; return the fixes that did."""
    newest: dict[int, Fix] = {}
    for fix in fixes:
        if fix.unit not in newest or newest[fix.unit].at < fix.at:
            newest[fix.unit] = fix
    if not newest:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, list(_columns(list(newest.values()), now)))
        return [newest[unit] for (unit,) in cursor.fetchall()]


def _columns(fixes: Sequence[Fix], now: datetime) -> Iterator[list[Any]]:
    """The fixes as columns, for `unnest`."""
    yield [fix.unit for fix in fixes]
    yield [fix.at for fix in fixes]
    yield [now] * len(fixes)
    yield [ewkb(fix) for fix in fixes]
    yield [fix.accuracy_m for fix in fixes]
    yield [fix.heading_deg for fix in fixes]
    yield [fix.speed_mps for fix in fixes]


_POINT = struct.Struct("<BIIdd")


def ewkb(fix: Fix) -> bytes:
    """The place as EWKB: little-endian, point with SRID 4326. Its binary form in `COPY`, too."""
    return _POINT.pack(1, 0x20000001, 4326, fix.lon, fix.lat)
