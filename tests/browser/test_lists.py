"""The queue and the board: their orders, what is late, and carrying one to the other."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from core.access import Viewer
from dispatch.services import close_incident
from tests import factories
from tests.browser.test_pages import faults_of


def queue_of(page) -> list[int]:
    return [int(row.get_attribute("id").removeprefix("incident-")) for row in page.locator(".incident").all()]


@pytest.fixture
def three(city):
    """Three incidents that each order of the queue puts differently: priority, age and target disagree."""
    now = datetime.now(UTC)
    for priority, seconds in ((1, 3600), (2, 1200), (3, 100)):
        factories.TargetFactory(
            organisation=city.board.organisation, priority=priority, seconds=seconds, valid_from=now.date()
        )
    made = {}
    for name, priority, minutes in (("urgent", 1, 2), ("old", 2, 10), ("late", 3, 5)):
        at = now - timedelta(minutes=minutes)
        made[name] = factories.IncidentFactory(
            board=city.board, type=city.burglary, priority=priority, location=city.point(1, 1),
            received_at=at, created_at=at, ready_at=at,
        ).pk  # fmt: skip
    return made


def test_queue_goes_by_priority_age_or_target_and_keeps_it(city, dispatcher, seat, three):
    page = seat(dispatcher).page
    page.locator(".incident").nth(2).wait_for()
    assert queue_of(page) == [three["urgent"], three["old"], three["late"]]
    page.get_by_label("Order of incidents").select_option("age")
    expect(page.locator(".incident").first).to_have_id(f"incident-{three['old']}")
    assert queue_of(page) == [three["old"], three["late"], three["urgent"]]
    page.get_by_label("Order of incidents").select_option("target")
    expect(page.locator(".incident").first).to_have_id(f"incident-{three['late']}")
    assert queue_of(page) == [three["late"], three["old"], three["urgent"]]
    expect(page.locator(f"#incident-{three['late']}")).to_contain_text("target passed")
    page.reload()
    expect(page.locator(".incident").first).to_have_id(f"incident-{three['late']}")


def test_patrol_that_does_not_answer_or_arrive_in_time_is_said_to_be_late(city, dispatcher, seat, open_incident):
    ago = datetime.now(UTC) - timedelta(minutes=5)
    first, second = city.units[:2]
    factories.AssignmentFactory(incident=open_incident, unit=first, dispatched_at=ago)
    factories.AssignmentFactory(
        incident=open_incident, unit=second, dispatched_at=ago, en_route_at=ago, status="en_route", eta_s=60
    )
    page = seat(dispatcher).page
    expect(page.locator(f"#unit-{first.pk} late-step")).to_have_text(re.compile(r"no answer for 3:3\d"))
    expect(page.locator(f"#unit-{second.pk} late-step")).to_have_text(re.compile(r"late by 4:0\d"))


def test_board_goes_by_sector_station_or_status_and_shows_a_crew_without_a_vehicle(city, dispatcher, seat):
    page = seat(dispatcher).page
    expect(page.locator(f"#unit-{city.units[0].pk}")).to_contain_text("no vehicle")
    expect(page.locator(".group-head")).to_have_text([re.compile("Liman")])
    page.get_by_label("Grouping of patrols").select_option("status")
    expect(page.locator(".group-head")).to_have_text([re.compile("on patrol")])
    page.reload()
    expect(page.locator(".group-head")).to_have_text([re.compile("on patrol")])


def test_patrol_carried_to_an_incident_and_incident_to_a_patrol_are_sent(
    city, dispatcher, seat, open_incident, urgent_incident
):
    page = seat(dispatcher).page
    first, second = city.units[:2]
    page.drag_and_drop(f"#unit-{first.pk}", f"#incident-{open_incident.pk}")
    expect(page.locator(f"#incident-{open_incident.pk} .chip")).to_have_text("203")
    page.drag_and_drop(f"#incident-{urgent_incident.pk}", f"#unit-{second.pk}")
    page.get_by_label("Reason").fill("nobody else")  # it needs two: the same question as by key
    page.keyboard.press("Enter")
    expect(page.locator(f"#incident-{urgent_incident.pk} .chip")).to_have_text("209")


def test_two_patrols_brought_together_do_nothing(city, dispatcher, seat, open_incident):
    page = seat(dispatcher).page
    page.drag_and_drop(f"#unit-{city.units[0].pk}", f"#unit-{city.units[1].pk}")
    expect(page.locator(".drop-here")).to_have_count(0)
    expect(page.locator(".chip")).to_have_count(0)


def test_what_has_ended_stands_apart_and_is_reopened_by_the_key_that_showed_it(
    seat, city, dispatcher, open_incident, urgent_incident
):
    close_incident(incident_id=open_incident.pk, disposition="resolved", text="Мирно", by=Viewer.of(dispatcher))
    page = seat(dispatcher).page
    expect(page.locator("#queue .incident")).to_have_count(1)
    page.keyboard.press("o")
    expect(page.locator("#ended .ended-row")).to_have_count(1)
    expect(page.locator("#ended")).to_contain_text("Mirno")
    expect(page.locator("#queue .incident")).to_have_count(1)
    assert faults_of(page) == []
    page.keyboard.press("o")
    page.get_by_role("dialog").get_by_role("textbox").fill("vratili su se")
    page.keyboard.press("Enter")
    expect(page.locator("#queue .incident")).to_have_count(2)
    expect(page.locator("#ended")).to_have_count(0)
    assert open_incident.timeline.get(kind="reopened").text == "vratili su se"
