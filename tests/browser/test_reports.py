"""A commander's walk: last month's report, the ten worst responses, what is behind a figure, export, schedule."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from analytics import services
from analytics.models import Report, ReportSchedule
from core.models import AuditEntry
from core.rules import Role
from core.transliteration import to_latin
from tests import factories
from tests.browser.conftest import until
from tests.browser.test_pages import faults_of
from tests.conftest import person

BELGRADE = ZoneInfo("Europe/Belgrade")
INCIDENTS = 90


def last_month() -> tuple[date, date]:
    """The first and last day of the month before this one."""
    last = datetime.now(BELGRADE).date().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


@pytest.fixture
def history(city):
    """Two months of calls: longer waits in the second, a few without an arrival, one that ran backwards."""
    chance, (first, last) = random.Random(7), last_month()
    units = [factories.UnitFactory(board=city.board, call_sign=f"Т-{n}", external=True) for n in range(4)]
    factories.TargetFactory(organisation=city.board.organisation, priority=2, seconds=480, valid_from=date(2020, 1, 1))
    with transaction.atomic():
        for number in range(INCIDENTS):
            is_earlier = number % 3 == 0
            day = first + timedelta(days=number % (last - first).days) - timedelta(days=28 if is_earlier else 0)
            at = datetime.combine(day, time(number % 24, 7 * number % 60), BELGRADE).astimezone(UTC)
            incident = factories.IncidentFactory(
                board=city.board,
                type=city.burglary if number % 2 else city.violence,
                priority=1 + number % 3,
                status="closed",
                location=city.point(number % 7 - 3, number % 5 - 2),
                received_at=at,
                created_at=at,
                closed_at=at + timedelta(hours=1),
            )
            arrives = at + timedelta(seconds=chance.expovariate(1 / 240) + (120 if is_earlier else 300))
            factories.AssignmentFactory(
                incident=incident,
                unit=units[number % 4],
                status="refused" if number == 5 else "cleared",
                dispatched_at=at + timedelta(seconds=60),
                en_route_at=at + timedelta(seconds=90),
                on_scene_at=None if number % 11 == 0 else arrives,
                arrival_source="geofence" if number % 2 else "field",
                ended_at=at + timedelta(hours=1),
            )


@pytest.fixture
def commander(city):
    user = person(Role.SHIFT_COMMANDER, city.board.organisation, "commander")
    user.language = "en"
    user.save()
    return user


def compute(page: Page) -> Report:
    """Ask for the report on the page, and be the worker."""
    before = set(Report.objects.values_list("pk", flat=True))
    page.get_by_role("button", name="Compute the report").click()
    until(page, lambda: Report.objects.exclude(pk__in=before).exists())
    report = Report.objects.exclude(pk__in=before).get()
    page.wait_for_function("id => location.hash === `#${id}`", arg=report.pk)
    services.run_report(report_id=report.pk)
    expect(page.locator("#quality")).to_be_visible()
    report.refresh_from_db()
    return report


def test_a_commander_opens_last_months_report_finds_the_worst_exports_and_schedules(city, history, commander, seat):
    page = seat(commander, "/reports/").page
    page.get_by_label("Period").select_option("month")
    page.get_by_label("Compared with").select_option("before")
    page.get_by_label("In groups by").select_option("type")
    report = compute(page)
    first, last = last_month()
    assert (report.parameters["from"], report.parameters["to"]) == (first.isoformat(), last.isoformat())
    expect(page.locator("#report section").first).to_have_attribute("aria-labelledby", "quality")
    expect(page.get_by_text("was", exact=False).first).to_be_visible()

    worst = page.locator("section[aria-labelledby=worst] .cases > li")
    expect(worst).to_have_count(10)
    expect(worst.first.locator(".stages")).to_contain_text("call received")

    figure = page.get_by_role("button", name="Response time, missing: show the incidents").first
    figure.click()
    missing = report.result["measures"]["response"]["n_missing"]
    sheet = page.locator("#behind")
    expect(sheet.locator(".cases > li")).to_have_count(missing)
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    assert AuditEntry.objects.filter(action="report.incidents_viewed", actor_id=commander.pk).count() == 1

    for name, begins in (("PDF", b"%PDF-"), ("XLSX", b"PK")):
        with page.expect_download() as arriving:
            page.get_by_role("link", name=name).click()
        path = arriving.value.path()
        assert path.read_bytes().startswith(begins)
        assert arriving.value.suggested_filename.endswith(name.lower())
    assert "Report" in openpyxl.load_workbook(path.rename(path.with_suffix(".xlsx"))).sheetnames

    page.get_by_role("button", name="Have it made regularly").click()
    form = page.locator("#schedule")
    form.get_by_label("How often").select_option("week")
    form.get_by_role("button", name="Have it made").click()
    expect(form.get_by_role("alert")).not_to_be_empty()
    form.get_by_label(to_latin(commander.display_name)).check()
    assert faults_of(page) == []
    form.get_by_role("button", name="Have it made").click()
    expect(page.locator("#schedules")).to_contain_text("every week")
    schedule = ReportSchedule.objects.get()
    assert (schedule.every, schedule.parameters["by"], schedule.parameters["compare"]) == ("week", "type", "before")
    assert list(schedule.recipients.all()) == [commander]


@pytest.mark.parametrize("theme", ["day", "night"])
def test_a_report_has_no_faults_that_axe_finds_in_either_theme(city, history, commander, seat, theme):
    commander.theme = theme
    commander.save()
    page = seat(commander, "/reports/", color_scheme="dark" if theme == "night" else "light").page
    page.get_by_label("Period").select_option("month")
    page.get_by_label("Compared with").select_option("before")
    compute(page)
    assert faults_of(page) == []
    ask_again_for_one_shift_in_two_ways(page)
    assert faults_of(page) == []


def ask_again_for_one_shift_in_two_ways(page):
    """The form holds what was asked; it is asked of one night, by priority and hour, against the night before."""
    first, _last = last_month()
    page.get_by_role("button", name="Ask again, or compare…").click()
    expect(page.get_by_label("First day", exact=True)).to_have_value(first.isoformat())
    expect(page.get_by_label("Compared with", exact=True)).to_have_value("own")
    page.get_by_label("Shift", exact=True).select_option("19:00-07:00")
    expect(page.get_by_label("Last day", exact=True)).to_be_disabled()
    page.get_by_label("First day", exact=True).fill((first + timedelta(days=1)).isoformat())
    page.get_by_label("and within them by", exact=True).select_option("hour")
    page.get_by_label("Fewest cases").fill("1")
    page.get_by_label("Compared from").fill(first.isoformat())
    page.get_by_label("Compared until").fill(first.isoformat())
    asked = compute(page).parameters
    assert (asked["shift"], asked["then"], asked["min_cases"]) == ("19:00-07:00", "hour", 1)
    assert (asked["from"], asked["to"]) == ((first + timedelta(days=1)).isoformat(),) * 2
    assert (asked["compare_from"], asked["compare_to"]) == (first.isoformat(),) * 2
    expect(page.get_by_role("heading", name="By final priority, By hour")).to_be_visible()


def test_what_was_delivered_is_marked_as_new_until_it_is_read(city, history, commander, seat):
    report = Report.objects.create(
        organisation=city.board.organisation,
        parameters={"from": "2026-06-01", "to": "2026-06-01", "by": None},
        requested_at=datetime.now(UTC),
        schedule=ReportSchedule.objects.create(
            organisation=city.board.organisation, every="day", language="en", created_at=datetime.now(UTC)
        ),
        occasion="2026-06-01",
    )
    report.schedule.recipients.set([commander])
    services.run_report(report_id=report.pk)
    page = seat(commander, "/reports/").page
    expect(page.locator("#recent .new")).to_have_count(1)
    page.locator("#recent a").first.click()
    expect(page.locator("#quality")).to_be_visible()
    expect(page.locator("#recent .new")).to_have_count(0)


def test_the_print_of_the_page_leaves_out_what_is_no_report(city, history, commander, seat):
    page = seat(commander, "/reports/").page
    compute(page)
    page.emulate_media(media="print")
    expect(page.locator(".ask")).not_to_be_visible()
    expect(page.locator(".exports")).not_to_be_visible()
    expect(page.locator("#quality")).to_be_visible()
