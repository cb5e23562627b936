"""The emergency drill with two consoles while something is dead: the alarm is there, once, and escalates in time."""

import os
from collections.abc import Iterator

import httpx
import pytest
from knox.models import AuthToken
from playwright.sync_api import expect

from core.models import LiveEvent
from patrols.models import Alarm, SafetySetting
from tests.browser.conftest import until
from tests.integration.live.conftest import Server, run_server
from tests.integration.live.test_outages import own_redis  # noqa: F401 - a fixture

SOUNDED = "async () => (await import('/static/js/console/alarm-sound.js')).sounded.times"


class Web:
    """The web process, which may be killed and started again at the same address."""

    def __init__(self, prefix, redis_url, log):
        self.arguments = (prefix, redis_url, log)
        self.running = run_server(*self.arguments)
        self.server: Server = next(self.running)

    @property
    def origin(self):
        return self.server.origin

    def kill(self):
        self.server.process.kill()
        self.server.process.wait()

    def start_again(self):
        self.stop()
        self.running = run_server(*self.arguments, port=self.server.port)
        self.server = next(self.running)

    def stop(self):
        next(self.running, None)


@pytest.fixture
def server(own_redis, town_dir, transactional_db, tmp_path, settings, monkeypatch) -> Iterator[Web]:  # noqa: F811
    """A web process with a Redis of its own, and no worker at all."""
    monkeypatch.setenv("REGION_DIR", str(town_dir))
    settings.NEWS_PREFIX = f"drill:{os.getpid()}"
    web = Web(settings.NEWS_PREFIX, own_redis.url, tmp_path / "server.log")
    yield web
    web.stop()


def press(server, token):
    """Press the button, over the API, as a field unit does."""
    return httpx.post(
        f"{server.origin}/api/v1/alarms/", json={}, headers={"Authorization": f"Token {token}"}, timeout=30
    )


@pytest.mark.parametrize("dead", ["worker", "redis", "web"])
def test_an_alarm_is_there_once_escalates_and_is_answered(
    city,
    pair,
    dispatcher,
    second_dispatcher,
    directorate,
    server,
    seat,
    own_redis,  # noqa: F811
    dead,
):
    SafetySetting.objects.create(organisation=directorate, escalate_after_s=5)
    token = AuthToken.objects.create(pair)[1]
    seats = [seat(dispatcher), seat(second_dispatcher)]
    if dead == "redis":
        own_redis.stop()
        for one in seats:
            expect(one.page.locator("top-bar .live")).to_have_text("live, slower")

    assert press(server, token).status_code == 201
    if dead == "web":
        server.kill()
        server.start_again()
    for one in seats:
        expect(one.page.locator(".alarm-row")).to_contain_text("Milan Ilić")
    assert press(server, token).status_code == 200
    for one in seats:
        expect(one.page.locator(".alarm-row")).to_have_count(1)
        expect(one.page.locator(".alarm-row")).to_contain_text("pressed 2 times")
        expect(one.page.locator(".alarm-row.escalated")).to_contain_text("Nobody has answered")

    seats[0].page.keyboard.press("F1")
    for one in seats:
        expect(one.page.locator(".alarm-row.taken")).to_contain_text("taken by")
    seats[1].page.keyboard.press("F1")
    seats[1].page.get_by_label("How it ended").fill("The officer is well.")
    seats[1].page.keyboard.press("Enter")
    for one in seats:
        expect(one.page.locator(".alarm-row")).to_have_count(0)
        one.faults.clear()  # sockets and requests that broke off, which this test asks for
    alarm = Alarm.objects.get()
    assert (alarm.presses, alarm.acknowledged_by, alarm.resolved_by) == (2, dispatcher, second_dispatcher)
    assert alarm.escalated_at >= alarm.escalate_at
    assert LiveEvent.objects.filter(kind="AlarmEscalated").count() == 1


def test_right_after_sign_out_nothing_is_shown_and_nothing_sounds(city, pair, dispatcher, server, seat):
    token = AuthToken.objects.create(pair)[1]
    desk = seat(dispatcher)
    desk.page.locator("#queue").click()
    press(server, token)
    expect(desk.page.locator(".alarm-row")).to_contain_text("Milan Ilić")
    until(desk.page, lambda: desk.page.evaluate(SOUNDED) >= 1)
    here = desk.page.context.new_page()  # signs out in another tab of the same browser
    here.goto(server.origin + "/console/")
    here.locator("details.own summary").click()
    here.get_by_role("button", name="Sign out").click()
    expect(here.get_by_label("Password")).to_be_visible()

    expect(desk.page.locator("top-bar .live")).to_contain_text("signed out")
    expect(desk.page.locator(".alarm-row")).to_have_count(0)
    sounded = desk.page.evaluate(SOUNDED)
    press(server, token)
    desk.page.wait_for_timeout(3500)  # longer than two repeats of the sound
    assert desk.page.evaluate(SOUNDED) == sounded
    assert desk.state("alarms") == {}
    desk.faults.clear()
