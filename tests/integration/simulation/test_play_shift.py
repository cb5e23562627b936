"""A shift, many times faster than life, against a real web process."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.models import Board, LiveEvent, User
from dispatch.models import Assignment
from incidents.models import Incident
from incidents.rules import Source
from patrols.models import LatestPosition, StatusChange, Unit
from simulation import demo
from simulation.services import Outcome
from simulation.shift import Options, play
from simulation.shift.desk import Patience
from simulation.shift.play import Played
from tests.integration.live import conftest as live

SPEED = 120


@pytest.fixture
def outcome(transactional_db, load) -> Outcome:
    """The demo, committed."""
    return load(days=0)


def serve(log: Path) -> Iterator[live.Server]:
    return live.run_server(f"shift:{os.getpid()}", os.environ["REDIS_URL"], log)


@pytest.fixture
def web(outcome, tmp_path, monkeypatch) -> Iterator[live.Server]:
    """A web process without a region: everybody drives straight."""
    monkeypatch.setenv("REGION_DIR", str(tmp_path / "no-region"))
    yield from serve(tmp_path / "server.log")


def options(web: live.Server, outcome: Outcome, *, duration_s: float) -> Options:
    return Options(
        url=web.origin,
        roster=outcome.roster,
        speed=SPEED,
        fix_interval_s=0.5,
        calls_per_hour=60,
        duration_s=duration_s,
        healthy_within_s=0.1,
        patience=Patience(ours=(20, 40), theirs=(20, 40)),
    )


def check_records(played: Played) -> None:
    """What was told stands in the database, in the order in which it happened."""
    closed = Incident.objects.exclude(source=Source.SYSTEM).filter(status="closed")
    assert closed.count() >= played.closed > 0
    for incident in closed:
        assert incident.received_at <= incident.first_dispatched_at <= incident.first_on_scene_at
        assert incident.first_on_scene_at <= incident.action_taken_at <= incident.closed_at
    head = Board.objects.get(organisation__code="NS").head_seq
    seqs = LiveEvent.objects.filter(board__organisation__code="NS").order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, head + 1))


def test_shift_is_played_from_call_to_close(web, outcome, tmp_path):
    before = {row.unit_id: row.point for row in LatestPosition.objects.all()}
    own = Unit.objects.get(call_sign=demo.city().patrol)
    said: list[str] = []

    played = asyncio.run(play(options(web, outcome, duration_s=25), said.append))

    assert any("the shift begins: 3 units" in line for line in said)
    assert not [name for name in played.tally if name.startswith("answers 5")], played.tally
    assert "Traceback" not in (tmp_path / "server.log").read_text()
    check_records(played)
    assert played.fixes > 60
    moved = {row.unit_id for row in LatestPosition.objects.all() if row.point != before[row.unit_id]}
    assert moved == set(before) - {own.pk}
    assert StatusChange.objects.filter(by__in=User.objects.filter(username__startswith="sim-2")).exists()
    assert not Assignment.objects.filter(unit=own, ended_at=None).exists()
    assert not own.status_changes.exclude(by=None).exists()


def test_shift_goes_on_when_the_service_comes_back(web, outcome, tmp_path, monkeypatch):
    monkeypatch.setattr(live, "free_port", lambda: web.port)

    async def with_outage() -> Played:
        shift = asyncio.ensure_future(play(options(web, outcome, duration_s=30), lambda _line: None))
        await asyncio.sleep(8)
        web.process.kill()
        await asyncio.sleep(2)
        with contextlib.contextmanager(serve)(tmp_path / "again.log"):
            return await shift

    played = asyncio.run(with_outage())
    assert played.tally["no answer"] > 0
    assert "Traceback" not in (tmp_path / "again.log").read_text()
    check_records(played)
