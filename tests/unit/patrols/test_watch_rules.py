"""Windows by the wall's clock: midnight, days of the week, and the two nights on which the clock is moved."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrols.watch.rules import Period, Window, wall

BELGRADE = ZoneInfo("Europe/Belgrade")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(begins: str, ends: str, *weekdays: int) -> Window:
    return Window(time.fromisoformat(begins), time.fromisoformat(ends), weekdays, BELGRADE)


def test_a_window_within_a_day():
    period = window("08:00", "16:00").at(utc("2026-11-02 12:00"))
    assert period == Period(utc("2026-11-02 07:00"), utc("2026-11-02 15:00"))
    assert window("08:00", "16:00").at(utc("2026-11-02 15:00")) is None


@pytest.mark.parametrize("now", ["2026-11-02 21:00", "2026-11-02 23:30", "2026-11-03 00:59:59"])
def test_a_window_across_midnight_is_one(now):
    assert window("22:00", "02:00").at(utc(now)) == Period(utc("2026-11-02 21:00"), utc("2026-11-03 01:00"))


@pytest.mark.parametrize("now", ["2026-11-02 20:59:59", "2026-11-03 01:00"])
def test_before_and_after_it_is_closed(now):
    assert window("22:00", "02:00").at(utc(now)) is None


def test_a_window_belongs_to_the_day_on_which_it_begins():
    only_monday = window("22:00", "02:00", 1)
    assert only_monday.at(utc("2026-11-03 00:30")) is not None  # Tuesday morning, Monday's window
    assert only_monday.at(utc("2026-11-02 00:30")) is None  # Monday morning, Sunday's window
    assert only_monday.at(utc("2026-11-03 22:30")) is None


def test_without_times_it_is_always_open():
    now = utc("2026-11-02 12:00")
    assert Window(None, None, (), BELGRADE).at(now).start == now


@pytest.mark.parametrize(
    ("begins", "ends", "start", "end"),
    [
        ("22:00", "02:00", "2026-10-24 20:00", "2026-10-25 00:00"),
        ("22:00", "02:30", "2026-10-24 20:00", "2026-10-25 01:30"),
        ("22:00", "03:00", "2026-10-24 20:00", "2026-10-25 02:00"),
        ("22:00", "06:00", "2026-10-24 20:00", "2026-10-25 05:00"),
    ],
)
def test_the_night_with_an_hour_twice(begins, ends, start, end):
    """Belgrade, 25 October 2026: at 03:00 the clock goes back to 02:00."""
    assert window(begins, ends).on(date(2026, 10, 24)) == Period(utc(start), utc(end))


def test_a_window_that_begins_in_the_hour_that_comes_twice_begins_the_first_time():
    assert window("02:30", "05:00").on(date(2026, 10, 25)).start == utc("2026-10-25 00:30")


@pytest.mark.parametrize(
    ("begins", "ends", "start", "end"),
    [
        ("22:00", "02:00", "2026-03-28 21:00", "2026-03-29 01:00"),
        ("22:00", "02:30", "2026-03-28 21:00", "2026-03-29 01:00"),
        ("22:00", "03:00", "2026-03-28 21:00", "2026-03-29 01:00"),
        ("22:00", "06:00", "2026-03-28 21:00", "2026-03-29 04:00"),
    ],
)
def test_the_night_without_an_hour(begins, ends, start, end):
    """Belgrade, 29 March 2026: at 02:00 the clock jumps to 03:00."""
    assert window(begins, ends).on(date(2026, 3, 28)) == Period(utc(start), utc(end))


def test_a_time_that_does_not_come_is_the_moment_of_the_jump():
    assert wall(datetime(2026, 3, 29, 2, 30), BELGRADE) == utc("2026-03-29 01:00")  # noqa: DTZ001 - the wall's clock


@given(
    minutes=st.integers(0, 366 * 24 * 60),
    begins=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_whoever_looks_at_the_wall_agrees(minutes, begins, ends):
    """Outside the two nights, a window is open when the clock on the wall reads so."""
    now = utc("2026-01-01 00:00") + timedelta(minutes=minutes)
    local = now.astimezone(BELGRADE)
    if local.date().month in (3, 10) or begins == ends:
        return
    read = local.time()
    expected = begins <= read < ends if begins < ends else read >= begins or read < ends
    assert (Window(begins, ends, (), BELGRADE).at(now) is not None) == expected
