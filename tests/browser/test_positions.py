"""What positions show beside where units are: alarms of rules, the trail of a unit, and the past, played again."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from playwright.sync_api import expect

from core.models import AuditEntry
from core.rules import Role
from dispatch.services import advance_assignment, assign_unit
from patrols.models import LatestPosition, StatusChange, Unit, WatchAlarm
from patrols.rules import Fix
from patrols.services import store_fixes
from tests import factories
from tests.browser.conftest import PATIENCE_MS
from tests.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_fixes_stay(city):
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE patrols_fix")


def drive(city, unit: Unit, *, start: datetime, minutes: int) -> None:
    """A fix every ten seconds, to the east."""
    fixes = [
        Fix(unit.pk, city.center.x + n * 2e-4, city.center.y, start + timedelta(seconds=n * 10), heading_deg=90)
        for n in range(minutes * 6)
    ]
    store_fixes(fixes, now=datetime.now(UTC))


def test_an_alarm_from_positions_stands_in_its_line_until_it_is_taken(city, directorate, dispatcher, seat):
    unit = city.units[0]
    factories.WatchRuleFactory(organisation=directorate, kind="silent", after_s=60, name="Без положаја").units.add(unit)
    desk = seat(dispatcher)
    LatestPosition.objects.filter(unit=unit).update(at=datetime.now(UTC) - timedelta(minutes=5))
    Unit.objects.filter(pk=unit.pk).update(status_since=datetime.now(UTC) - timedelta(hours=1))
    strip = desk.page.locator("watch-strip")
    expect(strip).to_contain_text("203 sends no position")

    desk.page.keyboard.press("b")
    desk.page.get_by_label("What was found or done").fill("Battery, spoken to by radio")
    desk.page.keyboard.press("Enter")

    expect(strip.locator("section")).to_have_count(0)
    alarm = WatchAlarm.objects.get()
    assert (alarm.ended_by, alarm.words, alarm.taken_by) == ("taken", "Battery, spoken to by radio", dispatcher)


def test_the_trail_of_the_selected_patrol_is_drawn_and_put_away(city, dispatcher, seat):
    unit = city.units[1]
    drive(city, unit, start=datetime.now(UTC) - timedelta(minutes=20), minutes=19)
    desk = seat(dispatcher)
    desk.wait_for_features("units", 4)
    desk.page.locator(f"#unit-{unit.pk}").click()
    desk.page.keyboard.press("t")
    ages = {feature["age"] for feature in desk.wait_for_features("trail")}
    assert len(ages) > 1
    assert AuditEntry.objects.filter(action="unit.trail_viewed", actor_id=dispatcher.pk).count() == 1
    desk.page.keyboard.press("t")
    desk.page.wait_for_function(
        "() => document.querySelector('unit-map').map.queryRenderedFeatures({layers: ['trail']}).length === 0",
        timeout=PATIENCE_MS,
    )


@pytest.fixture
def night(city, open_incident, viewer):
    """Forty minutes ago a patrol drove, was sent, and came to the scene."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=40)
    unit = city.units[0]
    for one in city.units:
        begun = start - timedelta(hours=1)
        factories.ShiftFactory(unit=one, starts_at=begun)
        StatusChange.objects.create(unit=one, status="on_patrol", occurred_at=begun, recorded_at=begun, source="api")
    Unit.objects.update(status_since=start - timedelta(hours=1))
    type(open_incident).objects.filter(pk=open_incident.pk).update(received_at=start + timedelta(minutes=2))
    job = assign_unit(
        incident_id=open_incident.pk, unit_id=unit.pk, by=viewer, occurred_at=start + timedelta(minutes=4)
    )
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer, occurred_at=start + timedelta(minutes=9))
    for one in city.units[:2]:
        drive(city, one, start=start, minutes=30)
    return start


def test_a_past_hour_is_played_again_by_keyboard(city, night, directorate, seat, open_incident):
    commander = person(Role.SHIFT_COMMANDER, directorate, "commander")
    local = night.astimezone(ZoneInfo(city.board.organisation.time_zone)).strftime("%Y-%m-%dT%H:%M")
    desk = seat(commander, f"/replay/?board={city.board.pk}&from={local}&hours=1")
    page = desk.page
    drawn = """(layer) => document.getElementById("map").map?.getLayer(layer)
      ? document.getElementById("map").map.queryRenderedFeatures({ layers: [layer] }).map((one) => one.properties) : []"""

    expect(page.get_by_role("button", name="Play")).to_be_focused()
    expect(page.locator("#happened")).to_contain_text("Open incidents: 0")
    page.wait_for_function(f"() => ({drawn})('units').length >= 2", timeout=PATIENCE_MS)

    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#happened")).to_contain_text("Open incidents: 1")
    expect(page.locator("#happened .news")).to_contain_text(f"203 sent to {open_incident.number}")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#happened .units")).to_contain_text("on the scene")
    page.wait_for_function(f"() => ({drawn})('units').some(one => one.sign === 'sign-on_scene')", timeout=PATIENCE_MS)
    page.wait_for_function(f"() => ({drawn})('incidents').length === 1", timeout=PATIENCE_MS)

    page.locator("#happened .units button", has_text="209").click()
    page.wait_for_function(f"() => ({drawn})('trail').length > 0", timeout=PATIENCE_MS)

    page.keyboard.press("Home")
    before = page.locator("#scrub").input_value()
    page.keyboard.press("k")
    page.wait_for_function(
        f"() => Number(document.getElementById('scrub').value) > {before} + 20000", timeout=PATIENCE_MS
    )
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    actions = set(AuditEntry.objects.filter(actor_id=commander.pk).values_list("action", flat=True))
    assert {"board.replayed", "board.trails_viewed"} <= actions


def test_a_period_that_cannot_be_shown_is_said_beside_the_form(city, dispatcher, seat):
    desk = seat(dispatcher, "/replay/")
    page = desk.page
    page.locator("#from").fill("2126-01-01T10:00")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#ask-error")).to_contain_text("The period ends before it begins.")
    desk.faults.clear()  # the browser notes the refusal that this asks for
