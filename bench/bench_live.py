"""How long news takes: from commit to a second console's socket, with a hundred connected and units moving.

Bare is a uvicorn that puts a message of the same size to a hundred sockets, in the same run on the same client.
"""

import asyncio
import json
import random
import statistics
import threading
import time
from collections.abc import Callable
from datetime import datetime

from websockets.asyncio.client import ClientConnection, connect

from bench.scene import Client, Scene, at, scene, server
from core import clock, news
from core.live import encode
from patrols.cards import position_card

SOCKETS = 100
EVENTS = 200
PAUSE_S = 0.02


def run(emit: Callable[..., None]) -> None:
    """Measure and print."""
    made = scene("LIVE")
    with server("config.asgi:application") as port:
        delays, size = asyncio.run(_ours(port, made))
    with server("bench.bare_live:application") as port:
        bare = asyncio.run(_bare(port, size))
    note = f"{SOCKETS} sockets, {size} B an event, 200 positions/s beside it; bare: uvicorn alone sends as much to all"
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        emit(
            name=f"commit → second console's socket, {name}",
            value=at(delays, share),
            unit="ms",
            bare=at(bare, share),
            note=note,
        )


async def _ours(port: int, made: Scene) -> tuple[list[float], int]:
    """Delays (sorted, s) from when an event was recorded, just before its commit, until the last socket has it."""
    address = f"ws://127.0.0.1:{port}/ws/boards/{made.board.pk}/"
    headers = {"Authorization": f"Token {made.token}"}
    sockets = await asyncio.gather(
        *(connect(address, additional_headers=headers, compression=None, max_size=None) for _ in range(SOCKETS))
    )
    drains = [asyncio.create_task(_drain(socket)) for socket in sockets[:-1]]
    delays: list[float] = []
    sizes: list[int] = []
    listening = asyncio.create_task(_listen(sockets[-1], delays, sizes))
    stop = threading.Event()
    moving = threading.Thread(target=_move, args=(made, stop))
    moving.start()
    try:
        await asyncio.sleep(1)
        await _work(port, made)
        await asyncio.sleep(1)
    finally:
        stop.set()
        moving.join()
    for task in (listening, *drains):
        task.cancel()
    await asyncio.gather(*(socket.close() for socket in sockets))
    return sorted(delays), round(statistics.median(sizes))


async def _listen(socket: ClientConnection, delays: list[float], sizes: list[int]) -> None:
    async for text in socket:
        now = time.time()
        if text.startswith('{"type":"event"'):
            delays.append(now - datetime.fromisoformat(json.loads(text)["recorded_at"]).timestamp())
            sizes.append(len(text))


async def _drain(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


def _move(made: Scene, stop: threading.Event) -> None:
    """A thousand units, each with a fix every five seconds, as the door for positions tells it."""
    chance = random.Random(1)
    while not stop.wait(0.1):
        cards = [
            position_card(
                unit=unit,
                lon=19.8 + chance.random() / 10,
                lat=45.2,
                at=clock.now(),
                accuracy_m=5.0,
                heading_deg=90.0,
                speed_mps=9.0,
            )
            for unit in chance.sample(made.units, 20)
        ]
        news.publish([(news.positions_topic(), encode({str(made.board.pk): cards}))])


async def _work(port: int, made: Scene) -> None:
    """Send units and call them off again, through the API."""
    client = Client(port, made.token)
    for number in range(EVENTS // 2):
        path = f"/api/v1/incidents/{made.incidents[number % 100]}/assignments/"
        status, body = await client.ask("POST", path, {"unit": made.units[number]})
        if status != 201:  # noqa: PLR2004
            raise RuntimeError(body)
        await asyncio.sleep(PAUSE_S)
        await client.ask("POST", f"/api/v1/assignments/{json.loads(body)['id']}/", {"status": "cancelled"})
        await asyncio.sleep(PAUSE_S)
    client.close()


async def _bare(port: int, size: int) -> list[float]:
    """The same with a server that only sends."""
    sockets = await asyncio.gather(*(connect(f"ws://127.0.0.1:{port}/", compression=None) for _ in range(SOCKETS)))
    drains = [asyncio.create_task(_drain(socket)) for socket in sockets[:-1]]
    delays: list[float] = []
    client = Client(port, "")
    for _ in range(EVENTS):
        await client.ask("POST", f"/{size}")
        text = await sockets[-1].recv()
        delays.append(time.time() - float(text))
        await asyncio.sleep(PAUSE_S)
    for task in drains:
        task.cancel()
    await asyncio.gather(*(socket.close() for socket in sockets))
    client.close()
    return sorted(delays)
