"""Availability on its page: tonight's gap is seen, filled in the plan, and gone; nothing that axe finds."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from patrols.planning.models import PlannedShift
from tests import factories
from tests.browser.test_pages import faults_of

BELGRADE = ZoneInfo("Europe/Belgrade")


@pytest.fixture
def tomorrow():
    """Far enough away to be in no doubt at any hour of the day."""
    return datetime.now(UTC).astimezone(BELGRADE).date() + timedelta(days=1)


@pytest.fixture
def staffed(city, directorate):
    """One unit of four that has worked since an hour, with a status of every kind; two units are needed each night."""
    now = datetime.now(UTC)
    for minutes, status in ((60, "on_patrol"), (45, "meal"), (30, "traffic_stop"), (15, "on_patrol")):
        factories.StatusChangeFactory(unit=city.units[0], status=status, occurred_at=now - timedelta(minutes=minutes))
    area = factories.AreaFactory(organisation=directorate, name="Лиман")
    factories.MinimumStaffingFactory(organisation=directorate, units=2, starts=time(20), ends=time(4))
    shift = factories.PlannedShiftFactory(
        unit=city.units[0],
        sector=area,
        starts_at=now - timedelta(minutes=90),
        ends_at=now + timedelta(hours=1),
        state="published",
        published_at=now,
    )
    factories.PlannedTaskFactory(shift=shift, area=area, ends_at=shift.starts_at + timedelta(minutes=40))
    return city


def at(day, hour):
    return datetime.combine(day, time(hour), BELGRADE).astimezone(UTC)


def test_a_commander_sees_the_gap_plans_and_publishes_and_it_is_gone(staffed, commander, seat, tomorrow, directorate):
    there = seat(commander, path=f"/availability/?first={tomorrow}")
    page = there.page
    gaps = page.locator("section", has=page.get_by_role("heading", name="Gaps"))
    expect(gaps.locator(".finding")).to_contain_text("0 of 2 units")
    expect(gaps.locator("tbody")).to_contain_text("20:00")
    for unit in staffed.units[1:3]:
        officer = factories.OfficerFactory(organisation=directorate)
        shift = factories.PlannedShiftFactory(unit=unit, starts_at=at(tomorrow, 19), ends_at=at(tomorrow, 23))
        factories.PlannedCrewFactory(shift=shift, officer=officer)
    page.get_by_label("Count drafts as planned").check()
    expect(gaps.locator("tbody")).to_contain_text("23:00")
    page.goto(f"{there.page.url.split('/availability')[0]}/plan/?first={tomorrow}&view=day")
    page.locator(".tl-bar").first.wait_for()
    page.locator("body").press("u")
    page.get_by_role("button", name="Publish Enter").click()
    expect(page.get_by_role("status").first).to_contain_text("2 shifts are published.")
    assert PlannedShift.objects.filter(state="published").count() == 3
    page.goto(f"{there.page.url.split('/plan')[0]}/availability/?first={tomorrow}")
    expect(gaps.locator("tbody")).to_contain_text("23:00")
    expect(gaps.locator("tbody")).not_to_contain_text("20:00")


@pytest.mark.parametrize("theme", ["night", "day"])
def test_past_now_and_next_have_nothing_that_axe_finds(staffed, commander, seat, theme):
    commander.theme = theme
    commander.save()
    there = seat(commander, path="/availability/")
    page = there.page
    for title in (
        "At this moment",
        "Gaps",
        "By hour",
        "By unit",
        "Plan against fact",
        "What the time on duty went into",
    ):
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    assert faults_of(page) == []
    split = page.locator("table.split tfoot")
    expect(split).to_contain_text("0:15 25 %")  # the traffic stop
    expect(split).to_contain_text("0:10 17 %")  # free time within the time of the task
    page.get_by_label("In groups by").select_option("unit")
    expect(page.locator("table.split tbody tr")).to_have_count(1)


def test_without_minimums_nothing_is_said_to_be_missing(city, commander, seat):
    page = seat(commander, path="/availability/").page
    expect(page.get_by_text("No minimum is set here")).to_be_visible()
    expect(page.get_by_text("Nobody was on duty in this period.")).to_be_visible()
    page.get_by_role("button", name="What is needed…").click()
    page.get_by_role("button", name="Add what is needed").click()
    page.get_by_label("Units needed").fill("3")
    page.get_by_role("button", name="Keep Enter").click()
    expect(page.locator("dialog.sheet tbody")).to_contain_text("every day, 19:00–07:00")
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_text("No minimum is set here")).to_have_count(0)
