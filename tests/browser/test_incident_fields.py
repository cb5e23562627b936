"""The fields of an open incident: saved as typed, seen by others at once; where both wrote, it is told and chosen."""

from playwright.sync_api import expect

from tests.browser.test_pages import faults_of


def test_what_one_changes_the_other_sees_and_where_both_wrote_they_choose(
    seat, city, dispatcher, second_dispatcher, open_incident
):
    second_dispatcher.first_name = "Марко"
    second_dispatcher.save()
    alice, bob = seat(dispatcher), seat(second_dispatcher)
    for one in (alice, bob):
        expect(one.page.locator("#incident-title")).to_contain_text("Burglary")
        one.page.keyboard.press("e")
    alice.page.locator("#edit-summary").fill("Двојица у дворишту")
    expect(bob.page.locator("#edit-summary")).to_have_value("Двојица у дворишту")
    assert faults_of(bob.page) == []

    alice.page.context.set_offline(True)
    alice.page.locator("#edit-place_detail").fill("стан 12")
    bob.page.locator("#edit-place_detail").fill("стан 21")
    expect(bob.page.locator(".incident-head")).to_contain_text("stan 21")
    alice.page.context.set_offline(False)
    conflict = alice.page.locator(".field-conflict")
    expect(conflict).to_contain_text("Marko P. wrote “stan 21”")
    assert faults_of(alice.page) == []
    alice.page.get_by_role("button", name="keep mine").click()
    expect(bob.page.locator("#edit-place_detail")).to_have_value("стан 12")
    open_incident.refresh_from_db()
    assert (open_incident.place_detail, open_incident.summary) == ("стан 12", "Двојица у дворишту")
    alice.faults[:] = [fault for fault in alice.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_another_kind_is_chosen_where_it_stands(seat, city, dispatcher, open_incident):
    page = seat(dispatcher).page
    expect(page.locator("#incident-title")).to_contain_text("Burglary")
    page.keyboard.press("e")
    page.locator("#edit-type input").fill("Viol")
    page.locator("#edit-type [role=option]").first.click()
    expect(page.locator("#incident-title")).to_contain_text("Violence")
    page.keyboard.press("Escape")
    expect(page.locator("incident-fields")).to_have_count(0)
