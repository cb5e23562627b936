"""When an alarm escalates, when it may be taken back, and what its unit does afterwards."""

from datetime import timedelta

import pytest

from patrols.rules import Status, escalates_at, is_newer, may_withdraw, status_after_emergency
from tests.factories import NOON


def test_an_alarm_escalates_so_long_after_we_learned_of_it():
    assert escalates_at(NOON, 20) == NOON + timedelta(seconds=20)


@pytest.mark.parametrize(("after_s", "may"), [(0, True), (5, True), (5.1, False), (60, False)])
def test_a_press_may_be_taken_back_for_three_seconds_and_the_way_over_the_network(after_s, may):
    assert may_withdraw(NOON, NOON + timedelta(seconds=after_s)) is may


def test_a_position_tells_more_only_when_it_is_newer():
    assert is_newer(NOON, None)
    assert not is_newer(NOON, NOON)
    assert is_newer(NOON, NOON - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("previous", "of_job", "after"),
    [
        ("meal", None, "meal"),
        ("on_patrol", None, "on_patrol"),
        ("on_scene", Status.ON_SCENE, "on_scene"),
        ("en_route", Status.ON_SCENE, "on_scene"),
        ("meal", Status.EN_ROUTE, "en_route"),
        ("on_scene", None, "on_patrol"),
        ("off_duty", None, "on_patrol"),
        ("emergency", None, "on_patrol"),
        ("", None, "on_patrol"),
    ],
)
def test_after_an_emergency_the_job_counts_then_what_the_unit_did_before(previous, of_job, after):
    assert status_after_emergency(previous=previous, of_job=of_job) == after
