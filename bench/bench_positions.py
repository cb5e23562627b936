"""Durable positions a second: stored in batches, and over HTTP, each beside the bare limit in the same run.

Bare is what the machine can do without us: `COPY` into an unpartitioned table of the same columns and key, and an
upsert of the latest positions, by one psycopg connection; and, over HTTP, an ASGI application that only answers.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from knox.models import AuthToken

from core import clock
from core.models import Board, Organisation, RoleAssignment, User
from core.rules import Role
from patrols.gps.store import ewkb, store_fixes
from patrols.models import PastPosition, Unit
from patrols.rules import Fix, Status

UNITS = 1000
MANY_UNITS = 10_000
CONNECTIONS = 100
SECONDS = 4.0


def run(emit: Callable[..., None]) -> None:
    """Measure and print."""
    units, token = _prepare()
    for count in (UNITS, MANY_UNITS):
        emit(name=f"fixes stored, batches of 500, {count} units", value=fix_rate(units[:count]), unit="fixes/s")
    units = units[:UNITS]
    for size, total in ((25, 10_000), (500, 40_000), (2000, 40_000)):
        bare = _rate(_bare_store, units, size, total)
        value = _rate(lambda fixes: store_fixes(fixes, now=clock.now()), units, size, total)
        emit(name=f"fixes stored, batches of {size}", value=value, unit="fixes/s", bare=bare)
    _over_http(emit, units, token)


def _prepare() -> tuple[list[int], str]:
    """A directorate with its units, and a dispatcher's token."""
    node = Organisation.objects.create(code="BENCH", kind="directorate", name="Bench")
    board = Board.objects.create(organisation=node, name="Bench")
    rows = [
        Unit(
            organisation=node,
            board=board,
            call_sign=f"B{n}",
            status=Status.ON_PATROL,
            on_duty=True,
            status_since=clock.now(),
        )
        for n in range(MANY_UNITS)
    ]
    user = User.objects.create(username="bench")
    RoleAssignment.objects.create(user=user, role=Role.DISPATCHER, organisation=node)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_fix (LIKE patrols_fix INCLUDING ALL)")
        cursor.execute("CREATE TABLE bench_latest (LIKE patrols_latestposition INCLUDING ALL)")
    return [unit.pk for unit in Unit.objects.bulk_create(rows)], AuthToken.objects.create(user)[1]


def _fixes(units: list[int], start: datetime, count: int) -> list[Fix]:
    """`count` fixes, round and round the units, each time a second later."""
    return [
        Fix(
            unit=units[n % len(units)],
            lon=19.84 + n % 97 / 1000,
            lat=45.25 + n % 89 / 1000,
            at=start + timedelta(milliseconds=n),
            accuracy_m=5.0,
            heading_deg=90.0,
            speed_mps=10.0,
        )
        for n in range(count)
    ]


def fix_rate(units: list[int]) -> float:
    """Fixes of these units that are stored a second, in batches of 500."""
    return _rate(lambda fixes: store_fixes(fixes, now=clock.now()), units, 500, 40_000)


_step = iter(range(1, 1000))


def _rate(store: Callable[[list[Fix]], object], units: list[int], size: int, total: int) -> float:
    """Fixes a second, committed batch by batch."""
    fixes = _fixes(units, clock.now() - timedelta(hours=20) + timedelta(minutes=2 * next(_step)), total)
    began = time.perf_counter()
    for index in range(0, total, size):
        store(fixes[index : index + size])
    return total / (time.perf_counter() - began)


def _bare_store(fixes: list[Fix]) -> None:
    """`COPY` and upsert, and nothing else, in one transaction of one psycopg connection."""
    connection.ensure_connection()
    raw, now = connection.connection, clock.now()
    with raw.transaction(), raw.cursor() as cursor:
        with cursor.copy("COPY bench_fix FROM STDIN (FORMAT BINARY)") as copy:
            types = ("int8", "timestamptz", "timestamptz", "bytea", "float8", "float8", "float8", "varchar")
            copy.set_types(types)
            for fix in fixes:
                copy.write_row(
                    (fix.unit, fix.at, now, ewkb(fix), fix.accuracy_m, fix.heading_deg, fix.speed_mps, fix.source)
                )
        newest = list({fix.unit: fix for fix in fixes}.values())
        cursor.execute(
            "INSERT INTO bench_latest AS l (unit_id, at, recorded_at, point)"
            " SELECT u, a, %s, ST_GeomFromEWKB(p) FROM unnest(%s::bigint[], %s::timestamptz[], %s::bytea[]) AS f(u, a, p)"
            " ON CONFLICT (unit_id) DO UPDATE SET at = EXCLUDED.at, recorded_at = EXCLUDED.recorded_at,"
            " point = EXCLUDED.point WHERE l.at < EXCLUDED.at",
            [now, [f.unit for f in newest], [f.at for f in newest], [ewkb(f) for f in newest]],
        )


def _over_http(emit: Callable[..., None], units: list[int], token: str) -> None:
    """Single fixes and batches by keep-alive connections to a server of our own, beside one that only answers."""
    for size in (1, 25):
        with web_process("bench.bare:application") as web:
            bare, _ = asyncio.run(_load(web.path, units, token, size))
        before = PastPosition.objects.count()
        with web_process() as web:
            value, delays = asyncio.run(_load(web.path, units, token, size))
        kept = PastPosition.objects.count() - before
        delays.sort()
        emit(
            name=f"fixes over HTTP, {'single' if size == 1 else f'batches of {size}'}",
            value=value,
            unit="fixes/s",
            bare=bare,
            note="bare: an ASGI application that reads the request and answers",
            connections=CONNECTIONS,
            lost=max(0, len(delays) * size - kept),
            p50_ms=round(1000 * delays[len(delays) // 2], 1),
            p99_ms=round(1000 * delays[int(len(delays) * 0.99)], 1),
        )


class Web:
    """A uvicorn process on a socket of its own, with this run's database."""

    def __init__(self, application: str, path: str) -> None:
        base, _, query = os.environ["DATABASE_URL"].partition("?")
        url = f"{base.rpartition('/')[0]}/{settings.DATABASES['default']['NAME']}" + (query and f"?{query}")
        self.path = path
        self._environment = {**os.environ, "DATABASE_URL": url}
        self._command = [sys.executable, "-m", "uvicorn", application, "--uds", path]
        self._command += ["--log-level", "error", "--no-access-log", "--ws-per-message-deflate", "false"]
        self.start()

    @property
    def pid(self) -> int:
        """Of the process that runs now, or ran last."""
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until it listens."""
        Path(self.path).unlink(missing_ok=True)
        self._process = subprocess.Popen(self._command, env=self._environment)  # noqa: S603 - our own
        for _ in range(300):
            if Path(self.path).exists() or self._process.poll() is not None:
                break
            time.sleep(0.1)

    def kill(self) -> None:
        """As by `kill -9`."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End it as one should."""
        self._process.terminate()
        self._process.wait()


@contextmanager
def web_process(application: str = "config.asgi:application") -> Iterator[Web]:
    """A web process for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        web = Web(application, str(Path(folder) / "socket"))
        try:
            yield web
        finally:
            web.stop()


async def _load(path: str, units: list[int], token: str, size: int) -> tuple[float, list[float]]:
    """Send for `SECONDS` by `CONNECTIONS` connections, each when its last was answered: fixes/s, and delays (s)."""
    end, delays = time.perf_counter() + SECONDS, []

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_unix_connection(path)
        at = clock.now() - timedelta(hours=1)
        while (began := time.perf_counter()) < end:
            fixes = []
            for _ in range(size):
                at += timedelta(milliseconds=1)
                unit = units[number * 7 % len(units)]
                fixes.append({"unit": unit, "lon": 19.84, "lat": 45.25, "at": at.isoformat(), "speed_mps": 9.5})
            body = json.dumps(fixes[0] if size == 1 else {"fixes": fixes}).encode()
            writer.write(
                b"POST /gps/fixes/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token %s\r\nContent-Length: %d\r\n\r\n%s"
                % (token.encode(), len(body), body)
            )
            await _answer(reader, size)
            delays.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    return len(delays) * size / (time.perf_counter() - began), delays


async def _answer(reader: asyncio.StreamReader, size: int) -> None:
    """Read one answer, and see that all was taken."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    answer = json.loads(await reader.readexactly(length))
    if answer["accepted"] != size:
        raise RuntimeError(answer)
