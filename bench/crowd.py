"""The load of a full operations centre: units that send fixes through the door for positions, consoles that watch."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.asyncio.client import connect

from bench.scene import Client, Scene
from core import clock

EVERY_S = 5.0
BATCHES_A_SECOND = 10


@dataclass
class Crowd:
    """What it has done; a crowd that stands still measures nothing."""

    fixes: int = 0
    refused: list[bytes] = field(default_factory=list)


@contextmanager
def crowd(port: int, made: Scene, *, consoles: int) -> Iterator[Crowd]:
    """All units of a scene move, one fix each in `EVERY_S`, while so many consoles watch."""
    done, stop, ready = Crowd(), threading.Event(), threading.Event()

    async def live() -> None:
        watching = [asyncio.create_task(_watch(port, made)) for _ in range(consoles)]
        ready.set()
        await _move(Client(port, made.token), made, done, stop)
        for task in watching:
            task.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    ready.wait(timeout=60)
    try:
        yield done
    finally:
        stop.set()
        thread.join()
    if done.refused or not done.fixes:
        raise RuntimeError(f"the units did not move: {done.refused[:1]}")


async def _watch(port: int, made: Scene) -> None:
    """A console that hears everything."""
    address, headers = f"ws://127.0.0.1:{port}/ws/boards/{made.board.pk}/", {"Authorization": f"Token {made.token}"}
    async with connect(address, additional_headers=headers, compression=None, max_size=None) as socket:
        async for _ in socket:
            pass


async def _move(client: Client, made: Scene, done: Crowd, stop: threading.Event) -> None:
    """A batch of fixes ten times a second, each unit a little further on its own way."""
    chance = random.Random(3)
    west, south = made.board.center.x, made.board.center.y
    places = {unit: [west + made.size * chance.random(), south + made.size * chance.random()] for unit in made.units}
    each = max(1, round(len(made.units) / EVERY_S / BATCHES_A_SECOND))
    turn = 0
    loop = asyncio.get_running_loop()
    due = loop.time()
    while not stop.is_set():
        units = [made.units[(turn + step) % len(made.units)] for step in range(each)]
        turn += each
        for unit in units:
            for axis in (0, 1):
                places[unit][axis] += (chance.random() - 0.5) * 0.0006
        at = clock.now().isoformat()
        fixes = [
            {"unit": u, "lon": places[u][0], "lat": places[u][1], "at": at, "speed_mps": 9.0, "heading_deg": 90}
            for u in units
        ]
        status, answer = await client.ask("POST", "/gps/fixes/", {"fixes": fixes})
        if status != 200:  # noqa: PLR2004
            done.refused.append(answer)
        done.fixes += len(fixes)
        due = max(due + 1 / BATCHES_A_SECOND, loop.time() - 1)
        await asyncio.sleep(max(0, due - loop.time()))
    client.close()
