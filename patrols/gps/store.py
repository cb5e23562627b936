"""Positions into the database: the history, and the latest position of each unit where a fix is newer.

One statement, so one round trip and one transaction, for one fix and for thousands. The history is keyed by
(unit, at): a repeated fix is told from a new one, and moves nothing. `COPY` cannot skip a repeat, and with the arrays sent
in binary form this is as quick (`make bench`).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from patrols.rules import Fix, Refusal, refusal_of

_WRITE = """
    WITH fix AS MATERIALIZED (
        SELECT unit_id, at, %b::timestamptz AS recorded_at, point::geometry, accuracy_m, heading_deg, speed_mps, source
        FROM unnest(
            %b::int8[], %b::timestamptz[], %b::bytea[], %b::float8[], %b::float8[], %b::float8[], %b::text[]
        ) AS sent (unit_id, at, point, accuracy_m, heading_deg, speed_mps, source)
    ), new AS (
        INSERT INTO patrols_fix (unit_id, at, recorded_at, point, accuracy_m, heading_deg, speed_mps, source)
        SELECT * FROM fix
        ON CONFLICT (unit_id, at) DO NOTHING
        RETURNING unit_id, at, recorded_at, point, accuracy_m, heading_deg, speed_mps
    ), moved AS (
        INSERT INTO patrols_latestposition AS latest
            (unit_id, at, recorded_at, point, accuracy_m, heading_deg, speed_mps)
        SELECT DISTINCT ON (new.unit_id) new.*
        FROM new JOIN patrols_unit ON patrols_unit.id = new.unit_id
        ORDER BY new.unit_id, new.at DESC
        ON CONFLICT (unit_id) DO UPDATE SET
            at = EXCLUDED.at, recorded_at = EXCLUDED.recorded_at, point = EXCLUDED.point,
            accuracy_m = EXCLUDED.accuracy_m, heading_deg = EXCLUDED.heading_deg, speed_mps = EXCLUDED.speed_mps
        WHERE latest.at < EXCLUDED.at
        RETURNING unit_id, at
    )
    SELECT unit_id, at, true AS is_move FROM moved
    UNION ALL
    SELECT fix.unit_id, fix.at, false FROM fix LEFT JOIN new USING (unit_id, at) WHERE new.unit_id IS NULL
"""
"""Returns what moved a unit, and what was there already."""

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

    The units must exist: a fix of another is kept in the history and moves nothing. One query. Fixes and latest
    positions are locked in the order of the units.
    """
    oldest = now - settings.POSITIONS_RETENTION
    fates: list[Refusal | bool | None] = [refusal_of(fix, now=now, oldest=oldest) for fix in fixes]
    first: dict[Key, int] = {}
    for index, fix in enumerate(fixes):
        if fates[index] is None:
            fates[index] = first.setdefault((fix.unit, fix.at), index) == index
    wanted = {key: fixes[index] for key, index in sorted(first.items())}
    moved, known = _write(list(wanted.values()), now) if wanted else ([], [])
    for key in known:
        fates[first[key]] = False
    return FixResult([fate for fate in fates if fate is not None], [wanted[key] for key in moved])


def _write(fixes: Sequence[Fix], now: datetime) -> tuple[list[Key], list[Key]]:
    """Add the fixes and move their units; return the keys of those that moved a unit, and of those known before."""
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    # not Django's cursor, which writes arrays out as text
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        rows = cursor.execute(_WRITE, [now, *_columns(fixes)], prepare=True).fetchall()
    moved = [(unit, at) for unit, at, is_move in rows if is_move]
    known = [(unit, at) for unit, at, is_move in rows if not is_move]
    return moved, known


def _columns(fixes: Sequence[Fix]) -> tuple[list[Any], ...]:
    """The fixes as columns, for `unnest`."""
    return (
        [fix.unit for fix in fixes],
        [fix.at for fix in fixes],
        [ewkb(fix) for fix in fixes],
        [_float(fix.accuracy_m) for fix in fixes],
        [_float(fix.heading_deg) for fix in fixes],
        [_float(fix.speed_mps) for fix in fixes],
        [fix.source for fix in fixes],
    )


def _float(value: float | None) -> float | None:
    """Whole numbers too as floats: an array has one type."""
    return None if value is None else float(value)


_POINT = struct.Struct("<BIIdd")


def ewkb(fix: Fix) -> bytes:
    """The place as EWKB: little-endian, point with SRID 4326."""
    return _POINT.pack(1, 0x20000001, 4326, fix.lon, fix.lat)
