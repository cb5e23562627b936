"""What breaks during the night: the cable, the laptop's lid, Redis, the web process, the database.

Each time two dispatchers look on, and work goes on at a third place. While it is broken the screen says since when it is
stale (or slower); within five seconds of the repair both screens equal the database, and no answered command is lost.
Long times are passed by the page's own clock, which fires its timers as a browser does that wakes.
"""

import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import pytest
from playwright.sync_api import expect

from core import news
from core.models import LiveEvent
from core.tasks import forget_old_news
from dispatch.services import advance_assignment, assign_unit
from patrols.services import set_unit_status
from tests.browser.conftest import until
from tests.browser.test_console import snapshot
from tests.integration.live.conftest import run_server
from tests.integration.live.test_outages import Redis
from tests.wire import Wire, wire_to

COLLECTIONS = ("incidents", "assignments", "units")
RECOVERED_MS = 5_000
"""Both screens are equal to the database within this, however long they were away."""


HOLDS = """async ([wanted, names]) => {
  const { store } = await import("/static/js/store.js");
  const { live } = await import("/static/js/live.js");
  const sorted = (value) => JSON.stringify(value, (_, one) =>
    one && typeof one === "object" && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one);
  return live.state === "live" &&
    names.every((name) => sorted(Object.fromEntries(store[name])) === sorted(wanted[name]));
}"""


def on_screen(seat, collections=COLLECTIONS) -> dict:
    return {name: seat.state(name) for name in collections}


def wait_until_equal(seats, fresh, *, within_ms: int = RECOVERED_MS) -> None:
    """Both pages hold what the database holds, and say that they are live; sooner than the limit."""
    for seat in seats:
        wanted = {name: fresh[name] for name in COLLECTIONS}
        until(
            seat.page,
            lambda page=seat.page, wanted=wanted: page.evaluate(HOLDS, [wanted, list(COLLECTIONS)]),
            within_ms,
        )
        assert on_screen(seat) == wanted


@pytest.fixture
def cable(server) -> Iterator[Wire]:
    """What one of the dispatchers hangs on."""
    with wire_to(server.port) as wire:
        yield wire


def origin_of(wire: Wire) -> str:
    return f"http://127.0.0.1:{wire.port}"


@pytest.mark.parametrize("away", ["00:10", "01:00", "20:00"])
def test_cable_that_was_cut_leaves_no_trace(
    city, dispatcher, second_dispatcher, cable, seat, server, viewer, settings, open_incident, away
):
    there = seat(dispatcher, origin=origin_of(cable), clock=True)
    snapshots: list[str] = []
    there.page.on("request", lambda asked: snapshots.append(asked.url) if "/snapshot/" in asked.url else None)
    job = assign_unit(incident_id=open_incident.pk, unit_id=city.units[0].pk, by=viewer)
    expect(there.page.locator(f"#incident-{open_incident.pk} .chip")).to_have_text("203")
    is_long = away == "20:00"

    cable.cut()
    there.page.clock.fast_forward("00:10")
    expect(there.page.locator("top-bar .live")).to_contain_text("stale since")
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    set_unit_status(unit_id=city.units[1].pk, status="meal", by=viewer)
    there.page.clock.fast_forward(away)
    expect(there.page.locator("top-bar .live")).to_contain_text("stale since")
    if is_long:
        settings.LIVE_RETENTION = timedelta(0)
        forget_old_news()
        assert not LiveEvent.objects.filter(board=city.board).exists()
    snapshots.clear()
    cable.mend(lost=away != "00:10")

    two = seat(second_dispatcher)
    wait_until_equal([there, two], snapshot(server, city, dispatcher))
    assert not is_long or snapshots, "what is not kept any more was shown without being read"
    there.faults.clear()  # what hung in the cable


def test_lid_that_was_closed_for_an_hour(city, dispatcher, seat, server, viewer, open_incident):
    there = seat(dispatcher, clock=True)
    there.page.locator(f"#incident-{open_incident.pk}").wait_for()
    lid = there.page.context.new_cdp_session(there.page)
    lid.send("Page.setWebLifecycleState", {"state": "frozen"})
    assign_unit(incident_id=open_incident.pk, unit_id=city.units[0].pk, by=viewer)
    set_unit_status(unit_id=city.units[1].pk, status="meal", by=viewer)
    lid.send("Page.setWebLifecycleState", {"state": "active"})
    there.page.clock.fast_forward("01:00:00")
    wait_until_equal([there], snapshot(server, city, dispatcher))
    there.faults.clear()  # that the socket was given up is what waking means


class Platform:
    """A web process of a test's own behind a cable, with a Redis of its own and a cable to the database."""

    def __init__(self, directory: Path, town: Path) -> None:
        self._directory, self._town, self._started = directory, town, 0
        self.redis = Redis(directory)
        self.redis.start()
        url = urlsplit(os.environ["DATABASE_URL"])
        home = unquote(url.netloc.rpartition("@")[2].rpartition(":")[0])
        name = f".s.PGSQL.{url.port}"
        self.database = Wire(Path(home) / name, directory / name)
        where = str(directory).replace("/", "%2F")
        self._url = urlunsplit(url._replace(netloc=f"{url.username}@{where}:{url.port}"))
        self.prefix = f"faults:{os.getpid()}"
        self.start_web()
        self.cable = Wire(self._server.port)

    def start_web(self) -> None:
        self._started += 1
        log = self._directory / f"web-{self._started}.log"
        self._running = run_server(self.prefix, self.redis.url, log, database_url=self._url)
        self._server = next(self._running)
        if self._started > 1:
            self.cable.target = self._server.port

    def kill_web(self) -> None:
        self._server.process.kill()
        self._server.process.wait()
        self._running.close()

    def close(self) -> None:
        self._running.close()
        self.cable.close()
        self.database.close()
        self.redis.stop()


@pytest.fixture
def platform(city, town_dir, tmp_path, settings, monkeypatch) -> Iterator[Platform]:
    short = tmp_path if len(str(tmp_path)) < 80 else Path(tempfile.mkdtemp())
    monkeypatch.setenv("REGION_DIR", str(town_dir))
    made = Platform(short, town_dir)
    settings.REDIS_URL, settings.NEWS_PREFIX = made.redis.url, made.prefix
    news.client.cache_clear()
    yield made
    made.close()
    news.client.cache_clear()


def note(seat, text: str) -> None:
    """A note on the selected incident, by the keyboard."""
    seat.page.keyboard.press("n")
    seat.page.keyboard.type(text)
    seat.page.keyboard.press("Enter")


def test_redis_web_and_database_break_one_after_the_other_and_no_answered_command_is_lost(
    city, dispatcher, second_dispatcher, platform, seat, server, viewer, open_incident
):
    seats = [seat(user, origin=origin_of(platform.cable)) for user in (dispatcher, second_dispatcher)]
    one = seats[0]
    for each in seats:
        each.page.locator(f"#incident-{open_incident.pk}").click()

    platform.redis.stop()
    for each in seats:
        expect(each.page.locator("top-bar .live")).to_have_text("live, slower")
    note(one, "without Redis")
    expect(seats[1].page.locator(".timeline")).to_contain_text("without Redis")
    platform.redis.start()
    job = assign_unit(incident_id=open_incident.pk, unit_id=city.units[0].pk, by=viewer)
    wait_until_equal(seats, snapshot(server, city, dispatcher))

    platform.kill_web()
    for each in seats:
        expect(each.page.locator("top-bar .live")).to_contain_text("stale since")
    note(one, "without a web process")
    expect(one.page.locator("waiting-commands")).to_contain_text("adding the note")
    advance_assignment(assignment_id=job.pk, status="en_route", by=viewer)
    platform.start_web()
    expect(seats[1].page.locator(".timeline")).to_contain_text("without a web process")
    wait_until_equal(seats, snapshot(server, city, dispatcher))

    platform.database.cut()
    for each in seats:
        expect(each.page.locator("top-bar .live")).to_contain_text("stale since")
    note(one, "without a database")
    advance_assignment(assignment_id=job.pk, status="on_scene", by=viewer)
    platform.database.mend(lost=True)
    expect(seats[1].page.locator(".timeline")).to_contain_text("without a database")
    wait_until_equal(seats, snapshot(server, city, dispatcher))

    notes = list(open_incident.timeline.filter(kind="note").values_list("text", flat=True))
    assert sorted(notes) == ["without Redis", "without a database", "without a web process"]
    for each in seats:
        each.faults.clear()  # what could not be reached
