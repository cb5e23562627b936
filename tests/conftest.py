"""What all tests share: a fixed clock, a small service with people, clients that speak for them."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import hypothesis
import pytest
from django.db import connection
from rest_framework.test import APIClient

from core import clock, news
from core.access import Viewer
from core.models import Board, Organisation, User
from core.rules import Role
from tests import factories

hypothesis.settings.register_profile("anywhere", deadline=None)  # a timing never decides a test
hypothesis.settings.register_profile("ci", parent=hypothesis.settings.get_profile("anywhere"), derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "anywhere")


class FixedClock:
    """A clock that stands until it is told to move."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> datetime:
        """Move on, and tell the time."""
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps a loop running in this thread, and beside it no other may start."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Let tests with real transactions empty the tables after themselves: the audit trail refuses that elsewhere.

    `patrols_fix` is emptied too by whoever fills it: it is no managed model.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER audit_table_stays")


@pytest.fixture
def frozen_clock(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """`core.clock.now` stands at noon (UTC) of 2026-11-02; `tick(s)` moves it."""
    fixed = FixedClock(factories.NOON)
    monkeypatch.setattr(clock, "now", fixed)
    return fixed


@pytest.fixture(autouse=True)
def _own_news(settings, request) -> Iterator[None]:
    """Each test has its own Redis topics."""
    settings.NEWS_PREFIX = f"test:{request.node.nodeid[-60:]}"
    yield
    news.client.cache_clear()


@pytest.fixture
def service(db) -> Organisation:
    return factories.OrganisationFactory(code="RS", kind=Organisation.Kind.SERVICE, name="Полиција")


@pytest.fixture
def directorate(service) -> Organisation:
    return factories.OrganisationFactory(code="NS", parent=service, name="ПУ Нови Сад")


@pytest.fixture
def elsewhere(service) -> Organisation:
    """Another directorate, with an operations centre of its own."""
    other = factories.OrganisationFactory(code="NI", parent=service, name="ПУ Ниш")
    factories.BoardFactory(organisation=other)
    return other


@pytest.fixture
def board(directorate) -> Board:
    return factories.BoardFactory(organisation=directorate)


def person(role: Role, organisation: Organisation, username: str | None = None) -> User:
    """Somebody with one role at one node."""
    user = factories.UserFactory(username=username or f"{role}-{organisation.code}".lower())
    factories.RoleAssignmentFactory(user=user, role=role, organisation=organisation)
    return user


@pytest.fixture
def dispatcher(directorate) -> User:
    return person(Role.DISPATCHER, directorate, "dispatcher")


@pytest.fixture
def viewer(dispatcher) -> Viewer:
    """The dispatcher, as services see them."""
    return Viewer.of(dispatcher)


@pytest.fixture
def client_of() -> Callable[[User | None], APIClient]:
    """An API client that is signed in as somebody, or as nobody."""

    def make(user: User | None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make
