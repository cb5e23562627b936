"""The day partitions of the history of positions: made ahead, dropped by retention."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction

AHEAD_DAYS = 7
_PREFIX = "patrols_fix_"


def make_partitions(*, now: datetime) -> list[str]:
    """Make the missing partitions from yesterday to a week ahead (UTC days); return the names of the new ones.

    Fixes of such a day that lie in the default partition already move over. Locks the default partition for each.
    """
    made = []
    for ahead in range(-1, AHEAD_DAYS + 1):
        day = now.astimezone(UTC).date() + timedelta(days=ahead)
        if _make(day):
            made.append(_name(day))
    return made


def drop_old(*, oldest: datetime) -> list[str]:
    """Drop the partitions that end at or before `oldest`; return their names. Clears the default partition likewise."""
    dropped = []
    with connection.cursor() as cursor:
        for name in _names():
            if _start(_day(name) + timedelta(days=1)) <= oldest:
                cursor.execute(f'DROP TABLE "{name}"')
                dropped.append(name)
        cursor.execute("DELETE FROM patrols_fix_default WHERE at < %s", [oldest])
    return dropped


def _names() -> list[str]:
    """The names of all day partitions. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'patrols_fix'::regclass AND c.relname ~ '^patrols_fix_[0-9]{8}$' ORDER BY c.relname"
        )
        return [name for (name,) in cursor.fetchall()]


def _make(day: date) -> bool:
    """Make the partition of one day, if it is missing."""
    name, start, end = _name(day), _start(day), _start(day + timedelta(days=1))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('patrols_fix')), to_regclass(%s)", [name])
        if cursor.fetchone()[1] is not None:
            return False
        cursor.execute("LOCK TABLE patrols_fix_default IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f'CREATE TABLE "{name}" (LIKE patrols_fix INCLUDING ALL)')
        cursor.execute(
            "WITH moved AS (DELETE FROM patrols_fix_default WHERE at >= %s AND at < %s RETURNING *)"  # noqa: S608
            f' INSERT INTO "{name}" SELECT * FROM moved',
            [start, end],
        )
        cursor.execute(
            f'ALTER TABLE patrols_fix ATTACH PARTITION "{name}"'
            f" FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
        )
    return True


def _name(day: date) -> str:
    return f"{_PREFIX}{day:%Y%m%d}"


def _day(name: str) -> date:
    return datetime.strptime(name.removeprefix(_PREFIX), "%Y%m%d").replace(tzinfo=UTC).date()


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
