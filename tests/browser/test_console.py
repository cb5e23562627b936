"""The main job at the console, by the keyboard alone, seen in a second browser."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Count
from playwright.sync_api import expect

from core.access import Viewer
from dispatch.models import AssignmentChange
from geo.models import Place
from incidents.models import Incident
from patrols.safety.services import raise_emergency
from tests.integration.live.conftest import session_of


@pytest.fixture
def door(city) -> Place:
    """An address in the town, of which there is no other."""
    unique = Place.objects.filter(kind=Place.Kind.ADDRESS).values("name").annotate(n=Count("pk")).filter(n=1)
    return Place.objects.filter(kind=Place.Kind.ADDRESS, name__in=unique.values("name")).order_by("pk")[40]


def take_call(page, door: Place, kind: str) -> None:
    """From the queue to an open incident, without a mouse."""
    page.keyboard.press("c")
    page.keyboard.type(door.name_latin, delay=10)
    page.keyboard.press("Enter")  # takes the first answer, even if it is still to come
    expect(page.locator("#call-place_detail")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type(kind, delay=10)
    page.keyboard.press("Enter")
    expect(page.locator("#call-summary")).to_be_focused()
    page.keyboard.type("Somebody is at the back door")
    page.keyboard.press("Tab")
    page.keyboard.type("Neighbour")
    page.keyboard.press("Enter")
    page.keyboard.type("064 000 118")
    page.keyboard.press("Control+Enter")


def test_call_is_taken_and_unit_sent_by_keyboard_and_second_browser_sees_it(
    city, door, dispatcher, second_dispatcher, seat, server
):
    one, two = seat(dispatcher), seat(second_dispatcher)

    take_call(one.page, door, "burgl")

    for seen in (one.page, two.page):
        expect(seen.locator(".incident .what")).to_have_text("Burglary")
    incident = Incident.objects.get()
    assert incident.gazetteer_id == str(door.pk)
    assert incident.place == door.name
    assert incident.calls.get().phone == "064 000 118"

    expect(one.page.locator(".offer.recommended")).to_have_count(1)
    sent = one.page.locator(".offer.recommended .call-sign").inner_text()
    one.page.keyboard.press("d")

    for seen in (one.page, two.page):
        expect(seen.locator(".incident .chip")).to_have_text(re.compile(sent))
        expect(seen.locator(f".unit:has-text('{sent}') .sign")).to_have_class(re.compile("en_route"))
    expect(one.page.locator("#command-echo")).to_contain_text(f"{sent} sent to {incident.number}")

    one.page.keyboard.press("1")
    one.page.keyboard.press("Enter")
    for seen in (one.page, two.page):
        expect(seen.locator(".job .doing")).to_contain_text("on the way")

    correct_when_it_was_sent(one.page)
    expect(two.page.locator(".timeline del")).to_have_count(1)  # on the other screen, too

    fresh = snapshot(server, city, dispatcher)
    for collection in ("assignments", "incidents", "units"):
        assert one.state(collection) == two.state(collection) == fresh[collection]


def correct_when_it_was_sent(page):
    """The sending was an hour earlier: a time before the call is taken, one in the future asked again; both are kept."""
    expect(page.locator(".timeline")).to_contain_text("on the way")
    line = page.locator(".timeline li", has_text="sent").first
    line.hover()
    line.get_by_role("button", name="correct").click()
    field = page.get_by_label("It was really at")
    earlier = datetime.fromisoformat(field.input_value()) - timedelta(hours=1)
    field.fill((earlier + timedelta(days=3)).isoformat(timespec="seconds"))
    page.get_by_label("Why it is corrected").fill("Папирни дневник")
    page.get_by_role("button", name="Correct Enter").click()
    expect(page.locator("dialog.ask")).to_contain_text("This time lies in the future.")
    expect(page.get_by_label("Why it is corrected")).to_have_value("Папирни дневник")
    page.get_by_label("It was really at").fill(earlier.isoformat(timespec="seconds"))
    page.get_by_role("button", name="Correct Enter").click()
    expect(page.locator(".timeline ins")).to_have_text(f"{earlier:%H:%M:%S}")
    expect(page.locator(".timeline")).to_contain_text("Папирни дневник")
    change = AssignmentChange.objects.get(reason="Папирни дневник")
    assert change.occurred_at == earlier.replace(tzinfo=ZoneInfo("Europe/Belgrade")).astimezone(UTC)


def snapshot(server, city, user) -> dict:
    """The board as somebody who comes only now gets it."""
    address = f"{server.origin}/api/v1/boards/{city.board.pk}/snapshot/"
    with urlopen(Request(address, headers={"Cookie": f"patrulja_session={session_of(user)}"})) as answer:  # noqa: S310
        return json.load(answer)


def test_map_draws_units_and_incidents_that_the_lists_hold(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    assert {unit["name"] for unit in there.wait_for_features("units", 4)} == {"203", "209", "221", "230"}
    assert there.wait_for_features("incidents")[0]["incident"] == open_incident.pk


def test_unit_that_a_colleague_was_faster_to_send_is_refused_with_its_job(
    city, dispatcher, second_dispatcher, seat, open_incident, urgent_incident
):
    one, two = seat(dispatcher), seat(second_dispatcher)
    for there, incident in ((one, urgent_incident), (two, open_incident)):
        there.page.locator(f"#incident-{incident.pk}").click()
    two.page.keyboard.press("/")
    two.page.keyboard.type("d 203")
    one.page.keyboard.press("/")
    one.page.keyboard.type("d 203")
    one.page.keyboard.press("Enter")
    one.page.get_by_label("Reason").fill("nobody else is near")
    one.page.keyboard.press("Enter")
    expect(two.page.locator(f"#incident-{urgent_incident.pk} .chip")).to_have_text("203")
    two.page.keyboard.press("Enter")
    expect(two.page.locator("#command-echo")).to_contain_text("203: The unit has a job already.")


def test_less_urgent_job_is_broken_off_only_after_saying_which(city, dispatcher, seat, open_incident, urgent_incident):
    there = seat(dispatcher)
    there.page.locator(f"#incident-{open_incident.pk}").click()
    for incident in (open_incident, urgent_incident):
        there.page.locator(f"#incident-{incident.pk}").click()
        there.page.keyboard.press("/")
        there.page.keyboard.type("d 203 209" if incident == urgent_incident else "d 203")
        there.page.keyboard.press("Enter")
        if incident == open_incident:
            expect(there.page.locator(f"#incident-{open_incident.pk} .chip")).to_have_text("203")
    dialog = there.page.get_by_role("dialog")
    expect(dialog).to_contain_text(open_incident.number)
    there.page.keyboard.press("Enter")
    expect(there.page.locator(f"#incident-{urgent_incident.pk} .chip")).to_have_count(2)
    expect(there.page.locator(f"#incident-{open_incident.pk} .chip")).to_have_count(0)


def test_closed_incident_leaves_both_boards_with_its_disposition(
    city, dispatcher, second_dispatcher, seat, open_incident
):
    one, two = seat(dispatcher), seat(second_dispatcher)
    one.page.locator(f"#incident-{open_incident.pk}").wait_for()
    one.page.keyboard.press("x")
    one.page.get_by_label("Disposition").select_option("arrest")
    one.page.get_by_role("dialog").get_by_role("button", name="Close the incident").press("Enter")
    for there in (one, two):
        expect(there.page.locator(".incident")).to_have_count(0)
    open_incident.refresh_from_db()
    assert (open_incident.status, open_incident.disposition) == ("closed", "arrest")
    expect(one.page.locator("#command-echo")).to_contain_text("Z take back")
    one.page.keyboard.press("z")
    for there in (one, two):
        expect(there.page.locator(f"#incident-{open_incident.pk}")).to_be_visible()
    open_incident.refresh_from_db()
    assert (open_incident.status, open_incident.disposition) == ("waiting", "")


def nothing_moves_under_a_pressed_button(page) -> None:
    """Further steps of a job are shown where the focus is; what lies below stays in its place until the button is up."""
    more, below = page.locator(".job .more"), page.locator("#timeline-title")
    expect(more).to_be_hidden()
    folded = below.bounding_box()
    page.locator(".job .next").focus()
    expect(more).to_be_visible()
    unfolded = below.bounding_box()
    assert unfolded["y"] > folded["y"]
    page.mouse.move(unfolded["x"] + 5, unfolded["y"] + 5)
    page.mouse.down()
    expect(page.locator(".job :focus")).to_have_count(0)
    assert below.bounding_box() == unfolded
    page.mouse.up()
    expect(more).to_be_hidden()
    assert below.bounding_box() == folded


def test_sending_is_undone_by_one_key_before_the_unit_has_answered(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    there.page.locator(".offer.recommended").wait_for()
    there.page.keyboard.press("d")
    expect(there.page.locator(f"#incident-{open_incident.pk} .chip")).to_have_count(1)
    nothing_moves_under_a_pressed_button(there.page)
    there.page.keyboard.press("z")
    expect(there.page.locator(f"#incident-{open_incident.pk} .chip")).to_have_count(0)
    expect(there.page.locator("#command-echo")).to_contain_text("Taken back")


def test_letters_in_a_field_are_text_and_cyrillic_letters_are_keys(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    there.page.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: 'ц', bubbles: true }))")
    expect(there.page.locator("call-form")).to_be_visible()
    there.page.keyboard.type("x")
    expect(there.page.get_by_role("dialog")).to_have_count(0)
    expect(there.page.locator("#call-place input")).to_have_value("x")


def test_call_that_is_being_taken_survives_a_reload(city, dispatcher, seat):
    there = seat(dispatcher)
    there.page.keyboard.press("c")
    there.page.get_by_label("What happened").fill("Broken window")
    there.page.reload()
    expect(there.page.get_by_label("What happened")).to_have_value("Broken window")


def test_letters_on_a_choice_of_the_call_form_command_nothing(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    expect(there.page.locator(".offer.recommended")).to_have_count(1)
    there.page.keyboard.press("c")
    there.page.locator(".priorities input").first.focus()
    there.page.keyboard.type("rdq")
    expect(there.page.locator("dialog[open]")).to_have_count(0)
    expect(there.page.locator("call-form")).to_be_visible()
    assert not open_incident.assignments.exists()


def test_kind_is_taken_at_once_and_what_is_typed_on_goes_where_it_belongs(city, dispatcher, seat):
    there = seat(dispatcher)
    there.page.keyboard.press("c")
    there.page.locator("#call-type input").focus()
    for key in [*"burgl", "Enter", *"Glass breaks"]:
        there.page.keyboard.press(key)
    expect(there.page.locator("#call-type input")).to_have_value("Burglary")
    expect(there.page.locator("#call-summary")).to_have_value("Glass breaks")


def test_second_caller_is_attached_by_one_key(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    there.page.keyboard.press("c")
    there.page.get_by_label("Phone").fill("064 000 119")
    location = [open_incident.location.x, open_incident.location.y]
    there.page.evaluate("(at) => document.querySelector('call-form').setPlace(at)", location)
    expect(there.page.get_by_text("attach this caller")).to_be_visible()
    there.page.keyboard.press("F2")
    expect(there.page.locator("#command-echo")).to_contain_text("Caller attached")
    assert open_incident.calls.get().phone == "064 000 119"


def test_status_of_a_patrol_is_given_on_the_command_line_in_ones_own_words(city, dispatcher, seat):
    there = seat(dispatcher)
    there.page.keyboard.press("s")
    there.page.keyboard.type("203 mea")
    expect(there.page.locator("#command-echo")).to_contain_text("203: meal break")
    there.page.keyboard.press("Enter")
    expect(there.page.locator(".unit:has-text('203') .doing")).to_contain_text("meal break")


def test_alarm_is_taken_and_resolved_from_any_field_and_both_see_who(city, dispatcher, second_dispatcher, seat):
    one, two = seat(dispatcher), seat(second_dispatcher)
    one.page.keyboard.press("c")
    raise_emergency(unit_id=city.units[1].pk, by=Viewer.system("tests"))
    for there in (one, two):
        expect(there.page.locator(".alarm")).to_contain_text("Patrol 209 needs help")
    one.page.keyboard.press("F1")
    for there in (one, two):
        expect(there.page.locator(".alarm")).to_contain_text("Jovana P.")
    one.page.keyboard.press("F1")
    one.page.get_by_label("How it ended").fill("crew is safe")
    one.page.keyboard.press("Enter")
    for there in (one, two):
        expect(there.page.locator(".alarm")).to_have_count(0)
