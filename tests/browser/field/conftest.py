"""A crew's phone: with a network, without one, and with somebody else's hands on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.models import User
from core.rules import Role
from patrols.models import Unit
from tests import factories
from tests.browser.conftest import PATIENCE_MS, WATCH_POLICY, until
from tests.conftest import person
from tests.integration.live.conftest import session_of

OFFLINE = ("ERR_INTERNET_DISCONNECTED", "status of 401", "status of 404", "status of 409", "status of 422")


IS_KEPT = """async () => {
  for (const name of await caches.keys()) {
    const kept = await (await caches.open(name)).keys();
    if (kept.some(({ url }) => url.endsWith("/field/")) && kept.length > 30) return true;
  }
  return false;
}"""
type Prepare = Callable[[BrowserContext], None]


@dataclass
class Phone:
    """A phone in somebody's hand."""

    page: Page
    context: BrowserContext
    faults: list[str]
    origin: str

    def sign_in(self, user: User) -> None:
        """Give the browser this person's session, as the sign-in page would."""
        cookies = {
            django_settings.SESSION_COOKIE_NAME: session_of(user),
            django_settings.LANGUAGE_COOKIE_NAME: user.language or "en",
        }
        self.context.add_cookies([{"name": n, "value": v, "url": self.origin} for n, v in cookies.items()])

    def open(self) -> None:
        """Open the page and wait until it works without a network."""
        self.page.goto(f"{self.origin}/field/")
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=PATIENCE_MS)
        until(self.page, lambda: self.page.evaluate(IS_KEPT))

    def cut(self) -> None:
        """Take the network away."""
        self.context.set_offline(True)
        expect(self.page.locator(".link")).to_contain_text("no network")

    def press(self, name: str) -> None:
        """Press one of the actions at the thumb."""
        self.page.locator(".thumb").get_by_role("button", name=name, exact=True).tap()

    def step(self, name: str) -> None:
        """Press the next step of the job; the button says the one after it as soon as the press is on the disk."""
        self.press(name)
        expect(self.page.locator(".thumb .primary")).not_to_have_text(name)

    def note(self, text: str) -> None:
        """Write a note; it stands in the list as soon as it is on the disk."""
        self.press("Note")
        self.page.get_by_label("Note").fill(text)
        self.page.get_by_role("button", name="Add the note").tap()
        expect(self.page.locator(".notes")).to_contain_text(text)

    def all_is_sent(self) -> None:
        """Nothing that was pressed waits any more."""
        expect(self.page.locator(".count")).to_have_count(0)


@pytest.fixture
def phone(server, browser: Browser, city) -> Iterator[Callable[..., Phone]]:
    """Hand somebody a phone; what its page threw or was refused by policy fails the test at its end."""
    made: list[Phone] = []

    def hand(
        user: User,
        *,
        width: int = 412,
        height: int = 915,
        clock: datetime | None = None,
        before: Prepare | None = None,
        **options,
    ) -> Phone:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=True,
            is_mobile=True,
            permissions=["geolocation"],
            geolocation={"longitude": city.center.x, "latitude": city.center.y, "accuracy": 8},
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(WATCH_POLICY)
        page = context.new_page()
        one = Phone(page, context, [], server.origin)
        page.on("pageerror", lambda error: one.faults.append(f"error: {error}"))
        page.on("console", lambda said: one.faults.append(said.text) if said.type == "error" else None)
        one.sign_in(user)
        made.append(one)
        one.open()
        if before is not None:
            before(context)
        if clock is not None:  # it goes on from there, and can be turned forward
            page.clock.install(time=clock)
            page.reload()
        return one

    yield hand
    refused = [found for one in made for found in one.page.evaluate("window.refusedByPolicy")]
    for one in made:
        one.context.close()
    assert refused == []
    assert [fault for one in made for fault in one.faults if not any(known in fault for known in OFFLINE)] == []


@pytest.fixture
def officer(directorate) -> User:
    """A patrol officer."""
    user = person(Role.PATROL, directorate, "alice")
    factories.OfficerFactory(user=user, organisation=directorate, name="Алиса")
    return user


@pytest.fixture
def colleague(directorate) -> User:
    """Another."""
    user = person(Role.PATROL, directorate, "bob")
    factories.OfficerFactory(user=user, organisation=directorate, name="Бојан")
    return user


@pytest.fixture
def unit(city, officer) -> Unit:
    """A car with the officer in it."""
    unit = city.units[0]
    shift = factories.ShiftFactory(unit=unit, starts_at=datetime.now(UTC))
    factories.CrewMemberFactory(shift=shift, officer=officer.officer, joined_at=shift.starts_at)
    return unit


@pytest.fixture
def send(client_of, dispatcher):
    """Send a unit to an incident, as the dispatcher."""

    def sent(incident, unit) -> dict:
        answer = client_of(dispatcher).post(
            f"/api/v1/incidents/{incident.pk}/assignments/", {"unit": unit.pk, "pre_empt": True}, format="json"
        )
        assert answer.status_code == 201, answer.json()
        return answer.json()

    return sent
