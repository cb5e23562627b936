"""An ASGI application that reads a request with fixes and answers, and does nothing else: the bare limit over HTTP."""

import json
from typing import Any


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer that all was accepted."""
    if scope["type"] != "http":
        return
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    sent = json.loads(body)
    answer = json.dumps({"accepted": len(sent["fixes"]) if "fixes" in sent else 1}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
