"""The drill with two consoles: an alarm comes, escalates, is taken by one and resolved; then the commander's own drill."""

import re

import pytest
from playwright.sync_api import expect

from core.access import Viewer
from dispatch.services import assign_unit
from patrols.models import Alarm, SafetySetting
from patrols.safety.services import raise_emergency

SOUNDED = "async () => (await import('/static/js/console/alarm-sound.js')).sounded.times"


@pytest.fixture
def crew(pair):
    return Viewer.of(pair)


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

    raise_emergency(unit_id=unit.pk, by=crew)
    expect(row).to_contain_text("pressed 2 times")
    expect(row).to_have_count(1)

    expect(chief.page.locator(".alarm-row.escalated")).to_contain_text("it is yours, commander")
    expect(desk.page.locator(".alarm-row.escalated")).to_contain_text("with the shift commander")

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
