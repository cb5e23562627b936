"""The crew's page on a phone: with a network, without one, and with somebody else's hands on the device."""

import itertools
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from dispatch.models import Assignment
from incidents.models import TimelineEntry
from patrols.models import Alarm, LatestPosition, PastPosition, Shift, Unit
from tests import factories
from tests.browser.conftest import until
from tests.browser.test_pages import faults_of

STEPS = [
    ("Acknowledge", "acknowledged"),
    ("On the way", "en_route"),
    ("On the scene", "on_scene"),
    ("Action taken", "action_taken"),
    ("Clear", "cleared"),
]

KEPT_FIXES = "async () => (await (await import('/static/js/field/database.js')).all('fixes')).length"


def test_an_officer_signs_on_sets_a_status_and_signs_off(city, officer, colleague, phone):
    free = city.units[3]
    Unit.objects.filter(pk=free.pk).update(status="off_duty", on_duty=False)
    factories.VehicleFactory(organisation=free.organisation, plate="P-777")
    hand = phone(officer)
    page = hand.page
    page.get_by_label("Patrol").select_option(label=f"{free.call_sign} · PU Novi Sad")
    page.get_by_label("With whom").select_option(index=1)
    page.get_by_label("Vehicle").select_option(index=1)
    page.get_by_role("button", name="Sign on").tap()
    expect(page.locator(".call-sign")).to_have_text(free.call_sign)
    assert Shift.objects.get().crew.count() == 2
    hand.press("Status")
    page.get_by_role("button", name="meal break").tap()
    expect(page.locator(".status")).to_contain_text("meal break")
    hand.all_is_sent()
    free.refresh_from_db()
    assert free.status == "meal"
    hand.press("Status")
    page.get_by_role("button", name="Sign off").tap()
    expect(page.get_by_role("button", name="Sign on")).to_be_visible()
    assert Shift.objects.get().ended_at is not None
    page.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_job_done_without_a_network_arrives_whole_in_order_and_once(phone, officer, unit, open_incident, send):
    hand = phone(officer)
    job = send(open_incident, unit)
    page = hand.page
    expect(page.locator("h1")).to_have_text("Burglary")
    hand.step("Acknowledge")
    hand.all_is_sent()
    hand.cut()
    pressed = []
    for index, (name, status) in enumerate(STEPS[1:4]):
        before = datetime.now(UTC)
        hand.step(name)
        expect(page.locator(".count")).to_have_text(f"{2 * index + 1} not sent")
        hand.note(f"note {index}")
        expect(page.locator(".count")).to_have_text(f"{2 * index + 2} not sent")
        pressed += [(f"unit_{status}", "", before), ("note", f"note {index}", before)]
    page.reload()  # the page opens without a network, and knows what it knew
    expect(page.locator("h1")).to_have_text("Burglary")
    expect(page.locator(".count")).to_have_text("6 not sent")
    hand.press("Clear")
    pressed.append(("unit_cleared", "", datetime.now(UTC)))
    expect(page.locator("h1")).to_have_text("Cleared; not sent yet")
    assert TimelineEntry.objects.filter(incident=open_incident, kind="note").count() == 0
    back = datetime.now(UTC)
    hand.context.set_offline(False)
    hand.all_is_sent()
    expect(page.locator("h1")).to_have_text("No job")
    lines = list(
        TimelineEntry.objects.filter(incident=open_incident, recorded_at__gte=back).order_by("occurred_at", "id")
    )
    assert [(line.kind, line.text) for line in lines] == [(kind, text) for kind, text, _at in pressed]
    assert all(a.occurred_at < b.occurred_at for a, b in itertools.pairwise(lines))
    assert all(line.occurred_at < back for line in lines[:-1])
    done = Assignment.objects.get(pk=job["id"])
    assert done.status == "cleared"
    assert done.en_route_at < done.on_scene_at < done.action_taken_at < done.cleared_at


def test_an_answer_that_got_lost_makes_nothing_twice(phone, officer, unit, open_incident, send):
    hand = phone(officer)
    send(open_incident, unit)
    expect(hand.page.locator("h1")).to_have_text("Burglary")
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)  # the server has done it, and nobody hears so
        return route.abort()

    hand.context.route("**/notes/", lose)
    hand.note("once")
    hand.all_is_sent()
    hand.faults.clear()
    assert lost == [201]
    assert TimelineEntry.objects.filter(incident=open_incident, kind="note").count() == 1


def test_what_was_reassigned_meanwhile_is_shown_with_a_choice(
    phone, officer, unit, open_incident, send, client_of, dispatcher
):
    hand = phone(officer)
    job = send(open_incident, unit)
    expect(hand.page.locator("h1")).to_have_text("Burglary")
    hand.cut()
    hand.step("Acknowledge")
    hand.note("nobody opens")
    expect(hand.page.locator(".count")).to_have_text("2 not sent")
    client_of(dispatcher).post(f"/api/v1/assignments/{job['id']}/", {"status": "cancelled"}, format="json")
    hand.context.set_offline(False)
    refused = hand.page.locator(".refused")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("This assignment has ended.")
    expect(refused.last).to_contain_text("nobody opens")
    assert faults_of(hand.page) == []
    refused.first.get_by_role("button", name="Let it go").tap()
    expect(refused).to_have_count(1)
    expect(hand.page.locator(".count")).to_have_text("1 not sent")


def test_another_person_on_the_same_device_loses_nothing_of_the_first(
    phone, officer, colleague, unit, city, open_incident, send
):
    hand = phone(officer)
    send(open_incident, unit)
    expect(hand.page.locator("h1")).to_have_text("Burglary")
    hand.cut()
    for number in range(20):
        hand.note(f"note {number}")
    expect(hand.page.locator(".count")).to_have_text("20 not sent")
    hand.sign_in(colleague)
    hand.context.set_offline(False)
    others = hand.page.locator(".others")
    expect(others).to_contain_text("20 entries of other officers wait")
    expect(hand.page.locator("main")).not_to_contain_text("Burglary")
    hand.page.reload()
    expect(others).to_contain_text("20 entries")
    assert TimelineEntry.objects.filter(kind="note").count() == 0
    hand.sign_in(officer)
    hand.page.reload()
    expect(hand.page.locator("h1")).to_have_text("Burglary")
    hand.all_is_sent()
    lines = TimelineEntry.objects.filter(incident=open_incident, kind="note").order_by("occurred_at", "id")
    assert list(lines.values_list("text", flat=True)) == [f"note {number}" for number in range(20)]
    assert set(lines.values_list("by_id", flat=True)) == {officer.pk}


def test_positions_go_out_and_wait_without_a_network(phone, officer, unit, city):
    before = LatestPosition.objects.get(unit=unit).at
    hand = phone(officer, clock=datetime.now(UTC))
    expect(hand.page.locator(".call-sign")).to_have_text(unit.call_sign)
    place, accuracies, leaps = city.center, itertools.cycle((8, 9)), iter(range(10))

    def drives_on() -> None:
        """The phone's receiver tells where it is; one is kept every five seconds. A minute ahead it would be the future."""
        if next(leaps, None) is not None:
            hand.page.clock.fast_forward(5100)
        hand.context.set_geolocation({"longitude": place.x, "latitude": place.y, "accuracy": next(accuracies)})

    def is_heard() -> bool:
        drives_on()
        return LatestPosition.objects.get(unit=unit).at > before

    def kept_some() -> bool:
        drives_on()
        return hand.page.evaluate(KEPT_FIXES) >= 2

    def is_there() -> bool:
        drives_on()
        return LatestPosition.objects.get(unit=unit).point.distance(place) < 1e-6

    until(hand.page, is_heard)
    hand.cut()
    place = city.point(1, 1)
    until(hand.page, kept_some)
    expect(hand.page.locator(".count")).to_have_count(0)  # it is not what the officer entered
    hand.context.set_offline(False)
    until(hand.page, is_there)
    assert PastPosition.objects.filter(unit_id=unit.pk).count() >= 2


@pytest.mark.parametrize("theme", ["night", "day"])
def test_nothing_that_axe_finds_and_every_target_is_large(phone, officer, unit, urgent_incident, send, city, theme):
    officer.theme = theme
    officer.save()
    factories.HazardFactory(
        organisation=unit.organisation, location=urgent_incident.location, expires_at=datetime(2030, 1, 1, tzinfo=UTC)
    )
    send(urgent_incident, unit)
    send(urgent_incident, city.units[1])
    hand = phone(officer, width=360, height=740)
    page = hand.page
    expect(page.locator(".hazard")).to_be_visible()
    hand.press("Note")
    assert faults_of(page) == []
    small = page.evaluate(
        """[...document.querySelectorAll("button, select, textarea, .button")]
          .filter((one) => one.getClientRects().length && one.getBoundingClientRect().height < 56)
          .map((one) => one.outerHTML)"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    hand.press("Way")
    expect(page.locator(".turns li").first).to_be_visible()
    assert faults_of(page) == []


def _hold(page: Page, ms: int) -> None:
    box = page.locator(".emergency-button").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.wait_for_timeout(ms)
    page.mouse.up()


def test_an_emergency_needs_a_long_press_and_can_be_taken_back(phone, officer, unit):
    hand = phone(officer)
    page = hand.page
    expect(page.locator(".call-sign")).to_have_text(unit.call_sign)
    _hold(page, 300)
    page.wait_for_timeout(1200)
    assert Alarm.objects.count() == 0
    _hold(page, 1100)
    page.get_by_role("button", name="Take it back").tap()
    until(page, lambda: Alarm.objects.filter(resolved_at__isnull=False).exists())
    expect(page.locator(".called")).to_have_count(0)


def test_an_emergency_without_a_network_goes_out_first_and_once(phone, officer, unit, open_incident, send):
    hand = phone(officer)
    send(open_incident, unit)
    expect(hand.page.locator("h1")).to_have_text("Burglary")
    hand.cut()
    hand.step("Acknowledge")
    _hold(hand.page, 1100)
    expect(hand.page.locator(".called")).to_contain_text("not sent yet")
    hand.page.wait_for_timeout(3000)
    hand.context.set_offline(False)
    expect(hand.page.locator(".called")).to_contain_text("sent")
    expect(hand.page.locator(".status")).to_contain_text("needs help")
    hand.all_is_sent()
    alarm = Alarm.objects.get()
    assert (alarm.presses, alarm.raised_by, alarm.unit) == (1, officer, unit)
