"""A month gone by, on paper."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from simulation import demo
from simulation.rules.history import Past, PastIncident, PastSpot, PastUnit
from simulation.rules.route import scatter

HOME = (19.84, 45.25)
END = datetime(2026, 11, 2, 12, tzinfo=UTC)
START = END - timedelta(days=4)


def play(seed: int = 1) -> list[PastIncident]:
    rng = Random(seed)
    units = [PastUnit(n, str(n), "car", scatter(rng, HOME, 3000)) for n in range(1, 13)]
    spots = [PastSpot(*scatter(rng, HOME, 4000), f"Улица {n}") for n in range(100)]
    past = Past(rng, kinds=demo.kinds(), talk=demo.talk(), units=units, spots=spots, zone=ZoneInfo("Europe/Belgrade"))
    return past.play(START, END, per_day=100)


@pytest.fixture(scope="module")
def past() -> list[PastIncident]:
    return play()


def test_same_seed_gives_the_same_past(past):
    assert play() == past


def test_there_is_about_as_much_as_asked_for(past):
    assert 300 < len(past) < 500


def test_all_of_it_is_over(past):
    assert all(START <= incident.received_at < END for incident in past)
    assert all(incident.received_at <= incident.created_at <= incident.closed_at < END for incident in past)


def test_units_do_one_job_at_a_time(past):
    jobs = {}
    for incident in past:
        for job in incident.assignments:
            jobs.setdefault(job.unit, []).append((job.dispatched_at, job.ended_at))
    for spans in jobs.values():
        assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans)))


def test_times_of_a_job_follow_each_other(past):
    for incident in past:
        for job in incident.assignments:
            steps = (
                job.dispatched_at, job.acknowledged_at, job.en_route_at, job.on_scene_at, job.action_taken_at, job.ended_at
            )  # fmt: skip
            known = [at for at in steps if at is not None]
            assert known == sorted(known)
            assert job.dispatched_at >= incident.received_at


def test_units_called_back_never_arrive(past):
    broken_off = [job for incident in past for job in incident.assignments if job.status != "cleared"]
    assert broken_off
    assert all(job.on_scene_at is None and job.cleared_at is None for job in broken_off)


def test_records_are_as_imperfect_as_real_ones(past):
    served = [job for incident in past for job in incident.assignments if job.status == "cleared"]
    assert any(job.on_scene_at is None for job in served)
    assert any(incident.status == "cancelled" for incident in past)
    assert any(incident.on_view for incident in past)
    assert any(incident.priority != incident.first_priority for incident in past)


def test_urgent_ones_are_reached_sooner(past):
    def waits(priority: int) -> float:
        found = sorted(
            (min(times) - incident.received_at).total_seconds()
            for incident in past
            if incident.priority == priority and not incident.on_view
            and (times := [job.on_scene_at for job in incident.assignments if job.on_scene_at])
        )  # fmt: skip
        return found[len(found) // 2]

    assert waits(1) < waits(3) < waits(4)
