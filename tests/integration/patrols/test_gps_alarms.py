"""Devices that call for help: LIP reason 2, Traccar's and OsmAnd's `sos`."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async

from core.access import Viewer
from patrols.models import Alarm
from patrols.safety.services import acknowledge_alarm, resolve_alarm
from tests import factories
from tests.factories import NOON
from tests.integration.patrols.conftest import post
from tests.integration.patrols.test_devices import forwarded, make, osmand
from tests.unit.patrols.test_decoders import short_report

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("gps")]

GATE = {"Authorization": "Token gate secret"}


@pytest.fixture
def unit(board):
    return factories.UnitFactory(board=board)


@pytest.fixture
def gate(unit, directorate):
    make(directorate, ident="gate", proof="secret", secret="gate secret", is_gateway=True)
    make(directorate, ident="2140001", proof="gateway", unit=unit)


def sos(seconds=0, **position):
    sent = forwarded("2140001", seconds)
    sent["position"] |= {"attributes": {"alarm": "sos"}, **position}
    return sent


async def test_lip_with_the_reason_emergency_raises_the_alarm_once_with_its_position(unit, gate):
    for data in (0, 2, 2):
        answer = await post("/gps/lip/", {"issi": 2140001, "pdu": short_report(data=data)}, **GATE)
        assert answer.status_code == 200
    alarm = await Alarm.objects.aget()
    assert (alarm.unit_id, alarm.source, alarm.presses, alarm.position_at) == (unit.pk, "lip", 2, NOON)
    await unit.arefresh_from_db()
    assert unit.status == "emergency"


@pytest.mark.parametrize("position", [{"latitude": 0, "longitude": 0}, {"valid": False}])
async def test_an_emergency_without_a_fix_raises_the_alarm(unit, gate, position):
    await post("/gps/traccar/", sos(**position), **GATE)
    assert (await Alarm.objects.aget()).point is None


async def test_osmand(unit, directorate):
    await sync_to_async(make)(directorate, unit=unit)
    assert (await osmand(place="lat=45.25&lon=19.84&alarm=sos")).status_code == 200
    assert (await Alarm.objects.aget()).source == "osmand"


async def test_what_comes_late_of_a_resolved_alarm_raises_nothing_and_a_new_press_does(unit, gate, frozen_clock):
    await post("/gps/traccar/", sos(), **GATE)
    by = Viewer.system("test")
    first = await Alarm.objects.aget()
    await sync_to_async(acknowledge_alarm)(alarm_id=first.pk, by=by)
    await sync_to_async(resolve_alarm)(alarm_id=first.pk, text="ok", by=by)
    frozen_clock.tick(60)
    await post("/gps/traccar/", [sos(), sos(-5)], **GATE)
    assert await Alarm.objects.acount() == 1
    await post("/gps/traccar/", sos(30), **GATE)
    assert (await Alarm.objects.alatest("pk")).raised_at == NOON + timedelta(seconds=30)


async def test_a_device_of_nobody_raises_nothing(unit, gate, elsewhere):
    await sync_to_async(make)(elsewhere, ident="2140002", proof="gateway", unit=unit)
    for issi in (2140002, 2140003):
        await post("/gps/lip/", {"issi": issi, "pdu": short_report(data=2)}, **GATE)
    assert not await Alarm.objects.aexists()
