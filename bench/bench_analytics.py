"""Import of history and the response-time report, each beside the bare limit in the same run.

Bare is, for the import, `COPY` of the same rows, already parsed, into an indexed table of the same columns; for the
report, one SQL statement that asks for nothing but the median and P90 from the call to the first arrival.
"""

import csv
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection

from analytics import kept, selectors
from analytics.services import import_calls
from bench.history import make_history
from core.access import Viewer
from core.models import Board, Organisation

IMPORTED_ROWS = 40_000
INCIDENTS = 100_000
START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
HEADER = ("call", "unit", "kind", "received", "sent", "rolling", "there", "free", "grade", "lat", "lon")
MAPPING = """
[time]
zone = "Europe/Belgrade"
formats = ["%Y-%m-%d %H:%M:%S"]
[call]
key = "call"
received = "received"
type = "kind"
[assignment]
call_sign = "unit"
dispatched = "sent"
en_route = "rolling"
on_scene = "there"
cleared = "free"
[priority]
final = "grade"
[location]
lat = "lat"
lon = "lon"
"""
BARE_REPORT = """
SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) FROM (
    SELECT extract(epoch FROM min(a.on_scene_at) - i.received_at)::double precision AS seconds
    FROM incidents_incident i JOIN dispatch_assignment a ON a.incident_id = i.id AND a.status = 'cleared'
    WHERE i.organisation_id = %s AND NOT i.on_view GROUP BY i.id
) AS waited
"""


def run(emit: Callable[..., None]) -> None:
    """Measure and print."""
    _import(emit)
    _report(emit)


def _node(code: str) -> Organisation:
    node = Organisation.objects.create(code=code, name=code, kind=Organisation.Kind.DIRECTORATE)
    Board.objects.create(organisation=node, name=code)
    return node


def made_rows(count: int) -> Iterator[list[object]]:
    """Unit rows of invented calls, one to three units each."""
    chance = random.Random(7)
    call = 0
    while count > 0:
        call += 1
        received = START + timedelta(seconds=call * 97)
        for unit in chance.sample(range(200), min(count, chance.choice((1, 2, 2, 3)))):
            times = [received]
            for mean in (90, 60, 300, 1500):
                times.append(times[-1] + timedelta(seconds=round(chance.expovariate(1 / mean))))
            texts = [f"{at:%Y-%m-%d %H:%M:%S}" for at in times]
            if chance.random() < 0.15:  # noqa: PLR2004 - as real feeds lack arrivals
                texts[3] = ""
            place = [45.2 + chance.random() / 10, 19.8 + chance.random() / 10]
            yield [f"C{call}", f"U{unit}", f"Kind {call % 20}", *texts, 1 + call % 4, *place]
            count -= 1


def _import(emit: Callable[..., None]) -> None:
    node = _node("BENCH-I")
    rows = list(made_rows(IMPORTED_ROWS))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.csv"
        with path.open("w", newline="") as stream:
            csv.writer(stream).writerows([HEADER, *rows])
        started = time.perf_counter()
        account = import_calls(path=path, mapping_source=MAPPING, organisation=node, by=Viewer.system("bench"))
        seconds = time.perf_counter() - started
        assert account["imported"] == IMPORTED_ROWS, account  # noqa: S101 - a bench of something else is worthless
        started = time.perf_counter()
        import_calls(path=path, mapping_source=MAPPING, organisation=node, by=Viewer.system("bench"))
        again = time.perf_counter() - started
    bare = _bare_copy(rows)
    note = f"{account['incidents']} calls, {account['assignments']} assignments; bare: COPY of parsed rows"
    emit(name="import of history", value=IMPORTED_ROWS / seconds, unit="rows/s", bare=bare, note=note)
    emit(name="import of the same file again", value=IMPORTED_ROWS / again, unit="rows/s", bare=bare)


def _bare_copy(rows: list[list[object]]) -> float:
    columns = ", ".join(f"{name} text" for name in HEADER)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_copy (id bigserial PRIMARY KEY, {columns})")
        cursor.execute("CREATE INDEX ON bench_copy (call)")
        started = time.perf_counter()
        with cursor.copy(f"COPY bench_copy ({', '.join(HEADER)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_copy")
    return len(rows) / seconds


def _report(emit: Callable[..., None]) -> None:
    node = _node("BENCH-R")
    make_history(node.board, [node.pk], incidents=INCIDENTS, start=START, end=END)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_incident")
        cursor.execute("ANALYZE dispatch_assignment")
    kept.refresh()  # as the worker does soon after each change
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE analytics_case")
        started = time.perf_counter()
        cursor.execute(BARE_REPORT, [node.pk])
        (p50, p90), bare = cursor.fetchone()[0], time.perf_counter() - started
    for by in (None, "priority", "hour", "unit"):
        started = time.perf_counter()
        found = selectors.response_times(Viewer.system("bench"), selectors.Question(node.pk, by=by))
        seconds = time.perf_counter() - started
        response = found["measures"]["response"]
        assert (response["p50_s"], response["p90_s"]) == (round(p50, 6), round(p90, 6))  # noqa: S101
        name = f"report over {INCIDENTS} incidents" + (f" by {by}" if by else "")
        emit(name=name, value=seconds, unit="s", bare=bare, note="bare: one percentile of one measure")
