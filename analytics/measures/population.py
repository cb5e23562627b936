"""Which cases a report is about: a temporary view `cases` over the kept ones, in one snapshot of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

WORK_MEM = "96MB"
"""For sorting cases in memory; a report is computed by one worker at a time."""

_SETTINGS = """
SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true),
       set_config('parallel_setup_cost', '100', true), set_config('parallel_tuple_cost', '0.001', true)
"""
"""For this transaction: compiling a statement takes longer than running it; a second process costs little."""

_VIEW = """
CREATE TEMPORARY VIEW cases AS
SELECT c.*, o.time_zone, c.ended_at IS NULL AS is_open, coalesce(c.ended_at, %(now)s::timestamptz) AS observed_until
FROM analytics_case c LEFT JOIN core_organisation o ON o.id = c.organisation_id
WHERE c.organisation_id = ANY(%(organisations)s::bigint[])
  AND c.received_at >= coalesce(%(since)s::timestamptz, '-infinity')
  AND c.received_at < coalesce(%(until)s::timestamptz, 'infinity')
"""


@dataclass(frozen=True, slots=True)
class Population:
    """Incidents of these nodes whose call came from `since` (inclusive) to `until` (exclusive; None is open), UTC.

    `now` is where waiting that is not over is cut off.
    """

    organisations: tuple[int, ...]
    since: datetime | None
    until: datetime | None
    now: datetime


@contextmanager
def snapshot() -> Iterator[None]:
    """See one state of the database for the length of the block. Inside another transaction it is that one's."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(_SETTINGS, [WORK_MEM])
        yield


@contextmanager
def cases(population: Population) -> Iterator[None]:
    """Let statements speak of `cases` for the length of the block, inside a transaction. Two short statements."""
    parameters: dict[str, Any] = {
        "organisations": list(population.organisations),
        "since": population.since,
        "until": population.until,
        "now": population.now,
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP VIEW IF EXISTS pg_temp.cases")
        cursor.execute(_VIEW, parameters)
        yield
        cursor.execute("DROP VIEW pg_temp.cases")
