"""A directorate whose commander plans: two patrols with crews, a vehicle, a sector."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from core.access import Viewer
from core.rules import Role
from patrols.planning import services
from patrols.planning.services import ShiftData
from tests import factories
from tests.conftest import person
from tests.factories import NOON

NIGHT = NOON + timedelta(hours=6)  # 19:00 in Belgrade


@dataclass
class Scene:
    """What a plan is made of."""

    by: Viewer
    node: object
    units: list
    officers: list
    vehicle: object
    sector: object

    def data(self, unit=0, start: datetime = NIGHT, hours: float = 12, crew=(0,), **values) -> ShiftData:
        return ShiftData(
            unit_id=self.units[unit].pk,
            starts_at=start,
            ends_at=start + timedelta(hours=hours),
            officer_ids=tuple(self.officers[n].pk for n in crew),
            **values,
        )

    def draft(self, *args, **values):
        return services.create_planned_shift(data=self.data(*args, **values), by=self.by)

    def publish(self, first="2026-11-02", last="2026-11-08"):
        dates = {"first": datetime.fromisoformat(first).date(), "last": datetime.fromisoformat(last).date()}
        return services.publish_plan(organisation_id=self.node.pk, **dates, by=self.by)


@pytest.fixture
def scene(board, directorate, frozen_clock) -> Scene:
    return Scene(
        by=Viewer.of(person(Role.SHIFT_COMMANDER, directorate, "commander")),
        node=directorate,
        units=[
            factories.UnitFactory(board=board, call_sign=sign, on_duty=False, status="off_duty")
            for sign in ("201", "202")
        ],
        officers=[
            factories.OfficerFactory(
                organisation=directorate, name=name, user=factories.UserFactory(username=name), skills=["k9"][:n]
            )
            for n, name in enumerate(("Марко", "Ана", "Иван"))
        ],
        vehicle=factories.VehicleFactory(organisation=directorate, plate="П-1"),
        sector=factories.AreaFactory(organisation=directorate, name="Лиман"),
    )
