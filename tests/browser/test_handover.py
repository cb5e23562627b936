"""Two operations centres in two browsers: an incident is offered, seen, refused or taken; nothing is lost between them."""

import pytest
from playwright.sync_api import expect

from core.rules import Role
from dispatch.handover.models import Handover
from tests.browser.test_pages import faults_of
from tests.conftest import person


@pytest.fixture
def bob(city, elsewhere):
    """The dispatcher of the other centre."""
    return person(Role.DISPATCHER, elsewhere, "bob")


def offer(page, text="Ваше подручје"):
    expect(page.locator("#incident-title")).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator("dialog.ask")).to_contain_text("PU Niš")
    page.get_by_label("Why").fill(text)
    page.keyboard.press("Enter")


def test_one_key_offers_and_one_key_takes(seat, dispatcher, bob, open_incident):
    alice, other = seat(dispatcher), seat(bob)
    offer(alice.page)
    expect(alice.page.locator(".offered")).to_contain_text("offered to PU Niš")
    row = other.page.locator(".handover-row")
    expect(row).to_contain_text(open_incident.number)
    expect(row).to_contain_text("Burglary")
    assert faults_of(other.page) == []
    other.page.keyboard.press("F4")
    expect(other.page.locator("#incident-title")).to_contain_text("Burglary")
    expect(other.page.locator(".timeline")).to_contain_text("Taken over by PU Niš")
    expect(row).to_have_count(0)
    expect(alice.page.locator(".queue-item, [role=option][id^=incident-]")).to_have_count(0)
    open_incident.refresh_from_db()
    assert open_incident.organisation.code == "NI"
    assert str(open_incident.pk) in other.state("incidents")
    assert alice.state("incidents") == {}
    assert (alice.state("handovers"), other.state("handovers")) == ({}, {})


def test_a_refusal_stands_at_the_sender_until_it_is_noted(seat, dispatcher, bob, open_incident):
    alice, other = seat(dispatcher), seat(bob)
    offer(alice.page)
    other.page.get_by_role("button", name="refuse").click()
    other.page.get_by_label("Reason").fill("Није наше")
    other.page.keyboard.press("Enter")
    row = alice.page.locator(".handover-row.back")
    expect(row).to_contain_text("PU Niš refused")
    expect(row).to_contain_text("Nije naše")
    expect(other.page.locator(".handover-row")).to_have_count(0)
    assert faults_of(alice.page) == []
    alice.page.keyboard.press("F4")
    expect(row).to_have_count(0)
    expect(alice.page.locator("#incident-title")).to_contain_text("Burglary")


def test_the_sender_takes_the_offer_back_while_nobody_has_answered(seat, dispatcher, bob, open_incident):
    alice, other = seat(dispatcher), seat(bob)
    offer(alice.page, text="")
    expect(other.page.locator(".handover-row")).to_have_count(1)
    alice.page.get_by_role("button", name="withdraw").click()
    expect(other.page.locator(".handover-row")).to_have_count(0)
    expect(alice.page.locator(".offered")).to_have_count(0)
    assert Handover.objects.get().status == "withdrawn"


def test_an_offer_that_nobody_answers_comes_back_by_itself(seat, dispatcher, bob, open_incident):
    alice = seat(dispatcher)
    offer(alice.page)
    expect(alice.page.locator(".offered")).to_have_count(1)
    Handover.objects.update(expires_at=open_incident.received_at)
    expect(alice.page.locator(".handover-row.back")).to_contain_text("PU Niš did not answer")


def test_both_incidents_are_shown_before_they_are_one(seat, dispatcher, open_incident, urgent_incident):
    alice = seat(dispatcher)
    alice.page.keyboard.press("/")
    alice.page.keyboard.type(f"merge #{open_incident.number} #{urgent_incident.number}")
    alice.page.keyboard.press("Enter")
    dialog = alice.page.locator("dialog.ask")
    expect(dialog.locator("section")).to_have_count(2)
    expect(dialog).to_contain_text(open_incident.number)
    expect(dialog.locator(".stays")).to_contain_text(urgent_incident.number)
    assert faults_of(alice.page) == []
    alice.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    open_incident.refresh_from_db()
    assert open_incident.status == "waiting"
