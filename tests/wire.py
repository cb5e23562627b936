"""A cable that a test may cut: it carries bytes between clients and a server, over TCP or a Unix socket."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

type Target = int | Path
type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Wire:
    """Forwards what comes in at `port` (or at the socket `path`) to a target: a port of this machine, or a socket.

    While it is cut nothing gets through and nobody is told, as with a pulled plug: what was open hangs, what is opened
    hangs. Mended, it either goes on where it stopped (a short cut) or has lost its connections (a long one).
    """

    def __init__(self, target: Target, path: Path | None = None) -> None:
        self.target = target
        self.path = path
        self.port = 0
        self.opened = 0
        self._ready = threading.Event()
        self._pairs: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(timeout=10)

    def cut(self) -> None:
        """Pull the plug."""
        self._do(self._whole.clear)

    def mend(self, *, lost: bool) -> None:
        """Put it back. `lost`: what was open meanwhile is gone."""
        if lost:
            self._do(self._drop)
        self._do(self._whole.set)

    def close(self) -> None:
        """Put it away."""
        self._do(self._stop.set)
        self._thread.join(timeout=10)

    def _do(self, work: Callable[[], object]) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (work(), done.set()))
        assert done.wait(timeout=10)

    def _drop(self) -> None:
        for writer in self._pairs:
            writer.transport.abort()
        self._pairs.clear()

    async def _serve(self) -> None:
        self._loop, self._stop, self._whole = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        self._whole.set()
        if self.path is not None:
            server = await asyncio.start_unix_server(self._carry, self.path)
        else:
            server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        self._drop()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self._pairs.add(writer)
        try:
            await self._whole.wait()
            there = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        self._pairs.add(there[1])
        await asyncio.gather(self._pump(reader, there[1]), self._pump(there[0], writer))

    def _connect(self) -> Awaitable[Streams]:
        if isinstance(self.target, Path):
            return asyncio.open_unix_connection(self.target)
        return asyncio.open_connection("127.0.0.1", self.target)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()
        self._pairs.discard(writer)
        with contextlib.suppress(OSError):
            writer.close()


@contextlib.contextmanager
def wire_to(target: Target, path: Path | None = None) -> Iterator[Wire]:
    """A cable for the time of a test."""
    wire = Wire(target, path)
    try:
        yield wire
    finally:
        wire.close()
