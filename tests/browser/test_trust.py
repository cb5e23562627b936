"""The screen says how old its picture is, and finds its way back."""

import signal

from playwright.sync_api import expect

from dispatch.services import assign_unit
from patrols.services import set_unit_status


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


def test_right_that_is_removed_empties_the_screen(city, dispatcher, seat, open_incident):
    there = seat(dispatcher)
    there.page.locator(f"#incident-{open_incident.pk}").wait_for()
    dispatcher.roles.all().delete()
    expect(there.page.locator("top-bar .live")).to_contain_text("your right to this board has ended")
    expect(there.page.locator(".incident")).to_have_count(0)
    there.faults.clear()
