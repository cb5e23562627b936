"""The pool of connections after the database was restarted."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)

LENT = 8


def ask_when(barrier: Barrier) -> int:
    """Ask the database while as many others do; this thread's connection goes back to the pool."""
    try:
        with connection.cursor() as cursor:
            barrier.wait(timeout=20)
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]
    finally:
        connection.close()


def test_request_is_served_although_all_idle_connections_are_dead():
    connection.ensure_connection()  # so that this thread's own is not among those that the others give back
    barrier = Barrier(LENT)
    with ThreadPoolExecutor(LENT) as threads:
        idle = set(threads.map(ask_when, [barrier] * LENT))
        assert len(idle) == LENT
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid, 2000) FROM unnest(%s) pid", [list(idle)])
        assert threads.submit(ask_when, Barrier(1)).result() not in idle
