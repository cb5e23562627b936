"""An operations centre at work: a dispatcher, units on duty, incidents that wait."""

import pytest

from core.access import Viewer
from core.rules import Role
from tests import factories
from tests.conftest import person


@pytest.fixture
def unit(board, frozen_clock):
    return factories.UnitFactory(board=board, call_sign="208")


@pytest.fixture
def other_unit(board, frozen_clock):
    return factories.UnitFactory(board=board, call_sign="211")


@pytest.fixture
def incident(board, frozen_clock):
    return factories.IncidentFactory(board=board, priority=3, number="NS-1")


@pytest.fixture
def urgent(board, frozen_clock):
    return factories.IncidentFactory(board=board, priority=1, number="NS-2")


@pytest.fixture
def crew(unit):
    """The officer on the unit, as services see them."""
    user = person(Role.PATROL, unit.organisation, "patrol")
    shift = factories.ShiftFactory(unit=unit)
    factories.CrewMemberFactory(shift=shift, officer=factories.OfficerFactory(user=user))
    return Viewer.of(user)
