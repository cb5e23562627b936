"""A server that is killed in the middle of its work has stored whatever it acknowledged, each once."""

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from knox.models import AuthToken

from core.rules import Role
from patrols.models import PastPosition
from tests import factories
from tests.conftest import person

SENDERS = 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [1, 25])
def test_what_was_acknowledged_before_a_kill_is_stored_once(board, directorate, tmp_path, size):
    unit = factories.UnitFactory(board=board)
    _, token = AuthToken.objects.create(person(Role.DISPATCHER, directorate))
    path = tmp_path / "socket"
    server = _serve(path)
    try:
        acknowledged = asyncio.run(_send_and_kill(path, server, unit.pk, token, size))
    finally:
        server.kill()
        server.wait()

    rows = list(PastPosition.objects.values_list("at", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE patrols_fix")
    assert len(acknowledged) >= 100
    assert set(acknowledged) <= set(rows)
    assert len(rows) == len(set(rows))


def _serve(path: Path) -> subprocess.Popen:
    """A web process on a socket of its own, with the tests' database."""
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    url = f"{base.rpartition('/')[0]}/{settings.DATABASES['default']['NAME']}" + (query and f"?{query}")
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--uds", str(path), "--log-level", "error"]
    env = {**os.environ, "DATABASE_URL": url, "SECURE": "false"}
    server = subprocess.Popen(command, env=env)  # noqa: S603 - our own
    deadline = time.monotonic() + 60
    while not path.exists():
        assert server.poll() is None, "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.05)
    return server


async def _send_and_kill(path: Path, server: subprocess.Popen, unit: int, token: str, size: int) -> list[datetime]:
    """Send batch after batch by some connections, kill the server after a hundred answers, return what was acknowledged."""
    acknowledged: list[datetime] = []
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)

    async def one(number: int) -> None:
        at = start + timedelta(milliseconds=number)
        reader, writer = await asyncio.open_unix_connection(str(path))
        try:
            while True:
                batch = [at + timedelta(milliseconds=SENDERS * n) for n in range(size)]
                at = batch[-1] + timedelta(milliseconds=SENDERS)
                fixes = [{"unit": unit, "lon": 19.84, "lat": 45.25, "at": one.isoformat()} for one in batch]
                body = json.dumps({"fixes": fixes}).encode()
                writer.write(
                    b"POST /gps/fixes/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token %s\r\n"
                    b"Content-Length: %d\r\n\r\n%s" % (token.encode(), len(body), body)
                )
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
                assert head.startswith(b"HTTP/1.1 200")
                acknowledged.extend(batch)
                if len(acknowledged) >= 100 * size:
                    server.kill()
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    await asyncio.wait_for(asyncio.gather(*(one(number) for number in range(SENDERS))), timeout=60)
    return acknowledged
