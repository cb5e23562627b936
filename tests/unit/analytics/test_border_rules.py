"""Reaction at the border: from detection to all required units in place, the first arrival beside it."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.border.rules import reaction
from analytics.rules import History, Sent, Why

SEEN = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)


def there(unit, minutes, *, broken_off=False):
    return Sent(unit=unit, dispatched_at=SEEN, on_scene_at=SEEN + timedelta(minutes=minutes), broken_off=broken_off)


def of(*sent, required=2, **fields):
    history = History(received_at=SEEN + timedelta(minutes=3), sent=sent, **fields)
    return reaction(history, detected_at=SEEN, required=required)


def test_clock_runs_from_detection_until_the_last_required_unit_and_no_longer():
    found = of(there("a", 9), there("b", 4), there("c", 30))
    assert (found.first, found.all_in_place, found.in_place) == (240, 540, 3)


def test_one_unit_that_came_twice_is_one_unit():
    found = of(there("a", 4), there("a", 6), there("b", 20))
    assert (found.all_in_place, found.in_place) == (1200, 2)


def test_units_that_were_broken_off_are_not_in_place():
    found = of(there("a", 4), there("b", 5, broken_off=True))
    assert (found.first, found.all_in_place, found.in_place) == (240, Why.MISSING, 1)


def test_fewer_than_required_is_missing_and_not_the_last_of_them():
    assert of(there("a", 4)).all_in_place is Why.MISSING


def test_units_sent_to_a_merged_duplicate_count():
    duplicate = History(received_at=SEEN, sent=(there("b", 7),))
    assert of(there("a", 4), duplicates=(duplicate,)).all_in_place == 420


def test_units_sent_after_a_reopening_do_not_count():
    reopened = SEEN + timedelta(minutes=60)
    late = Sent(unit="b", dispatched_at=reopened + timedelta(minutes=1), on_scene_at=reopened + timedelta(minutes=9))
    assert of(there("a", 4), late, reopened_at=reopened).all_in_place is Why.MISSING


def test_what_a_patrol_came_upon_has_no_reaction():
    found = of(there("a", 0), on_view=True)
    assert (found.first, found.all_in_place) == (Why.ON_VIEW, Why.ON_VIEW)


@pytest.mark.parametrize(("minutes", "expected"), [(0, 0), (-1, Why.NEGATIVE)])
def test_no_time_is_kept_and_time_that_runs_backwards_is_told_apart(minutes, expected):
    assert of(there("a", minutes), required=1).all_in_place == expected
