"""What tests of positions share: the ASGI application, and nothing kept from test to test."""

import json

import httpx
import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connection

from config.asgi import application
from patrols.gps import counts, devices, fleet, frames, refused


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://localhost")


async def post(path: str, sent, **headers) -> httpx.Response:
    """Send bytes as they are, all else as JSON."""
    content = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    async with client() as http:
        return await http.post(path, content=content, headers=headers)


@pytest.fixture
def forget():
    """Read fleet and devices anew."""

    def now() -> None:
        fleet.forget()
        devices.forget()
        refused._noted.clear()

    return now


@pytest_asyncio.fixture
async def gps(frozen_clock, monkeypatch, forget):
    """News of positions go out when a test says so; the fixes go with the test, and so do threads' connections."""
    forget()
    monkeypatch.setattr(frames, "EVERY_S", 3600)
    monkeypatch.setattr(counts, "EVERY_S", 3600)
    yield
    if frames._timer:
        frames._timer.cancel()
    frames._timer = None
    frames._moved.clear()
    counts.forget()
    await sync_to_async(_empty)()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE patrols_fix")
    connection.close()
