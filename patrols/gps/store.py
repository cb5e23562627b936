"""Positions into the database: the history, and the latest position of each unit where a fix is newer.

One statement, so one round trip and one transaction, for one fix and for thousands. The history is keyed by
(unit, at): a repeated fix is told from a new one, and moves nothing. `COPY` cannot skip a repeat, and with the arrays sent
in binary form this is as quick (`make bench`). The driver would put them together element by element, in Python: here
`struct` does, an array at once.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.abc import Buffer, PyFormat
from psycopg.adapt import Dumper
from psycopg.pq import Format

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


def _columns(fixes: Sequence[Fix]) -> tuple[Any, ...]:
    """The fixes as columns, for `unnest`."""
    points = [_SIZED_POINT.pack(b"\0\0\0\x19", 1, _WITH_SRID, 4326, fix.lon, fix.lat) for fix in fixes]
    return (
        _of_eight("q", _INT8, [fix.unit for fix in fixes]),
        _of_eight("q", _TIMESTAMPTZ, [_microseconds(fix.at) for fix in fixes]),
        Array(_ARRAYS[_BYTEA], _head(_BYTEA, len(fixes)) + b"".join(points)),
        _floats([fix.accuracy_m for fix in fixes]),
        _floats([fix.heading_deg for fix in fixes]),
        _floats([fix.speed_mps for fix in fixes]),
        _texts([fix.source for fix in fixes]),
    )


# --- PostgreSQL's binary form of arrays of one dimension (array_recv) ----------------------------------------------------

_INT8, _FLOAT8, _TIMESTAMPTZ, _BYTEA, _TEXT = 20, 701, 1184, 17, 25
_ARRAYS = {_INT8: 1016, _FLOAT8: 1022, _TIMESTAMPTZ: 1185, _BYTEA: 1001, _TEXT: 1009}
"""Numbers of types, and of the arrays of them (pg_type)."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NULL = b"\xff\xff\xff\xff"
_WITH_SRID = 0x20000001
_POINT = struct.Struct("<BIIdd")
_SIZED_POINT = struct.Struct("<4sBIIdd")
_SIZED_FLOAT = struct.Struct("!id")


@dataclass(frozen=True, slots=True)
class Array:
    """An array as it is sent: the number of its type, and its binary form."""

    oid: int
    data: bytes


class _ArrayDumper(Dumper):
    """Hands an `Array` to the driver as it is."""

    format = Format.BINARY

    def dump(self, obj: Array) -> Buffer:
        return obj.data

    def get_key(self, obj: Array, format: PyFormat) -> Any:  # noqa: A002, ARG002 - the driver's names
        return (self.cls, obj.oid)

    def upgrade(self, obj: Array, format: PyFormat) -> "_ArrayDumper":  # noqa: A002, ARG002 - as above
        made = type(self)(self.cls)
        made.oid = obj.oid
        return made


psycopg.adapters.register_dumper(Array, _ArrayDumper)


def _head(oid: int, count: int, *, has_null: bool = False) -> bytes:
    return struct.pack("!iiIii", 1, has_null, oid, count, 1)


def _of_eight(code: str, oid: int, values: Sequence[float]) -> Array:
    """An array of elements of eight bytes, none of them null."""
    sized: list[float] = [8] * (2 * len(values))
    sized[1::2] = values
    return Array(_ARRAYS[oid], _head(oid, len(values)) + struct.pack(f"!{f'i{code}' * len(values)}", *sized))


def _floats(values: Sequence[float | None]) -> Array:
    known = [value for value in values if value is not None]
    if len(known) == len(values):
        return _of_eight("d", _FLOAT8, known)
    parts = [_NULL if value is None else _SIZED_FLOAT.pack(8, value) for value in values]
    return Array(_ARRAYS[_FLOAT8], _head(_FLOAT8, len(values), has_null=True) + b"".join(parts))


def _texts(values: Iterable[str]) -> Array:
    made: dict[str, bytes] = {}
    parts = []
    for value in values:
        if value not in made:
            written = value.encode()
            made[value] = struct.pack("!i", len(written)) + written
        parts.append(made[value])
    return Array(_ARRAYS[_TEXT], _head(_TEXT, len(parts)) + b"".join(parts))


def _microseconds(at: datetime) -> int:
    """As PostgreSQL counts them, from the year 2000."""
    return (at - _EPOCH) // _MICROSECOND


def ewkb(fix: Fix) -> bytes:
    """The place as EWKB: little-endian, point with SRID 4326."""
    return _POINT.pack(1, _WITH_SRID, 4326, fix.lon, fix.lat)
