"""The kept cases: made anew, from `sql/cases.sql`, for every incident that changed since. Nothing else writes them.

Triggers add the number of a changed incident to a queue, in the transaction of the change. Whoever is about to read
cases takes the queue away first. What a transaction under way has changed is not seen yet, and neither is its mark: it
stays in the queue for the next reader. So cases equal `cases.sql` over what was committed when the queue was taken.
"""

from collections.abc import Callable

from django.db import connection, transaction

from analytics import sql
from analytics.models import Case

CHUNK = 20_000
"""How many marks are taken away in one transaction."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('analytics.kept'))"
_COLUMNS = ", ".join(field.attname for field in Case._meta.concrete_fields)

type OnProgress = Callable[[float], None]


def refresh(*, progress: OnProgress = lambda _share: None) -> int:
    """Make all stale cases anew, one reader at a time. Returns how many marks there were; one query when there are none.

    `progress` is told the share that is done, between transactions.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM analytics_stalecase")
        first, last = cursor.fetchone()
    if first is None:
        return 0
    taken = 0
    for start in range(first, last + 1, CHUNK):
        taken += _refresh_marks(start, start + CHUNK)
        progress(min(1.0, (start + CHUNK - first) / (last + 1 - first)))
    return taken


def _refresh_marks(start: int, stop: int) -> int:
    """Take the marks of these numbers away and make their cases anew: one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(
            "DELETE FROM analytics_stalecase WHERE id >= %s AND id < %s RETURNING incident_id", [start, stop]
        )
        marked = {row[0] for row in cursor.fetchall()}
        if marked:
            cursor.execute(sql.statements("kept")["roots"], {"ids": list(marked)})
            touched = sorted(marked | {row[0] for row in cursor.fetchall()})
            cursor.execute("DELETE FROM analytics_case WHERE id = ANY(%s)", [touched])
            cursor.execute(f"INSERT INTO analytics_case ({_COLUMNS}) {_made()}", {"ids": touched})
    return len(marked)


def _made() -> str:
    """The statement that makes cases, its columns in the order of the table."""
    return f"SELECT {_COLUMNS} FROM ({sql.text('cases')}) AS made"  # noqa: S608 - our own words


def differences() -> list[int]:
    """Incidents whose kept case is not what `cases.sql` makes of the rows now. Reads everything: for tests and doubts."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH made AS ({_made()})
            SELECT coalesce(kept.id, made.id) FROM analytics_case kept FULL JOIN made ON made.id = kept.id
            WHERE ROW(kept.*) IS DISTINCT FROM ROW(made.*) ORDER BY 1""",  # noqa: S608 - our own words
            {"ids": _all_incidents()},
        )
        return [row[0] for row in cursor.fetchall()]


def _all_incidents() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM incidents_incident")
        return [row[0] for row in cursor.fetchall()]
