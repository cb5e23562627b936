"""What the benches of dispatch and of the live socket share: a board at full size, a server, a plain HTTP client."""

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from knox.models import AuthToken

from core import clock
from core.models import Board, Organisation, RoleAssignment, User
from core.rules import Role
from incidents.models import Incident, IncidentType
from patrols.models import LatestPosition, Unit
from patrols.rules import Status

UNITS = 1000
INCIDENTS = 200


@dataclass
class Scene:
    """A board with `UNITS` units on duty and `INCIDENTS` incidents that wait, and somebody who dispatches there."""

    board: Board
    user: User
    token: str
    units: list[int]
    incidents: list[int]
    size: float


def scene(
    code: str,
    west: float = 19.75,
    south: float = 45.22,
    size: float = 0.15,
    *,
    units: int = UNITS,
    incidents: int = INCIDENTS,
) -> Scene:
    """Fill a board. Positions are drawn from a square of `size` degrees, the same ones in every run."""
    chance, now = random.Random(7), clock.now()
    node = Organisation.objects.create(code=code, kind="directorate", name=code)
    board = Board.objects.create(organisation=node, name=code, center=Point(west, south))
    user = User.objects.create(username=f"bench-{code}".lower())
    RoleAssignment.objects.create(user=user, role=Role.SHIFT_COMMANDER, organisation=node)
    kind, _ = IncidentType.objects.get_or_create(code="bench", defaults={"name": "Bench"})

    def place() -> Point:
        return Point(west + size * chance.random(), south + size * chance.random())

    cars = Unit.objects.bulk_create(
        Unit(
            organisation=node,
            board=board,
            call_sign=f"{code}-{number}",
            sector=f"Sector {number % 12}",
            status=Status.ON_PATROL,
            on_duty=True,
            status_since=now,
        )
        for number in range(units)
    )
    LatestPosition.objects.bulk_create(
        LatestPosition(
            unit=unit, point=place(), at=now, recorded_at=now, accuracy_m=5, heading_deg=90, speed_mps=chance.random()
        )
        for unit in cars
    )
    waiting = Incident.objects.bulk_create(
        Incident(
            number=f"{code}-{number}",
            organisation=node,
            board=board,
            type=kind,
            priority=1 + number % 4,
            first_priority=1 + number % 4,
            highest_priority=1 + number % 4,
            location=place(),
            place=f"Булевар ослобођења {number}",
            summary="Два лица се туку испред продавнице, један има нож.",
            received_at=now,
            created_at=now,
            ready_at=now,
        )
        for number in range(incidents)
    )
    token = AuthToken.objects.create(user)[1]
    return Scene(board, user, token, [unit.pk for unit in cars], [incident.pk for incident in waiting], size)


@contextmanager
def server(application: str) -> Iterator[int]:
    """A uvicorn process as `make run` starts it, with this run's database; yields its port."""
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    url = f"{base.rpartition('/')[0]}/{settings.DATABASES['default']['NAME']}" + (query and f"?{query}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    command += ["--no-access-log", "--ws-per-message-deflate", "false"]
    process = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})  # noqa: S603 - our own
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


class Client:
    """One keep-alive connection; costs the machine as little as it can."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
        """Send one request; its status and body."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=2**22)
        data = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAuthorization: Token {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        self._writer.write(head.encode() + data)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return int(answer[9:12]), await self._reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()


async def rate(
    port: int, token: str, work: Callable[[Client, int], Awaitable[None]], *, clients: int, seconds: float
) -> tuple[float, list[float]]:
    """Do `work` on so many connections, each again when it is done: times a second, and sorted delays (s)."""
    delays: list[float] = []
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        client = Client(port, token)
        while (began := time.perf_counter()) < end:
            await work(client, number)
            delays.append(time.perf_counter() - began)
        client.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(clients)))
    return len(delays) / (time.perf_counter() - began), sorted(delays)


def at(delays: list[float], share: float) -> float:
    """The delay that this share does not exceed, in ms; `delays` sorted, in s."""
    return 1000 * delays[min(len(delays) - 1, int(len(delays) * share))]
