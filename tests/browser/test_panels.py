"""Panels: wide and narrow, moved, hidden, in windows of their own that are one console together."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import until
from tests.browser.test_pages import faults_of

COLUMNS = ("incident-queue", "incident-panel", "unit-map", "unit-board")


def widths(page: Page) -> list[float]:
    return [page.locator(name).bounding_box()["width"] for name in COLUMNS]


def kept(page: Page):
    """Wait until the server has kept the arrangement."""
    return page.expect_response(lambda answer: "console/layout" in answer.url and answer.request.method == "PUT")


def second_window(there, path: str) -> Page:
    """Another window of the same browser: a second screen."""
    page = there.page.context.new_page()
    page.goto(re.sub(r"/console/.*", path, there.page.url))
    expect(page.locator("top-bar .live")).to_have_class("live live")
    return page


def test_panel_is_made_wider_by_keys_and_by_mouse_and_stays_so(city, dispatcher, seat):
    page = seat(dispatcher).page
    before = widths(page)
    handle = page.get_by_role("separator").first
    handle.focus()
    with kept(page):
        for _ in range(3):
            page.keyboard.press("ArrowRight")
    by_keys = widths(page)
    assert by_keys[0] > before[0] + 50
    assert abs(by_keys[3] - before[3]) < 12
    box = page.get_by_role("separator").nth(2).bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] - 99, box["y"] + 300)
    with kept(page):
        page.mouse.up()
    by_mouse = widths(page)
    assert by_mouse[3] > by_keys[3] + 60
    page.reload()
    page.locator(".unit").first.wait_for()
    assert all(abs(one - other) < 6 for one, other in zip(widths(page), by_mouse, strict=True))


def test_panel_is_hidden_moved_and_all_put_back(city, dispatcher, seat, open_incident):
    page = seat(dispatcher).page
    page.locator(".own summary").click()
    panels = page.get_by_role("group", name="Panels")
    panels.get_by_label("Map", exact=True).uncheck()
    expect(page.locator("unit-map")).to_be_hidden()
    panels.get_by_role("button", name="Patrols: to the left").click()
    panels.get_by_role("button", name="Patrols: to the left").click()
    board, incident = (page.locator(name).bounding_box()["x"] for name in ("unit-board", "incident-panel"))
    assert board < incident or page.locator("unit-board").evaluate("(it) => it.nextElementSibling !== null")
    assert faults_of(page) == []
    panels.get_by_role("button", name="as at first").click()
    expect(page.locator("unit-map")).to_be_visible()
    x = [page.locator(name).bounding_box()["x"] for name in COLUMNS]
    assert x == sorted(x)


def test_windows_of_one_dispatcher_look_at_the_same_and_each_has_the_alarms(
    city, dispatcher, seat, open_incident, urgent_incident
):
    from core.access import Viewer  # noqa: PLC0415
    from patrols.safety.services import raise_emergency  # noqa: PLC0415

    there = seat(dispatcher)
    there.page.locator(f"#incident-{urgent_incident.pk}").click()
    second = second_window(there, "/console/?panel=queue")
    expect(second.locator("unit-board")).to_be_hidden()
    expect(there.page.locator("incident-queue")).to_be_hidden()  # it is on the other screen now
    expect(second.locator(f"#incident-{urgent_incident.pk}")).to_have_attribute("aria-selected", "true")
    second.locator(f"#incident-{open_incident.pk}").click()
    expect(there.page.locator(".incident-head .number")).to_have_text(open_incident.number)
    there.page.locator(f"#unit-{city.units[1].pk}").click()
    second.keyboard.press("/")
    second.keyboard.type("f 203")
    second.keyboard.press("Enter")
    expect(there.page.locator("unit-board .filter-note")).to_contain_text("203")
    raise_emergency(unit_id=city.units[2].pk, by=Viewer.system("tests"))
    for page in (there.page, second):
        expect(page.locator(".alarm")).to_contain_text("221")
    assert faults_of(second) == []
    second.close()
    expect(there.page.locator("incident-queue")).to_be_visible()


def test_call_is_begun_from_the_map_window_and_its_place_clicked_there(city, dispatcher, seat):
    there = seat(dispatcher)
    second = second_window(there, "/console/?panel=map")
    second.wait_for_function("() => document.querySelector('unit-map').map?.loaded()")
    second.locator("body").press("c")
    expect(there.page.locator("call-form")).to_be_visible()
    box = second.locator("unit-map .map").bounding_box()
    second.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(there.page.locator("call-form combo-box input").first).not_to_have_value("")


def test_only_one_of_two_windows_sounds_and_what_is_muted_stays_silent(city, dispatcher, seat):
    there = seat(dispatcher)
    second = second_window(there, "/console/?panel=map")
    script = """async () => {
      const { sound, played } = await import("/static/js/console/sounds.js");
      for (const name of ["urgent", "message", "emergency"]) sound(name);
      return played;
    }"""
    there.page.locator(".own summary").click()
    there.page.get_by_role("group", name="Sounds").get_by_label("message", exact=True).uncheck()
    expect(there.page.get_by_role("group", name="Sounds").get_by_label("call for help", exact=True)).to_be_disabled()
    one, other = there.page.evaluate(script), second.evaluate(script)
    assert (one["urgent"], one["emergency"], one["message"]) == (1, 1, 0)
    assert (other["urgent"], other["emergency"], other["message"]) == (0, 0, 0)


def test_urgent_call_of_a_colleague_is_heard_and_one_that_was_there_before_is_not(
    city, dispatcher, second_dispatcher, seat, client_of, urgent_incident
):
    there = seat(dispatcher)
    there.page.locator("#queue").click()  # browsers let a page sound once somebody has touched it
    colleague = client_of(second_dispatcher)
    note = colleague.post(
        f"/api/v1/incidents/{urgent_incident.pk}/regrade/", {"priority": 2, "reason": "x"}, format="json"
    )
    assert note.status_code == 200
    note = colleague.post(
        f"/api/v1/incidents/{urgent_incident.pk}/regrade/", {"priority": 1, "reason": "x"}, format="json"
    )
    answer = colleague.post(
        "/api/v1/incidents/",
        {"type": city.violence.code, "place": "Дунавска 1"},
        format="json",
    )
    assert answer.status_code == 201, answer.content
    there.page.locator(".incident").nth(1).wait_for()
    played = "async () => (await import('/static/js/console/sounds.js')).played.urgent"
    until(there.page, lambda: there.page.evaluate(played) == 1)
