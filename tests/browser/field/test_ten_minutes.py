"""A real drive with a bad network, ten minutes without any, and back: everything is there, once, with its true time.

Nobody waits ten minutes: they are turned on the phone's clock. So that the server, whose clock cannot be turned, meets
a phone that is right, the phone begins that much earlier: its clock stands in the past, and until the network is cut
the server's answers tell the time of then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from core.models import User
from dispatch.models import Assignment
from incidents.models import Incident, TimelineEntry
from patrols.messages.models import Message
from patrols.models import PastPosition, Shift, Unit
from tests.browser.conftest import until
from tests.browser.field.conftest import Phone

GAP = timedelta(minutes=12)
BETWEEN_FIXES_MS = 5100
HERE = "async () => (await import('/static/js/field/positions.js')).place.here"
UNDER_WAY = "async () => (await import('/static/js/field/state.js')).known.state.job.assignment.en_route_at !== null"
NOW = "async () => (await import('/static/js/clock.js')).serverNow()"
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 40_000, "uploadThroughput": 15_000}


@dataclass(frozen=True)
class Entry:
    """What the officer entered, and between which times."""

    kind: str
    text: str
    earliest: datetime
    latest: datetime


@dataclass
class Earlier:
    """The time that the phone lives in: so much before the server's, until all of it was turned."""

    left: timedelta = GAP

    def prepare(self, context: BrowserContext) -> None:
        """Let what the server says of the time be that of then."""
        context.route("**/api/v1/field/state/", self._answer)

    def _answer(self, route: Route) -> None:
        answer = route.fetch()
        if answer.status != 200:
            return route.fulfill(response=answer)
        told = answer.json()
        told["now"] = (datetime.fromisoformat(told["now"]) - self.left).isoformat()
        return route.fulfill(response=answer, json=told)

    def turn(self, hand: Phone, seconds: float) -> None:
        """Let so much time pass on the phone."""
        self.left -= timedelta(seconds=seconds)
        hand.page.clock.fast_forward(round(seconds * 1000))

    def now(self, hand: Phone) -> datetime:
        """What time the phone takes it to be."""
        return datetime.fromtimestamp(hand.page.evaluate(NOW) / 1000, UTC)


def drive(hand: Phone, time: Earlier, points: list[list[float]]) -> None:
    """Move along a way, a fix every five seconds."""
    for lon, lat in points:
        time.turn(hand, BETWEEN_FIXES_MS / 1000)
        hand.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 6})
        until(hand.page, lambda lon=lon, lat=lat: hand.page.evaluate(HERE) == [lon, lat])


def set_back(start: datetime, unit: Unit) -> None:
    """Let all of the scene have begun before the time in which the phone begins."""
    Incident.objects.update(received_at=start - GAP - timedelta(minutes=2), created_at=start - GAP)
    Shift.objects.update(starts_at=start - timedelta(hours=2))
    Unit.objects.filter(pk=unit.pk).update(status_since=start - timedelta(hours=1))


@pytest.fixture
def job(unit, open_incident, client_of, dispatcher) -> Assignment:
    """The unit was sent to the burglary thirteen minutes ago."""
    start = datetime.now(UTC)
    set_back(start, unit)
    sent = client_of(dispatcher).post(
        f"/api/v1/incidents/{open_incident.pk}/assignments/",
        {"unit": unit.pk, "occurred_at": (start - GAP - timedelta(minutes=1)).isoformat()},
        format="json",
    )
    assert sent.status_code == 201, sent.json()
    return Assignment.objects.get(pk=sent.json()["id"])


@pytest.fixture
def points(open_incident, client_of, dispatcher, city) -> list[list[float]]:
    """Fifteen points of the way by road to the burglary, its end among them."""
    target = open_incident.location
    ends = {"from": f"{city.center.x},{city.center.y}", "to": f"{target.x},{target.y}"}
    found = client_of(dispatcher).get("/api/v1/routes/", ends).json()
    assert found["source"] == "route"
    way = found["geometry"]["coordinates"]
    return [way[round(index * (len(way) - 1) / 15)] for index in range(1, 16)]


def work(hand: Phone, time: Earlier) -> list[Entry]:
    """What the officer does without a network, with the earliest and the latest that each may have been."""
    page, done = hand.page, []

    def does(kind: str, text: str, press: Callable[[], object]) -> None:
        earliest = time.now(hand)
        press()
        done.append(Entry(kind, text, earliest, time.now(hand)))
        time.turn(hand, 90)

    does("unit_on_scene", "", lambda: hand.step("On the scene"))
    does("note", "Врата обијена", lambda: hand.note("Врата обијена"))
    does("unit_action_taken", "", lambda: hand.step("Action taken"))
    page.get_by_label("In words").fill("Један приведен")
    does("outcome_reported", "Један приведен", page.get_by_role("button", name="arrest").tap)
    expect(page.locator(".said")).to_contain_text("arrest")
    does("note", "Трагови узети", lambda: hand.note("Трагови узети"))
    hand.press("More")
    page.get_by_role("button", name="Messages", exact=True).tap()
    page.get_by_label("To the operations centre").fill("Возимо у станицу")
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.locator(".messages")).to_contain_text("not sent yet")
    return done


def test_a_drive_ten_minutes_without_a_network_and_back(phone, officer: User, unit, open_incident, job, points):
    time = Earlier()
    hand = phone(officer, clock=datetime.now(UTC) - GAP, before=time.prepare)
    page = hand.page
    expect(page.locator("h1")).to_have_text("Burglary")
    wire = hand.context.new_cdp_session(page)
    wire.send("Network.emulateNetworkConditions", SLOW)
    hand.step("Acknowledge")
    hand.step("On the way")
    hand.all_is_sent()
    until(
        page, lambda: page.evaluate(UNDER_WAY)
    )  # from here on nothing is new, so no answer tells the time while it is turned
    drive(hand, time, points[:7])
    wire.detach()  # two hands on the network would undo each other

    hand.cut()
    drive(hand, time, points[7:])
    done = work(hand, time)
    expect(page.locator(".count")).to_have_text("6 not sent")
    assert time.left > timedelta(0)
    time.turn(hand, time.left.total_seconds())
    expect(page.locator(".link")).to_contain_text("min ago")
    assert TimelineEntry.objects.filter(incident=open_incident).count() == 3  # nothing got out

    hand.context.set_offline(False)
    hand.all_is_sent()
    lines = list(
        TimelineEntry.objects.filter(incident=open_incident, occurred_at__gte=done[0].earliest).order_by(
            "occurred_at", "id"
        )
    )
    assert [(line.kind, line.text) for line in lines] == [(entry.kind, entry.text) for entry in done]
    assert [
        line for line, entry in zip(lines, done, strict=True) if not entry.earliest <= line.occurred_at <= entry.latest
    ] == []
    assert lines[-1].occurred_at - lines[0].occurred_at >= timedelta(minutes=6)
    assert (
        TimelineEntry.objects.filter(incident=open_incident).count() == len(done) + 3
    )  # sent, acknowledged, under way
    job.refresh_from_db()
    assert job.dispatched_at < job.acknowledged_at < job.en_route_at < job.on_scene_at < job.action_taken_at
    assert Message.objects.get().occurred_at > lines[-1].occurred_at

    end = open_incident.location
    until(page, lambda: PastPosition.objects.filter(unit_id=unit.pk, point__dwithin=(end, 0.0005)).exists())
    driven = [(row.point.x, row.point.y) for row in PastPosition.objects.filter(unit_id=unit.pk).order_by("at")]
    wanted = [(lon, lat) for lon, lat in points]
    assert [place for place in driven if place in wanted] == wanted  # each once, in order
