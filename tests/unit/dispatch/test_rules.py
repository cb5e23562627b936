"""The whole table of an assignment's steps, and what it makes of unit and incident."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.rules import (
    ACTIVE,
    BROKEN_OFF,
    ENDED,
    INCIDENT_STATUS,
    STEPS,
    TRANSITIONS,
    UNIT_STATUS,
    Status,
    Step,
    may_pre_empt,
    progress,
    status_after_end,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)

D, A, E, O, T, C = (s.value for s in STEPS)  # noqa: E741 - the table below reads better so
X, P, R = Status.CANCELLED.value, Status.PRE_EMPTED.value, Status.REFUSED.value

ALLOWED = {
    D: {A, E, O, T, C, X, P, R},
    A: {E, O, T, C, X, P, R},
    E: {O, T, C, X, P, R},
    O: {T, C, X, P, R},
    T: {C, X, P, R},
    C: set(),
    X: set(),
    P: set(),
    R: set(),
}


@pytest.mark.parametrize("after", list(Status))
@pytest.mark.parametrize("before", list(Status))
def test_every_pair_of_states(before, after):
    assert (after in TRANSITIONS[before]) == (after.value in ALLOWED[before.value])


def test_states_are_active_or_ended_and_never_both():
    assert set(Status) == ACTIVE | ENDED
    assert not ACTIVE & ENDED
    assert set(UNIT_STATUS) == set(INCIDENT_STATUS) == ACTIVE


@pytest.mark.parametrize(("mine", "theirs", "may"), [(1, 2, True), (2, 2, False), (3, 2, False), (1, 4, True)])
def test_only_the_more_urgent_takes_away(mine, theirs, may):
    assert may_pre_empt(priority=mine, current_priority=theirs) is may


@pytest.mark.parametrize("ended_from", sorted(ACTIVE))
def test_a_unit_that_never_set_off_goes_back_to_what_it_did(ended_from):
    stayed = ended_from in (Status.DISPATCHED, Status.ACKNOWLEDGED)
    assert status_after_end(ended_from, "at_station") == ("at_station" if stayed else "on_patrol")
    assert status_after_end(ended_from, "") == "on_patrol"


def at(minutes):
    return None if minutes is None else NOON + timedelta(minutes=minutes)


def step(status, dispatched=0, en_route=None, on_scene=None, action=None, cleared=None):
    return Step(Status(status), at(dispatched), at(en_route), at(on_scene), at(action), at(cleared))


def test_nobody_sent_waits():
    assert progress([]).status == "waiting"


def test_the_furthest_unit_carries_the_incident():
    found = progress([step(D), step(E, dispatched=1, en_route=2)])
    assert (found.status, found.times["first_dispatched_at"], found.times["first_en_route_at"]) == (
        "en_route",
        at(0),
        at(2),
    )


def test_the_first_arrival_is_the_minimum_over_units():
    found = progress([step(O, dispatched=0, on_scene=9), step(T, dispatched=3, on_scene=7, action=8)])
    assert (found.times["first_on_scene_at"], found.times["action_taken_at"]) == (at(7), at(8))


@pytest.mark.parametrize("status", sorted(BROKEN_OFF))
def test_what_was_broken_off_never_supplies_a_time(status):
    found = progress([step(status, on_scene=4)])
    assert (found.status, set(found.times.values())) == ("waiting", {None})
    found = progress([step(status, on_scene=4), step(O, dispatched=2, on_scene=9)])
    assert (found.status, found.times["first_on_scene_at"]) == ("on_scene", at(9))


def test_an_attended_incident_stays_so_when_all_have_cleared():
    found = progress([step(C, on_scene=5, action=6, cleared=20), step(C, on_scene=7, cleared=25)])
    assert (found.status, found.times["last_cleared_at"]) == ("action_taken", at(25))


def test_the_last_clearing_is_not_known_while_somebody_is_there():
    found = progress([step(C, on_scene=5, cleared=20), step(E, en_route=9)])
    assert (found.status, found.times["last_cleared_at"]) == ("on_scene", None)


def test_one_that_nobody_is_known_to_have_reached_waits_again():
    assert progress([step(C, en_route=2, cleared=5)]).status == "waiting"
