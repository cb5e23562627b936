"""PostgreSQL, Redis, the worker and a web process are each killed (-9) while positions stream in, and started again.

All of them are real and this test's own: a cluster that is as durable as in service, two web processes, a worker with its
beat. Senders do as devices do: what was not acknowledged is sent again. At the end every position is in the table, once.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
UNITS = 40
BATCHING, SINGLE = 8, 24
"""Senders of batches of 25, and of one position at a time."""
SIZE = 25
BATCH_PAUSE_S, SINGLE_PAUSE_S = 0.4, 0.1
"""At this pace they send 740 positions a second, as far as they are answered."""
STEP = 600
"""So many are to be acknowledged between one fault and the next, and while what is not needed for them is dead."""
PATIENCE_S = 120

SCENE = f"""
from knox.models import AuthToken
from core.rules import Role
from tests import factories
from tests.conftest import person
board = factories.BoardFactory()
units = [factories.UnitFactory(board=board).pk for _ in range({UNITS})]
_, token = AuthToken.objects.create(person(Role.DISPATCHER, board.organisation))
import json; print(json.dumps([token, units]))
"""


class Site:
    """A PostgreSQL, a Redis, web processes and a worker, each of which may be killed and started again."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self._running: dict[str, subprocess.Popen] = {}
        self._services("start")
        lines = self._services("env").splitlines()
        self.environment = os.environ | dict(line.split("=", 1) for line in lines) | {"STATE_DIR": str(state)}
        self._services_env = urlsplit(self.environment["DATABASE_URL"])

    def _services(self, command: str) -> str:
        run = [str(ROOT / "scripts/services"), "--state", str(self.state), command]
        environment = {name: value for name, value in os.environ.items() if name != "TEST_REDIS_DB"}
        return subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout  # noqa: S603

    def manage(self, *arguments: str) -> str:
        """Run a command of the application, and return what it says."""
        run = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(run, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)  # noqa: S603
        return done.stdout

    def start_services(self) -> None:
        """Start PostgreSQL and Redis, as far as they do not run; what a killed one left does not let it start at once."""
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._services("start")
            except subprocess.CalledProcessError:
                assert time.monotonic() < until
                time.sleep(0.2)
            else:
                return

    def socket(self, name: str) -> Path:
        """Where a web process listens."""
        return self.state / f"{name}.sock"

    def start(self, name: str) -> None:
        """Start the worker, or a web process, and wait until that listens."""
        log = (self.state / f"{name}.log").open("ab")
        self.socket(name).unlink(missing_ok=True)
        arguments = ["uvicorn", "config.asgi:application", "--uds", str(self.socket(name)), "--log-level", "warning"]
        if name == "worker":
            arguments = ["celery", "--app", "config", "worker", "--beat", "--pool", "solo", "--loglevel", "WARNING"]
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE_S
        while name != "worker" and not self.socket(name).exists():
            assert self._running[name].poll() is None, f"{name} did not start: {self.state}/{name}.log"
            assert time.monotonic() < until
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """End the worker or a web process by -9, with its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._running[name].pid, signal.SIGKILL)
        self._running[name].wait()

    def kill_redis(self) -> None:
        """End Redis by -9."""
        os.kill(int((self.state / "redis/redis.pid").read_text()), signal.SIGKILL)

    def kill_postgres(self) -> None:
        """End PostgreSQL by -9: all of its processes."""
        main = int((self.state / "postgres/data/postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        for pid in (main, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def rows(self) -> list[tuple[int, datetime]]:
        """All positions that are stored, by psycopg alone."""
        url = self._services_env
        with psycopg.connect(
            host=unquote(url.hostname or ""), port=url.port, user=url.username, dbname=url.path.lstrip("/")
        ) as connection:
            return connection.execute("SELECT unit_id, at FROM patrols_fix").fetchall()

    def remove(self) -> None:
        """End and erase everything."""
        for name in self._running:
            self.kill(name)
        self._services("remove")
        shutil.rmtree(self.state)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site(ROOT / ".local/faults")
    try:
        yield made
    finally:
        made.remove()


class Stream:
    """Senders that send what was not acknowledged again, until they are told to end."""

    def __init__(self, site: Site, token: str, units: list[int]) -> None:
        self._site, self._token, self._units = site, token.encode(), units
        self._start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
        self.acknowledged: list[tuple[int, datetime]] = []
        self.sent_again = 0
        self.is_over = False
        self._wanted, self._enough = 0, asyncio.Event()

    async def sender(self, number: int, size: int, pause_s: float) -> None:
        """One device or gateway, with a unit and times of its own; every second one at each web process."""
        unit, web = self._units[number], ("web-a", "web-b")[number % 2]
        at, link = self._start, None
        while not self.is_over:
            batch = []
            for _ in range(size):
                at += timedelta(milliseconds=1)
                batch.append((unit, at))
            due = time.monotonic() + pause_s
            while True:
                try:
                    link = link or await asyncio.open_unix_connection(str(self._site.socket(web)))
                    if await asyncio.wait_for(self._post(*link, batch), timeout=10):
                        break
                except (OSError, EOFError, ValueError, TimeoutError):
                    if link is not None:
                        link[1].close()
                    link = None
                self.sent_again += 1
                await asyncio.sleep(0.1)
            self.acknowledged += batch
            if len(self.acknowledged) >= self._wanted:
                self._enough.set()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        if link is not None:
            link[1].close()

    async def _post(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, batch: list) -> bool:
        """Send positions; tell whether all of them were acknowledged. EOFError where the server is gone."""
        fixes = [{"unit": unit, "lon": 19.84, "lat": 45.25, "at": at.isoformat()} for unit, at in batch]
        body = json.dumps(fixes[0] if len(fixes) == 1 else {"fixes": fixes}).encode()
        writer.write(
            b"POST /gps/fixes/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token %s\r\nContent-Length: %d\r\n\r\n%s"
            % (self._token, len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        answer = await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        if not head.startswith(b"HTTP/1.1 200"):
            assert head.startswith(b"HTTP/1.1 503"), head + answer
            return False
        counts = json.loads(answer)
        assert counts["accepted"] + counts["duplicate"] == len(batch), counts
        return True

    async def more(self, count: int = STEP) -> None:
        """Wait until so many more are acknowledged."""
        self._wanted = len(self.acknowledged) + count
        self._enough.clear()
        await asyncio.wait_for(self._enough.wait(), timeout=PATIENCE_S)


async def _faults(site: Site, stream: Stream) -> None:
    """Kill one after the other and start it again; positions go on where they need it not, and afterwards anyway."""
    await stream.more()
    for kill, start in (
        (site.kill_redis, site.start_services),
        (lambda: site.kill("worker"), lambda: site.start("worker")),
        (lambda: site.kill("web-a"), lambda: site.start("web-a")),
    ):
        kill()
        await stream.more()
        await asyncio.to_thread(start)
        await stream.more()
    for _ in range(2):
        site.kill_postgres()
        await asyncio.to_thread(site.start_services)
        await stream.more()
    site.kill_postgres()
    site.kill("web-b")
    await asyncio.to_thread(site.start_services)
    await asyncio.to_thread(site.start, "web-b")
    await stream.more(2 * STEP)


def test_whatever_is_killed_every_acknowledged_position_is_stored_once(site):
    site.manage("migrate", "--verbosity", "0")
    token, units = json.loads(site.manage("shell", "--verbosity", "0", "--command", SCENE).splitlines()[-1])
    for name in ("web-a", "web-b", "worker"):
        site.start(name)
    stream = Stream(site, token, units)

    async def run() -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in range(BATCHING + SINGLE):
                size, pause_s = (SIZE, BATCH_PAUSE_S) if number < BATCHING else (1, SINGLE_PAUSE_S)
                tasks.create_task(stream.sender(number, size, pause_s))
            try:
                await _faults(site, stream)
            finally:
                stream.is_over = True

    asyncio.run(run())
    rows = site.rows()
    assert stream.sent_again > 0
    assert len(rows) == len(set(rows))
    assert set(rows) == set(stream.acknowledged)
    assert len(rows) == len(stream.acknowledged)
