"""Messages at the console: what patrols write stands in the bar until somebody has read it; who has read what is sent."""

import pytest
from playwright.sync_api import expect

from core.rules import Role
from patrols.messages.models import Message, MessageReceipt
from tests import factories
from tests.browser.test_pages import faults_of
from tests.conftest import person

URL = "/api/v1/messages/"


@pytest.fixture
def crew(city, directorate, client_of):
    """The device of the crew of 203."""
    user = person(Role.PATROL, directorate, "alice")
    officer = factories.OfficerFactory(user=user, organisation=directorate)
    shift = factories.ShiftFactory(unit=city.units[0])
    factories.CrewMemberFactory(shift=shift, officer=officer)
    return client_of(user)


def test_what_a_patrol_writes_stands_in_the_bar_sounds_and_is_read_once_for_all(
    city, seat, crew, dispatcher, second_dispatcher
):
    first, second = seat(dispatcher), seat(second_dispatcher)
    first.page.locator("#queue").click()  # browsers let a page sound once somebody has touched it
    crew.post(URL, {"text": "Потребна шлеп служба"}, format="json")
    for one in (first, second):
        expect(one.page.locator("message-panel .incoming")).to_contain_text("203")
        expect(one.page.locator("message-panel .incoming")).to_contain_text("Potrebna šlep služba")
    chimes = "async () => (await import('/static/js/console/sounds.js')).played.message"
    assert first.page.evaluate(chimes) >= 1
    first.page.locator("message-panel .incoming").click()
    expect(first.page.locator("message-panel .receipts .read")).to_contain_text("read: Jovana P.")
    expect(second.page.locator("message-panel .incoming")).to_have_count(0)
    receipt = MessageReceipt.objects.get()
    assert (receipt.user, receipt.read_at is not None) == (dispatcher, True)
    assert faults_of(first.page) == []


def test_who_has_read_what_was_sent_is_seen_by_name(city, seat, crew, dispatcher):
    page = seat(dispatcher).page
    page.keyboard.press("i")
    page.get_by_label("To", exact=True).select_option(label="203")
    page.get_by_label("Message", exact=True).fill("Црвени голф, NS-123")
    page.get_by_role("button", name="Send").click()
    receipts = page.locator("message-panel .receipts")
    expect(receipts).to_contain_text("not delivered yet: 203")
    sent = Message.objects.get()
    crew.post(f"{URL}receipts/", {"delivered": [sent.pk]}, format="json")
    expect(receipts).to_contain_text("delivered: 203")
    crew.post(f"{URL}receipts/", {"read": [sent.pk]}, format="json")
    expect(receipts.locator(".read")).to_contain_text("read: 203")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.locator(".message-list")).to_have_count(0)


def test_what_was_written_before_the_page_was_opened_is_there(city, seat, crew, dispatcher):
    crew.post(URL, {"text": "Чекам"}, format="json")
    page = seat(dispatcher).page
    expect(page.locator("message-panel .incoming")).to_contain_text("Čekam")
