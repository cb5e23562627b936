"""The log of the shift: what happens stands in it at once; what is written there others read, narrowed in either script."""

from playwright.sync_api import expect

from core.access import Viewer
from dispatch.services import assign_unit
from tests.browser.test_pages import faults_of


def test_what_happens_comes_to_the_top_and_what_is_written_is_read_by_others(
    seat, city, dispatcher, second_dispatcher, open_incident
):
    page = seat(dispatcher, "/log/").page
    expect(page.locator(".log-state .live")).to_have_text("live")
    assign_unit(incident_id=open_incident.pk, unit_id=city.units[0].pk, by=Viewer.of(second_dispatcher))
    expect(page.locator(".log-lines tbody")).to_contain_text("203 sent")
    page.locator("#log-text").fill("Нестанак струје у центру")
    page.keyboard.press("Enter")
    expect(page.locator(".part-log .text").first).to_have_text("Nestanak struje u centru")
    expect(page.locator("#log-text")).to_have_value("")
    assert faults_of(page) == []

    console = seat(second_dispatcher).page
    console.keyboard.press("/")
    console.keyboard.type("dnevnik Nema veze sa Nišom")
    console.keyboard.press("Enter")
    expect(page.locator(".part-log .text").first).to_have_text("Nema veze sa Nišom")
    page.locator("#log-q").fill("струје")
    expect(page.locator(".log-lines tr:has(.about)")).to_have_count(1)
    with console.expect_popup() as opened:
        console.locator("#queue").focus()
        console.keyboard.press(".")
    expect(opened.value.locator(".part-sending")).to_contain_text("203 sent")
