"""What uvicorn does without us: a body of the size asked for, and a broadcast to all sockets. Nothing else."""

import asyncio
import time
from typing import Any

_sockets: set[asyncio.Queue[str]] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """`GET /<bytes>` answers so many; `POST /<bytes>` sends so many to each socket, beginning with the time."""
    if scope["type"] == "websocket":
        await _socket(receive, send)
    elif scope["type"] == "http":
        size = int(scope["path"].strip("/") or 2)
        if scope["method"] == "POST":
            text = f"{time.time():.6f}".ljust(size)
            for queue in _sockets:
                queue.put_nowait(text)
            size = 2
        headers = [(b"content-type", b"application/json"), (b"content-length", str(size).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * size})


async def _socket(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    queue: asyncio.Queue[str] = asyncio.Queue()
    _sockets.add(queue)
    gone = asyncio.ensure_future(receive())
    while not gone.done():
        fresh = asyncio.ensure_future(queue.get())
        await asyncio.wait({fresh, gone}, return_when=asyncio.FIRST_COMPLETED)
        if fresh.done():
            await send({"type": "websocket.send", "text": fresh.result()})
    _sockets.discard(queue)
