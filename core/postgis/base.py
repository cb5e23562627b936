"""What Django loads as `ENGINE = "core.postgis"`."""

from typing import Any

from django.contrib.gis.db.backends.postgis import base
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """PostGIS behind a pool. Needs the pool's own check to be off (`CONN_HEALTH_CHECKS = False`).

    The pool's check waits 1, 2, 4 s … after each broken connection that it meets: after a restart of the database, a
    process with three idle ones would answer 503 although the database is back.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        """A connection that answers; one round trip. Where it does not, all idle ones are looked at and replaced.

        Raises OperationalError when there is none within the pool's timeout.
        """
        connection: Connection[Any] = super().get_new_connection(conn_params)
        if self.pool is None:
            return connection
        try:
            ConnectionPool.check_connection(connection)
        except OperationalError:
            self.pool.putconn(connection)
            self.pool.check()
            connection = super().get_new_connection(conn_params)
        return connection
