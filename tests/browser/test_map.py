"""The map: overlapping patrols stay readable, what lies under them, carrying, following."""

import pytest
from django.contrib.gis.geos import MultiPolygon
from playwright.sync_api import expect

from geo.models import Area
from patrols.models import LatestPosition
from tests import factories

PIXEL = """([layer, key, id]) => {
  const { map } = document.querySelector("unit-map");
  const found = map.queryRenderedFeatures({ layers: [layer] }).find((one) => one.properties[key] === id);
  const { x, y } = map.project(found.geometry.coordinates);
  const box = map.getContainer().getBoundingClientRect();
  return [x + box.left, y + box.top];
}"""


TIMED = """(proposed) => {
  const { map } = document.querySelector("unit-map");
  const labels = map.queryRenderedFeatures({ layers: ["unit-labels"] }).map((one) => one.properties);
  const timed = labels.filter(({ label, name }) => new RegExp(`^${name} [0-9]+:[0-9]{2}$`).test(label));
  return String([...new Set(timed.map(({ unit }) => unit))].sort((a, b) => a - b)) === String(proposed);
}"""


def pixel(there, layer: str, key: str, pk: int) -> tuple[float, float]:
    """Where on the page something of the map is drawn."""
    there.wait_for_features(layer)
    x, y = there.page.evaluate(PIXEL, [layer, key, pk])
    return x, y


@pytest.fixture
def sector(city):
    square = MultiPolygon(city.center.buffer(0.01))
    return Area.objects.create(
        kind="sector", code="1", name="Лиман", organisation=city.board.organisation, geometry=square
    )


def test_two_patrols_on_one_spot_are_both_there_to_click(city, dispatcher, seat):
    LatestPosition.objects.update(point=city.center)
    there = seat(dispatcher)
    assert {one["name"] for one in there.wait_for_features("units", 4)} == {"203", "209", "221", "230"}
    spots = {pixel(there, "units", "unit", unit.pk) for unit in city.units}
    assert len(spots) == 4
    there.page.mouse.click(*pixel(there, "units", "unit", city.units[2].pk))
    expect(there.page.locator(f"#unit-{city.units[2].pk}")).to_have_attribute("aria-selected", "true")


def test_crowd_opens_by_a_click(city, dispatcher, seat):
    for n in range(8):
        factories.LatestPositionFactory(
            unit=factories.UnitFactory(board=city.board, call_sign=f"5{n}"), point=city.point(3, 3)
        )
    there = seat(dispatcher)
    there.page.locator(".unit").nth(11).wait_for()
    (crowd,) = there.wait_for_features("crowds")
    assert crowd["count"] == 8
    there.page.mouse.click(*pixel(there, "crowds", "unit", crowd["unit"]))
    names = {one["name"] for one in there.wait_for_features("units", 12)}
    assert {f"5{n}" for n in range(8)} <= names
    there.page.keyboard.press("Escape")


def test_sectors_and_reach_are_drawn_and_remembered(city, dispatcher, seat, sector):
    there = seat(dispatcher)
    assert there.wait_for_features("area-names")[0]["name"] == "Liman"
    there.page.locator("#queue").focus()
    there.page.keyboard.press("v")
    expect(there.page.locator(".map-legend")).to_contain_text("within 5 min of 4 free patrols")
    there.wait_for_features("coverage")
    there.page.keyboard.press("l")
    there.page.get_by_label("sectors").uncheck()
    there.page.keyboard.press("Escape")
    expect(there.page.get_by_role("button", name="layers")).to_be_focused()
    there.page.reload()  # at once: what was chosen last is kept all the same
    there.wait_for_features("coverage")
    assert there.features("areas") == []


def test_patrol_carried_on_the_map_to_an_incident_is_sent(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    start = pixel(there, "units", "unit", city.units[0].pk)
    end = pixel(there, "incidents", "incident", open_incident.pk)
    page = there.page
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    expect(page.locator("unit-map .map.drop-here")).to_be_visible()
    page.mouse.up()
    expect(page.locator(f"#incident-{open_incident.pk} .chip")).to_have_text("203")


def test_patrol_carried_from_the_board_to_the_map_is_sent(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    x, y = pixel(there, "incidents", "incident", open_incident.pk)
    box = there.page.locator("unit-map .map").bounding_box()
    there.page.drag_and_drop(
        f"#unit-{city.units[1].pk}", "unit-map .map", target_position={"x": x - box["x"], "y": y - box["y"]}
    )
    expect(there.page.locator(f"#incident-{open_incident.pk} .chip")).to_have_text("209")


def test_hazard_on_the_map_names_its_author_and_is_opened_in_words(city, dispatcher, seat):
    hazard = factories.HazardFactory(
        organisation=city.board.organisation, location=city.point(0, 2), text="a dog that bites", kind="dog"
    )
    there = seat(dispatcher)
    there.page.keyboard.press("l")
    there.page.get_by_label("hazards").check()
    there.page.keyboard.press("Escape")
    there.page.mouse.click(*pixel(there, "hazards", "hazard", hazard.pk))
    popup = there.page.locator(".maplibregl-popup")
    expect(popup).to_contain_text("Entered by Jovana P.")
    expect(popup).not_to_contain_text("bites")
    popup.get_by_role("button", name="open").click()
    expect(popup).to_contain_text("a dog that bites")


def test_map_follows_the_selected_patrol_until_it_is_moved_by_hand(city, dispatcher, seat):
    there = seat(dispatcher)
    page = there.page
    page.locator(f"#unit-{city.units[3].pk}").click()
    page.keyboard.press("y")
    point = city.point(2)
    page.wait_for_function(
        "([lon, lat]) => { const c = document.querySelector('unit-map').map.getCenter();"
        " return Math.abs(c.lng - lon) < 1e-4 && Math.abs(c.lat - lat) < 1e-4; }",
        arg=[point.x, point.y],
    )
    follow = page.get_by_role("button", name="follow 230")
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("y")
    expect(follow).to_have_attribute("aria-pressed", "false")


def test_ways_and_times_of_those_proposed_are_on_the_map(city, dispatcher, seat, urgent_incident):
    there = seat(dispatcher)
    there.page.locator(f"#incident-{urgent_incident.pk}").click()
    there.page.locator(".offer.recommended").nth(1).wait_for()
    proposed = {
        int(unit)
        for unit in there.page.evaluate(
            "async () => (await import('/static/js/console/desk.js')).desk.proposal.combination.units"
        )
    }
    assert {way["unit"] for way in there.wait_for_features("ways", 2)} == proposed
    there.page.wait_for_function(TIMED, arg=sorted(proposed))
