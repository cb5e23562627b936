"""A night's work of two dispatchers, by the keyboard alone; once in peace, once with everything breaking meanwhile.

Ten calls, of which two report what is known already; a patrol broken off for something worse; an incident closed too early
and opened again. At the end both pages are equal to each other and to the database.
"""

import pytest
from django.db.models import Count
from playwright.sync_api import expect

from dispatch.models import Assignment
from geo.models import Place
from incidents.models import Call, Incident, Reopening
from patrols.models import Unit
from tests.browser.test_command_line import run
from tests.browser.test_console import snapshot, take_call
from tests.browser.test_faults import Platform, origin_of, platform, wait_until_equal  # noqa: F401 - a fixture

INCIDENTS = 8


@pytest.fixture
def doors(city) -> list[Place]:
    """Addresses in the town, far from each other, of each of which there is only one."""
    unique = Place.objects.filter(kind=Place.Kind.ADDRESS).values("name").annotate(n=Count("pk")).filter(n=1)
    found = list(Place.objects.filter(kind=Place.Kind.ADDRESS, name__in=unique.values("name")).order_by("pk"))
    return found[:: len(found) // INCIDENTS][:INCIDENTS]


class Night:
    """Two at their consoles, and what they do."""

    def __init__(self, one, two, doors: list[Place]) -> None:
        self.one, self.two, self.doors = one, two, doors
        self.numbers: list[str] = []

    def call(self, who, kind: str, door: int) -> str:
        """Take a call at a door; the number of its incident, which both then see."""
        take_call(who.page, self.doors[door], kind)
        who.page.locator("call-form").wait_for(state="detached")
        expect(who.page.locator(".incident[aria-selected=true]")).to_have_count(1)
        row = Incident.objects.latest("pk")
        for each in (self.one, self.two):
            expect(each.page.locator(f"#incident-{row.pk}")).to_have_count(1)
        self.numbers.append(row.number)
        return row.number

    def again(self, who, kind: str, door: int) -> None:
        """Take a call that reports what is known: one key attaches it."""
        before = Call.objects.count()
        page = who.page
        page.keyboard.press("c")
        page.keyboard.type(self.doors[door].name_latin, delay=10)
        page.keyboard.press("Enter")
        expect(page.locator("#call-place_detail")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.type(kind, delay=10)
        page.keyboard.press("Enter")
        expect(page.locator("#call-summary")).to_be_focused()
        page.keyboard.type("I hear shouting")
        expect(page.get_by_text("attach this caller").first).to_be_visible()
        page.keyboard.press("F2")
        expect(page.locator("#command-echo")).to_contain_text("Caller attached")
        assert Call.objects.count() == before + 1

    def send_proposed(self, who, count: int) -> list[str]:
        """Send those that are recommended for the selected incident, with one key; their call signs."""
        offers = who.page.locator(".offer.recommended .call-sign")
        expect(offers).to_have_count(count)
        sent = offers.all_inner_texts()
        who.page.keyboard.press("d")
        expect(who.page.locator("#command-echo")).to_contain_text("sent to")
        for each in (self.one, self.two):
            for call_sign in sent:
                expect(each.page.locator(f".unit:has-text('{call_sign}') .sign.en_route")).to_have_count(1)
        return sent

    def finish(self, who, units: list[str], number: str) -> None:
        """The way, the scene, the end; then the incident is closed."""
        for unit in units:
            for step in ("way", "scene", "done"):
                run(who.page, f"{unit} {step}", f"{unit}: ")
                expect(who.page.locator("waiting-commands")).to_have_text("")
        run(who.page, f"x #{number} resolved nothing more to do", f"close {number}")
        for each in (self.one, self.two):
            expect(each.page.locator(".incident", has_text=number)).to_have_count(0)


def the_night(night: Night, city, server, user, breaking) -> None:
    """From the first call to the last."""
    one, two = night.one, night.two
    first = night.call(one, "burgl", 0)
    on_first = night.send_proposed(one, 1)
    fight = night.call(two, "viol", 1)
    on_fight = night.send_proposed(two, 2)

    breaking("redis")
    night.again(one, "burgl", 0)
    night.again(two, "viol", 1)
    breaking("redis is back")

    third = night.call(one, "burgl", 2)
    on_third = night.send_proposed(one, 1)
    worse = night.call(two, "viol", 3)
    taken = [*on_first, *on_third]
    run(two.page, f"d {' '.join(taken)} #{worse}", "send")
    for number in (first, third):
        expect(two.page.get_by_role("dialog")).to_contain_text(number)
        two.page.keyboard.press("Enter")
    for each in (one, two):
        row = Incident.objects.get(number=worse).pk
        expect(each.page.locator(f"#incident-{row} .chip")).to_have_count(2)

    breaking("web")
    night.finish(one, on_fight, fight)
    night.finish(two, taken, worse)

    for who, kind, door in ((one, "burgl", 4), (two, "burgl", 5), (one, "burgl", 6), (two, "burgl", 7)):
        number = night.call(who, kind, door)
        if door == 5:
            breaking("database")
        night.finish(who, night.send_proposed(who, 1), number)

    run(one.page, f"o #{fight} they have come back", "reopen")
    expect(one.page.get_by_label("Reason")).to_have_value("they have come back")
    one.page.keyboard.press("Enter")
    reopened = Incident.objects.get(number=fight).pk
    for each in (one, two):
        expect(each.page.locator(f"#incident-{reopened}")).to_have_count(1)

    wait_until_equal([one, two], snapshot(server, city, user))
    what_the_night_left(first, third, fight)


def what_the_night_left(first: str, third: str, fight: str) -> None:
    """What the database holds of it."""
    assert (Call.objects.count(), Incident.objects.count()) == (10, INCIDENTS)
    assert sorted(Incident.objects.annotate(n=Count("calls")).values_list("n", flat=True)) == [1] * 6 + [2] * 2
    waiting = Incident.objects.filter(status="waiting").order_by("number").values_list("number", flat=True)
    assert list(waiting) == sorted([first, third, fight])
    assert Assignment.objects.filter(status="pre_empted").count() == 2
    assert not Assignment.objects.filter(ended_at__isnull=True).exists()
    assert Reopening.objects.get().incident.number == fight
    assert set(Unit.objects.values_list("status", flat=True)) == {"on_patrol"}


def test_a_night_in_peace(city, doors, dispatcher, second_dispatcher, seat, server):
    night = Night(seat(dispatcher), seat(second_dispatcher), doors)
    the_night(night, city, server, dispatcher, lambda _what: None)


def test_a_night_in_which_everything_breaks(
    city,
    doors,
    dispatcher,
    second_dispatcher,
    platform: Platform,  # noqa: F811
    seat,
    server,
):
    seats = [seat(user, origin=origin_of(platform.cable)) for user in (dispatcher, second_dispatcher)]

    def stale() -> None:
        for each in seats:
            expect(each.page.locator("top-bar .live")).to_contain_text("stale since")

    def breaking(what: str) -> None:
        match what:
            case "redis":
                platform.redis.stop()
            case "redis is back":
                platform.redis.start()
            case "web":
                platform.kill_web()
                stale()
                platform.start_web()
            case "database":
                platform.database.cut()
                stale()
                platform.database.mend(lost=True)

    the_night(Night(*seats, doors), city, server, dispatcher, breaking)
    for each in seats:
        each.faults.clear()  # what could not be reached
