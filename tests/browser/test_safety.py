"""Welfare timers, back-up and the list of what to do first at the console; the commander's drill and its proof."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from core.access import Viewer
from dispatch.models import BackupRequest
from dispatch.services import advance_assignment, assign_unit, request_backup
from patrols.models import Alarm, AlarmReceipt, WelfareContact, WelfareTimer
from patrols.safety.services import raise_emergency
from patrols.welfare.services import advance_due_timers
from tests import factories
from tests.browser.conftest import until

SOUNDS = "async () => (await import('/static/js/console/alarm-sound.js')).sounded.of"


@pytest.fixture
def crew(pair):
    return Viewer.of(pair)


def in_daylight(user):
    """The same, with the day theme."""
    user.theme = "day"
    user.save()
    return user


def on_scene(incident, unit, by):
    made = assign_unit(incident_id=incident.pk, unit_id=unit.pk, by=by)
    return advance_assignment(assignment_id=made.pk, status="on_scene", by=by)


def go_back(unit, seconds):
    """Let the unit's timer have begun so many seconds earlier."""
    timer = WelfareTimer.objects.get(unit=unit, ended_at=None)
    for name in ("started_at", "due_at", "dispatcher_at", "commander_at", "next_at"):
        setattr(timer, name, getattr(timer, name) - timedelta(seconds=seconds))
    timer.save()


def test_one_who_does_not_answer_is_in_the_strip_until_somebody_has_spoken_with_them(
    city,
    crew,
    open_incident,
    dispatcher,
    second_dispatcher,
    directorate,
    seat,
):
    factories.WelfareRuleFactory(organisation=directorate)
    unit = city.units[1]
    on_scene(open_incident, unit, Viewer.of(dispatcher))
    desk, other = seat(dispatcher), seat(in_daylight(second_dispatcher))
    for one in (desk, other):
        one.page.locator("#queue").click()
    row = desk.page.locator(f"#unit-{unit.pk} welfare-time")
    expect(row).to_have_text("")

    go_back(unit, 605)
    advance_due_timers()
    expect(row).to_contain_text("◇ asked")
    expect(desk.page.locator(".alarm-row.welfare")).to_have_count(0)

    go_back(unit, 60)
    advance_due_timers()
    for one in (desk, other):
        strip = one.page.locator(".alarm-row.welfare")
        for words in ("◆ 209", "no sign of life for", open_incident.number, "Milan Ilić"):
            expect(strip).to_contain_text(words)
    expect(row).to_contain_text("◆ no answer")
    until(desk.page, lambda: desk.page.evaluate(SOUNDS).get("welfare", 0) >= 1)

    go_back(unit, 120)
    advance_due_timers()
    expect(desk.page.locator(".alarm-row.welfare.urgent")).to_contain_text("with the shift commander")

    desk.page.keyboard.press("w")
    for one in (desk, other):
        expect(one.page.locator(".alarm-row.welfare")).to_have_count(0)
        expect(one.page.locator(f"#unit-{unit.pk} welfare-time")).to_have_text("")
    contact = WelfareContact.objects.get()
    assert (contact.sign, contact.by, contact.stage) == ("contact", dispatcher, "commander")


def test_contact_on_the_command_line_with_one_and_with_all_on_an_incident(
    city, open_incident, dispatcher, directorate, seat
):
    factories.WelfareRuleFactory(organisation=directorate)
    for unit in city.units[:2]:
        on_scene(open_incident, unit, Viewer.of(dispatcher))
    desk = seat(dispatcher)
    line = desk.page.get_by_role("combobox", name="Command line").or_(desk.page.locator("command-line input"))
    for typed, signs in (
        ("k 203 all quiet", ["contact"]),
        (f"k #{open_incident.number[-6:]}", ["contact", "group", "group"]),
    ):
        desk.page.keyboard.press("/")
        line.first.fill(typed)
        expect(desk.page.locator("command-line")).to_contain_text("contact with")
        desk.page.keyboard.press("Enter")
        expect(desk.page.locator("command-line")).to_contain_text("recorded")
        assert sorted(WelfareContact.objects.values_list("sign", flat=True)) == signs
        desk.page.keyboard.press("Escape")
    assert WelfareContact.objects.order_by("pk").first().text == "all quiet"


def test_a_request_for_back_up_is_seen_and_heard_and_answered_by_sending(
    city,
    crew,
    open_incident,
    dispatcher,
    second_dispatcher,
    seat,
):
    on_scene(open_incident, city.units[1], Viewer.of(dispatcher))
    desk, other = seat(dispatcher), seat(second_dispatcher)
    for one in (desk, other):
        one.page.locator("#queue").click()
    request_backup(unit_id=city.units[1].pk, level="urgent", reason="Двојица, један са ножем", by=crew)
    for one in (desk, other):
        strip = one.page.locator(".alarm-row.backup.urgent")
        for words in (
            "▲ 209",
            "needs back-up, urgent",
            "Dvojica, jedan sa nožem",
            open_incident.number,
            "1 patrol needed",
        ):
            expect(strip).to_contain_text(words)
    until(desk.page, lambda: desk.page.evaluate(SOUNDS).get("backup_urgent", 0) >= 1)

    desk.page.keyboard.press("F2")
    expect(desk.page.locator("incident-panel")).to_contain_text(open_incident.number)
    expect(desk.page.locator("ul.proposal").first).to_be_visible()
    desk.page.keyboard.press("d")
    for one in (desk, other):
        expect(one.page.locator(".alarm-row.backup")).to_have_count(0)
    backup = BackupRequest.objects.get()
    assert (backup.status, backup.ended_by) == ("answered", dispatcher)


def test_a_request_is_refused_by_name_with_words(city, crew, open_incident, dispatcher, seat):
    on_scene(open_incident, city.units[1], Viewer.of(dispatcher))
    desk = seat(dispatcher)
    request_backup(unit_id=city.units[1].pk, level="routine", by=crew)
    desk.page.locator(".alarm-row.backup").get_by_role("button", name="refuse").click()
    desk.page.get_by_label("Reason").fill("Nobody is free for twenty minutes")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".alarm-row.backup")).to_have_count(0)
    assert BackupRequest.objects.get().refusal == "Nobody is free for twenty minutes"


def test_what_to_do_first_is_noted_by_name_and_seen_by_all(
    city,
    crew,
    open_incident,
    dispatcher,
    second_dispatcher,
    seat,
):
    on_scene(open_incident, city.units[1], Viewer.of(dispatcher))
    desk, other = seat(dispatcher), seat(in_daylight(second_dispatcher))
    raise_emergency(unit_id=city.units[1].pk, by=crew)
    expect(desk.page.locator(".alarm-row")).to_contain_text("209")
    expect(desk.page.locator(".first-steps")).to_have_count(0)
    desk.page.keyboard.press("F1")
    expect(desk.page.locator(".first-steps")).to_contain_text("Call 209: who is it")
    desk.page.get_by_role("button", name="no answer").click()
    expect(other.page.locator(".first-steps")).to_contain_text("✓ no answer")
    desk.page.locator(".first-steps").get_by_role("button", name="back-up").click()
    for one in (desk, other):
        expect(one.page.locator(".alarm-row.backup.urgent")).to_contain_text("2 patrols needed")
        expect(one.page.locator(".first-steps")).to_contain_text("✓ back-up")
    other.page.get_by_role("button", name="search from the last known place").click()
    expect(desk.page.locator(".first-steps")).to_contain_text("✓ search")
    steps = list(Alarm.objects.get().steps.values_list("step", "by_name"))
    assert steps == [
        ("no_answer", dispatcher.display_name),
        ("backup", dispatcher.display_name),
        ("search", second_dispatcher.display_name),
    ]


def test_the_commander_proves_that_an_alarm_reaches_every_console(city, dispatcher, second_dispatcher, commander, seat):
    seats = [seat(dispatcher), seat(second_dispatcher)]
    chief = seat(in_daylight(commander), "/drills/")
    chief.page.get_by_label("Patrol", exact=True).select_option(label="221")
    chief.page.get_by_role("button", name="Drill an alarm now").click()
    for one in seats:
        expect(one.page.locator(".alarm-row .drill")).to_have_text("DRILL")
    expect(chief.page.locator(".finding")).to_contain_text("2 of 2 consoles have shown it")
    seats[0].page.keyboard.press("F1")
    expect(chief.page.locator("#chain")).to_contain_text(re.compile(r"Acknowledged\s*\d\d:\d\d:\d\d"))
    seats[0].page.keyboard.press("F1")
    seats[0].page.get_by_label("How it ended").fill("Drill done")
    seats[0].page.keyboard.press("Enter")
    expect(chief.page.locator("blockquote")).to_have_text("Drill done")
    expect(chief.page.locator("#recent a")).to_have_count(1)
    receipts = AlarmReceipt.objects.all()
    assert {row.user_name for row in receipts} == {dispatcher.display_name, second_dispatcher.display_name}
    assert all(row.recorded_at - Alarm.objects.get().recorded_at < timedelta(seconds=30) for row in receipts)
    assert Alarm.objects.get().raised_at <= datetime.now(UTC)


def test_a_console_that_shows_nothing_is_named(city, dispatcher, commander, seat):
    desk, chief = seat(dispatcher), seat(commander, "/drills/")
    desk.page.route("**/shown/", lambda route: route.fulfill(status=204))
    raise_emergency(unit_id=city.units[0].pk, by=Viewer.of(commander), is_drill=True)
    chief.page.reload()
    chief.page.locator("#recent a").click()
    expect(chief.page.locator(".finding")).to_contain_text("✗ 0 of 1 console has shown it")
    expect(chief.page.locator("tr.silent")).to_contain_text("has not said that it showed it")
