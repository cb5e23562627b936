"""A client of the API that does not give up: same key, later, until there is an answer; and never a flood."""

import asyncio
import logging
from collections import Counter
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from simulation.shift.roster import Roster, RosterMissing

log = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 15.0
SIGN_IN_WAIT_S = 20.0  # after a refused sign-in: eight of them in ten minutes would lock the account
AT_ONCE = 8
TOKEN_ENDED = 401
TOO_MANY = 429
SERVER_ERROR = 500


class Refused(Exception):
    """The service answered, and the answer is no: 4xx. `code` and `state` are the service's own."""

    def __init__(self, status: int, body: Any) -> None:
        found = body if isinstance(body, dict) else {}
        self.status = status
        self.code: str = found.get("code") or ""
        self.state: dict[str, Any] = found.get("state") or {}
        super().__init__(f"{status} {self.code}")


class Line:
    """What all clients share: the connection, how many may ask at once, and a tally of what happened."""

    def __init__(self, url: str, roster: Roster, rng: Random) -> None:
        self.url = url.rstrip("/")
        self.roster = roster
        self.rng = rng
        self.tally: Counter[str] = Counter()
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.http = httpx.AsyncClient(
            base_url=self.url,
            timeout=httpx.Timeout(20, connect=5),
            limits=httpx.Limits(max_connections=AT_ONCE * 2, keepalive_expiry=30),
        )

    async def backoff(self, attempt: int, at_least_s: float = 0.0) -> None:
        """Wait before the next attempt: twice as long each time, within bounds, not all at once."""
        wait_s = min(FIRST_WAIT_S * 2**attempt, LONGEST_WAIT_S) * self.rng.uniform(0.7, 1.3)
        await asyncio.sleep(max(wait_s, at_least_s))


class Client:
    """One person or device. Signs in when first needed, and again when its token has ended."""

    def __init__(self, line: Line, key: str) -> None:
        self._line = line
        self._key = key
        self._token = ""
        self._signing_in = asyncio.Lock()

    async def get(self, path: str, **params: Any) -> Any:
        """Read; waits until there is an answer. Raises Refused."""
        return await self._ask("GET", path, params=params)

    async def post(self, path: str, body: Any) -> Any:
        """Do one thing, once, however often it takes to hear so; waits until there is an answer. Raises Refused."""
        return await self._ask("POST", path, json=body, headers={"Idempotency-Key": str(uuid4())})

    async def authorization(self) -> dict[str, str]:
        """The header that says who this is; signs in where need be."""
        if not self._token:
            async with self._signing_in:
                if not self._token:
                    self._token = await self._sign_in()
        return {"Authorization": f"Token {self._token}"}

    def forget_token(self) -> None:
        """Sign in again before the next request."""
        self._token = ""

    async def _ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any) -> Any:
        attempt = 0
        while True:
            who = await self.authorization()
            answer = await self._send(method, path, headers={**who, **(headers or {})}, **content)
            if answer is not None and answer.status_code == TOKEN_ENDED:
                if self._token and who["Authorization"].endswith(self._token):
                    self.forget_token()
            elif answer is not None and not _is_passing(answer):
                return self._read(answer)
            await self._line.backoff(attempt, _retry_after_s(answer))
            attempt += 1

    def _read(self, answer: httpx.Response) -> Any:
        body = answer.json() if answer.content else None
        if answer.is_success:
            self._line.tally["answers"] += 1
            return body
        self._line.tally[f"refused {answer.status_code}"] += 1
        raise Refused(answer.status_code, body)

    async def _send(self, method: str, path: str, **content: Any) -> httpx.Response | None:
        """One attempt; None where nobody answered."""
        try:
            async with self._line.gate:
                answer = await self._line.http.request(method, path, **content)
        except httpx.HTTPError as error:
            self._line.tally["no answer"] += 1
            log.debug("%s %s: %s", method, path, error)
            return None
        if answer.status_code >= SERVER_ERROR:
            self._line.tally[f"answers {answer.status_code}"] += 1
            log.warning("%s %s answered %s", method, path, answer.status_code)
        return answer

    async def _sign_in(self) -> str:
        attempt = 0
        while True:
            wait_s = 0.0
            try:
                login = self._line.roster.login(self._key)
            except RosterMissing as error:
                log.warning("%s", error)
                wait_s = SIGN_IN_WAIT_S
            else:
                given = {"username": login.username, "password": login.password}
                answer = await self._send("POST", "/api/v1/token/", json=given)
                if answer is not None and answer.is_success:
                    return str(answer.json()["token"])
                if answer is not None:
                    log.warning("%s could not sign in: %s", login.username, answer.status_code)
                    wait_s = SIGN_IN_WAIT_S * 2 ** min(attempt, 4)
            await self._line.backoff(attempt, wait_s)
            attempt += 1


def _is_passing(answer: httpx.Response) -> bool:
    """Tell whether asking again later may help."""
    return answer.status_code >= SERVER_ERROR or answer.status_code == TOO_MANY


def _retry_after_s(answer: httpx.Response | None) -> float:
    value = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(float(value), 120.0) if value.isdigit() else 0.0
