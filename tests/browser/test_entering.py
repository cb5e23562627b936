"""A call being taken: saved as it is typed, seen by others, kept when the browser dies; a conflict is told and chosen."""

from playwright.sync_api import expect

from incidents.entering.models import Entry
from tests.browser.test_pages import faults_of


def test_what_is_typed_is_on_the_server_and_others_see_who_takes_the_call(seat, city, dispatcher, second_dispatcher):
    alice, bob = seat(dispatcher), seat(second_dispatcher)
    alice.page.keyboard.press("c")
    alice.page.locator("#call-summary").fill("Виче, ломи")
    expect(alice.page.locator(".saved")).to_have_text("saved")
    expect(bob.page.locator(".entries")).to_contain_text("being entered by Jovana P.")
    assert Entry.objects.get().fields["summary"]["value"] == "Виче, ломи"
    assert faults_of(bob.page) == []


def test_a_browser_that_dies_loses_nothing(seat, city, dispatcher):
    first = seat(dispatcher)
    first.page.keyboard.press("c")
    first.page.locator("#call-summary").fill("Виче, ломи")
    first.page.locator("#call-phone").fill("064 118")
    expect(first.page.locator(".saved")).to_have_text("saved")
    first.page.close()
    again = seat(dispatcher)
    expect(again.page.locator("#call-summary")).to_have_value("Виче, ломи")
    expect(again.page.locator("#call-phone")).to_have_value("064 118")


def test_two_people_in_one_call_see_each_others_fields_and_choose_where_both_wrote(
    seat, city, dispatcher, second_dispatcher
):
    second_dispatcher.first_name = "Марко"
    second_dispatcher.save()
    alice, bob = seat(dispatcher), seat(second_dispatcher)
    alice.page.keyboard.press("c")
    alice.page.locator("#call-summary").fill("Виче")
    expect(alice.page.locator(".saved")).to_have_text("saved")
    bob.page.locator(".entries button").click()
    expect(bob.page.locator("#call-summary")).to_have_value("Виче")
    bob.page.locator("#call-phone").fill("064 118")
    expect(alice.page.locator("#call-phone")).to_have_value("064 118")
    expect(alice.page.locator("call-form")).to_contain_text("Marko P.")

    alice.page.context.set_offline(True)
    alice.page.locator("#call-place_detail").fill("стан 12")
    bob.page.locator("#call-place_detail").fill("стан 21")
    expect(bob.page.locator(".saved")).to_have_text("saved")
    alice.page.context.set_offline(False)
    conflict = alice.page.locator(".field-conflict")
    expect(conflict).to_contain_text("Marko P. wrote “stan 21”")
    expect(conflict).to_contain_text("keep mine: “stan 12”")
    assert faults_of(alice.page) == []
    alice.page.get_by_role("button", name="keep mine").click()
    expect(conflict).to_have_count(0)
    expect(bob.page.locator("#call-place_detail")).to_have_value("стан 12")
    assert Entry.objects.get().fields["place_detail"]["value"] == "стан 12"
    alice.faults[:] = [fault for fault in alice.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_opened_it_is_an_incident_and_no_longer_being_entered(seat, city, dispatcher, second_dispatcher):
    alice, bob = seat(dispatcher), seat(second_dispatcher)
    alice.page.keyboard.press("c")
    alice.page.locator("#call-place input").fill("код поште")
    alice.page.locator("#call-type input").fill("Burg")
    alice.page.locator("#call-type [role=option]").first.click()
    alice.page.keyboard.press("Control+Enter")
    expect(bob.page.locator(".incident")).to_contain_text("kod pošte")
    expect(bob.page.locator(".entries")).to_have_count(0)
    assert Entry.objects.get().status == "opened"


def test_emptied_it_is_gone_for_others(seat, city, dispatcher, second_dispatcher):
    alice, bob = seat(dispatcher), seat(second_dispatcher)
    alice.page.keyboard.press("c")
    alice.page.locator("#call-summary").fill("грешка")
    expect(bob.page.locator(".entries")).to_have_count(1)
    alice.page.get_by_role("button", name="Empty the form").click()
    expect(bob.page.locator(".entries")).to_have_count(0)
    expect(alice.page.locator("#call-summary")).to_have_value("")
