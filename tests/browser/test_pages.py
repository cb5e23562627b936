"""Sign-in, languages, themes, and what a screen reader needs."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD

AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


def faults_of(page: Page) -> list[str]:
    """What axe finds: each rule with the places."""
    page.evaluate(Path(AXE).read_text())
    found = page.evaluate(f"axe.run(document, {json.dumps(RULES)})")
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found["violations"] for node in fault["nodes"]]


def test_sign_in_leads_to_the_console_and_wrong_password_is_said(city, dispatcher, seat, server):
    dispatcher.set_password(PASSWORD)
    dispatcher.save()
    there = seat(dispatcher, path="/healthz")
    there.page.context.clear_cookies()
    there.page.goto(f"{server.origin}/")
    assert faults_of(there.page) == []
    there.page.get_by_label("User name").fill("dispatcher")
    there.page.get_by_label("Password").fill("wrong")
    there.page.keyboard.press("Enter")
    expect(there.page.get_by_role("alert")).to_be_visible()
    there.page.get_by_label("Password").fill(PASSWORD)
    there.page.keyboard.press("Enter")
    expect(there.page.locator("top-bar")).to_contain_text("live")
    there.faults.clear()


@pytest.mark.parametrize("theme", ["night", "day"])
def test_console_has_nothing_that_axe_finds(city, dispatcher, seat, open_incident, urgent_incident, theme):
    dispatcher.theme = theme
    dispatcher.save()
    there = seat(dispatcher)
    there.page.locator(".offer.recommended").first.wait_for()
    there.page.keyboard.press("d")
    there.page.locator(".job").first.wait_for()
    there.page.locator(".unit").first.click()
    assert faults_of(there.page) == []
    there.page.keyboard.press("c")
    there.page.locator("call-form").wait_for()
    assert faults_of(there.page) == []
    there.page.keyboard.press("Escape")
    there.page.keyboard.press("?")
    there.page.get_by_role("dialog").wait_for()
    assert faults_of(there.page) == []


@pytest.mark.parametrize(
    ("language", "queue", "kind", "place"),
    [
        ("sr", "1 отворен", "Провална крађа", "Булевар ослобођења 46"),
        ("sr-latn", "1 otvoren", "Provalna krađa", "Bulevar oslobođenja 46"),
        ("sl", "1 odprt", "Vlom", "Bulevar oslobođenja 46"),
        ("en", "1 open", "Burglary", "Bulevar oslobođenja 46"),
    ],
)
def test_language_changes_in_place_without_losing_it(
    city, dispatcher, seat, open_incident, language, queue, kind, place
):
    there = seat(dispatcher)
    there.page.locator(f"#incident-{open_incident.pk}").wait_for()
    there.page.keyboard.press("/")
    there.page.keyboard.type("n half a no")
    there.page.locator(".own summary").click()
    there.page.locator("#own-language").select_option(language)
    expect(there.page.locator(".panel-head").first).to_contain_text(queue)
    expect(there.page.locator(".incident .what")).to_have_text(kind)
    expect(there.page.locator(".incident .where")).to_have_text(place)
    expect(there.page.locator("#command")).to_have_value("n half a no")
    assert there.page.evaluate("document.documentElement.lang") == language


def test_console_at_twice_the_size_cuts_nothing_off(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    there.page.set_viewport_size({"width": 756, "height": 394})  # 1512 × 788 at 200 %
    wide = there.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    there.page.locator(".unit").last.scroll_into_view_if_needed()
    expect(there.page.locator(".unit").last).to_be_in_viewport()
