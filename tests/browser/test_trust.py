"""The screen says how old its picture is, and finds its way back."""

import signal

import pytest
from playwright.sync_api import expect

from core.access import Viewer
from core.rules import Role
from dispatch.services import assign_unit
from patrols.messages.services import send_to_centre
from patrols.safety.services import raise_emergency
from patrols.services import set_unit_status
from tests import factories
from tests.browser.conftest import until
from tests.conftest import person

CALLS = """async () => {
  const { sounding } = await import('/static/js/console/alarm-sound.js');
  const { unread } = await import('/static/js/console/messages.js');
  return [sounding() !== 'silent', unread().length > 0];
}"""


def test_silent_server_makes_the_screen_stale_and_its_return_brings_it_up_to_date(
    city, dispatcher, seat, server, viewer
):
    there = seat(dispatcher)
    server.process.send_signal(signal.SIGSTOP)
    try:
        expect(there.page.locator("top-bar .live")).to_contain_text("stale since")
        set_unit_status(unit_id=city.units[0].pk, status="meal", by=viewer)
    finally:
        server.process.send_signal(signal.SIGCONT)
    expect(there.page.locator("top-bar .live")).to_have_text("live")
    expect(there.page.locator(".unit:has-text('203') .doing")).to_contain_text("meal break")
    there.faults.clear()  # that the socket broke is what was asked for


def test_without_a_socket_news_is_polled_and_the_screen_says_so(city, dispatcher, seat, viewer, open_incident):
    there = seat(dispatcher, path="/sign-in/")
    sockets = []
    there.page.route_web_socket("**/ws/boards/**", lambda socket: (sockets.append(socket), socket.close()))
    there.page.goto(there.page.url.split("/console/")[0] + "/console/")
    expect(there.page.locator("top-bar .live")).to_have_text("live, slower")
    assign_unit(incident_id=open_incident.pk, unit_id=city.units[0].pk, by=viewer)
    expect(there.page.locator(f"#incident-{open_incident.pk} .chip")).to_have_text("203")
    assert sockets
    there.faults.clear()


def test_command_that_met_no_network_is_sent_again_under_the_same_key(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    there.page.locator(f"#incident-{open_incident.pk}").wait_for()
    keys: list[str] = []

    def break_twice(route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort() if len(keys) < 3 else route.continue_()

    there.page.route("**/notes/", break_twice)
    there.page.keyboard.press("n")
    there.page.keyboard.type("it is quiet now")
    there.page.keyboard.press("Enter")
    expect(there.page.locator("waiting-commands")).to_contain_text("try 2")
    expect(there.page.locator(".timeline")).to_contain_text("it is quiet now")
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert open_incident.timeline.filter(kind="note").count() == 1
    there.faults.clear()


@pytest.fixture
def calling(city):
    """A patrol calls for help and has written, too."""
    raise_emergency(unit_id=city.units[0].pk, by=Viewer.system("test"))
    user = person(Role.PATROL, city.board.organisation, "crew")
    shift = factories.ShiftFactory(unit=city.units[1])
    factories.CrewMemberFactory(shift=shift, officer=factories.OfficerFactory(user=user))
    send_to_centre(text="Црвени голф", by=Viewer.of(user))


def is_calling(page, *, expected):
    """Wait until the page sounds for an alarm and would for an unread message, or for neither."""
    until(page, lambda: page.evaluate(CALLS) == [expected, expected])


def test_right_that_is_removed_empties_the_screen_and_nothing_calls_any_more(
    city, dispatcher, seat, open_incident, calling
):
    there = seat(dispatcher)
    there.page.locator(f"#incident-{open_incident.pk}").wait_for()
    is_calling(there.page, expected=True)
    dispatcher.roles.all().delete()
    expect(there.page.locator("top-bar .live")).to_contain_text("your right to this board has ended")
    expect(there.page.locator(".incident")).to_have_count(0)
    is_calling(there.page, expected=False)
    there.faults.clear()


def test_signing_out_silences_every_window_before_the_server_has_closed_anything(city, dispatcher, seat, calling):
    there = seat(dispatcher)
    other = there.page.context.new_page()
    other.goto(there.page.url)
    is_calling(other, expected=True)
    there.page.evaluate("addEventListener('submit', (event) => event.preventDefault())")  # the session goes on
    there.page.locator("top-bar details > summary").click()
    there.page.get_by_role("button", name="Sign out").click()
    is_calling(there.page, expected=False)
    is_calling(other, expected=False)
    expect(other.locator(".alarm-row")).to_have_count(0)
    there.faults.clear()
