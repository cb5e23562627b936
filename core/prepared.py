"""Reads that are asked thousands of times an hour: compiled once, then only filled in.

    _ROLES = Prepared(lambda: RoleAssignment.objects.filter(user__in=Among("users")).values_list("role"))
    _ROLES(users=[7])

Most of the time of a small query is not the database's but that of turning the queryset into SQL, anew each time. The
queryset stays the only place where the query is written down.
"""

from collections.abc import Callable
from copy import copy
from threading import Lock
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, QuerySet


class Given(Expression):
    """The place of one value, by name; `output_field` says what it is compared with where Django cannot tell."""

    SQL = "%s"

    def __init__(self, name: str, output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002 - Django's signature
        """The place itself stands among the parameters."""
        return self.SQL, (self,)


class Among(Given):
    """The place of several ids, for `__in`."""

    SQL = "(SELECT unnest(%s::bigint[]))"


class Prepared[T]:
    """A queryset that is compiled once: of rows (`values_list`, flat or not) or of models, with what they select and annotate.

    Called with the values by name, it asks the database (one query) and gives a list. The queryset is made at the first
    call, so that it may be written down where modules are loaded. Safe for threads.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, T]]) -> None:
        self._make = make
        self._lock = Lock()
        self._found: QuerySet[Any, T] | None = None

    def __call__(self, **given: Any) -> list[T]:
        """Ask. One query."""
        found = self._compile() if self._found is None else self._found
        compiler = copy(self._compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        params = tuple(given[each.name] if isinstance(each, Given) else each for each in self._params)
        compiler.as_sql = lambda: (self._sql, params)
        asked: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            query=SimpleNamespace(get_compiler=lambda *_, **__: compiler),
            _fetch_mode=found._fetch_mode,  # type: ignore[attr-defined]  # noqa: SLF001 - as Django asks itself
            _known_related_objects={},
        )
        rows: list[T] = list(found._iterable_class(asked))  # type: ignore[call-overload]  # noqa: SLF001 - as Django does
        return rows

    def _compile(self) -> QuerySet[Any, T]:
        with self._lock:
            if self._found is None:
                found = self._make()
                self._compiler: Any = found.query.get_compiler(DEFAULT_DB_ALIAS)
                self._sql, self._params = self._compiler.as_sql()
                self._compiler.connection = None  # each run has its own; holding this one would keep it from the pool
                self._found = found
            return self._found
