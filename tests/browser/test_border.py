"""The page of the border: the situation with its map, and an event recorded by the keyboard alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from playwright.sync_api import expect

from incidents.border.models import BorderEvent
from patrols.joint.models import JointPatrol
from tests import factories
from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_pages import faults_of

DRAWN = """(count) => {
  const { map } = document.querySelector("#situation .event-map") ?? {};
  return map?.getLayer("events") && map.queryRenderedFeatures({ layers: ["events"] }).length === count;
}"""


@pytest.fixture
def section(city, directorate):
    """A section around the town with three events of today."""
    west, south, east, north = city.center.x - 0.02, city.center.y - 0.02, city.center.x + 0.02, city.center.y + 0.02
    outline = MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)
    section = factories.SectionFactory(code="D-1", name="Дуга шума", geometry=outline)
    now = datetime.now(UTC)
    for number in range(3):
        incident = factories.IncidentFactory(
            board=city.board, location=city.point(number - 1, number - 1), received_at=now, place="Шумски пут"
        )
        event = factories.BorderEventFactory(
            incident=incident, section=section, detected_at=now - timedelta(minutes=5), recorded_at=now
        )
        factories.AssignmentFactory(
            incident=incident,
            unit=city.units[number],
            status="cleared",
            on_scene_at=now + timedelta(minutes=number),
            ended_at=now,
        )
        factories.BorderAssessmentFactory(event=event)
    return section


@pytest.mark.parametrize("theme", ["night", "day"])
def test_situation_shows_persons_reaction_and_what_the_map_draws(commander, section, seat, theme):
    commander.theme = theme
    commander.save()
    page = seat(commander, path="/border/").page
    page.get_by_label("Border section").select_option(str(section.pk))
    page.get_by_role("button", name="Show the situation").click()
    expect(page.locator("#situation h2")).to_have_text("D-1 · Duga šuma")
    expect(page.locator(".figures")).to_contain_text("persons detected9")
    detected = BorderEvent.objects.latest("detected_at").detected_at.astimezone(ZoneInfo("Europe/Belgrade"))
    expect(page.locator("table.wide tbody")).to_contain_text(f"{detected:%H:%M}")  # wherever the browser is
    expect(page.locator("table.wide tbody tr")).to_have_count(3)
    page.locator("#situation .event-map").scroll_into_view_if_needed()
    page.wait_for_function(DRAWN, arg=3, timeout=PATIENCE_MS)
    assert faults_of(page) == []


def test_event_is_recorded_by_the_keyboard_alone_and_a_joint_patrol_planned(commander, section, seat):
    factories.IncidentTypeFactory(code="border_crossing")
    page = seat(commander, path="/border/").page
    page.get_by_role("button", name="Record an event").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Kind").select_option("smuggling")
    dialog.get_by_label("Detected by").select_option("camera")
    dialog.get_by_label("persons detected").fill("2")
    dialog.get_by_label("apprehended").fill("3")
    page.wait_for_function(
        "() => document.querySelector('#record-dialog .event-map').map !== undefined", timeout=PATIENCE_MS
    )
    dialog.locator("canvas").press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("Place:")
    assert faults_of(page) == []
    dialog.get_by_role("button", name="Record", exact=True).press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("More persons have an outcome than were detected.")
    dialog.get_by_label("apprehended").fill("1")
    dialog.get_by_role("button", name="Record", exact=True).press("Enter")
    expect(page.locator(".notice")).to_contain_text("Recorded with incident")
    event = BorderEvent.objects.get(kind="smuggling")
    assert (event.section, event.counts.get().apprehended) == (section, 1)
    plan_a_joint_patrol(page, section)


def plan_a_joint_patrol(page, section):
    """A refusal keeps what was typed; planned, it stands in the situation of its day."""
    page.get_by_role("button", name="Plan a joint patrol").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Patrol", exact=True).select_option(index=1)
    dialog.get_by_label("Section").select_option(str(section.pk))
    dialog.get_by_label("Partner service").fill("Határrendészet")
    dialog.get_by_label("Its country").fill("hu")
    dialog.get_by_label("What the meeting point is called").fill("Караула")
    today = datetime.now(ZoneInfo("Europe/Belgrade")).date()
    dialog.get_by_label("They meet at").fill(f"{today}T22:00")
    dialog.get_by_label("Until").fill(f"{today}T21:00")
    page.wait_for_function("() => document.querySelector('#joint-dialog .event-map').map !== undefined")
    dialog.locator("canvas").press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("Place:")
    dialog.get_by_role("button", name="Plan", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("A joint patrol ends after it began")
    assert faults_of(page) == []
    dialog.get_by_label("Until").fill(f"{today}T23:30")
    dialog.get_by_role("button", name="Plan", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("is planned.")
    expect(page.locator("section[aria-labelledby=joint-title]")).to_contain_text("Karaula")
    patrol = JointPatrol.objects.get()
    assert (patrol.partner_country.lower(), patrol.meeting_point is not None) == ("hu", True)
    assert patrol.meets_at.astimezone(ZoneInfo("Europe/Belgrade")).hour == 22
