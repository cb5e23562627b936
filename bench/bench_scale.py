"""Reports over millions of incidents, beside DuckDB that asks the same of the same cases in Parquet, in the same run.

`BENCH_INCIDENTS` (500,000; `5_000_000` for the whole) incidents over five years in 27 directorates, 1.6 assignments each:
seeded, made by the database. To show how time grows, run it with several sizes. Bare is DuckDB, with as many threads.
"""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection, transaction

from analytics import kept, measures, selectors
from analytics.measures import Population
from bench.history import make_history
from core.access import Viewer
from core.models import Board, Organisation

INCIDENTS = int(os.environ.get("BENCH_INCIDENTS", "500_000"))
DIRECTORATES = 27
START, END = datetime(2021, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
YEAR = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
MONTH = (datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC))
TRIES = 5

DUCK = """
SELECT organisation_id, priority, count(*) FILTER (WHERE NOT on_view AND response >= 0) AS n,
       count(*) FILTER (WHERE NOT on_view AND response IS NULL) AS missing,
       quantile_cont(response, [0.5, 0.9]) FILTER (WHERE NOT on_view AND response >= 0) AS found
FROM '{file}' WHERE received_at >= '{since}' AND received_at < '{until}' AND organisation_id IN ({nodes})
GROUP BY ALL ORDER BY ALL
"""


def run(emit: Callable[..., None]) -> None:
    """Make the history, keep its cases, ask, compare, measure."""
    nodes = _made(emit)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.parquet"
        duck = (_parquet(file), file)
        _ask(emit, duck, nodes, YEAR, "a year by directorate and priority")
        _ask(emit, duck, nodes, (START, END), "five years by directorate and priority")
        _ask(emit, duck, nodes[:1], MONTH, "one directorate's month by priority")
    _reports(emit, nodes)


def _made(emit: Callable[..., None]) -> list[int]:
    """The history, and how long it took to make its cases."""
    service = Organisation.objects.create(code="BENCH-S", name="BENCH-S", kind=Organisation.Kind.SERVICE)
    names = [f"BENCH-{number:02}" for number in range(DIRECTORATES)]
    nodes = [
        Organisation.objects.create(code=name, name=name, kind=Organisation.Kind.DIRECTORATE, parent=service).pk
        for name in names
    ]
    board = Board.objects.create(organisation=service, name="BENCH-S")
    with transaction.atomic(), connection.cursor() as cursor:
        _let_in_fast(cursor)
        assignments = make_history(board, nodes, incidents=INCIDENTS, start=START, end=END)
        cursor.execute("INSERT INTO analytics_stalecase (incident_id) SELECT id FROM incidents_incident ORDER BY id")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE incidents_incident, dispatch_assignment, analytics_stalecase, patrols_unit")
    started = time.perf_counter()
    kept.refresh()
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE analytics_case")
    note = f"{INCIDENTS} incidents, {assignments} assignments"
    emit(name="cases made anew", value=INCIDENTS / seconds, unit="cases/s", note=note)
    return nodes


def _let_in_fast(cursor: Any) -> None:
    """Let millions of rows in without marks, searches and look-ups of foreign keys; this database is dropped after."""
    cursor.execute("DROP INDEX incidents_by_words, incidents_by_place")
    for table in ("incidents_incident", "dispatch_assignment"):
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def _parquet(file: Path) -> duckdb.DuckDBPyConnection:
    """The same cases in Parquet, and DuckDB with as many threads as PostgreSQL has processes here."""
    duck = duckdb.connect(config={"threads": os.cpu_count() or 1})
    csv = file.with_suffix(".csv")
    with connection.cursor() as cursor, csv.open("wb") as stream:
        cursor.execute("SET TIME ZONE 'UTC'")
        with cursor.copy("COPY (SELECT * FROM analytics_case ORDER BY id) TO STDOUT (FORMAT csv, HEADER)") as copy:
            for block in copy:
                stream.write(block)
    duck.execute(f"COPY (FROM read_csv('{csv}')) TO '{file}' (FORMAT parquet)")
    csv.unlink()
    return duck


def _ask(
    emit: Callable[..., None],
    duck: tuple[duckdb.DuckDBPyConnection, Path],
    nodes: list[int],
    period: tuple[datetime, datetime],
    name: str,
) -> None:
    population = Population(tuple(nodes), *period, END)

    def ours() -> Any:
        kept.refresh()
        with measures.snapshot(), measures.cases(population):
            return measures.response_by_node_and_priority()

    query = DUCK.format(file=duck[1], since=period[0], until=period[1], nodes=", ".join(map(str, nodes)))
    mine, found = _best(ours)
    bare, theirs = _best(lambda: duck[0].execute(query).fetchall())
    expected = [(*row[:4], *(round(value, 6) for value in row[4])) for row in theirs]
    assert [tuple(row.values()) for row in found] == expected, "DuckDB finds other figures"  # noqa: S101
    emit(
        name=name, value=mine * 1000, unit="ms", bare=bare * 1000, note=f"{INCIDENTS} incidents; bare: DuckDB, Parquet"
    )


def _best(work: Callable[[], Any]) -> tuple[float, Any]:
    """The shortest of several tries (the machine does other things too), and what came out."""
    times, found = [], None
    for _ in range(TRIES):
        started = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - started)
    return min(times), found


def _reports(emit: Callable[..., None], nodes: list[int]) -> None:
    """Whole reports, as people ask for them."""
    month = {"since": MONTH[0].date(), "until": datetime(2024, 5, 31, tzinfo=UTC).date()}
    year = {"since": YEAR[0].date(), "until": datetime(2024, 12, 31, tzinfo=UTC).date()}
    for name, question in (
        ("whole report: one directorate's month", selectors.Question(nodes[0], by="priority", **month)),
        ("whole report: a year of the service by directorate", selectors.Question(by="organisation", **year)),
    ):
        seconds, _found = _best(lambda asked=question: selectors.response_times(Viewer.system("bench"), asked))
        emit(name=name, value=seconds * 1000, unit="ms", note=f"{INCIDENTS} incidents")
