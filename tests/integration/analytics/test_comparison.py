"""Trends, comparison of two periods, the map, and the way from a figure to its incidents."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.utils.translation import override

from analytics import selectors, services
from analytics.exports import words
from core.access import Viewer
from core.models import AuditEntry
from core.rules import Role
from incidents.models import Incident, Reopening
from tests import factories
from tests.conftest import person
from tests.integration.analytics.conftest import CALL

pytestmark = pytest.mark.django_db

BELGRADE = ZoneInfo("Europe/Belgrade")


def done(sign, dispatched, on_scene):
    return (sign, "cleared", {"dispatched": dispatched, "en_route": dispatched + 5, "on_scene": on_scene})


def two_days(tell, earlier, later):
    for shift, values in ((0, earlier), (1, later)):
        for seconds in values:
            tell.incident(done("A", 10, seconds), received=CALL + timedelta(days=shift))


def compared(tell, **more):
    return tell.measure(
        since=date(2026, 6, 2),
        until=date(2026, 6, 2),
        other_since=date(2026, 6, 1),
        other_until=date(2026, 6, 1),
        **more,
    )


def test_two_periods_differ_by_this_one_minus_the_other_with_an_interval(tell):
    two_days(tell, range(100, 140), range(300, 340))
    found = compared(tell)["comparison"]["differences"]["response"]["p50_s"]
    assert (found["here"], found["there"], found["difference"]) == (319.5, 119.5, 200.0)
    assert 180 < found["low"] < 200 < found["high"] < 220
    assert found["is_sure"]


def test_the_same_question_has_the_same_interval(tell):
    two_days(tell, range(100, 140), range(110, 150))
    assert compared(tell)["comparison"] == compared(tell)["comparison"]


def test_too_few_cases_are_not_compared(tell):
    two_days(tell, range(100, 104), range(300, 340))
    assert compared(tell, min_cases=5)["comparison"]["differences"]["response"]["p50_s"] is None


def test_shares_within_target_differ_with_newcombes_interval(tell):
    factories.TargetFactory(organisation=tell.board.organisation, priority=2, seconds=600, valid_from=date(2026, 1, 1))
    two_days(tell, [100] * 8 + [900] * 2, [100] * 4 + [900] * 6)
    row = compared(tell)["comparison"]["compliance"][0]
    assert (row["here"], row["there"], row["difference"]) == (0.4, 0.8, pytest.approx(-0.4))
    assert row["low"] < -0.4 < row["high"]


def test_the_trend_goes_by_local_days_and_leaves_thin_ones_without_percentiles(tell):
    at = CALL.replace(hour=22, minute=30)
    tell.incident(done("A", 10, 100), received=at)
    for seconds in (100, 200, 300):
        tell.incident(done("A", 10, seconds), received=at + timedelta(days=1))
    found = tell.measure(since=date(2026, 6, 1), until=date(2026, 6, 30), min_cases=2)["trend"]
    assert found["step"] == "day"
    assert [(one["from"], one["n"], one["p50_s"]) for one in found["points"]] == [
        ("2026-06-02", 1, None),
        ("2026-06-03", 3, 200),
    ]


def test_hexagons_count_every_located_case_once_and_thin_ones_show_n_alone(tell):
    for east in range(30):
        tell.incident(done("A", 10, 100 + east), location=Point(19.8 + east / 3000, 45.25))
    tell.incident(done("A", 10, 100), location=Point(20.2, 45.4))
    tell.incident(done("A", 10, 100), location=None)
    found = tell.measure(min_cases=5)["map"]
    assert (found["srid"], found["located"]) == (32634, 31) if found["srid"] == 32634 else (8682, 31)
    assert sum(cell["n"] for cell in found["cells"]) == 31
    assert all((cell["p50_s"] is None) == (cell["n"] < 5) for cell in found["cells"])
    lonely = min(found["cells"], key=lambda cell: cell["n"])
    lons = [corner[0] for corner in lonely["outline"]]
    assert min(lons) < 20.2 < max(lons)


@pytest.fixture
def report(tell, directorate):
    tell.incident(done("A", 10, 900), received=CALL, number="SLOW", priority=1)
    tell.incident(done("B", 10, 100), number="FAST", priority=2)
    tell.incident(done("B", 10, -5), number="BACK", priority=2)
    tell.incident(("A", "refused", {"dispatched": 20}), number="NONE", priority=2)
    tell.incident(number="OPEN", status="waiting", priority=3)
    tell.incident(done("A", 0, 0), number="SEEN", on_view=True)
    merged = tell.incident(done("A", 60, 400), number="MAIN", priority=3, first_priority=2)
    tell.incident(number="TWIN", status="merged", merged_into=merged, received=CALL - timedelta(seconds=30))
    again = tell.incident(done("A", 60, 300), number="AGAIN", priority=3)
    at = CALL + timedelta(hours=2)
    Reopening.objects.create(incident=again, ended_at=at, occurred_at=at, recorded_at=at, reason="")
    made = services.request_report(
        question=selectors.Question(directorate.pk, by="priority", min_cases=1),
        by=Viewer.of(person(Role.SHIFT_COMMANDER, directorate, "asks")),
        enqueue=lambda _pk: None,
    )
    services.run_report(report_id=made.pk)
    made.refresh_from_db()
    return made


@pytest.fixture
def client(client_of, directorate):
    return client_of(person(Role.SHIFT_COMMANDER, directorate))


def behind(client, report, **asked):
    answer = client.get(f"/api/v1/reports/{report.pk}/incidents/", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"outcome": "counted"}, ["SLOW", "MAIN", "AGAIN", "FAST"]),
        ({"outcome": "counted", "order": "shortest"}, ["FAST", "AGAIN", "MAIN", "SLOW"]),
        ({"outcome": "negative"}, ["BACK"]),
        ({"outcome": "on_view"}, ["SEEN"]),
        ({"outcome": "missing_open"}, ["OPEN"]),
        ({"outcome": "missing_no_arrival_recorded"}, ["NONE"]),
        ({"outcome": "units_refused"}, ["NONE"]),
        ({"outcome": "merged"}, ["MAIN"]),
        ({"outcome": "regraded"}, ["MAIN"]),
        ({"outcome": "reopened"}, ["AGAIN"]),
        ({"outcome": "counted", "from_s": 300, "to_s": 900}, ["MAIN", "AGAIN"]),
        ({"outcome": "counted", "by": "priority", "key": "1"}, ["SLOW"]),
        ({"outcome": "missing", "by": "priority", "key": "2"}, ["NONE"]),
        ({"outcome": "counted", "by": "hour", "key": "10", "then": "priority", "then_key": "2"}, ["FAST"]),
        ({"outcome": "counted", "by": "unit"}, []),
        ({"outcome": "counted", "began": "2026-06-01"}, ["SLOW", "MAIN", "AGAIN", "FAST"]),
        ({"outcome": "counted", "began": "2025-06-01"}, []),
        ({"outcome": "counted", "limit": 1, "offset": 1}, ["MAIN"]),
    ],
)
def test_behind_each_figure_stand_the_incidents_that_it_counts(client, report, asked, numbers):
    found = behind(client, report, **asked)
    assert [one["number"] for one in found["incidents"]] == numbers
    assert not found["changed"]


def test_each_figure_of_the_report_leads_to_as_many_incidents(client, report):
    for measure, found in report.result["measures"].items():
        for outcome, n in {"counted": found["n"], "missing": found["n_missing"], "zero": found["n_zero"]}.items():
            assert behind(client, report, measure=measure, outcome=outcome)["total"] == n
    for group in report.result["groups"]:
        asked = {"by": "priority", "key": group["value"], "outcome": "counted"}
        assert behind(client, report, **asked)["total"] == group["measures"]["response"]["n"]


def test_each_hexagon_leads_to_its_incidents(client, report):
    cells = report.result["map"]["cells"]
    assert cells
    for cell in cells:
        asked = {"cell": f"{cell['q']},{cell['r']}", "outcome": "counted"}
        assert behind(client, report, **asked)["total"] == cell["n"]
    assert behind(client, report, cell="0,0")["total"] == 0
    assert client.get(f"/api/v1/reports/{report.pk}/incidents/", {"cell": "0;0"}).status_code == 400


def test_an_incident_tells_what_happened_that_of_its_duplicates_too(client, report):
    found = behind(client, report, outcome="merged")["incidents"][0]
    told = [(stage["event"], stage["unit"]) for stage in found["stages"]]
    assert told[:4] == [("received", ""), ("received", ""), ("dispatched", "A"), ("en_route", "A")]
    assert found["response_s"] == 430


def test_the_worst_cases_stand_in_the_report_with_their_timelines(report):
    worst = report.result["worst"]
    assert [one["number"] for one in worst] == ["SLOW", "MAIN", "AGAIN", "FAST"]
    assert [stage["event"] for stage in worst[0]["stages"]] == [
        "received",
        "dispatched",
        "en_route",
        "on_scene",
        "closed",
    ]


def test_looking_behind_a_figure_leaves_an_audit_row_that_names_the_incidents(client, report):
    ids = [one["incident"] for one in behind(client, report, outcome="negative")["incidents"]]
    row = AuditEntry.objects.get(action="report.incidents_viewed")
    assert (row.detail["outcome"], row.detail["incidents"]) == ("negative", ids)


def test_the_answer_says_when_the_cases_changed_since(client, report, tell):
    tell.incident(done("A", 10, 950), number="NEW")
    found = behind(client, report, outcome="counted")
    assert (found["changed"], found["total"]) == (True, 5)


def test_incidents_of_nodes_that_one_may_not_see_are_left_out(client_of, report, directorate, tell):
    station = factories.OrganisationFactory(code="NS-1", parent=directorate)
    own = client_of(person(Role.SHIFT_COMMANDER, station, "station"))
    assert own.get(f"/api/v1/reports/{report.pk}/incidents/").status_code == 404


@pytest.mark.parametrize(
    "asked", [{"outcome": "x"}, {"measure": "x"}, {"by": "x"}, {"limit": 0}, {"from_s": "a"}, {"began": "x"}]
)
def test_a_part_that_there_is_not_is_refused(client, report, asked):
    assert client.get(f"/api/v1/reports/{report.pk}/incidents/", asked).status_code == 400


def test_a_key_that_is_no_key_finds_nothing(client, report):
    for key in ("", "'; DROP TABLE x", "%s", "\u0000x"):
        answer = client.get(f"/api/v1/reports/{report.pk}/incidents/", {"by": "priority", "key": key})
        assert answer.status_code in (200, 400)
        assert answer.status_code == 400 or answer.json()["total"] == 0


def test_incidents_behind_a_figure_are_found_by_a_part_of_their_number(client, report):
    found = behind(client, report, number="agai")
    assert [one["number"] for one in found["incidents"]] == ["AGAIN"]
    assert behind(client, report, number="NOBODY")["total"] == 0


def test_kinds_are_named_in_the_language_of_whoever_reads(client, report):
    kind = Incident.objects.get(number="AGAIN").type
    kind.names = {"sr": "Бука"}
    kind.save()
    (one,) = behind(client, report, number="AGAIN")["incidents"]
    assert one["type_names"] == {"sr": "Бука"}
    with override("sr-latn"):
        assert words.kind_of(one) == "Buka"
        assert words.group_name("type", {"key": kind.code, "label": kind.name, "names": kind.names}) == "Buka"
    with override("sl"):
        assert words.kind_of(one) == kind.name
