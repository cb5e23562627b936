"""The desks of the shift: a call taker who enters what callers say, a dispatcher who steps in where nobody else does."""

import logging
from dataclasses import dataclass, field
from random import Random
from typing import Any

from simulation.demo import Talk
from simulation.rules import timing
from simulation.rules.calls import Callers, CallScript
from simulation.rules.route import LonLat
from simulation.shift.board import Board, Card
from simulation.shift.client import Client, Refused
from simulation.shift.clock import ShiftClock, world_time
from simulation.shift.roads import Roads

log = logging.getLogger(__name__)

ENOUGH, TOO_MANY = 12, 16  # open incidents
REPEAT_WITHIN = 6  # a repeated call is about one of so many newest incidents
TWO_STEPS = 0.15  # calls that are taken first and entered afterwards
BEHIND_S = 120.0  # callers who wait longer than this for the one call taker hang up
LOOK_S = 3.0
SOURCES = {"address": "address", "crossing": "crossing", "poi": "poi"}


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long the simulated dispatcher leaves things to people, in seconds of the shift: from, to.

    What a person has entered is left to people for longer.
    """

    ours: tuple[float, float] = (45.0, 90.0)
    theirs: tuple[float, float] = (240.0, 300.0)


class CallTaker:
    """Takes calls: searches the place, enters the incident, or adds a caller to one that is known."""

    def __init__(
        self,
        *,
        client: Client,
        board: Board,
        callers: Callers,
        clock: ShiftClock,
        roads: Roads,
        rng: Random,
        rate: float,
    ) -> None:
        self._client = client
        self._board = board
        self._callers = callers
        self._clock = clock
        self._roads = roads
        self._rng = rng
        self._calls_per_hour = rate
        self.taken = 0

    async def run(self, beats: list[tuple[LonLat, float]]) -> None:
        """Take calls for ever, from all over the beats (middle, radius in metres)."""
        if self._calls_per_hour <= 0:
            return
        next_at_s = self._clock.now_s()
        while True:
            now_s = self._clock.now_s()
            next_at_s = max(next_at_s, now_s - BEHIND_S) + timing.until_next_call_s(
                self._rng, self._calls_per_hour, open_now=len(self._board.incidents), enough=ENOUGH, too_many=TOO_MANY
            )
            await self._clock.sleep(next_at_s - now_s)
            try:
                await self._take(self._callers.next(), self._rng.choice(beats))
                self.taken += 1
            except Refused as refusal:
                log.warning("call: %s", refusal)

    async def _take(self, script: CallScript, beat: tuple[LonLat, float]) -> None:
        call = {
            "phone": script.phone,
            "caller_name": script.caller_name,
            "text": script.text,
            "received_at": world_time(),
        }
        known = [card for card in self._board.incidents.values() if not card["on_view"]][-REPEAT_WITHIN:]
        if script.is_repeat and known:
            about = self._rng.choice(known)
            await self._client.post("/api/v1/calls/", {**call, "text": about["summary"], "incident": about["id"]})
            return
        place = await self._place(self._roads.somewhere(*beat))
        report: dict[str, Any] = {"call": call}
        if self._rng.random() < TWO_STEPS:
            taken = await self._client.post("/api/v1/calls/", call)
            report = {"call_id": taken["id"]}
        await self._clock.sleep(self._rng.uniform(12, 35))
        body = {"type": script.kind.code, "summary": script.text, **place, **report}
        await self._client.post("/api/v1/incidents/", body)

    async def _place(self, point: LonLat) -> dict[str, Any]:
        """The door or crossing nearest to a point, as the gazetteer has it; the bare point where it has none."""
        bare = {"location": {"lon": round(point[0], 6), "lat": round(point[1], 6)}, "location_source": "map"}
        try:
            found = await self._client.get("/api/v1/gazetteer/reverse/", lon=f"{point[0]:.6f}", lat=f"{point[1]:.6f}")
        except Refused:
            return bare
        results = found["results"] if isinstance(found, dict) else found
        near = [place for place in results if place["kind"] in SOURCES]
        if not near:
            return bare
        place = self._rng.choice(near[:2])
        return {
            "place": place["name"][:200],
            "location": {"lon": place["lon"], "lat": place["lat"]},
            "location_source": SOURCES[place["kind"]],
            "gazetteer_id": str(place["id"]),
        }


@dataclass(slots=True)
class _File:
    """What the dispatcher remembers of an incident: since when it is seen waiting, and since when done."""

    waits_since_s: float | None = None
    done_since_s: float | None = None
    patience_s: float = 0.0
    notes: int = 0
    tried: set[int] = field(default_factory=set)


class Dispatcher:
    """Sends, notes and closes what nobody else has, answers who asks for back-up, after a while."""

    def __init__(
        self, *, client: Client, board: Board, clock: ShiftClock, rng: Random, talk: Talk, patience: Patience
    ) -> None:
        self._client = client
        self._board = board
        self._clock = clock
        self._rng = rng
        self._talk = talk
        self._patience = patience
        self._files: dict[int, _File] = {}
        self._asked: dict[int, float] = {}
        self.sent = 0
        self.closed = 0

    async def run(self, people: set[int], driven: set[int]) -> None:
        """Look over the board for ever. `people` are the simulation's own users; only `driven` units are sent."""
        while True:
            await self._clock.sleep(LOOK_S)
            board = sorted(self._board.incidents.values(), key=lambda card: (card["priority"], card["received_at"]))
            self._files = {card["id"]: self._files.get(card["id"]) or _File() for card in board}
            for card in board:
                try:
                    is_own = (card["opened_by"] or {}).get("id") in people
                    await self._look_at(card, self._files[card["id"]], is_own=is_own, driven=driven)
                except Refused as refusal:
                    log.debug("incident %s: %s", card["number"], refusal)
            await self._answer_backups(driven)

    async def _look_at(self, card: Card, file: _File, *, is_own: bool, driven: set[int]) -> None:
        now_s = self._clock.now_s()
        jobs = self._board.active_jobs(card["id"])
        is_waiting = card["status"] == "waiting"
        is_done = card["status"] in ("on_scene", "action_taken") and not jobs
        if is_waiting and file.waits_since_s is None:
            file.waits_since_s, file.patience_s = now_s, self._rng.uniform(*self._bounds(is_own=is_own))
        if is_done and file.done_since_s is None:
            file.done_since_s, file.patience_s = now_s, self._rng.uniform(*self._bounds(is_own=is_own)) / 2
        if not is_waiting:
            file.waits_since_s = None
        if not is_done:
            file.done_since_s = None
        if file.waits_since_s is not None and now_s - file.waits_since_s > file.patience_s:
            file.waits_since_s = None
            await self._send(card, driven)
        elif file.done_since_s is not None and now_s - file.done_since_s > file.patience_s:
            file.done_since_s = None
            await self._close(card)
        elif jobs and file.notes < 1 and self._rng.random() < 0.004:  # noqa: PLR2004 - some incidents get a note
            file.notes += 1
            await self._note(card)

    def _bounds(self, *, is_own: bool) -> tuple[float, float]:
        return self._patience.ours if is_own else self._patience.theirs

    async def _send(self, card: Card, driven: set[int]) -> None:
        """Send as many of the recommended units as the incident needs, passing over those that people drive."""
        found = await self._client.get(f"/api/v1/incidents/{card['id']}/recommendations/")
        ready = [unit for unit in found["units"] if unit["unit"] in driven and unit["breaks_off"] is None]
        free = [unit for unit in ready if not unit["conditional"]]
        urgent = [unit for unit in ready if unit["conditional"]] if card["priority"] == 1 else []
        needed = card["min_units"]
        chosen = (free + urgent)[: needed * 2]
        for unit in chosen:
            if needed == 0:
                break
            body = {"unit": unit["unit"], "pre_empt": unit["conditional"]}
            try:
                await self._client.post(f"/api/v1/incidents/{card['id']}/assignments/", body)
            except Refused as refusal:
                if refusal.code in ("incident_ended", "not_found"):
                    return
                continue
            needed -= 1
            self.sent += 1

    async def _answer_backups(self, driven: set[int]) -> None:
        """Send to those who ask for back-up what is recommended and free, or refuse in words, after a while."""
        asked = self._board.cards.get("backups", {})
        self._asked = {pk: self._asked.get(pk, self._clock.now_s()) for pk in asked}
        for pk, backup in list(asked.items()):
            if self._clock.now_s() - self._asked[pk] < self._patience.ours[0]:
                continue
            self._asked[pk] = self._clock.now_s()
            try:
                await self._answer_backup(backup, driven)
            except Refused as refusal:
                log.debug("back-up %s: %s", pk, refusal)

    async def _answer_backup(self, backup: Card, driven: set[int]) -> None:
        found = await self._client.get(f"/api/v1/incidents/{backup['incident']}/recommendations/")
        free = [one for one in found["units"] if one["unit"] in driven and not one["conditional"]]
        if not free:
            await self._client.post(f"/api/v1/backups/{backup['id']}/refuse/", {"reason": self._talk.backup_refused})
            return
        await self._client.post(f"/api/v1/incidents/{backup['incident']}/assignments/", {"unit": free[0]["unit"]})
        self.sent += 1

    async def _close(self, card: Card) -> None:
        body = {"disposition": self._rng.choice(list(self._talk.dispositions)), "text": ""}
        await self._client.post(f"/api/v1/incidents/{card['id']}/close/", body)
        self.closed += 1

    async def _note(self, card: Card) -> None:
        text = self._rng.choice(list(self._talk.notes_at_desk))
        await self._client.post(f"/api/v1/incidents/{card['id']}/notes/", {"text": text})
