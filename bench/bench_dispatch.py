"""The main reads and commands of a dispatcher, beside an ASGI application that only answers; and whom to send, among a
thousand units, beside the router's own answer for the few that matter.
"""

import asyncio
import gzip
import itertools
import json
import time
from collections.abc import Awaitable, Callable

from bench.scene import Client, Scene, at, rate, scene, server
from core.access import Viewer
from core.live import encode
from dispatch.recommendation import recommend
from dispatch.selectors import snapshot
from geo.region.pack import current_pack
from geo.routing import Candidate, eta_matrix, nearest_by_eta
from incidents.models import Incident
from patrols.models import LatestPosition

CLIENTS = 4
SECONDS = 3.0
ASKED = 24
"""How many sources the bare router is asked about: as many as `nearest_by_eta` asks about first."""

type Work = Callable[[Client, int], Awaitable[None]]


def run(emit: Callable[..., None]) -> None:
    """Measure and print."""
    pack = current_pack()
    west, south, east, north = pack.bbox if pack else (19.75, 45.2, 19.95, 45.32)
    made = scene(
        "DISP", west + (east - west) * 0.3, south + (north - south) * 0.3, min(east - west, north - south) * 0.4
    )
    _snapshot(emit, made)
    _recommendation(emit, made)
    with server("bench.bare_live:application") as port:
        bare = {size: asyncio.run(_bare(port, size)) for size in (700, 70_000, 600_000)}
    with server("config.asgi:application") as port:
        for name, work, size in _works(made):
            value, delays = asyncio.run(rate(port, made.token, work, clients=CLIENTS, seconds=SECONDS))
            emit(
                name=name,
                value=value,
                unit="requests/s",
                bare=bare[size],
                note=f"{CLIENTS} connections, one process; bare: an ASGI application that answers {size} B",
                p50_ms=round(at(delays, 0.5), 1),
                p95_ms=round(at(delays, 0.95), 1),
            )


def _works(made: Scene) -> list[tuple[str, Work, int]]:
    free = itertools.cycle(made.units)
    return [
        ("GET me/", _reading("/api/v1/me/"), 700),
        ("GET boards/{id}/snapshot/", _reading(f"/api/v1/boards/{made.board.pk}/snapshot/"), 600_000),
        ("GET boards/{id}/events/", _reading(f"/api/v1/boards/{made.board.pk}/events/?after=0"), 700),
        ("GET incidents/?status=open", _reading("/api/v1/incidents/?status=open"), 70_000),
        ("GET incidents/{id}/", _reading(f"/api/v1/incidents/{made.incidents[0]}/"), 700),
        (
            "GET incidents/{id}/recommendations/",
            _reading(f"/api/v1/incidents/{made.incidents[0]}/recommendations/"),
            700,
        ),
        ("POST incidents/{id}/notes/", _noting(made), 700),
        ("POST assignments, then cleared (a pair)", _sending(made, free), 700),
    ]


def _reading(path: str) -> Work:
    async def work(client: Client, _number: int) -> None:
        _expect(200, await client.ask("GET", path))

    return work


def _noting(made: Scene) -> Work:
    async def work(client: Client, number: int) -> None:
        _expect(
            201, await client.ask("POST", f"/api/v1/incidents/{made.incidents[number]}/notes/", {"text": "Белешка."})
        )

    return work


def _sending(made: Scene, free: itertools.cycle) -> Work:
    async def work(client: Client, number: int) -> None:
        path = f"/api/v1/incidents/{made.incidents[10 + number]}/assignments/"
        body = _expect(201, await client.ask("POST", path, {"unit": next(free)}))
        job = json.loads(body)["id"]
        _expect(200, await client.ask("POST", f"/api/v1/assignments/{job}/", {"status": "cleared"}))

    return work


def _expect(status: int, answer: tuple[int, bytes]) -> bytes:
    if answer[0] != status:
        raise RuntimeError(answer)
    return answer[1]


async def _bare(port: int, size: int) -> float:
    value, _ = await rate(port, "", _reading(f"/{size}"), clients=CLIENTS, seconds=SECONDS / 2)
    return value


def _snapshot(emit: Callable[..., None], made: Scene) -> None:
    """How big and how quick the whole board is. Bare: encoding what was read."""
    viewer = Viewer.of(made.user)
    took = sorted(_timed(lambda: encode(snapshot(viewer, made.board.pk))) for _ in range(10))
    found = snapshot(viewer, made.board.pk)
    bare = sorted(_timed(lambda: encode(found)) for _ in range(10))
    text = encode(found).encode()
    emit(
        name="snapshot of 1,000 units and 200 incidents, read and encoded, p50",
        value=at(took, 0.5),
        unit="ms",
        bare=at(bare, 0.5),
        note="bare: encoding alone",
        bytes=len(text),
    )
    emit(
        name="snapshot, compressed",
        value=len(gzip.compress(text, 6)) / 1000,
        unit="kB",
        bare=150,
        note="bare: what is allowed",
    )


def _recommendation(emit: Callable[..., None], made: Scene) -> None:
    """How long it takes to say whom to send, and whether the first is the one that the router finds among all."""
    viewer = Viewer.of(made.user)
    everybody = dict(LatestPosition.objects.filter(unit__in=made.units).values_list("unit_id", "point"))
    points = [point.coords for point in everybody.values()]
    ids = list(everybody)
    ours, bare, same = [], [], 0
    incidents = list(Incident.objects.filter(pk__in=made.incidents[:100]))
    for incident in incidents:
        target = incident.location.coords
        found = {}
        ours.append(_timed(lambda: found.update(recommend(viewer, incident.pk))))  # noqa: B023 - called at once
        near = [
            each.point
            for each, _leg in nearest_by_eta(target, [Candidate(*p) for p in zip(ids, points, strict=True)], want=ASKED)
        ]
        bare.append(_timed(lambda: eta_matrix(near, target)))  # noqa: B023
        legs = eta_matrix(points, target)
        best = min(leg.duration_s for leg in legs)
        first = legs[ids.index(found["units"][0]["unit"])]
        same += first.duration_s <= best + 1
    ours.sort(), bare.sort()
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        emit(
            name=f"recommendation among 1,000 units, {name}",
            value=at(ours, share),
            unit="ms",
            bare=at(bare, share),
            note=f"routing: {found['routing']}; bare: the router alone for {ASKED} sources",
        )
    emit(
        name="recommendation: first choice is the router's own among all units",
        value=same,
        unit=f"of {len(incidents)}",
        bare=len(incidents),
        note="within a second of it",
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
