"""What Chromium and uvicorn do without us: a page that shows what its socket says, and sends what a key asks. Nothing else.

`GET /` is the page; `POST /push/<bytes>` sends so many bytes to its sockets, beginning with the time; any other POST
reads the request and answers; `GET /json` answers what was last put there.
"""

import asyncio
import time
from typing import Any

PAGE = b"""<!doctype html><title>bare</title><p id="said"></p><p id="asked"></p><script>
const said = document.getElementById("said"), asked = document.getElementById("asked");
window.delays = [];
window.reactions = [];
window.answers = [];
const painted = (done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => done(performance.timeOrigin + performance.now());
  port2.postMessage(0);
});
new WebSocket(`ws://${location.host}/`).onmessage = ({ data }) => {
  said.textContent = data.slice(0, 17);
  painted((at) => delays.push(at - 1000 * Number(data.slice(0, 17))));
};
addEventListener("keydown", async (event) => {
  const began = performance.timeOrigin + event.timeStamp;
  asked.textContent = event.timeStamp;
  painted((at) => reactions.push(at - began));
  await (await fetch("/700", { method: "POST", body: "{}" })).text();
  answers.push(performance.timeOrigin + performance.now() - began);
});
</script>"""

_sockets: set[asyncio.Queue[str]] = set()
_kept = b"{}"


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer."""
    global _kept  # noqa: PLW0603 - one process, one body
    if scope["type"] == "websocket":
        await _socket(receive, send)
        return
    if scope["type"] != "http":
        return
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    kind, answer = b"application/json", b"{}"
    if scope["method"] == "PUT":
        _kept = body
    elif scope["path"].startswith("/push/"):
        text = f"{time.time():.6f}".ljust(int(scope["path"].rpartition("/")[2]))
        for queue in _sockets:
            queue.put_nowait(text)
    elif scope["path"] == "/json":
        answer = _kept
    elif scope["method"] == "GET":
        kind, answer = b"text/html", PAGE
    headers = [(b"content-type", kind), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


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
