"""A real server process, and consoles that watch it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from knox.models import AuthToken
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 10
QUIET = 3


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    """A web process of ours."""

    port: int
    prefix: str
    process: subprocess.Popen
    consoles: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def watch(self, board_id, *, after=None, session=None, token=None, origin="own") -> "Console":
        """Open a socket, as a browser with a session or as a program with a token."""
        headers = {}
        if session:
            headers["Cookie"] = f"{django_settings.SESSION_COOKIE_NAME}={session}"
        if token:
            headers["Authorization"] = f"Token {token}"
        query = "" if after is None else f"?after={after}"
        wire = connect(
            f"ws://127.0.0.1:{self.port}/ws/boards/{board_id}/{query}",
            origin=self.origin if origin == "own" else origin,
            additional_headers=headers,
            compression=None,
        )
        return Console(self.consoles.enter_context(wire))


class Console:
    """The other end of a socket: reads what comes, skipping what a test is not about."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire
        self.seen: list[dict] = []

    def next(self, kind: str, within_s: float = PATIENCE_S) -> dict:
        """The next message of this type."""
        until = time.monotonic() + within_s
        while True:
            message = json.loads(self.wire.recv(timeout=max(0.0, until - time.monotonic())))
            self.seen.append(message)
            if message["type"] == kind:
                return message

    def events_up_to(self, seq: int) -> list[int]:
        """The numbers of the events that come until `seq` has come."""
        numbers = [self.next("event")["seq"]]
        while numbers[-1] < seq:
            numbers.append(self.next("event")["seq"])
        return numbers

    def say(self, **message) -> None:
        self.wire.send(json.dumps(message))

    def closed_with(self, within_s: float = PATIENCE_S) -> int:
        """The code with which the server closes, within some seconds."""
        until = time.monotonic() + within_s
        with contextlib.suppress(ConnectionClosed):
            while True:
                self.seen.append(json.loads(self.wire.recv(timeout=max(0.0, until - time.monotonic()))))
        return self.wire.close_code


def run_server(
    prefix: str, redis_url: str, log: Path, *, database_url: str = "", port: int | None = None
) -> Iterator[Server]:
    """Start a web process on the tests' database (by `database_url`, where another way to it is meant), and stop it."""
    url = urlsplit(database_url or os.environ["DATABASE_URL"])
    port = port or free_port()
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(url._replace(path="/" + connection.settings_dict["NAME"])),
        "REDIS_URL": redis_url,
        "NEWS_PREFIX": prefix,
        "SECURE": "false",
        "PORT": str(port),
    }
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.serve"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        wait_for_port(port, process, log)
        yield Server(port, prefix, process)
    finally:
        process.terminate()
        process.wait(timeout=15)


def wait_for_port(port: int, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def _server(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Server]:
    yield from run_server(
        f"live:{os.getpid()}", os.environ["REDIS_URL"], tmp_path_factory.mktemp("live") / "server.log"
    )


@pytest.fixture
def server(_server, settings, transactional_db) -> Iterator[Server]:
    """The server of this module, hearing the news of this test."""
    settings.NEWS_PREFIX = _server.prefix
    with _server.consoles:
        yield _server
    wait_until_quiet()


def wait_until_quiet() -> None:
    """Let the server end what it is at before the tables are emptied: the two would wait for each other's locks."""
    until = time.monotonic() + PATIENCE_S
    quiet = 0
    with connection.cursor() as cursor:
        while quiet < QUIET and time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            quiet = quiet + 1 if cursor.fetchone()[0] == 0 else 0
            time.sleep(0.02)


def session_of(user) -> str:
    """Sign somebody in, without the page."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


@pytest.fixture
def session(dispatcher) -> str:
    """The dispatcher's session."""
    return session_of(dispatcher)


@pytest.fixture
def token(dispatcher) -> str:
    """A token of the dispatcher's."""
    return AuthToken.objects.create(dispatcher)[1]
