"""Ten thousand messages to the doors of positions: never a 5xx, a clear reason, nothing stored but what was accepted."""

import asyncio
import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from knox.models import AuthToken

from config.asgi import application
from patrols.gps import counts, frames
from patrols.models import Alarm, IntakeCount, LatestPosition, PastPosition, RefusedDevice
from tests import factories
from tests.factories import NOON
from tests.integration.patrols.test_devices import IDENT, make
from tests.unit.patrols.test_decoders import short_report

pytestmark = [pytest.mark.django_db(transaction=True)]

EACH = 2_000
"""Messages a door: 10,000 in all."""
AT = NOON.isoformat()
OUTCOMES = {
    "malformed", "in_future", "too_old", "out_of_range", "null_island", "impossible", "unknown_unit", "unknown_device",
    "unheld_device", "unsupported", "encrypted", "not_authenticated", "forbidden", "method_not_allowed", "too_big",
}  # fmt: skip

evil = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.binary(max_size=6).map(lambda raw: raw.decode("latin-1")),
    st.sampled_from(
        ["", "\0", "\ud800", "NaN", "-Infinity", "1e999", "0x10", "1_0", "٤٥", "45,25", "9" * 400, "' OR 1=1 --",
         -1, 0, 91, 181, 2**63, 10**400, 1e308, 5e-324, [], {}, [[]], {"a": None},
         "0000-00-00 00:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30T12:00:00Z"]
    ),
)  # fmt: skip

GOOD: dict[str, Callable[[int], Any]] = {
    "fixes": lambda unit: {"unit": unit, "lon": 19.84, "lat": 45.25, "at": AT, "accuracy_m": 4, "speed_mps": 3},
    "osmand": lambda _: {
        "device_id": IDENT,
        "location": {
            "timestamp": AT,
            "coords": {"latitude": 45.25, "longitude": 19.84, "accuracy": 5, "speed": 3, "heading": 90},
            "battery": {"level": 0.5},
        },
    },
    "owntracks": lambda _: {
        "_type": "location", "topic": "owntracks/" + IDENT, "lat": 45.25, "lon": 19.84, "tst": NOON.timestamp(),
        "acc": 9, "vel": 36, "cog": 270,
    },
    "traccar": lambda _: {
        "position": {"fixTime": AT, "latitude": 45.25, "longitude": 19.84, "speed": 3, "course": 4, "valid": True},
        "device": {"uniqueId": IDENT},
    },
    "lip": lambda _: {"issi": IDENT, "pdu": short_report(), "received_at": AT},
}  # fmt: skip


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each part of a message."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, part in inner for found in [(*path, key), *leaves(part, (*path, key))]]


def broken(message: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The message with one part replaced."""
    if not path:
        return value
    if isinstance(message, dict):
        return {**message, path[0]: broken(message[path[0]], path[1:], value)}
    return message


def flat(message: Any) -> dict[str, Any]:
    """The message as a form would say it."""
    parts = {"location": "", **message} if isinstance(message, dict) else {}
    inner = [part for part in (message, *parts.values()) if isinstance(part, dict)]
    return {str(key): part for one in inner for key, part in one.items() if not isinstance(part, dict)}


@st.composite
def requests(draw: Callable[..., Any], good: Any) -> tuple[bytes, bytes, dict[str, str], str]:
    """A message of a device gone wrong in one way or other: query, body, headers, what follows the door."""
    kind = draw(st.sampled_from("one one one two batch cut bytes query deep packed".split()))
    headers = draw(
        st.sampled_from(
            [{}, {}, {}, {"authorization": "Basic !!"}, {"authorization": "Token \xff"}, {"authorization": "x"},
             {"content-type": "application/x-www-form-urlencoded"}, {"accept-language": "sr,\xff;q=9"},
             {"x-limit-u": "\0", "x-limit-d": "a" * 300}, {"content-encoding": "br"}, {"content-encoding": "gzip"}]
        )
    )  # fmt: skip
    path = draw(st.sampled_from(leaves(good)))
    message = broken(good, path, draw(evil))
    if kind == "two":
        message = broken(message, (draw(st.sampled_from(list(good))),), draw(evil))
    if kind == "batch":
        message = draw(st.sampled_from([[message, message], {"fixes": [message]}, {"reports": [message]}, [[message]]]))
    text = json.dumps(message).encode()
    if kind == "cut":
        text = text[: draw(st.integers(0, len(text)))]
    if kind == "bytes":
        text = draw(st.binary(max_size=40))
    if kind == "deep":
        text = b"[" * draw(st.integers(0, 20_000))
    if kind == "packed":
        headers, text = {"content-encoding": "gzip"}, gzip.compress(text, 1)
    if kind == "query":
        said = {key: str(part).encode("utf-8", "surrogatepass") for key, part in flat(message).items()}
        return urlencode(said).encode(), b"", headers, draw(st.sampled_from(["", "abc/", "%00/"]))
    return draw(st.sampled_from([b"", b"id=x", b"\xff=%ff&&="])), text, headers, ""


class Doors:
    """The application, in this process, on one loop."""

    def __init__(self, token: str, gateway: str, unit: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.unit, self.sent, self.accepted = unit, 0, 0
        self.tokens = {"fixes": token, "lip": gateway, "traccar": gateway}

    def send(self, door: str, request: tuple[bytes, bytes, dict[str, str], str]) -> tuple[int, Any]:
        """Send one message, and note what came of it."""
        query, text, headers, rest = request
        rest = rest if door != "fixes" else ""  # where messages name units, the address names no device
        said = {**({"authorization": f"Token {self.tokens[door]}"} if door in self.tokens else {}), **headers}
        method = "GET" if query and not text else "POST"
        scope = {
            "type": "http", "method": method, "path": f"/gps/{door}/{rest}", "raw_path": b"", "query_string": query,
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in said.items()],
            "scheme": "http", "client": ("127.0.0.1", 1), "server": ("localhost", 80), "http_version": "1.1",
        }  # fmt: skip
        answer: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": text, "more_body": False}

        async def put(event: Any) -> None:
            answer.append(event)

        self.loop.run_until_complete(application(scope, receive, put))
        self.sent += 1
        return answer[0]["status"], json.loads(answer[1]["body"])


@pytest.fixture
def doors(dispatcher, directorate, board, frozen_clock, forget, monkeypatch):
    unit = factories.UnitFactory(board=board)
    make(directorate, unit=unit)
    make(directorate, "the-gateway", "secret", "gateway-secret", is_gateway=True)
    forget()
    monkeypatch.setattr(frames, "EVERY_S", 3600)
    monkeypatch.setattr(counts, "EVERY_S", 3600)
    found = Doors(AuthToken.objects.create(dispatcher)[1], "gateway-secret", unit.pk)
    yield found
    counts.forget()
    frames._moved.clear()
    if frames._timer:
        frames._timer.cancel()
    frames._timer = None
    found.loop.close()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE patrols_fix")


def check(status: int, body: Any) -> int:
    """Hold that the answer is ours and says why; return how many positions it says are stored."""
    assert status < 500, body
    if body == []:  # the answer that OwnTracks wants
        return 0
    if status != 200:
        assert body["code"] in OUTCOMES
        assert body["message"]
    for rejected in body.get("rejected", ()):
        assert rejected["code"] in OUTCOMES
        assert rejected["message"]
    return body.get("accepted", 0)


@pytest.mark.parametrize("door", GOOD)
def test_no_message_breaks_a_door(door, doors):
    """2,000 to each of the five doors. What is right all the same by chance is stored, and counted."""

    @seed(7)
    @settings(max_examples=EACH, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(request=requests(GOOD[door](doors.unit)))
    def send(request: tuple[bytes, bytes, dict[str, str], str]) -> None:
        doors.accepted += check(*doors.send(door, request))

    send()
    assert doors.sent >= EACH
    counts.flush()
    counted = dict(IntakeCount.objects.values_list("outcome", "count"))
    told = {name for name in counted if not name.startswith("kind_")}
    assert told <= OUTCOMES | {"accepted", "duplicate", "no_position"}
    assert counted["malformed"] > EACH / 20
    assert PastPosition.objects.count() == counted.get("accepted", 0)
    if door != "owntracks":
        assert counted.get("accepted", 0) == doors.accepted
    assert LatestPosition.objects.count() <= 1
    assert not Alarm.objects.exists() or door in ("lip", "osmand", "traccar")
    assert RefusedDevice.objects.count() <= 1000


WRONG: dict[str, list[dict[str, Any]]] = {
    "fixes": [{"lat": 91}, {"lon": -181}, {"lat": 0, "lon": 0}, {"at": "x"}, {"speed_mps": -1}, {"unit": 10**9}],
    "owntracks": [{"lat": 91}, {"lon": 181}, {"lat": 0, "lon": 0}, {"tst": "x"}, {"tst": NOON.timestamp() + 61}],
    "traccar": [{"position": {}}, {"device": {}}, {"position": None}],
    "osmand": [{"device_id": ""}, {"location": 1}],
    "lip": [{"pdu": "zz"}, {"pdu": short_report(kind=1)}, {"issi": ""}, {"received_at": "x"}],
}


@pytest.mark.parametrize("door", GOOD)
def test_what_is_wrong_for_sure_is_refused_with_its_reason_and_stores_nothing(door, doors):
    for wrong in WRONG[door]:
        status, body = doors.send(door, (b"", json.dumps(GOOD[door](doors.unit) | wrong).encode(), {}, ""))
        assert 400 <= status < 500
        assert body["message"]
    assert not PastPosition.objects.exists()
    assert not LatestPosition.objects.exists()


@pytest.mark.parametrize("door", GOOD)
def test_what_is_right_is_taken_packed_and_without_the_last_stroke(door, doors):
    text = json.dumps(GOOD[door](doors.unit)).encode()
    status, _body = doors.send(door, (b"", gzip.compress(text), {"content-encoding": "gzip"}, ""))
    assert (status, PastPosition.objects.count()) == (200, 1)


def test_a_body_that_grows_beyond_the_limit_is_refused(doors):
    bomb = gzip.compress(b" " * 50_000_000)
    assert doors.send("fixes", (b"", bomb, {"content-encoding": "gzip"}, ""))[0] == 413


def test_outcomes_add_up_over_flushes(doors, frozen_clock):
    for _ in range(2):
        doors.send("osmand", (b"id=nobody&lat=1&lon=2", b"", {}, ""))
        doors.send("osmand", (b"lat=1&lon=2", b"", {}, ""))
        counts.flush()
    frozen_clock.tick(timedelta(hours=1).total_seconds())
    doors.send("osmand", (b"lat=1&lon=2", b"", {}, ""))
    counts.flush()
    rows = list(IntakeCount.objects.order_by("hour", "outcome").values_list("protocol", "outcome", "count"))
    assert rows == [("osmand", "malformed", 2), ("osmand", "unknown_device", 2), ("osmand", "malformed", 1)]
