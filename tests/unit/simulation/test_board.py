"""The board as the simulation keeps it."""

import json
from random import Random

import pytest

from simulation.shift.board import Board, Gap
from simulation.shift.client import Line
from simulation.shift.roster import Roster


class Told:
    """A client that is told what to answer."""

    def __init__(self) -> None:
        self.answers: dict[str, list] = {}

    async def get(self, path: str, **_params) -> dict:
        return json.loads(json.dumps(self.answers[path].pop(0)))


def event(seq: int, upserts: dict | None = None, removes: dict | None = None) -> dict:
    return {"type": "event", "seq": seq, "upserts": upserts or {}, "removes": removes or {}}


def job(pk: int, unit: int, *, ended: str | None = None) -> dict:
    return {"id": pk, "unit": unit, "incident": 5, "status": "en_route", "ended_at": ended}


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def board(told, tmp_path) -> Board:
    board = Board(Line("http://here", Roster(tmp_path / "none"), Random(1)), told)
    board.id = 1
    return board


def test_event_rings_for_the_units_that_it_concerns(board):
    board.apply(event(1, {"assignments": [job(9, 3)], "units": [{"id": 4, "version": 1}]}))
    assert board.bell(3).is_set()
    assert board.bell(4).is_set()
    assert not board.bell(5).is_set()


def test_job_of_a_unit_is_the_one_that_has_not_ended(board):
    board.apply(event(1, {"assignments": [job(9, 3)]}))
    assert board.job_of(3)["id"] == 9
    board.apply(event(2, {"assignments": [job(9, 3, ended="now"), job(10, 3)]}))
    assert board.job_of(3)["id"] == 10
    board.apply(event(3, {"assignments": [job(10, 3, ended="now")]}))
    assert board.job_of(3) is None


def test_job_that_is_taken_down_is_gone(board):
    board.apply(event(1, {"incidents": [{"id": 5}], "assignments": [job(9, 3)]}))
    board.bell(3).clear()
    board.apply(event(2, removes={"incidents": [5], "assignments": [9]}))
    assert board.job_of(3) is None
    assert board.incidents == {}
    assert board.bell(3).is_set()


def test_event_that_is_known_changes_nothing(board):
    board.apply(event(1, {"incidents": [{"id": 5, "status": "waiting"}]}))
    board.apply(event(1, {"incidents": [{"id": 5, "status": "closed"}]}))
    assert board.incidents[5]["status"] == "waiting"


def test_missing_event_is_noticed(board):
    board.apply(event(1))
    with pytest.raises(Gap):
        board.apply(event(3))
    assert board.seq == 1


async def test_gap_is_filled_by_asking(board, told):
    told.answers["/api/v1/boards/1/events/"] = [
        {"head": 2, "complete": False, "events": [event(1, {"incidents": [{"id": 5}]})]},
        {"head": 2, "complete": True, "events": [event(2, {"incidents": [{"id": 6}]})]},
    ]
    await board.catch_up()
    assert board.seq == 2
    assert set(board.incidents) == {5, 6}


async def test_snapshot_replaces_everything(board, told):
    board.apply(event(1, {"incidents": [{"id": 5}], "assignments": [job(9, 3)]}))
    told.answers["/api/v1/boards/1/snapshot/"] = [
        {
            "board": {"id": 1},
            "seq": 40,
            "incidents": {},
            "assignments": {"12": job(12, 8)},
            "units": {"8": {"id": 8}},
            "positions": {"8": {"unit": 8, "lon": 19.8, "lat": 45.2}},
        }
    ]
    await board.take_snapshot()
    assert (board.seq, board.job_of(3), board.job_of(8)["id"]) == (40, None, 12)
    assert board.positions[8]["lat"] == 45.2
