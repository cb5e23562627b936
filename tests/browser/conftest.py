"""A real server over the invented town, and people who sit at it in Chromium."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.gis.geos import Point
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.access import Viewer
from core.models import Board, Organisation, User
from core.rules import Role
from geo.region.pack import Pack
from geo.services import load_region
from incidents.models import Incident, IncidentType
from patrols.models import Unit
from tests import factories
from tests.conftest import person
from tests.integration.geo.conftest import town_dir  # noqa: F401 - a fixture
from tests.integration.live.conftest import Server, run_server, session_of, wait_until_quiet

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in the thread of the test

PATIENCE_MS = 30_000  # maps are drawn in software, on a machine that may be busy
expect.set_options(timeout=PATIENCE_MS)
REFUSALS = re.compile(r"responded with a status of (409|422)")  # answers that tests ask for
SPACING_DEG = 0.004
WATCH_POLICY = """
window.refusedByPolicy = [];
addEventListener("securitypolicyviolation", (event) => refusedByPolicy.push(event.violatedDirective + " " + event.blockedURI));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder."""
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args) -> dict:
    """The machine's own Chromium, drawing maps in software."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium: install Debian's package chromium")
    flags = (
        "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    )  # fmt: skip
    return {**browser_type_launch_args, "executable_path": path, "args": list(flags)}


@pytest.fixture(scope="module")
def _town_server(town_dir, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Server]:  # noqa: F811
    kept, os.environ["REGION_DIR"] = os.environ.get("REGION_DIR"), str(town_dir)
    prefix, log = f"browser:{os.getpid()}", tmp_path_factory.mktemp("browser") / "server.log"
    try:
        yield from run_server(prefix, os.environ["REDIS_URL"], log)
    finally:
        if kept is None:
            del os.environ["REGION_DIR"]
        else:
            os.environ["REGION_DIR"] = kept


@pytest.fixture
def server(_town_server, settings, transactional_db) -> Iterator[Server]:
    """A web process that drives in the invented town."""
    settings.NEWS_PREFIX = _town_server.prefix
    yield _town_server
    wait_until_quiet()


@dataclass
class City:
    """An operations centre with patrols in the invented town."""

    board: Board
    units: list[Unit]
    burglary: IncidentType
    violence: IncidentType
    center: Point

    def point(self, east: float = 0, north: float = 0) -> Point:
        """A place in the town, so many steps of some 300 m from its centre."""
        return Point(self.center.x + east * SPACING_DEG, self.center.y + north * SPACING_DEG, srid=4326)


@pytest.fixture
def city(server, town_dir, directorate, settings) -> City:  # noqa: F811
    """Four cars on patrol, and kinds of incidents of which one needs two."""
    settings.REGION_DIR = town_dir
    pack = Pack((town_dir / "current").resolve())
    load_region(pack, by=Viewer.system("tests"))
    center = Point(*pack.manifest["center"], srid=4326)
    board = factories.BoardFactory(organisation=directorate, name=directorate.name, center=center, zoom=13)
    now = datetime.now(UTC)
    units = [
        factories.UnitFactory(board=board, call_sign=call_sign, sector="Лиман", status_since=now)
        for call_sign in ("203", "209", "221", "230")
    ]
    made = City(
        board=board,
        units=units,
        burglary=factories.IncidentTypeFactory(
            code="burglary", name="Burglary", names={"sr": "Провална крађа", "sl": "Vlom"}, priority=2
        ),
        violence=factories.IncidentTypeFactory(
            code="violence", name="Violence", names={"sr": "Насиље", "sl": "Nasilje"}, priority=1, min_units=2
        ),
        center=center,
    )
    factories.TargetFactory(
        organisation=directorate, priority=1, seconds=600, valid_from=now.date() - timedelta(days=9)
    )
    for east, unit in enumerate(units, start=-1):
        factories.LatestPositionFactory(unit=unit, point=made.point(east), at=now, recorded_at=now)
    return made


@pytest.fixture
def commander(directorate: Organisation) -> User:
    """The commander of the shift."""
    return person(Role.SHIFT_COMMANDER, directorate, "commander")


@pytest.fixture
def pair(city: City) -> User:
    """Who signs in of the two officers on 209."""
    shift = factories.ShiftFactory(unit=city.units[1])
    user = person(Role.PATROL, city.board.organisation, "crew")
    for name, account in (("Милан Илић", user), ("Ана Савић", None)):
        officer = factories.OfficerFactory(user=account, name=name, organisation=city.board.organisation)
        factories.CrewMemberFactory(shift=shift, officer=officer, leads=account is not None)
    return user


@pytest.fixture
def second_dispatcher(directorate: Organisation) -> User:
    """A colleague on the same board."""
    return person(Role.DISPATCHER, directorate, "dispatcher2")


@dataclass
class Seat:
    """Somebody at a console."""

    page: Page
    faults: list[str]

    def state(self, name: str) -> dict:
        """A collection as this page holds it."""
        script = "async (name) => Object.fromEntries((await import('/static/js/store.js')).store[name])"
        return self.page.evaluate(script, name)

    def live(self) -> str:
        """What the page says of how old its picture is."""
        return self.page.locator("top-bar .live").inner_text()

    def features(self, layer: str) -> list[dict]:
        """What the map has really drawn of a layer."""
        script = """(layer) => {
          const { map } = document.querySelector("unit-map");
          return map?.getLayer(layer) ? map.queryRenderedFeatures({ layers: [layer] }).map((one) => one.properties) : [];
        }"""
        return self.page.evaluate(script, layer)

    def wait_for_features(self, layer: str, at_least: int = 1) -> list[dict]:
        """What the map draws of a layer, once it draws so many."""
        script = """([layer, count]) => {
          const { map } = document.querySelector("unit-map");
          return map?.getLayer(layer) && map.queryRenderedFeatures({ layers: [layer] }).length >= count;
        }"""
        self.page.wait_for_function(script, arg=[layer, at_least], timeout=PATIENCE_MS)
        return self.features(layer)


@pytest.fixture
def seat(server, browser: Browser) -> Iterator[Callable[..., Seat]]:
    """Sit somebody down at the console; whatever the page was refused or threw fails the test at its end."""
    contexts: list[BrowserContext] = []
    seats: list[Seat] = []

    def sit(user: User, path: str = "/console/", *, origin: str = "", clock: bool = False, **options) -> Seat:
        """`origin`: another way to the server; `clock`: the page's clock can be moved."""
        origin = origin or server.origin
        context = browser.new_context(viewport={"width": 1512, "height": 788}, **options)
        context.set_default_timeout(PATIENCE_MS)
        cookies = {
            django_settings.SESSION_COOKIE_NAME: session_of(user),
            django_settings.LANGUAGE_COOKIE_NAME: user.language or "en",
        }
        context.add_cookies([{"name": n, "value": v, "url": origin} for n, v in cookies.items()])
        context.add_init_script(WATCH_POLICY)
        contexts.append(context)
        page = context.new_page()
        if clock:
            page.clock.install()
        made = Seat(page, [])
        page.on("pageerror", lambda error: made.faults.append(f"error: {error}"))
        page.on("console", lambda said: made.faults.append(said.text) if said.type == "error" else None)
        page.goto(origin + path)
        if path.startswith("/console/"):
            expect(page.locator("top-bar .live"), f"{made.faults}").to_have_class("live live")
        seats.append(made)
        return made

    yield sit
    refused = [one.page.evaluate("window.refusedByPolicy") for one in seats if not one.page.is_closed()]
    for context in contexts:
        context.close()
    assert [one for found in refused for one in found] == []
    faults = [fault for one in seats for fault in one.faults]
    assert [fault for fault in faults if not REFUSALS.search(fault)] == []


@pytest.fixture
def open_incident(city) -> Incident:
    """A burglary that waits for a patrol."""
    return _incident(city, city.burglary, east=-2, north=1)


@pytest.fixture
def urgent_incident(city) -> Incident:
    """Violence, which needs two patrols."""
    return _incident(city, city.violence, east=2, north=-1)


def _incident(city: City, kind: IncidentType, *, east: float, north: float) -> Incident:
    now = datetime.now(UTC) - timedelta(seconds=30)
    return factories.IncidentFactory(
        board=city.board,
        type=kind,
        priority=kind.priority,
        min_units=kind.min_units,
        location=city.point(east, north),
        received_at=now,
        created_at=now,
        ready_at=now,
    )


def until(page: Page, is_so: Callable[[], bool], within_ms: int = PATIENCE_MS) -> None:
    """Wait until something is so that no page shows. `page.wait_for_function` takes a promise for a yes: never async there."""
    for _ in range(within_ms // 250):
        if is_so():
            return
        page.wait_for_timeout(250)
    pytest.fail("it never came about")
