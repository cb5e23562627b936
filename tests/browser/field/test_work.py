"""What a crew does besides the steps of its job: equipment, messages, own incidents, back-up, signs of life, the map."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from core.access import Viewer
from dispatch.models import Assignment, BackupRequest
from incidents.models import Incident, TimelineEntry
from patrols.equipment.models import EquipmentFinding, EquipmentItem
from patrols.erasure.models import FieldDeviceUse, FieldErasure
from patrols.erasure.services import order_erasure
from patrols.messages.models import Message, MessageReceipt
from patrols.messages.services import send_to_units
from patrols.models import Unit, WelfareContact, WelfareTimer
from tests import factories
from tests.browser.conftest import until
from tests.browser.test_pages import faults_of

QUEUED = "async () => (await (await import('/static/js/field/database.js')).all('queue')).map((item) => item.kind)"
KNOWN = "async () => await (await import('/static/js/field/database.js')).recall('state')"


def test_what_is_missing_at_sign_on_is_kept_with_the_shift(city, officer, phone):
    free = city.units[3]
    Unit.objects.filter(pk=free.pk).update(status="off_duty", on_duty=False)
    for name in ("Радио станица", "Дефибрилатор"):
        EquipmentItem.objects.create(organisation=free.organisation, name=name)
    page = phone(officer).page
    page.get_by_label("Patrol").select_option(label=f"{free.call_sign} · PU Novi Sad")
    page.get_by_label("Radio stanica").tap()
    page.get_by_label("What is wrong").fill("батерија")
    assert faults_of(page) == []
    page.get_by_role("button", name="Sign on").tap()
    expect(page.locator(".call-sign")).to_have_text(free.call_sign)
    found = EquipmentFinding.objects.values_list("name", "is_present", "note")
    assert set(found) == {("Радио станица", True, ""), ("Дефибрилатор", False, "батерија")}


def test_a_message_stands_out_is_read_by_opening_and_answered_without_a_network(phone, officer, unit, dispatcher):
    hand = phone(officer)
    page = hand.page
    expect(page.locator(".call-sign")).to_have_text(unit.call_sign)
    sent = send_to_units(text="Црвени голф", unit_ids=[unit.pk], by=Viewer.of(dispatcher))
    expect(page.locator(".unread")).to_contain_text("1")
    until(page, lambda: MessageReceipt.objects.filter(message=sent, read_at=None, user=officer).exists())
    page.locator(".unread").tap()
    expect(page.locator(".messages")).to_contain_text("Crveni golf")
    until(page, lambda: MessageReceipt.objects.filter(message=sent, read_at__isnull=False, user=officer).exists())
    expect(page.locator(".unread")).to_have_count(0)
    assert faults_of(page) == []
    hand.cut()
    page.get_by_label("To the operations centre").fill("Видим га")
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.locator(".count")).to_have_text("1 not sent")
    hand.context.set_offline(False)
    expect(page.locator(".messages .own")).to_contain_text("sent; nobody has read it yet")
    assert Message.objects.filter(from_unit=unit, text="Видим га").count() == 1


def test_what_a_crew_comes_upon_without_a_network_arrives_with_all_that_followed(phone, officer, unit, city):
    Unit.objects.filter(pk=unit.pk).update(status_since=datetime.now(UTC) - timedelta(hours=1))
    factories.DispositionFactory(code="sealed", name="Shop sealed")
    hand = phone(officer)
    page = hand.page
    expect(page.locator("h1")).to_have_text("No job")
    hand.cut()
    hand.press("Own incident")
    page.get_by_label("What", exact=True).select_option(label="2 · Burglary")
    page.get_by_label("What is known").fill("Разбијен излог")
    assert faults_of(page) == []
    page.get_by_role("button", name="We are on the scene").tap()
    expect(page.locator("h1")).to_have_text("Burglary")
    hand.note("Нема никога")
    page.reload()  # and the phone was off in between: it still knows how incidents end at this centre
    expect(page.locator("h1")).to_have_text("Burglary")
    hand.step("Action taken")
    expect(page.get_by_role("button", name="report taken")).to_have_count(0)
    page.get_by_role("button", name="Shop sealed").tap()
    hand.press("Clear")
    expect(page.locator("h1")).to_have_text("Cleared; not sent yet")
    expect(page.locator(".count")).to_have_text("5 not sent")
    hand.context.set_offline(False)
    hand.all_is_sent()
    expect(page.locator("h1")).to_have_text("No job")
    incident = Incident.objects.get(on_view=True)
    assert (incident.summary, incident.location is not None) == ("Разбијен излог", True)
    kinds = list(incident.timeline.order_by("occurred_at", "id").values_list("kind", flat=True))
    assert kinds == [
        "incident_created",
        "location_set",
        "priority_set",
        "unit_on_scene",
        "note",
        "unit_action_taken",
        "outcome_reported",
        "unit_cleared",
    ]
    assert Assignment.objects.get(incident=incident).status == "cleared"


def test_an_own_incident_that_the_centre_was_ahead_of_is_shown_with_the_choice_to_leave_it(
    phone, officer, unit, open_incident, send, city
):
    hand = phone(officer)
    page = hand.page
    expect(page.locator("h1")).to_have_text("No job")
    hand.cut()
    hand.press("Own incident")
    page.get_by_label("What", exact=True).select_option(label="2 · Burglary")
    page.get_by_role("button", name="We are on the scene").tap()
    expect(page.locator("h1")).to_have_text("Burglary")
    hand.note("Двојица беже")
    send(open_incident, unit)
    hand.context.set_offline(False)
    refused = page.locator(".refused")
    expect(refused).to_have_count(2)  # the incident, and the note that belongs to it
    refused.first.get_by_role("button", name="Leave it to the centre").tap()
    expect(refused).to_have_count(1)
    until(page, lambda: Incident.objects.filter(on_view=True, status="waiting").exists())
    assert page.evaluate(QUEUED) == ["note"]


def test_back_up_is_asked_with_one_press_and_taken_back(phone, officer, unit, open_incident, send):
    hand = phone(officer)
    send(open_incident, unit)
    page = hand.page
    expect(page.locator("h1")).to_have_text("Burglary")
    hand.press("More")
    page.get_by_role("button", name="Back-up", exact=True).tap()
    page.get_by_label("Why").fill("Више лица")
    assert faults_of(page) == []
    page.get_by_role("button", name="Urgent").tap()
    expect(page.locator("main")).to_contain_text("the centre has it")
    backup = BackupRequest.objects.get()
    assert (backup.unit, backup.level, backup.reason) == (unit, "urgent", "Више лица")
    page.get_by_role("button", name="Not needed any more").tap()
    until(page, lambda: BackupRequest.objects.filter(status="withdrawn").exists())
    expect(page.locator("main")).not_to_contain_text("the centre has it")


def test_asked_whether_all_is_well_one_press_answers_also_without_a_network(phone, officer, unit, open_incident, send):
    hand = phone(officer)
    send(open_incident, unit)
    page = hand.page
    expect(page.locator("h1")).to_have_text("Burglary")
    now = datetime.now(UTC)
    WelfareTimer.objects.filter(unit=unit, ended_at=None).delete()
    timer = factories.WelfareTimerFactory(
        unit=unit,
        started_at=now - timedelta(minutes=11),
        due_at=now - timedelta(seconds=1),
        dispatcher_at=now + timedelta(minutes=5),
        commander_at=now + timedelta(minutes=9),
        next_at=now + timedelta(minutes=5),
    )
    expect(page.locator(".welfare")).to_contain_text("Are you all right?")
    assert faults_of(page) == []
    hand.cut()
    page.get_by_role("button", name="I am all right").tap()
    expect(page.locator(".welfare")).to_have_count(0)
    hand.context.set_offline(False)
    hand.all_is_sent()
    assert WelfareContact.objects.filter(unit=unit).count() == 1
    timer.refresh_from_db()
    assert timer.ended_at is not None


def test_the_kept_map_is_drawn_without_a_network_where_it_was_never_seen(phone, officer, unit, open_incident, send):
    hand = phone(officer)
    page = hand.page
    expect(page.locator("h1")).to_have_text("No job")
    hand.press("More")
    page.get_by_role("button", name="Map without a network").tap()
    page.get_by_role("button", name="Keep the map").tap()
    expect(page.locator(".map-panel")).to_contain_text("Kept:")
    assert faults_of(page) == []
    send(open_incident, unit)
    expect(page.locator(".status")).to_contain_text("sent")
    hand.cut()
    page.reload()
    expect(page.locator("h1")).to_have_text("Burglary")
    hand.press("Way")
    page.wait_for_function(
        """() => {
          const map = document.querySelector("field-way")?.map;
          return map?.isStyleLoaded() && map.areTilesLoaded() && map.queryRenderedFeatures().length > 20;
        }"""
    )
    assert not [fault for fault in hand.faults if "map:" in fault]


def test_an_order_erases_what_the_phone_keeps_and_signs_it_out(phone, officer, unit, open_incident, send):
    hand = phone(officer)
    send(open_incident, unit)
    page = hand.page
    expect(page.locator("h1")).to_have_text("Burglary")
    order_erasure(use_ids=[FieldDeviceUse.objects.get().pk], with_unsent=False, by=Viewer.system("test"))
    expect(page.locator("main")).to_contain_text("erased by order of an administrator")
    expect(page.locator("main")).not_to_contain_text("Burglary")
    until(page, lambda: FieldErasure.objects.filter(erased_at__isnull=False, left_unsent=0).exists())
    assert page.evaluate(KNOWN) is None
    page.get_by_role("link", name="Sign in").tap()
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize("with_unsent", [False, True])
def test_a_lost_phone_whose_session_has_ended_erases_at_its_next_contact(
    phone, officer, unit, open_incident, send, with_unsent
):
    hand = phone(officer)
    send(open_incident, unit)
    page = hand.page
    expect(page.locator("h1")).to_have_text("Burglary")
    hand.cut()
    hand.note("још није послато")
    page.goto("about:blank")
    hand.context.clear_cookies()
    order_erasure(use_ids=[FieldDeviceUse.objects.get().pk], with_unsent=with_unsent, by=Viewer.system("test"))
    page.goto(f"{hand.origin}/field/")
    expect(page.locator("h1")).to_have_text("Burglary")  # without a network it cannot know
    hand.context.set_offline(False)
    expect(page.locator("main")).to_contain_text("erased by order of an administrator")
    until(page, lambda: FieldErasure.objects.filter(erased_at__isnull=False).exists())
    assert page.evaluate(KNOWN) is None
    assert page.evaluate(QUEUED) == ([] if with_unsent else ["note"])
    hand.sign_in(officer)
    page.reload()
    expect(page.locator("h1")).to_have_text("Burglary")
    hand.all_is_sent()
    assert TimelineEntry.objects.filter(kind="note").count() == (0 if with_unsent else 1)
