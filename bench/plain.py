"""A client without a loop, for benches that hold a browser."""

import http.client
import json
from typing import Any


class Plain:
    """One keep-alive connection."""

    def __init__(self, port: int, token: str) -> None:
        self._wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Send one request; its status and body."""
        self._wire.request(method, path, body, self._headers)
        answer = self._wire.getresponse()
        return answer.status, answer.read()

    def command(self, path: str, body: dict[str, Any]) -> Any:
        """Send a command that must be done; its answer."""
        status, answer = self.ask("POST", path, json.dumps(body).encode())
        if status not in (200, 201):
            raise RuntimeError(answer)
        return json.loads(answer)
