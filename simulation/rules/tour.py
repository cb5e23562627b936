"""One tour of duty gone by, on paper: when it really began and ended, and what the unit did. Pure; all invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

NO_SHOW = 0.015
LATE = 0.05
EARLY = 0.03
MEAL_AFTER_H, MEAL_MIN = 5, 30
REPORT_MIN = 12
REPORTED = 0.4
STEPS = ("dispatched", "en_route", "on_scene", "action_taken")


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the unit: its number, the instants of its steps (None where nobody reported it), and when it was over."""

    id: int
    steps: tuple[datetime | None, ...]
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A status from an instant on; the job where one gave it."""

    at: datetime
    status: str
    job: int | None = None


def presence(rng: Random, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
    """When the crew of a planned shift signed on and off; None where nobody did."""
    draw = rng.random()
    if draw < NO_SHOW:
        return None
    late = timedelta(minutes=rng.uniform(8, 35) if draw < NO_SHOW + LATE else rng.uniform(-4, 3))
    early = timedelta(minutes=rng.uniform(10, 40) if rng.random() < EARLY else rng.uniform(-2, 2))
    return start + late, end - early


def statuses(rng: Random, start: datetime, end: datetime, jobs: Sequence[Job]) -> list[Step]:
    """What the unit did from sign-on to sign-off: patrol between its jobs, a meal, a report after some of them."""
    found = [Step(start, "at_station"), Step(start + timedelta(minutes=rng.uniform(3, 12)), "on_patrol")]
    at = found[-1].at
    meal = start + timedelta(hours=MEAL_AFTER_H + rng.uniform(-1, 1))
    for job in sorted(jobs, key=lambda one: one.ended_at):
        begin = next((step for step in job.steps if step is not None), None)
        if begin is None or begin <= at or job.ended_at >= end:
            continue
        if at < meal < begin - timedelta(minutes=MEAL_MIN):
            found += [Step(meal, "meal"), Step(meal + timedelta(minutes=MEAL_MIN), "on_patrol")]
        found += [
            Step(step, name, job.id) for name, step in zip(STEPS, job.steps, strict=True) if step and step >= begin
        ]
        at = job.ended_at
        if rng.random() < REPORTED and at + timedelta(minutes=REPORT_MIN) < end:
            found.append(Step(at, "report_writing"))
            at += timedelta(minutes=REPORT_MIN)
        found.append(Step(at, "on_patrol"))
    ordered = sorted((step for step in found if step.at < end), key=lambda step: step.at)
    return [*ordered, Step(end, "off_duty")]
