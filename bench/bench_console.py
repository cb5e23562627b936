"""What a dispatcher waits for, in a real Chromium: 1,000 units at one fix every 5 s, 100 consoles, 200 incidents.

From commit to paint in another browser; from the key to a visible reaction and to the answer; from asking for the
snapshot to a screen to work with; and the main thread and memory of a page with 2,000 moving units. Painted is the
first task after the frame in which a `MutationObserver` saw the change; what lies between is the drawing of frames,
which without a graphics card is done by the same cores. Bare is a page of a few lines on a uvicorn that
only answers, in the same browser and run. `--minutes 30` watches the moving units for longer.
"""

import json
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, sync_playwright

import bench
from bench.crowd import crowd
from bench.plain import Plain
from bench.scene import Scene, at, scene, server

CONSOLES = 98  # beside the two that are measured
CHANGES, KEYS, LOADS, MOVING = 100, 40, 5, 2000
TRACED_S = 15.0
SETTLED_MS = 5000
"""A shift is measured, not the opening of two pages at once: the map's first frames take seconds of the shared cores."""
FLAGS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--enable-precise-memory-info",
)  # fmt: skip
SCRIPT = (Path(__file__).parent / "watch_page.js").read_text()


def run(emit: Callable[..., None]) -> None:
    """Measure and print."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    made, many = scene("CONS"), scene("MANY", units=MOVING, incidents=50)
    with sync_playwright() as playwright, _chromium(playwright) as browser:
        with server("bench.bare_page:application") as port:
            bare = _bare(browser, port, json.dumps(_snapshot_of(made)).encode())
        with server("config.asgi:application") as port:
            _usable(emit, browser, port, made, bare)
            with crowd(port, made, consoles=CONSOLES):
                one, two = (_console(browser, port, made) for _ in range(2))
                two.wait_for_timeout(SETTLED_MS)
                _painted(emit, two, Plain(port, made.token), made, bare)
                _keys(emit, one, made, bare)
                for page in (one, two):
                    page.context.close()
            with crowd(port, many, consoles=0):
                _moving(emit, browser, port, many)


@contextmanager
def _chromium(playwright: Any) -> Iterator[Browser]:
    path = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
    browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    yield browser
    browser.close()


def _snapshot_of(made: Scene) -> Any:
    from core.access import Viewer  # noqa: PLC0415
    from core.live import encode  # noqa: PLC0415
    from dispatch.selectors import snapshot  # noqa: PLC0415

    return json.loads(encode(snapshot(Viewer.of(made.user), made.board.pk)))


def _console(browser: Browser, port: int, made: Scene, *, wait: bool = True) -> Page:
    """Somebody at the console of a board, signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(made.user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = made.user.get_session_auth_hash()
    session.create()
    context = browser.new_context(viewport={"width": 1512, "height": 788})
    context.set_default_timeout(120_000)
    origin = f"http://127.0.0.1:{port}"
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": origin}])
    context.add_init_script(SCRIPT)
    page = context.new_page()
    if wait:
        page.goto(f"{origin}/console/?board={made.board.pk}")
        page.locator("top-bar .live", has_text="live").wait_for()
        page.wait_for_function("count => document.querySelectorAll('.unit').length === count", arg=len(made.units))
    return page


def _bare(browser: Browser, port: int, snapshot: bytes) -> dict[str, list[float]]:
    """Delays (s, sorted) of the page that does nothing else."""
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    plain = Plain(port, "")
    plain.ask("PUT", "/json", snapshot)
    for _ in range(CHANGES):
        plain.ask("POST", "/push/1400")
        time.sleep(0.03)
    for _ in range(KEYS):
        page.keyboard.press("x")
        page.wait_for_timeout(30)
    page.wait_for_function("count => answers.length >= count && reactions.length >= count", arg=KEYS)
    page.evaluate("""async (times) => {
      window.loads = [];
      for (let n = 0; n < times; n += 1) {
        const began = performance.now();
        await (await fetch("/json")).json();
        loads.push(performance.now() - began);
      }
    }""", LOADS)  # fmt: skip
    found = {
        name: sorted(delay / 1000 for delay in page.evaluate(name))
        for name in ("delays", "reactions", "answers", "loads")
    }
    page.close()
    return found


def _emit(
    emit: Callable[..., None], name: str, delays: list[float], bare: list[float], shares: tuple[str, ...], **more: Any
) -> None:
    """One figure a share; delays in ms."""
    delays = sorted(delay / 1000 for delay in delays)
    for share in shares:
        part = 1.0 if share == "max" else int(share[1:]) / 100
        emit(name=f"{name}, {share}", value=at(delays, part), unit="ms", bare=at(bare, part), **more)


def _usable(emit: Callable[..., None], browser: Browser, port: int, made: Scene, bare: dict[str, list[float]]) -> None:
    """From asking for the snapshot to all rows painted."""
    page = _console(browser, port, made, wait=False)
    took = []
    for _ in range(LOADS):
        page.goto(f"http://127.0.0.1:{port}/console/?board={made.board.pk}")
        page.wait_for_function("() => window.usableAt !== null")
        took.append(page.evaluate("""() => {
          const asked = performance.getEntriesByType("resource").find((each) => each.name.includes("/snapshot/"));
          return usableAt - performance.timeOrigin - asked.startTime;
        }"""))  # fmt: skip
    page.context.close()
    note = f"{len(took)} loads; aim: 300 ms; bare: a page that fetches as much and parses it"
    _emit(
        emit, "snapshot asked → 1,000 units and 200 incidents painted", took, bare["loads"], ("p50", "max"), note=note
    )


def _painted(emit: Callable[..., None], page: Page, plain: Plain, made: Scene, bare: dict[str, list[float]]) -> None:
    """From commit to paint: statuses of units that are in sight or not, as they come."""
    page.evaluate("watchUnits()")
    for unit in made.units[:CHANGES]:
        plain.command(f"/api/v1/units/{unit}/status/", {"status": "meal"})
        time.sleep(0.06)
    page.wait_for_function("count => Object.values(paintedUnits).filter(isFinite).length >= count", arg=CHANGES)
    delays, changes = (
        page.evaluate(f"Object.entries({name}).map(([unit, at]) => at - committedUnits[unit])")
        for name in ("paintedUnits", "changedUnits")
    )
    note = (
        f"{CONSOLES + 2} consoles, {len(made.units)} units at one fix every 5 s; aims: p95 150, p99 300 ms;"
        " bare: uvicorn sends as much to a page that shows it"
    )
    _emit(emit, "commit → in another browser's page", changes, bare["delays"], ("p50", "p95", "p99"), note=note)
    _emit(emit, "commit → painted in another browser", delays, bare["delays"], ("p50", "p95", "p99"), note=note)


def _keys(emit: Callable[..., None], page: Page, made: Scene, bare: dict[str, list[float]]) -> None:
    """From the key to a visible reaction, and to the answer of the command."""
    page.evaluate("watchKeys()")
    for _ in range(KEYS):
        page.keyboard.press("j")
        page.wait_for_timeout(120)
    moved, changed = page.evaluate("[reactions.splice(0), changes.splice(0)]")
    for number in range(KEYS):
        page.keyboard.press("/")
        page.keyboard.insert_text(f"s CONS-{200 + number} {'station' if number % 2 else 'meal'}")
        page.wait_for_timeout(120)
        page.evaluate("reactions.length = 0; answered = null")
        page.keyboard.press("Enter")
        page.wait_for_function("() => answered !== null && reactions.length > 0")
        page.evaluate("answers.push(answered); sent.push(reactions[0])")
        page.keyboard.press("Escape")
    refused = Counter(page.evaluate("statuses"))
    if set(refused) - {200, 201}:
        raise RuntimeError(f"commands were refused: {refused}")
    load = f"{CONSOLES + 2} consoles, {len(made.units)} units at one fix every 5 s"
    note = f"{load}; aim: p95 100 ms; bare: the same key posts to a uvicorn that only answers"
    _emit(emit, "key → command answered", page.evaluate("answers"), bare["answers"], ("p50", "p95"), note=note)
    note = f"{load}; aim: always under 50 ms; bare: a page that shows a word"
    _emit(emit, "key → visible reaction, command", page.evaluate("sent"), bare["reactions"], ("p50", "max"), note=note)
    _emit(emit, "key → changed in the page, next incident", changed, bare["reactions"], ("p50", "max"), note=note)
    _emit(emit, "key → visible reaction, next incident", moved, bare["reactions"], ("p50", "max"), note=note)


def _moving(emit: Callable[..., None], browser: Browser, port: int, made: Scene) -> None:
    """The main thread and the memory of a page while all units move."""
    page = _console(browser, port, made)
    page.wait_for_timeout(3000)
    session = page.context.new_cdp_session(page)
    page.evaluate("watchTasks()")
    heaps = [_heap(session, page)]
    until = time.monotonic() + 60 * bench.minutes
    while time.monotonic() < until:
        page.wait_for_timeout(min(10_000.0, 60_000 * bench.minutes / 3))
        heaps.append(_heap(session, page))
    long_tasks = sorted(page.evaluate("longTasks"))
    wall, cpu = _tasks(browser, page)
    seconds = 60 * bench.minutes
    note = f"{MOVING} units at one fix every 5 s, {seconds:.0f} s; bare: the 50 ms that are allowed"
    emit(name="main thread: task of 1 ms or more, p99 (wall)", value=at(wall, 0.99), unit="ms", bare=50, note=note)
    emit(name="main thread: task of 1 ms or more, p99 (CPU)", value=at(cpu, 0.99), unit="ms", bare=50, note=note)
    emit(
        name="main thread: busy",
        value=100 * sum(cpu) / TRACED_S,
        unit="%",
        bare=100,
        tasks=len(wall),
        note="CPU of all",
    )
    emit(
        name="main thread: tasks over 50 ms",
        value=60 * len(long_tasks) / seconds,
        unit="a minute",
        longest_ms=round(long_tasks[-1]) if long_tasks else 0,
        note=note,
    )
    growth = (heaps[-1] - heaps[1]) / max(1, len(heaps) - 2) if len(heaps) > 2 else 0.0  # noqa: PLR2004
    emit(
        name="heap after collection, grown",
        value=heaps[-1] - heaps[0],
        unit="MB",
        bare=heaps[0],
        note=f"{note.partition(';')[0]}; bare: the heap at the start",
        every_step=[round(heap, 1) for heap in heaps[:: max(1, len(heaps) // 30)]],
        a_step=round(growth, 3),
    )
    page.context.close()


def _heap(session: Any, page: Page) -> float:
    """Megabytes in use once what is not is collected."""
    session.send("HeapProfiler.collectGarbage")
    return float(page.evaluate("performance.memory.usedJSHeapSize")) / 1e6


def _tasks(browser: Browser, page: Page) -> tuple[list[float], list[float]]:
    """Durations (s, sorted) of the page's main-thread tasks of a millisecond or more: on the wall, and of the CPU."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        browser.start_tracing(page=page, path=path, categories=["toplevel"])
        page.wait_for_timeout(1000 * TRACED_S)
        browser.stop_tracing()
        events = json.loads(path.read_bytes())["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event.get("name") == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        event
        for event in events
        if event.get("ph") == "X" and re.search("RunTask", event["name"]) and (event["pid"], event["tid"]) in mains
    ]
    busiest = Counter(dict.fromkeys(mains, 0.0))
    for event in tasks:
        busiest[event["pid"], event["tid"]] += event.get("dur", 0)
    main = busiest.most_common(1)[0][0]
    ours = [event for event in tasks if (event["pid"], event["tid"]) == main and event.get("dur", 0) >= 1000]  # noqa: PLR2004
    return sorted(event["dur"] / 1e6 for event in ours), sorted(event.get("tdur", 0) / 1e6 for event in ours)
