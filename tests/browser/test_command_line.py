"""The whole job on the command line, in any language and either script; what Enter would do is said before."""

import pytest
from django.db.models import F
from playwright.sync_api import Page, expect

from core.rules import Role
from dispatch.models import Assignment, Reminder
from incidents.models import Incident
from tests.browser.conftest import until
from tests.conftest import person

ECHO = "#command-echo"
HEARD = "async () => (await import('/static/js/console/alarm-sound.js')).sounded.of.reminder > 0"


def type_command(page: Page, text: str) -> None:
    """Type on the command line, from wherever one is."""
    page.keyboard.press("/")
    expect(page.locator("#command")).to_be_focused()
    page.locator("#command").fill(text)


def run(page: Page, text: str, says: str) -> None:
    """Type a command, see what it would do, do it."""
    type_command(page, text)
    expect(page.locator(ECHO)).to_contain_text(says)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("language", "sent", "on_the_way", "done"),
    [
        ("en", "203 d", "203 way", "203 done"),
        ("sr", "пошаљи 203", "203 на путу", "203 ослобођена"),
        ("sr-latn", "pošalji 203", "203 na putu", "203 oslobođena"),
        ("sl", "203 pošlji", "203 na poti", "sproščena 203"),
    ],
)
def test_a_job_from_sending_to_its_end_in_each_language(
    city, dispatcher, seat, open_incident, language, sent, on_the_way, done
):
    dispatcher.language = language
    dispatcher.save()
    page = seat(dispatcher).page
    row = page.locator(f"#incident-{open_incident.pk}")
    row.click()
    run(page, sent, "203")
    expect(row.locator(".chip")).to_have_text("203")
    run(page, on_the_way, "203: ")
    run(page, done, "203: ")
    expect(row.locator(".chip")).to_have_count(0)
    assert Assignment.objects.get().status == "cleared"


def test_an_incident_is_regraded_noted_merged_closed_and_reopened(
    city, dispatcher, seat, open_incident, urgent_incident
):
    page = seat(dispatcher).page
    page.locator(f"#incident-{open_incident.pk}").click()
    number = open_incident.number
    run(page, "r 3 nobody inside", f"{number} gets priority 3: nobody inside")
    expect(page.locator(f"#incident-{open_incident.pk} .priority")).to_have_text("3")
    run(page, f"n #{urgent_incident.number} 203 is not needed", f"add to {urgent_incident.number}")
    expect(page.locator(ECHO)).to_contain_text(f"Note added to {urgent_incident.number}")
    run(page, "x unfounded wind at the door", f"close {number}: unfounded")
    expect(page.locator(f"#incident-{open_incident.pk}")).to_have_count(0)
    open_incident.refresh_from_db()
    assert (open_incident.disposition, open_incident.outcome) == ("unfounded", "wind at the door")
    run(page, f"o {number} it was not the wind", "reopen")
    expect(page.get_by_label("Reason")).to_have_value("it was not the wind")
    page.keyboard.press("Enter")
    page.locator(f"#incident-{open_incident.pk}[aria-selected=true]").wait_for()
    run(page, f"merge #{urgent_incident.number}", f"make {number} part of {urgent_incident.number}")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{number} becomes part of {urgent_incident.number}")
    page.keyboard.press("Enter")
    expect(page.locator(f"#incident-{open_incident.pk}")).to_have_count(0)
    assert Incident.objects.get(pk=open_incident.pk).merged_into_id == urgent_incident.pk


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("d 777", "there is no patrol 777"),
        ("d 203 #99999", "99999 is no open incident"),
        ("203", "show patrol 203"),
        ("203 na", "203: "),
        ("s", "which patrol, and which status?"),
        ("r 2", "has this priority"),
        ("q 203", "a patrol without a job cannot be called off"),
        ("%$#", "d send"),
    ],
)
def test_what_cannot_be_done_is_said_and_enter_does_nothing(city, dispatcher, seat, open_incident, typed, says):
    page = seat(dispatcher).page
    page.locator(f"#incident-{open_incident.pk}").click()
    type_command(page, typed)
    expect(page.locator(ECHO)).to_contain_text(says)
    if typed != "203":
        page.keyboard.press("Enter")
        expect(page.locator("#command")).to_have_value(typed)
    assert not Assignment.objects.exists()


def test_a_call_taker_is_told_that_sending_is_not_theirs(city, directorate, seat, open_incident):
    page = seat(person(Role.CALL_TAKER, directorate, "taker")).page
    type_command(page, "203 d")
    expect(page.locator(ECHO)).to_contain_text("you do not have the right to do this")
    page.keyboard.press("Enter")
    assert not Assignment.objects.exists()


def test_words_are_completed_and_earlier_commands_brought_back(city, dispatcher, seat, open_incident):
    page = seat(dispatcher).page
    page.locator(f"#incident-{open_incident.pk}").click()
    type_command(page, "s 203 wri")
    page.keyboard.press("Tab")
    expect(page.locator("#command")).to_have_value("s 203 writing a report ")
    page.keyboard.press("Enter")
    expect(page.locator("#unit-" + str(city.units[0].pk))).to_contain_text("writing a report")
    type_command(page, "n half")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#command")).to_have_value("s 203 writing a report ")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#command")).to_have_value("n half")


def test_find_narrows_both_lists_and_never_hides_an_alarm(city, dispatcher, seat, open_incident, urgent_incident):
    from core.access import Viewer  # noqa: PLC0415
    from patrols.safety.services import raise_emergency  # noqa: PLC0415

    raise_emergency(unit_id=city.units[3].pk, by=Viewer.system("tests"))
    page = seat(dispatcher).page
    page.locator(f"#incident-{urgent_incident.pk}").click()
    run(page, "f 203", "show only what has “203” in it")
    expect(page.locator(".unit .call-sign")).to_have_text(["230", "203"])
    expect(page.locator(".incident")).to_have_count(1)
    expect(page.locator("unit-board .filter-note")).to_contain_text("“203”: 2 of 4")
    page.locator("#queue").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".unit")).to_have_count(4)


def test_a_reminder_counts_down_survives_a_reload_calls_when_due_and_is_put_off_and_done_by_one_key(
    city, dispatcher, seat, open_incident
):
    page = seat(dispatcher).page
    page.locator(f"#incident-{open_incident.pk}").click()
    type_command(page, "t 10 call the hospital")
    expect(page.locator(ECHO)).to_contain_text(f"{open_incident.number} · call the hospital")
    page.keyboard.press("Enter")
    expect(page.locator("reminder-strip until-time")).to_contain_text("9:")
    due = page.get_by_role("alert", name="call the hospital")
    for key in ("0", "a"):
        Reminder.objects.update(due_at=F("set_at"))
        page.reload()
        expect(due).to_be_visible()
        page.locator("#queue").click()
        assert page.locator("main.columns").bounding_box()["height"] > 500  # the strips leave it the screen
        until(page, lambda: page.evaluate(HEARD))
        page.keyboard.press(key)
        expect(due).to_have_count(0)
    reminder = Reminder.objects.get()
    assert (reminder.snoozes, reminder.ended_by_id) == (1, dispatcher.pk)
