"""The shift plan on its page: a commander plans a week by pattern, by hand, by keys and by drag, publishes, changes."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from core.access import Viewer
from core.rules import Role
from patrols.planning.models import PlannedShift, PlanNotice, PlanRevision
from patrols.planning.services import publish_plan
from tests import factories
from tests.browser.test_pages import faults_of
from tests.conftest import person

BELGRADE = ZoneInfo("Europe/Belgrade")


@pytest.fixture
def monday():
    """The Monday of next week."""
    today = datetime.now(UTC).astimezone(BELGRADE).date()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def team(city, directorate, monday):
    """Two patrols that ride day, night, two days off."""
    team = factories.TeamFactory(organisation=directorate, name="Смена А", anchor=monday)
    for unit, name in zip(city.units, ("Марко Илић", "Ана Лукић"), strict=False):
        officer = factories.OfficerFactory(organisation=directorate, name=name)
        factories.TeamPostFactory(team=team, unit=unit, leader=officer)
    return team


@pytest.fixture
def at_the_plan(commander, seat, team, monday, directorate):
    there = seat(commander, path=f"/plan/?organisation={directorate.pk}&first={monday}")
    there.page.locator(".timeline").wait_for()
    return there


def at(day, hour):
    return datetime.combine(day, time(hour), BELGRADE).astimezone(UTC)


def bars(page):
    return page.locator(".tl-bar")


def say(page):
    return page.get_by_role("status").first


def apply_pattern(page):
    page.locator("body").press("p")
    page.get_by_label("Team").select_option("all")
    page.get_by_role("button", name="Apply Enter").click()
    expect(say(page)).to_contain_text("8 drafts were added.")


def test_a_commander_plans_next_week_publishes_it_and_changes_it_after_that(at_the_plan, monday):
    page = at_the_plan.page
    expect(page.get_by_text("Nothing is planned in this period yet.")).to_be_visible()
    apply_pattern(page)
    expect(bars(page)).to_have_count(8)
    assert faults_of(page) == []

    # the same officer on another patrol: said in words while it is entered
    page.get_by_role("button", name="Plan a shift of 221").click()
    page.get_by_label("Start").fill(f"{monday}T12:00")
    page.get_by_label("End").fill(f"{monday}T20:00")
    page.get_by_label("Crew; the first leads").select_option(index=2)
    expect(page.locator("dialog .plan-wrong")).to_contain_text("rides on patrol 2")
    assert faults_of(page) == []
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".tl-bar.wrong")).to_have_count(2)
    expect(page.locator(".tl-bar.wrong .tl-who").last).to_contain_text("at the same time, for 7 h")
    page.locator("body").press("u")
    page.get_by_role("button", name="Publish Enter").click()
    expect(say(page)).to_contain_text("The plan breaks rules.")
    assert not PlannedShift.objects.filter(state="published").exists()

    # taken back, then published
    page.locator("body").press("z")
    expect(bars(page)).to_have_count(8)
    page.locator("body").press("u")
    page.get_by_role("button", name="Publish Enter").click()
    expect(say(page)).to_contain_text("8 shifts are published.")
    expect(page.locator(".tl-bar.published")).to_have_count(8)

    # a change after that asks why, and is recorded
    bars(page).first.focus()
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_label("Why the published plan changes").fill("Утакмица")
    page.get_by_role("button", name="Keep Enter").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".tl-bar.moved")).to_have_count(0)
    bars(page).first.press("h")
    expect(page.locator(".plan-history")).to_contain_text("Utakmica")
    expect(page.locator(".plan-history li")).to_have_count(2)
    revision = PlanRevision.objects.get(kind="changed")
    assert (revision.reason, revision.shift.starts_at) == ("Утакмица", at(monday, 7) + timedelta(minutes=30))


def test_a_bar_is_moved_and_stretched_by_keys_and_by_drag_and_taken_back(at_the_plan, monday):
    page = at_the_plan.page
    apply_pattern(page)
    shift = PlannedShift.objects.order_by("unit__call_sign", "starts_at").first()
    bar = page.locator(f"#shift-{shift.pk}")

    bar.focus()
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(bar).to_contain_text("07–20")
    expect(bar).not_to_have_class(re.compile("moved"))

    day = page.locator(".tl-track").first.bounding_box()["width"] / 7
    box = bar.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + day / 4, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(bar).to_contain_text("13–02")
    expect(bar).not_to_have_class(re.compile("moved"))
    shift.refresh_from_db()
    assert (shift.starts_at, shift.ends_at) == (at(monday, 13), at(monday + timedelta(days=1), 2))

    page.locator("body").press("z")
    expect(bar).to_contain_text("07–20")
    page.locator("body").press("z")
    expect(bar).to_contain_text("07–19")


def test_escape_puts_a_bar_back_and_keeps_nothing(at_the_plan):
    page = at_the_plan.page
    apply_pattern(page)
    shift = PlannedShift.objects.order_by("unit__call_sign", "starts_at").first()
    bar = page.locator(f"#shift-{shift.pk}")
    bar.focus()
    page.keyboard.press("Control+ArrowRight")
    expect(bar).to_contain_text("07:30–19:30")
    page.keyboard.press("Escape")
    expect(bar).to_contain_text("07–19")
    shift.refresh_from_db()
    assert shift.version == 1


def test_a_week_is_copied_a_calendar_read_and_who_is_away_is_noted(at_the_plan, monday):
    page = at_the_plan.page
    apply_pattern(page)
    read_a_calendar(page, monday)
    note_who_is_away(page, monday)
    page.locator("body").press("c")
    page.get_by_role("button", name="Copy Enter").click()
    expect(say(page)).to_contain_text("9 drafts were added.")
    page.get_by_role("button", name="Later").click()
    expect(bars(page)).to_have_count(9)


def read_a_calendar(page, monday):
    """First what would become of it, then it is kept."""
    event = f"UID:x\r\nDTSTART:{monday:%Y%m%d}T200000\r\nDURATION:PT8H\r\nSUMMARY:"
    events = "".join(f"BEGIN:VEVENT\r\n{event}{title}\r\nEND:VEVENT\r\n" for title in ("Patrol 221", "Patrol 999"))
    events = events.replace("UID:x", "UID:y", 1)
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"
    page.get_by_text("People, files", exact=True).click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Read a file (CSV, iCalendar)…").click()
    chooser.value.set_files([{"name": "x.ics", "mimeType": "text/calendar", "buffer": text.encode()}])
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator(".plan-outcomes")).to_contain_text("No patrol is named in “Patrol 999”.")
    assert faults_of(page) == []
    assert not PlannedShift.objects.filter(calendar_uid="y").exists()
    page.get_by_role("button", name="Take 1 in").click()
    expect(say(page)).to_contain_text("added: 1 · refused: 1")
    page.get_by_role("button", name="Close Esc").click()
    expect(bars(page)).to_have_count(9)


def note_who_is_away(page, monday):
    """An absence is kept, its planned shifts are named; one that contradicts it is asked again, nothing lost."""
    page.get_by_text("People, files", exact=True).click()
    page.get_by_role("button", name="Absences…").click()
    for _time in ("kept", "refused"):
        page.get_by_role("button", name="Add an absence").click()
        page.get_by_label("Officer").select_option(index=0)
        page.get_by_label("Last day").fill(f"{monday + timedelta(days=1)}")
        page.get_by_role("button", name="Keep Enter").click()
    expect(page.locator("dialog.ask")).to_contain_text("already: change that absence.")
    assert faults_of(page) == []
    page.get_by_role("button", name="Back Esc").click()
    expect(page.locator(".plan-outcomes tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Close Esc").click()
    page.get_by_text("People, files", exact=True).click()
    page.get_by_role("button", name="Teams…").click()
    expect(page.locator(".plan-team")).to_contain_text("Marko Ilić")
    assert faults_of(page) == []
    page.get_by_role("button", name="Close Esc").click()


@pytest.mark.parametrize("theme", ["night", "day"])
def test_dispatchers_look_and_do_not_touch_in_either_theme(city, dispatcher, seat, team, monday, theme):
    dispatcher.theme = theme
    dispatcher.save()
    factories.PlannedShiftFactory(unit=city.units[0], starts_at=at(monday, 7), ends_at=at(monday, 19))
    page = seat(dispatcher, path=f"/plan/?first={monday}").page
    bars(page).first.focus()
    expect(page.locator(".plan-shift")).to_contain_text("203")
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    assert faults_of(page) == []


def test_an_officer_reads_what_is_new_and_that_it_was_read_is_kept(city, directorate, seat):
    user = person(Role.PATROL, directorate, "marko")
    officer = factories.OfficerFactory(organisation=directorate, user=user, name="Марко Илић")
    today = datetime.now(UTC).astimezone(BELGRADE).date()
    shift = factories.PlannedShiftFactory(unit=city.units[0], starts_at=at(today, 7), ends_at=at(today, 19))
    factories.PlannedCrewFactory(shift=shift, officer=officer)
    publish_plan(organisation_id=directorate.pk, first=today, last=today, by=Viewer.system("tests"))
    page = seat(user, path="/shifts/").page
    expect(page.get_by_role("heading", name="1 thing that you have not read")).to_be_visible()
    expect(page.locator(".own-shifts")).to_contain_text("07:00–19:00")
    assert faults_of(page) == []
    page.get_by_role("button", name="I have read it").click()
    expect(page.locator(".own-news")).to_have_count(0)
    assert PlanNotice.objects.get().seen_at is not None
