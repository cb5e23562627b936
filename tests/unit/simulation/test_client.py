"""A client that does not give up, does nothing twice, and floods nobody."""

import json
from random import Random

import httpx
import pytest

from simulation.shift.client import Client, Line, Refused
from simulation.shift.roster import Roster


class Service:
    """Answers what it is told to, in order; then that all is well."""

    def __init__(self) -> None:
        self.answers: list[int | Exception] = []
        self.asked: list[httpx.Request] = []
        self.tokens = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/token/":
            self.tokens += 1
            return httpx.Response(200, json={"token": f"t{self.tokens}"})
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else 201
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, json={"code": "unit_busy", "state": {"unit": 7}})


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(service, waits, tmp_path, monkeypatch) -> Client:
    path = tmp_path / "roster.json"
    path.write_text(json.dumps({"dispatcher": {"username": "d", "password": "p"}, "units": []}))
    line = Line("http://here", Roster(path), Random(1))
    line.http = httpx.AsyncClient(base_url="http://here", transport=httpx.MockTransport(service))

    async def rest(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("simulation.shift.client.asyncio.sleep", rest)
    return Client(line, "dispatcher")


@pytest.mark.parametrize("trouble", [503, 500, 502, 429, httpx.ConnectError("away"), httpx.ReadTimeout("slow")])
async def test_command_is_repeated_with_the_same_key_until_it_is_answered(client, service, trouble):
    service.answers = [trouble, trouble]
    await client.post("/api/v1/incidents/", {"type": "fight"})
    keys = {request.headers["Idempotency-Key"] for request in service.asked}
    assert len(service.asked) == 3
    assert len(keys) == 1
    assert len({request.content for request in service.asked}) == 1


async def test_another_command_has_another_key(client, service):
    await client.post("/api/v1/calls/", {})
    await client.post("/api/v1/calls/", {})
    assert len({request.headers["Idempotency-Key"] for request in service.asked}) == 2


@pytest.mark.parametrize("refusal", [400, 403, 404, 409, 422])
async def test_no_is_an_answer(client, service, refusal):
    service.answers = [refusal]
    with pytest.raises(Refused) as found:
        await client.post("/api/v1/incidents/1/assignments/", {"unit": 7})
    assert (found.value.status, found.value.code, found.value.state) == (refusal, "unit_busy", {"unit": 7})
    assert len(service.asked) == 1


async def test_token_that_has_ended_is_replaced(client, service):
    service.answers = [201, 401]
    await client.post("/api/v1/calls/", {})
    await client.post("/api/v1/calls/", {})
    tokens = [request.headers["Authorization"] for request in service.asked]
    assert tokens == ["Token t1", "Token t1", "Token t2"]


async def test_waits_grow_and_stay_within_bounds(client, service, waits):
    service.answers = [503] * 12
    await client.get("/api/v1/me/")
    assert waits[0] < 1
    assert 10 < waits[-1] < 20
    assert sum(waits) > 60
