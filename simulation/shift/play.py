"""The whole shift: waits for the service, signs its people in, and lets each do their work until told to stop."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from simulation import demo
from simulation.rules.calls import Callers
from simulation.shift.board import Board
from simulation.shift.client import Client, Line
from simulation.shift.clock import ShiftClock
from simulation.shift.desk import CallTaker, Dispatcher, Patience
from simulation.shift.patrol import Kit, Patrol
from simulation.shift.roads import Roads
from simulation.shift.roster import Member, Roster
from simulation.shift.tracker import Tracker

log = logging.getLogger(__name__)

AGAIN_S = 5.0
TELL_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """How the shift is played. Durations in seconds of the world; `duration_s` None means for ever."""

    url: str
    roster: Path
    speed: float = 1.0
    seed: int = 1
    calls_per_hour: float = 40.0
    units: int | None = None
    fix_interval_s: float = 5.0
    duration_s: float | None = None
    healthy_within_s: float = 60.0
    patience: Patience = field(default_factory=Patience)


@dataclass(slots=True)
class Played:
    """What came of it: calls taken, units sent, incidents closed, fixes sent, and how the service answered."""

    calls: int = 0
    sent: int = 0
    closed: int = 0
    fixes: int = 0
    open: int = 0
    tally: Counter[str] = field(default_factory=Counter)


async def play(options: Options, report: Callable[[str], None]) -> Played:
    """Play until the time is over or until cancelled. `report` hears how it goes, once a minute."""
    roster = Roster(options.roster)
    members = roster.members(options.units)
    line = Line(options.url, roster, Random(options.seed))
    played = Played(tally=line.tally)
    async with line.http:
        with suppress(TimeoutError):
            async with asyncio.timeout(options.duration_s):
                await _wait_healthy(line, report, options.healthy_within_s)
                await _Shift(options, line, played, report).run(members)
    return played


class _Shift:
    """Everybody who takes part, for one call of `play`."""

    def __init__(self, options: Options, line: Line, played: Played, report: Callable[[str], None]) -> None:
        self.options, self.line, self.played, self.report = options, line, played, report
        self.clock = ShiftClock(options.speed)
        self.gateway = Client(line, "gateway")
        self.dispatch = Client(line, "dispatcher")
        self.intake = Client(line, "call_taker")
        self.board = Board(line, self.dispatch)
        self.people: set[int] = set()

    async def run(self, members: Sequence[Member]) -> None:
        """Let everybody work, until cancelled."""
        await _again_and_again("board", self._begin, until_done=True)
        kit = self._kit()
        patrols = [
            Patrol(member, kit, Client(self.line, member.key) if member.has_login else self.gateway)
            for member in members
        ]
        tracker = Tracker(patrols, self.gateway, kit.roads, self.options.fix_interval_s)
        desk = Dispatcher(
            client=self.dispatch,
            board=self.board,
            clock=self.clock,
            rng=self._rng("dispatch"),
            talk=kit.talk,
            patience=self.options.patience,
        )
        calls = CallTaker(
            client=self.intake,
            board=self.board,
            callers=Callers(self._rng("callers"), demo.kinds(), kit.talk),
            clock=self.clock,
            roads=kit.roads,
            rng=self._rng("calls"),
            rate=self.options.calls_per_hour,
        )
        driven = {member.id for member in members}
        beats = [(member.beat, member.radius_m) for member in members]
        self.report(f"the shift begins: {len(patrols)} units, {len(self.board.incidents)} open incidents")
        jobs: dict[str, Callable[[], Awaitable[None]]] = {
            "board": self.board.watch,
            "fixes": tracker.measure,
            "sender": tracker.send,
            "calls": lambda: calls.run(beats),
            "dispatch": lambda: desk.run(self.people, driven),
            "report": lambda: self._tell(calls, desk, tracker),
            **{patrol.member.call_sign: patrol.run for patrol in patrols},
        }
        try:
            async with asyncio.TaskGroup() as group:
                for name, job in jobs.items():
                    group.create_task(_again_and_again(name, job), name=name)
        finally:
            self._count(calls, desk, tracker)

    async def _begin(self) -> None:
        """Find the board, and who the simulation's own people are."""
        await self.board.open()
        self.people = {(await client.get("/api/v1/me/"))["id"] for client in (self.intake, self.dispatch)}

    def _kit(self) -> Kit:
        return Kit(
            clock=self.clock,
            board=self.board,
            roads=Roads(self.gateway, self._rng("roads")),
            talk=demo.talk(),
            minutes_of={kind.code: kind.on_scene_min for kind in demo.kinds()},
            seed=self.options.seed,
        )

    def _rng(self, name: str) -> Random:
        return Random(f"{self.options.seed} {name}")

    def _count(self, calls: CallTaker, desk: Dispatcher, tracker: Tracker) -> None:
        played = self.played
        played.calls, played.sent, played.closed, played.fixes = calls.taken, desk.sent, desk.closed, tracker.sent
        played.open = len(self.board.incidents)

    async def _tell(self, calls: CallTaker, desk: Dispatcher, tracker: Tracker) -> None:
        while True:
            await asyncio.sleep(TELL_S)
            self._count(calls, desk, tracker)
            self.report(say(self.played))


def say(played: Played) -> str:
    """How it goes, in a line."""
    trouble = ", ".join(f"{name} {count}" for name, count in sorted(played.tally.items()) if name != "answers")
    return (
        f"{played.open} open; {played.calls} calls, {played.sent} units sent, {played.closed} closed, "
        f"{played.fixes} fixes; {played.tally['answers']} answers{f', {trouble}' if trouble else ''}"
    )


async def _again_and_again(name: str, job: Callable[[], Awaitable[None]], *, until_done: bool = False) -> None:
    """Let a job run; should it fail, say so and let it begin anew after a while."""
    while True:
        try:
            await job()
        except Exception:
            log.exception("%s failed and begins anew", name)
        else:
            if until_done:
                return
        await asyncio.sleep(AGAIN_S)


async def _wait_healthy(line: Line, report: Callable[[str], None], within_s: float) -> None:
    """Wait until the service says that it is well; or that it lives, when it has not been well for `within_s`."""
    attempt, ends_at = 0, time.monotonic() + within_s
    while True:
        try:
            answer = await line.http.get("/healthz")
            if answer.is_success or time.monotonic() > ends_at:
                return
            found = f"is not well yet ({answer.status_code})"
        except httpx.HTTPError:
            found = "does not answer yet"
        if attempt % 10 == 0:
            report(f"{line.url} {found}")
        await line.backoff(min(attempt, 2))
        attempt += 1
