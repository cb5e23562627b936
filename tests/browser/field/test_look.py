"""Every panel of the crew's page in day and night, three sizes and two scripts: axe finds nothing, all is large enough."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from core.access import Viewer
from patrols.messages.services import send_to_units
from tests import factories
from tests.browser.test_pages import faults_of

SIZES = [("night", 360, 740, "en"), ("day", 412, 915, "sr-latn"), ("night", 820, 1180, "sr")]
SMALL = """[...document.querySelectorAll("button, select, textarea, input:not([type=checkbox]), .button, label.check")]
  .filter((one) => one.getClientRects().length && !one.closest(".map"))
  .filter((one) => { const { width, height } = one.getBoundingClientRect(); return width < 56 || height < 56; })
  .map((one) => one.outerHTML)"""


def faults_here(page: Page, width: int) -> list[str]:
    """What axe finds, what is smaller than a gloved finger, what sticks out at the side."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [*faults_of(page), *page.evaluate(SMALL), *([f"{wide} px wide"] if wide > width else [])]


@pytest.mark.parametrize(("theme", "width", "height", "language"), SIZES)
def test_every_panel_is_large_and_whole(
    phone, officer, unit, urgent_incident, send, city, dispatcher, theme, width, height, language
):
    officer.theme, officer.language = theme, language
    officer.save()
    place = urgent_incident.location
    factories.HazardFactory(organisation=unit.organisation, location=place, expires_at=datetime(2030, 1, 1, tzinfo=UTC))
    factories.IncidentFactory(
        board=city.board, type=city.burglary, location=place, received_at=datetime.now(UTC) - timedelta(days=9)
    )
    send(urgent_incident, unit)
    send_to_units(text="Осумњичени у тамној јакни, отишао ка реци", unit_ids=[unit.pk], by=Viewer.of(dispatcher))
    page = phone(officer, width=width, height=height).page
    expect(page.locator(".hazard")).to_be_visible()
    expect(page.locator(".earlier li")).to_have_count(1)
    found = {"job": faults_here(page, width)}
    more = page.locator(".thumb button").first
    more.tap()
    panels = page.locator(".part .grid button")
    for index in range(panels.count()):
        panels.nth(index).tap()
        found[str(index)] = faults_here(page, width)
        more.tap()  # back to the job
        more.tap()
    assert {name: faults for name, faults in found.items() if faults} == {}
