"""Positions for minutes on end: 1,000 fixes/s to one web process, 100 consoles open; killed once (-9) in the middle.

`make bench ARGS="soak --minutes 10"`. Each fix that was acknowledged is looked for in the table, and counted: none is lost,
none is there twice. Latency and memory are told minute by minute while it runs, and at the end for the first and the last
quarter: flat means alike. Then how storing grows from 1,000 units to 10,000.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from websockets.asyncio.client import unix_connect
from websockets.exceptions import WebSocketException

import bench
from bench.bench_positions import MANY_UNITS, UNITS, Web, fix_rate, web_process
from bench.scene import Scene, at, scene
from core import clock

FIXES_A_SECOND = 1_000
SENDERS = 50
CONSOLES = 100
PAUSE_S = 0.2


def run(emit: Callable[..., None]) -> None:
    """Run for `--minutes` and print."""
    made = scene("SOAK")
    soak = Soak(made, 60 * bench.minutes, emit)
    asyncio.run(soak.run())
    stored, distinct = _stored(made)
    lost = len(soak.acknowledged) - _found(soak.acknowledged)
    quarter = max(1, len(soak.delays) // 4)
    first, last = sorted(soak.delays[:quarter]), sorted(soak.delays[-quarter:])
    note = f"{bench.minutes} min, {CONSOLES} consoles, killed once with -9 in the middle"
    emit(
        name="soak: fixes acknowledged",
        value=len(soak.acknowledged) / soak.seconds,
        unit="fixes/s",
        note=note,
        acknowledged=len(soak.acknowledged),
        lost=lost,
        twice=stored - distinct,
        kills=soak.kills,
        frames=soak.frames,
    )
    emit(name="soak: latency p50, last quarter", value=at(last, 0.5), unit="ms", first_quarter=round(at(first, 0.5), 1))
    emit(
        name="soak: latency p99, last quarter", value=at(last, 0.99), unit="ms", first_quarter=round(at(first, 0.99), 1)
    )
    memory = soak.memory_mb
    emit(
        name="soak: memory of the web process at the end",
        value=memory[-1],
        unit="MB",
        first_life=[memory[len(memory) // 6], soak.memory_before_mb],
        second_life=[memory[len(memory) * 2 // 3], memory[-1]],
    )
    _growth(emit)


def _growth(emit: Callable[..., None]) -> None:
    """Fixes stored a second of 1,000 units and of 10,000, beside the history that the soak has left."""
    crowd = scene("SOAKCROWD", units=MANY_UNITS, incidents=0)
    few, many = (fix_rate(crowd.units[:count]) for count in (UNITS, MANY_UNITS))
    emit(name=f"soak: fixes stored, batches of 500, {UNITS} units", value=few, unit="fixes/s")
    emit(
        name=f"soak: fixes stored, batches of 500, {MANY_UNITS} units",
        value=many,
        unit="fixes/s",
        note="ten times the units",
        share_of_few=round(many / few, 3),
    )


class Soak:
    """Senders and consoles around one web process that is killed once."""

    def __init__(self, made: Scene, seconds: float, emit: Callable[..., None]) -> None:
        self.made, self.seconds, self._emit = made, seconds, emit
        self.acknowledged: set[tuple[int, datetime]] = set()
        self.delays: list[float] = []
        self.memory_mb: list[float] = []
        self.memory_before_mb = 0.0
        self.frames = self.kills = 0
        self._path = ""
        self._links: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def run(self) -> None:
        """Send, watch, kill, until the time is over."""
        end = time.perf_counter() + self.seconds
        with web_process() as web:
            self._path = web.path
            tasks = [asyncio.create_task(self._console(end)) for _ in range(CONSOLES)]
            tasks += [asyncio.create_task(self._send(number, end)) for number in range(SENDERS)]
            tasks.append(asyncio.create_task(self._measure(web, end)))
            await asyncio.sleep(self.seconds / 2)
            self.memory_before_mb = _memory_mb(web.pid)
            web.kill()
            self.kills += 1
            await asyncio.to_thread(web.start)
            await asyncio.gather(*tasks)

    async def _send(self, number: int, end: float) -> None:
        """One sender of many: a small batch again and again, at its share of the pace; it sends anew what was not answered."""
        size = round(FIXES_A_SECOND * PAUSE_S / SENDERS)
        units = self.made.units[number::SENDERS]
        due, turn = time.perf_counter() + PAUSE_S * number / SENDERS, 0
        while due < end:
            await asyncio.sleep(max(0, due - time.perf_counter()))
            now = clock.now()
            batch = [(units[(turn + n) % len(units)], now + timedelta(microseconds=n)) for n in range(size)]
            turn, due = turn + size, due + PAUSE_S
            began = time.perf_counter()
            while not await self._post(number, batch):
                await asyncio.sleep(0.2)
                began = time.perf_counter()  # the outage is not latency
            self.delays.append(time.perf_counter() - began)
            self.acknowledged.update(batch)

    async def _post(self, number: int, batch: list[tuple[int, datetime]]) -> bool:
        """Send a batch by the sender's own connection; tell whether it was acknowledged."""
        fixes = [{"unit": unit, "lon": 19.84, "lat": 45.25, "at": moment.isoformat()} for unit, moment in batch]
        body = json.dumps({"fixes": fixes}).encode()
        try:
            if number not in self._links:
                self._links[number] = await asyncio.open_unix_connection(self._path)
            reader, writer = self._links[number]
            writer.write(
                b"POST /gps/fixes/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token %s\r\nContent-Length: %d\r\n\r\n%s"
                % (self.made.token.encode(), len(body), body)
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            answer = json.loads(await reader.readexactly(length))
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self._links.pop(number, None)
            return False
        return head.startswith(b"HTTP/1.1 200") and answer["accepted"] + answer["duplicate"] == len(batch)

    async def _console(self, end: float) -> None:
        """A console that comes back when its server is gone."""
        headers = {"Authorization": f"Token {self.made.token}"}
        address = f"ws://localhost/ws/boards/{self.made.board.pk}/"
        while (left := end - time.perf_counter()) > 0:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError, EOFError):
                opened = unix_connect(self._path, address, additional_headers=headers, compression=None, max_size=None)
                async with asyncio.timeout(left), opened as socket:
                    async for text in socket:
                        self.frames += str(text).startswith('{"type":"positions"')
            await asyncio.sleep(0.5)

    async def _measure(self, web: Web, end: float) -> None:
        """Note the memory every second, and tell each minute how it went."""
        minute, told, acknowledged = 1, 0, 0
        next_at = time.perf_counter() + 60
        while time.perf_counter() < end:
            self.memory_mb.append(_memory_mb(web.pid))
            await asyncio.sleep(1)
            if time.perf_counter() < next_at or told == len(self.delays):
                continue
            delays = sorted(self.delays[told:])
            self._emit(
                name=f"soak: minute {minute}, latency p50",
                value=at(delays, 0.5),
                unit="ms",
                p99_ms=round(at(delays, 0.99), 1),
                memory_mb=self.memory_mb[-1],
                fixes=len(self.acknowledged) - acknowledged,
                frames=self.frames,
                kills=self.kills,
            )
            minute, told, acknowledged, next_at = minute + 1, len(self.delays), len(self.acknowledged), next_at + 60


def _memory_mb(pid: int) -> float:
    """What the process holds, in MB; 0 where it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def _stored(made: Scene) -> tuple[int, int]:
    """How many rows there are of these units, and how many of them differ."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT (unit_id, at)) FROM patrols_fix WHERE unit_id = ANY(%s)", [made.units]
        )
        rows, distinct = cursor.fetchone()
    return rows, distinct


def _found(acknowledged: set[tuple[int, datetime]]) -> int:
    """How many of the acknowledged fixes are in the table."""
    rows = list(acknowledged)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::bigint[], %s::timestamptz[]) AS sent (unit_id, at)"
            " JOIN patrols_fix USING (unit_id, at)",
            [[unit for unit, _at in rows], [moment for _unit, moment in rows]],
        )
        return int(cursor.fetchone()[0])
