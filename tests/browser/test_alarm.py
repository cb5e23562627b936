"""The drill with two consoles: an alarm comes, escalates, is taken by one and resolved; then the commander's own drill."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.access import Viewer
from core.rules import Role
from dispatch.services import assign_unit
from patrols.models import Alarm, SafetySetting
from patrols.safety.services import raise_emergency
from tests import factories
from tests.conftest import person

SHOTS = os.environ.get("PATRULJA_SHOTS")
SOUNDED = "async () => (await import('/static/js/console/alarm-sound.js')).sounded.times"


@pytest.fixture
def commander(directorate):
    return person(Role.SHIFT_COMMANDER, directorate, "commander")


@pytest.fixture
def crew(city):
    """Two officers on 209, of whom one signs in."""
    shift = factories.ShiftFactory(unit=city.units[1])
    user = person(Role.PATROL, city.board.organisation, "crew")
    for name, account in (("Милан Илић", user), ("Ана Савић", None)):
        officer = factories.OfficerFactory(user=account, name=name, organisation=city.board.organisation)
        factories.CrewMemberFactory(shift=shift, officer=officer, leads=account is not None)
    return Viewer.of(user)


def shoot(seat, name):
    if SHOTS:
        seat.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def test_an_alarm_from_the_press_to_the_resolution(
    city, crew, urgent_incident, dispatcher, commander, directorate, seat
):
    SafetySetting.objects.create(organisation=directorate, escalate_after_s=8)
    unit = city.units[1]
    assign_unit(incident_id=urgent_incident.pk, unit_id=unit.pk, by=Viewer.of(dispatcher))
    desk, chief = seat(dispatcher), seat(commander)
    for one in (desk, chief):
        one.page.locator("#queue").click()  # a browser lets a page sound only after a touch
        one.wait_for_features("units")

    raise_emergency(unit_id=unit.pk, by=crew)
    for one in (desk, chief):
        expect(one.page.locator(".alarm-row")).to_contain_text("Milan Ilić")
    row = desk.page.locator(".alarm-row")
    for words in ("209", "Ana Savić", "accuracy unknown", urgent_incident.number, "nearest"):
        expect(row).to_contain_text(words)
    expect(desk.page.locator(f"#unit-{unit.pk} .sign")).to_have_class(re.compile("emergency"))
    assert desk.page.evaluate(SOUNDED) >= 1
    shoot(desk, "alarm-night-en")

    raise_emergency(unit_id=unit.pk, by=crew)
    expect(row).to_contain_text("pressed 2 times")
    expect(row).to_have_count(1)

    expect(chief.page.locator(".alarm-row.escalated")).to_contain_text("it is yours, commander")
    expect(desk.page.locator(".alarm-row.escalated")).to_contain_text("with the shift commander")
    shoot(chief, "alarm-escalated-en")

    chief.page.keyboard.press("/")  # F1 holds in fields, too
    chief.page.keyboard.press("F1")
    for one in (desk, chief):
        expect(one.page.locator(".alarm-row.taken")).to_contain_text("taken by")
        expect(one.page.locator(".alarm-row.escalated")).to_have_count(0)
    times = desk.page.evaluate(SOUNDED)
    desk.page.wait_for_timeout(3000)
    assert desk.page.evaluate(SOUNDED) == times

    desk.page.keyboard.press("F1")
    desk.page.get_by_label("How it ended").fill("Slipped on the stairs; unhurt.")
    desk.page.keyboard.press("Enter")
    for one in (desk, chief):
        expect(one.page.locator(".alarm-row")).to_have_count(0)
        expect(one.page.locator(f"#unit-{unit.pk} .sign")).to_have_class(re.compile("en_route"))
    alarm = Alarm.objects.get()
    assert (alarm.acknowledged_by, alarm.resolved_by, alarm.presses) == (commander, dispatcher, 2)


def test_the_commander_drills_the_chain_and_it_is_marked_so(city, crew, dispatcher, commander, seat):
    desk, chief = seat(dispatcher), seat(commander, color_scheme="light")
    chief.page.locator("details.own summary").click()
    chief.page.get_by_role("button", name="Drill an alarm").click()
    chief.page.get_by_label("Patrol", exact=True).select_option(label="209")
    chief.page.get_by_role("button", name="Raise").click()

    for one in (desk, chief):
        expect(one.page.locator(".alarm-row .drill")).to_have_text("DRILL")
        expect(one.page.locator(f"#unit-{city.units[1].pk}")).to_contain_text("DRILL")
        expect(one.page.locator("top-bar .alarm")).to_contain_text("DRILL")
    city.units[1].refresh_from_db()
    assert city.units[1].status == "on_patrol"
    expect(desk.page.locator("details.own")).not_to_contain_text("Drill an alarm")
    shoot(chief, "alarm-drill-en")
