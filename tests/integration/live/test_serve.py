"""Several web processes on one port, none above the others."""

import os
import time
from contextlib import contextmanager

import httpx
import pytest

from tests.integration.live.conftest import free_port, run_server

pytestmark = pytest.mark.django_db(transaction=True)


def _wait_until_served(server, log):
    """Until it says so itself: its port answers already, by the others."""
    until = time.monotonic() + 30
    while "Started server process" not in log.read_text():
        assert server.process.poll() is None, log.read_text()
        assert time.monotonic() < until, "the process did not start"
        time.sleep(0.05)


def test_where_one_of_two_web_processes_is_killed_the_other_goes_on_and_a_third_may_come(tmp_path):
    port, logs = free_port(), [tmp_path / f"{number}.log" for number in range(3)]
    start = contextmanager(run_server)

    def one(log):
        return start("serve", os.environ["REDIS_URL"], log, port=port)

    def answers():
        return [httpx.get(f"http://127.0.0.1:{port}/sign-in/", timeout=20).status_code for _ in range(20)]

    with one(logs[0]) as first, one(logs[1]) as second:
        _wait_until_served(second, logs[1])
        first.process.kill()
        first.process.wait()
        assert answers() == [200] * 20
        with one(logs[2]) as third:
            _wait_until_served(third, logs[2])
            second.process.kill()
            second.process.wait()
            assert answers() == [200] * 20
