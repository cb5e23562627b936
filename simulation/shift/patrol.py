"""One unit of the shift: it patrols, takes breaks, and when it is sent, it goes, works and clears."""

import logging
from dataclasses import dataclass
from random import Random

from simulation.demo import Talk
from simulation.rules import timing
from simulation.rules.route import LonLat, Route, Spot, distance_m
from simulation.shift.board import Board, Card
from simulation.shift.client import Client, Refused
from simulation.shift.clock import ShiftClock, world_time
from simulation.shift.roads import Roads
from simulation.shift.roster import Member

log = logging.getLogger(__name__)

BREAKS = {"traffic_stop": (4, 8), "meal": (18, 30), "report_writing": (8, 16), "at_station": (3, 8)}
"""Statuses that a unit gives itself, with how many minutes they last, from and to."""
CHOICES = {"patrol": 78, "traffic_stop": 10, "at_station": 5, "report_writing": 4, "meal": 3}
"""What a unit does next that has nothing to do, and how often, per cent."""
LOST_M = 40_000  # a last position this far from the beat belongs to another region
WALK_M = 700
IDLE_S = 3_600.0
NOTED = 0.5
LATE = 0.15  # of those who are asked whether all is well
BACKUP, URGENT = 0.04, 0.3  # of jobs, and of requests
STEPS = ("dispatched", "acknowledged", "en_route", "on_scene", "action_taken", "cleared")


@dataclass(slots=True)
class Kit:
    """What all patrols work with. `minutes_of` is how long kinds of incidents take at the scene."""

    clock: ShiftClock
    board: Board
    roads: Roads
    talk: Talk
    minutes_of: dict[str, float]
    seed: int


class Patrol:
    """Drives one unit for ever."""

    def __init__(self, member: Member, kit: Kit, client: Client) -> None:
        self.member = member
        self._kit = kit
        self._client = client
        self._rng = Random(f"{kit.seed} {member.call_sign}")
        self._route = Route.standing(self._first_point())
        self._left_at_s = 0.0
        self._answered = 0

    @property
    def is_on_duty(self) -> bool:
        """Whether its board shows it."""
        return self.member.id in self._kit.board.units

    def spot(self) -> Spot:
        """Where it is."""
        return self._route.at(self._kit.clock.now_s() - self._left_at_s)

    async def run(self) -> None:
        """Do what is to be done, until cancelled."""
        while True:
            bell = self._kit.board.bell(self.member.id)
            bell.clear()
            card = self._kit.board.units.get(self.member.id)
            job = self._kit.board.job_of(self.member.id)
            try:
                if job is not None:
                    await self._serve(job)
                elif card is None:
                    self._halt()
                    await self._until(IDLE_S)
                elif card["status"] == "on_patrol":
                    await self._roam()
                elif card["status"] in BREAKS:
                    await self._rest(card["status"])
                else:  # somebody at a desk has given it this status, and will take it away
                    self._halt()
                    await self._until(IDLE_S)
            except Refused as refusal:
                log.debug("%s: %s", self.member.call_sign, refusal)
                await self._until(self._rng.uniform(2, 6))

    # --- a job ----------------------------------------------------------------------------------------------------

    async def _serve(self, job: Card) -> None:
        """Take a job from where it stands to its end, or until it is taken away."""
        rng = Random(f"{self._kit.seed} {job['id']}")
        incident = self._kit.board.incidents.get(job["incident"], {})
        stay = timing.stay(rng, self._kit.minutes_of.get(incident.get("type", {}).get("code", ""), 10))
        status = job["status"]
        if status == "dispatched":
            self._halt()
            status = await self._after(job, timing.acknowledge_s(rng), "acknowledged")
        if status == "acknowledged":
            status = await self._after(job, timing.turnout_s(rng, priority=incident.get("priority", 3)), "en_route")
        if status == "en_route":
            status = await self._drive_to_scene(job, incident)
        if status == "on_scene":
            self._halt()
            await self._note(job, rng)
            await self._ask_for_backup(job, rng)
            status = await self._after(job, stay.action_s, "action_taken")
        if status == "action_taken":
            await self._after(job, stay.clear_s - stay.action_s, "cleared")

    async def _after(self, job: Card, seconds: float, status: str) -> str:
        """Report a step after a while; answers the status then, or nothing when the job is not ours any more.

        When somebody else has taken the step meanwhile, it is not reported again.
        """
        ends_at_s = self._kit.clock.now_s() + seconds
        while (left_s := ends_at_s - self._kit.clock.now_s()) > 0:
            await self._until(left_s)
            now = self._kit.board.job_of(self.member.id)
            if now is None or now["id"] != job["id"]:
                return ""
            if STEPS.index(now["status"]) >= STEPS.index(status):
                return str(now["status"])
        return await self._report(job, status)

    async def _report(self, job: Card, status: str) -> str:
        """Report a step that was just taken. Raises Refused unless somebody else has reported it, or a later one."""
        path = f"/api/v1/assignments/{job['id']}/"
        try:
            answer = await self._client.post(path, {"status": status, "occurred_at": world_time()})
        except Refused as refusal:
            found = refusal.state.get("status")
            if found in STEPS and STEPS.index(found) >= STEPS.index(status):
                return str(found)
            raise
        return str(answer["status"])

    async def _drive_to_scene(self, job: Card, incident: Card) -> str:
        """Go there, also when the place is corrected on the way."""
        pace = timing.URGENT_PACE if incident.get("priority") == 1 else 1.0
        while True:
            place = self._kit.board.incidents.get(job["incident"], incident).get("location")
            if place is not None:
                await self._set_off((place[0], place[1]), pace)
            status = await self._arrive(job, place)
            if status != "en_route":
                return status

    async def _arrive(self, job: Card, place: list[float] | None) -> str:
        """Drive on; `en_route` when the place is another now."""
        while (left_s := self._left_s()) > 0:
            await self._until(left_s)
            now = self._kit.board.job_of(self.member.id)
            if now is None or now["id"] != job["id"]:
                return ""
            if now["status"] != "en_route":
                return str(now["status"])
            if self._kit.board.incidents.get(job["incident"], {}).get("location", place) != place:
                return "en_route"
        return await self._report(job, "on_scene")

    async def _note(self, job: Card, rng: Random) -> None:
        if rng.random() >= NOTED or self._kit.board.job_of(self.member.id) is None:
            return
        text = rng.choice(list(self._kit.talk.notes_on_scene))
        try:
            await self._client.post(f"/api/v1/incidents/{job['incident']}/notes/", {"text": text})
        except Refused as refusal:
            log.debug("note: %s", refusal)

    # --- patrolling -----------------------------------------------------------------------------------------------

    async def _roam(self) -> None:
        """Go somewhere, look around; sometimes take a break, or stop somebody."""
        rng = self._rng
        (choice,) = rng.choices(list(CHOICES), list(CHOICES.values()))
        if choice != "patrol" and self._may_rest():
            self._halt()
            await self._become(choice, "on_patrol")
            return
        point = self._kit.roads.somewhere(self.member.beat, self._beat_radius_m())
        await self._set_off(point, timing.PATROL_PACE)
        if await self._until(self._left_s()):
            return
        self._halt()
        await self._until(rng.uniform(15, 90))

    async def _rest(self, status: str) -> None:
        """Stay as one is for a while, then patrol again."""
        shortest, longest = BREAKS[status]
        ends_at_s = self._kit.clock.now_s() + self._rng.uniform(shortest, longest) * 60
        while (left_s := ends_at_s - self._kit.clock.now_s()) > 0:
            await self._until(left_s)
            card = self._kit.board.units.get(self.member.id)
            if card is None or card["status"] != status or self._kit.board.job_of(self.member.id) is not None:
                return
        await self._become("on_patrol", status)

    def _may_rest(self) -> bool:
        """Not more than one in five at a time."""
        units = self._kit.board.units.values()
        return sum(unit["status"] in BREAKS for unit in units) < max(1, len(units) // 5)

    async def _become(self, status: str, expected: str) -> None:
        body = {"status": status, "expected": expected, "occurred_at": world_time()}
        card = await self._client.post(f"/api/v1/units/{self.member.id}/status/", body)
        self._kit.board.take_unit(card)

    # --- moving ---------------------------------------------------------------------------------------------------

    async def _set_off(self, point: LonLat, pace: float) -> None:
        route = await self._kit.roads.way(self.spot().point, point, kind=self.member.kind, pace=pace)
        self._route, self._left_at_s = route, self._kit.clock.now_s()

    def _left_s(self) -> float:
        return self._route.duration_s - (self._kit.clock.now_s() - self._left_at_s)

    def _halt(self) -> None:
        self._route = Route.standing(self.spot().point)

    async def _until(self, seconds: float) -> bool:
        """Let time go by; True, at once, when something about this unit has changed."""
        bell = self._kit.board.bell(self.member.id)
        has_rung = await self._kit.clock.wait(bell, seconds)
        bell.clear()
        if has_rung:
            await self._answer()
        return has_rung

    async def _answer(self) -> None:
        """Say that all is well, when asked; some say so only once the dispatcher has been told."""
        card = self._kit.board.units.get(self.member.id)
        welfare = card and card.get("welfare")
        if not welfare or welfare["stage"] == "running" or welfare["id"] == self._answered:
            return
        rng = Random(f"{self._kit.seed} welfare {welfare['id']}")
        if welfare["stage"] == "unit" and rng.random() < LATE:
            return
        await self._kit.clock.sleep(rng.uniform(5, 25))
        self._answered = welfare["id"]
        await self._client.post(f"/api/v1/welfare/{welfare['id']}/answer/", {"occurred_at": world_time()})

    async def _ask_for_backup(self, job: Card, rng: Random) -> None:
        """Now and then ask for one more patrol."""
        if rng.random() >= BACKUP or self._kit.board.job_of(self.member.id) is None:
            return
        level = "urgent" if rng.random() < URGENT else "routine"
        body = {
            "level": level,
            "reason": rng.choice(list(self._kit.talk.reasons_for_backup)),
            "occurred_at": world_time(),
        }
        try:
            await self._client.post(f"/api/v1/units/{self.member.id}/backup/", body)
        except Refused as refusal:
            log.debug("back-up at %s: %s", job["id"], refusal)

    def _beat_radius_m(self) -> float:
        return min(self.member.radius_m, WALK_M) if self.member.kind in timing.WALKERS else self.member.radius_m

    def _first_point(self) -> LonLat:
        """Where it was last seen, or its beat."""
        position = self._kit.board.positions.get(self.member.id)
        if position is not None:
            point = (position["lon"], position["lat"])
            if distance_m(point, self.member.beat) < LOST_M:
                return point
        return self._kit.roads.somewhere(self.member.beat, self.member.radius_m / 2)
