"""The whole table of a hand-over."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.handover.rules import ANSWERS, TRANSITIONS, Status, expires_at, may_follow

ALLOWED = {(Status.OFFERED, answer) for answer in ANSWERS}


@pytest.mark.parametrize("after", Status)
@pytest.mark.parametrize("status", Status)
def test_only_an_offer_is_answered_and_only_once(after, status):
    assert may_follow(status, after) == ((after, status) in ALLOWED)


def test_every_status_is_in_the_table():
    assert set(TRANSITIONS) == set(Status)
    assert set(Status) - {Status.OFFERED} == ANSWERS


def test_an_offer_times_out_so_many_seconds_after_it_was_made():
    noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    assert expires_at(noon, 180) == noon + timedelta(minutes=3)
