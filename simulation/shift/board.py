"""What stands on the board, kept as a console keeps it: a snapshot, then events in order, gaps repaired."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import websockets

from simulation.shift.client import Client, Line, Refused

log = logging.getLogger(__name__)

type Card = dict[str, Any]

COLLECTIONS = ("incidents", "assignments", "units", "backups")
GONE = 410
NO_SESSION = 4401
SILENCE_S = 20.0  # heartbeats come every two seconds
AGAIN_S = 3.0


class Gap(Exception):
    """An event is missing."""


class Board:
    """The cards of one board by id. Whoever waits for something to change waits for `changed`."""

    def __init__(self, line: Line, client: Client) -> None:
        self._line = line
        self._client = client
        self.id = 0
        self.info: Card = {}
        self.seq = 0
        self.cards: dict[str, dict[int, Card]] = {name: {} for name in COLLECTIONS}
        self.positions: dict[int, Card] = {}
        self._bells: dict[int, asyncio.Event] = {}
        self._jobs: dict[int, int] = {}

    @property
    def incidents(self) -> dict[int, Card]:
        """Open incidents."""
        return self.cards["incidents"]

    @property
    def units(self) -> dict[int, Card]:
        """Units on duty."""
        return self.cards["units"]

    def job_of(self, unit_id: int) -> Card | None:
        """The assignment that a unit has now."""
        job = self.cards["assignments"].get(self._jobs.get(unit_id, 0))
        return job if job is not None and job["ended_at"] is None else None

    def active_jobs(self, incident_id: int) -> list[Card]:
        """The assignments of an incident that have not ended."""
        jobs = self.cards["assignments"].values()
        return [job for job in jobs if job["incident"] == incident_id and job["ended_at"] is None]

    def bell(self, unit_id: int) -> asyncio.Event:
        """Rings (is set) when the unit or its job changes; whoever waits clears it first."""
        return self._bells.setdefault(unit_id, asyncio.Event())

    async def open(self) -> None:
        """Find the board, and take a first snapshot."""
        boards = await self._client.get("/api/v1/boards/")
        if not boards:
            raise LookupError("the simulated dispatcher may watch no board; run manage.py load_demo")
        self.id = boards[0]["id"]
        await self.take_snapshot()

    async def take_snapshot(self) -> None:
        """Replace everything by what the service has now."""
        found = await self._client.get(f"/api/v1/boards/{self.id}/snapshot/")
        self.info, self.seq = found["board"], found["seq"]
        self.cards = {name: {card["id"]: card for card in found.get(name, {}).values()} for name in COLLECTIONS}
        self.positions = {card["unit"]: card for card in found["positions"].values()}
        self._jobs = {job["unit"]: job["id"] for job in self.cards["assignments"].values() if job["ended_at"] is None}
        for bell in self._bells.values():
            bell.set()

    async def watch(self) -> None:
        """Keep up with the board for ever: by the socket, and where there is none by asking."""
        while True:
            try:
                await self._listen()
            except (OSError, websockets.WebSocketException, Gap, TimeoutError) as error:
                self._line.tally["socket lost"] += 1
                log.debug("socket: %r", error)
            await asyncio.sleep(AGAIN_S * self._line.rng.uniform(0.7, 1.3))
            await self.catch_up()

    async def catch_up(self) -> None:
        """Ask for the events after the last one known; take a snapshot where they are no longer kept."""
        try:
            while True:
                found = await self._client.get(f"/api/v1/boards/{self.id}/events/", after=self.seq)
                for event in found["events"]:
                    self.apply(event)
                if found["complete"]:
                    return
        except (Refused, Gap):
            await self.take_snapshot()

    def apply(self, event: Card) -> None:
        """Take one event. Raises Gap where one before it is missing."""
        if event["seq"] <= self.seq:
            return
        if event["seq"] != self.seq + 1:
            raise Gap
        self.seq = event["seq"]
        units = self._put_up(event["upserts"]) | self._take_down(event["removes"])
        for unit in units:
            self.bell(unit).set()

    def _put_up(self, upserts: dict[str, list[Card]]) -> set[int]:
        """Replace these cards; answers the units that it concerns."""
        units = {card["id"] for card in upserts.get("units", ())}
        for name, cards in upserts.items():
            for card in cards:
                self.cards.setdefault(name, {})[card["id"]] = card
        for job in upserts.get("assignments", ()):
            units.add(job["unit"])
            self._note_job(job)
        return units

    def _take_down(self, removes: dict[str, list[int]]) -> set[int]:
        """Forget these cards; answers the units that it concerns."""
        gone = {name: [self.cards.setdefault(name, {}).pop(pk, None) for pk in ids] for name, ids in removes.items()}
        jobs = [card["unit"] for card in gone.get("assignments", ()) if card is not None]
        return {*jobs, *removes.get("units", ())}

    def take_unit(self, card: Card) -> None:
        """Take a unit's card from an answer, unless the events have brought a later one."""
        known = self.units.get(card["id"])
        if known is not None and known["version"] < card["version"]:
            self.units[card["id"]] = card

    def _note_job(self, job: Card) -> None:
        if job["ended_at"] is None:
            self._jobs[job["unit"]] = job["id"]
        elif self._jobs.get(job["unit"]) == job["id"]:
            del self._jobs[job["unit"]]

    async def _listen(self) -> None:
        """One life of the socket."""
        url = _socket_url(self._line.url, f"/ws/boards/{self.id}/?after={self.seq}")
        headers = await self._client.authorization()
        async with websockets.connect(url, additional_headers=headers, max_size=None, open_timeout=10) as socket:
            while True:
                async with asyncio.timeout(SILENCE_S):
                    text = await socket.recv(decode=True)
                message = json.loads(text)
                match message["type"]:
                    case "event":
                        self.apply(message)
                    case "resync":
                        await self.take_snapshot()
                        await socket.send(json.dumps({"type": "resume", "after": self.seq}))
                    case "heartbeat":
                        if message["head"] > self.seq:
                            await self.catch_up()
                    case "bye":
                        if message.get("code") in (NO_SESSION, "signed_out"):
                            self._client.forget_token()
                        return


def _socket_url(url: str, path: str) -> str:
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    route, _, query = path.partition("?")
    return urlunsplit((scheme, parts.netloc, route, query, ""))
