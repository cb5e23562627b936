"""A small service with kinds of incidents, and who asks about them."""

from dataclasses import dataclass, field

import pytest

from core.rules import Role
from incidents import ports
from tests.conftest import person
from tests.factories import IncidentFactory, IncidentTypeFactory, TargetFactory


@dataclass
class FakeJobs:
    """Who is sent where, for tests that have no `dispatch`."""

    own: dict[int, frozenset[int]] = field(default_factory=dict)
    attended: list[tuple[int, int]] = field(default_factory=list)
    assignments: dict[int, int] = field(default_factory=dict)
    acts: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    follows: list[int] = field(default_factory=list)

    def own_incidents(self, viewer):
        return self.own.get(viewer.user_id, frozenset())

    def cards(self, incident_ids):
        return [{"id": pk, "incident": inc} for pk, inc in self.assignments.items() if inc in list(incident_ids)]

    def ids(self, incident_ids):
        return [card["id"] for card in self.cards(incident_ids)]

    def attend(self, *, incident_id, unit_id, by, occurred_at):
        self.attended.append((incident_id, unit_id))

    def acted(self, *, by, occurred_at, source):
        self.acts.append(by.user_id)

    def kind_changed(self, *, incident_id, by):
        self.changed.append(incident_id)

    def told(self, c, incidents, *, at):
        self.follows.extend(incident.pk for incident in incidents)


@pytest.fixture
def jobs(monkeypatch):
    fake = FakeJobs()
    monkeypatch.setattr(ports, "jobs", fake)
    return fake


@pytest.fixture
def kind(db):
    return IncidentTypeFactory(code="theft", priority=3, min_units=1)


@pytest.fixture
def violence(db):
    return IncidentTypeFactory(code="violence", priority=1, min_units=2)


@pytest.fixture
def incident(board, kind):
    TargetFactory(organisation=board.organisation, priority=2, seconds=900)
    return IncidentFactory(board=board, type=kind)


@pytest.fixture
def api(client_of, dispatcher):
    return client_of(dispatcher)


@pytest.fixture
def foreigner(elsewhere):
    """A dispatcher of another directorate."""
    return person(Role.DISPATCHER, elsewhere, "foreigner")


@pytest.fixture
def onlooker(directorate):
    return person(Role.READ_ONLY, directorate, "onlooker")


@pytest.fixture
def patrol_officer(directorate):
    return person(Role.PATROL, directorate, "patrol")
