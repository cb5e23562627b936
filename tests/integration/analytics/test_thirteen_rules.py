"""Each of the thirteen rules of response time, by name, on rows in the database."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from analytics.models import ShiftStart
from dispatch.models import AssignmentChange
from geo.models import Area
from incidents.models import Reopening, Target
from tests import factories
from tests.integration.analytics.conftest import CALL

pytestmark = pytest.mark.django_db

BELGRADE = ZoneInfo("Europe/Belgrade")


def local(*parts, fold=0):
    return datetime(*parts, tzinfo=BELGRADE, fold=fold).astimezone(UTC)


def done(call_sign, dispatched, on_scene, en_route=None, **more):
    stages = {"dispatched": dispatched, "en_route": en_route, "on_scene": on_scene, **more}
    return (call_sign, "cleared", {k: v for k, v in stages.items() if v is not None})


def test_rule_1_first_arrival_is_the_minimum_over_units(tell):
    tell.incident(done("A", 10, 300, 30), done("B", 60, 200, 90))
    found = tell.measure()
    assert found["measures"]["response"]["p50_s"] == 200
    assert found["measures"]["turnout"]["p50_s"] == 30
    assert found["measures"]["travel"]["p50_s"] == 110
    assert found["population"]["first_sent_and_first_to_arrive"] == {"n": 1, "differ": 1}


def test_rule_1_a_tie_goes_to_the_unit_sent_earlier(tell):
    tell.incident(done("A", 20, 200, 30), done("B", 10, 200, 90))
    assert [group["key"] for group in tell.measure(by="unit")["groups"]] == ["B"]


def test_rule_1_a_tie_of_dispatch_too_goes_to_the_lower_call_sign(tell):
    tell.incident(done("B", 10, 200, 90), done("A", 10, 200, 30))
    assert [group["key"] for group in tell.measure(by="unit")["groups"]] == ["A"]


@pytest.mark.parametrize("status", ["cancelled", "pre_empted", "refused"])
def test_rule_2_assignments_broken_off_supply_no_arrival(tell, status):
    tell.incident(("A", status, {"dispatched": 10, "on_scene": 100}), done("B", 60, 500))
    found = tell.measure()
    assert found["measures"]["response"]["p50_s"] == 500
    assert found["measures"]["dispatch_delay"]["p50_s"] == 10
    assert found["population"]["broken_off"] == {"cancelled": 0, "pre_empted": 0, "refused": 0} | {status: 1}


def test_rule_2_after_a_pre_emption_the_clock_goes_on_from_the_call(tell):
    tell.incident(("A", "pre_empted", {"dispatched": 10, "en_route": 20}), done("B", 900, 1500))
    assert tell.measure()["measures"]["response"]["p50_s"] == 1500


def test_rule_3_a_missing_arrival_is_counted_and_never_replaced(tell):
    tell.incident(("A", "cleared", {"dispatched": 10, "cleared": 700}))
    tell.incident()
    found = tell.measure()
    assert (found["measures"]["response"]["n"], found["measures"]["response"]["n_missing"]) == (0, 2)
    assert found["population"]["missing_arrivals"] == {"open": 0, "no_unit_sent": 1, "no_arrival_recorded": 1}


def test_rule_3_the_source_of_an_arrival_is_told(tell):
    incident = tell.incident(done("A", 10, 100))
    incident.assignments.update(arrival_source="geofence")
    assert tell.measure()["population"]["arrival_sources"] == {"geofence": 1}


def test_rule_4_open_incidents_are_censored(tell):
    for seconds in (100, 200, 300):
        tell.incident(done("A", 10, seconds))
    tell.incident(status="waiting", received=CALL)
    found = tell.measure(now=CALL + timedelta(seconds=250))
    assert found["measures"]["response"]["p50_s"] == 200
    assert found["kaplan_meier"] == {"n": 4, "censored": 1, "p50_s": 200.0, "p90_s": 300.0}
    found = tell.measure(now=CALL + timedelta(seconds=350))
    assert found["kaplan_meier"]["p90_s"] is None


def test_rule_4_a_target_already_passed_is_a_breach_even_while_open(tell):
    factories.TargetFactory(organisation=tell.board.organisation, priority=2, seconds=600, valid_from=date(2026, 1, 1))
    tell.incident(done("A", 10, 100))
    tell.incident(status="waiting")
    early = tell.measure(now=CALL + timedelta(seconds=500))["compliance"][0]
    assert (early["n"], early["met"], early["pending"]) == (1, 1, 1)
    late = tell.measure(now=CALL + timedelta(seconds=700))["compliance"][0]
    assert (late["n"], late["met"], late["open_breaches"], late["pending"]) == (2, 1, 1, 0)


def test_rule_5_on_view_has_no_response_time(tell):
    tell.incident(done("A", 0, 0), on_view=True)
    found = tell.measure()["measures"]["response"]
    assert (found["n"], found["n_missing"], found["excluded"]) == (0, 0, {"on_view": 1})


def test_rule_6_reopening_freezes_the_first_interval_and_starts_a_second(tell):
    incident = tell.incident(done("A", 10, 400))
    again = CALL + timedelta(hours=2)
    Reopening.objects.create(
        incident=incident, ended_at=CALL + timedelta(hours=1), occurred_at=again, recorded_at=again, reason=""
    )
    tell.assign(incident, "B", dispatched=again + timedelta(seconds=5), on_scene=again + timedelta(seconds=90))
    found = tell.measure()
    assert (found["measures"]["response"]["n"], found["measures"]["response"]["p50_s"]) == (1, 400)
    assert (found["reopened"]["n"], found["reopened"]["p50_s"]) == (1, 90)


def test_rule_6_an_incident_first_attended_after_its_reopening_has_no_first_arrival(tell):
    incident = tell.incident()
    again = CALL + timedelta(hours=2)
    Reopening.objects.create(incident=incident, ended_at=again, occurred_at=again, recorded_at=again, reason="")
    tell.assign(incident, "B", dispatched=again, on_scene=again + timedelta(seconds=90))
    assert tell.measure()["measures"]["response"]["n_missing"] == 1


def test_rule_6_of_merged_duplicates_the_earliest_call_counts(tell):
    target = tell.incident(done("A", 10, 300))
    middle = tell.incident(status="merged", merged_into=target, received=CALL - timedelta(seconds=20))
    tell.incident(status="merged", merged_into=middle, received=CALL - timedelta(seconds=60))
    found = tell.measure()
    assert found["measures"]["response"]["n"] == 1
    assert found["measures"]["response"]["p50_s"] == 360
    assert found["population"]["incidents"] == 1


def test_rule_7_after_a_regrade_first_and_highest_priority_are_reported_too(tell):
    tell.incident(done("A", 10, 300), priority=3, first_priority=2, highest_priority=1)
    found = tell.measure(by="priority")
    assert [group["key"] for group in found["groups"]] == ["3"]
    assert [group["key"] for group in found["groups_by_first_priority"]] == ["2"]
    assert [group["key"] for group in found["groups_by_highest_priority"]] == ["1"]


def test_rule_8_negative_is_excluded_and_zero_is_kept(tell):
    tell.incident(done("A", 10, -30))
    tell.incident(done("A", 0, 0))
    tell.incident(done("A", 5, 50))
    found = tell.measure()["measures"]["response"]
    assert (found["n"], found["n_zero"], found["excluded"], found["mean_s"]) == (2, 1, {"negative": 1}, 25)


def test_rule_8_negative_travel_is_excluded_from_travel_alone(tell):
    tell.incident(done("A", 10, 100, 130))
    found = tell.measure()["measures"]
    assert found["response"]["n"] == 1
    assert (found["travel"]["n"], found["travel"]["excluded"]) == (0, {"negative": 1})
    assert found["turnout"]["p50_s"] == 120


def test_rule_9_an_incident_belongs_to_the_local_day_and_hour_of_its_call_across_midnight(tell):
    tell.incident(received=local(2026, 6, 1, 23, 58))
    tell.assign(tell.incident(received=local(2026, 6, 1, 23, 59)), "A", dispatched=60, on_scene=local(2026, 6, 2, 0, 9))
    found = tell.measure(since=date(2026, 6, 1), until=date(2026, 6, 1), by="hour")
    assert [(group["key"], group["measures"]["response"]["n"]) for group in found["groups"]] == [("23", 1)]
    assert found["measures"]["response"]["p50_s"] == 600
    assert tell.measure(since=date(2026, 6, 2))["population"]["incidents"] == 0
    assert [group["key"] for group in tell.measure(by="weekday")["groups"]] == ["1"]


def test_rule_10_the_night_when_clocks_go_back_in_belgrade(tell):
    call, arrival = local(2026, 10, 25, 2, 50), local(2026, 10, 25, 2, 10, fold=1)
    tell.assign(tell.incident(received=call), "A", dispatched=0, on_scene=arrival)
    assert tell.measure()["measures"]["response"]["p50_s"] == 20 * 60


def test_rule_10_the_night_when_clocks_go_forward_in_belgrade(tell):
    call, arrival = local(2026, 3, 29, 1, 55), local(2026, 3, 29, 3, 5)
    tell.assign(tell.incident(received=call), "A", dispatched=0, on_scene=arrival)
    assert tell.measure()["measures"]["response"]["p50_s"] == 10 * 60


def test_rule_10_a_day_of_the_clock_change_has_its_own_length(tell):
    tell.incident(received=local(2026, 10, 25, 23, 59))
    tell.incident(received=local(2026, 10, 25, 0, 0))
    tell.incident(received=local(2026, 10, 26, 0, 0))
    assert tell.measure(since=date(2026, 10, 25), until=date(2026, 10, 25))["population"]["incidents"] == 2


def test_rule_11_percentiles_are_linear_and_recomputed_from_the_rows(tell):
    for seconds in (120, 180, 240, 300, 360, 420, 600, 900, 1200, 3600):
        tell.incident(done("A", 10, seconds))
    found = tell.measure()
    assert found["percentile_method"] == "percentile_cont"
    assert found["measures"]["response"]["p90_s"] == 1440
    assert found["measures"]["response"]["p50_s"] == 390


def test_rule_11_fewer_cases_than_the_least_show_n_alone(tell):
    for seconds in (120, 180, 240, 300):
        tell.incident(done("A", 10, seconds))
    found = tell.measure(min_cases=5)["measures"]["response"]
    assert (found["n"], found["p50_s"], found["p90_s"], found["mean_s"]) == (4, None, None, None)


def test_rule_12_compliance_has_its_wilson_interval(tell):
    factories.TargetFactory(organisation=tell.board.organisation, priority=2, seconds=600, valid_from=date(2026, 1, 1))
    for seconds in (100, 200, 300, 400, 500, 550, 590, 600, 601, 3600):
        tell.incident(done("A", 10, seconds))
    found = tell.measure()["compliance"][0]
    assert (found["n"], found["met"], found["share"], found["kept"]) == (10, 8, 0.8, False)
    assert (found["low"], found["high"]) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_rule_13_targets_are_data_with_their_own_clocks_and_dates(tell, service):
    node = tell.board.organisation
    shared = {"priority": 2, "start": Target.Moment.DISPATCHED, "end": Target.Moment.ON_SCENE}
    Target.objects.create(organisation=service, seconds=1, valid_from=date(2020, 1, 1), **shared)
    Target.objects.create(organisation=node, seconds=100, valid_from=date(2026, 1, 1), **shared)
    Target.objects.create(organisation=node, seconds=50, valid_from=date(2026, 6, 1), **shared)
    tell.incident(done("A", 1000, 1080), received=CALL - timedelta(days=30))
    tell.incident(done("A", 1000, 1080))
    found = tell.measure()["compliance"]
    assert [(row["seconds"], row["n"], row["met"]) for row in found] == [(50, 1, 0), (100, 1, 1)]


def test_rule_2_what_was_broken_off_has_a_table_of_its_own(tell):
    tell.incident(("A", "cancelled", {"dispatched": 10}), ("B", "cancelled", {"dispatched": 20}), done("C", 30, 90))
    tell.incident(("A", "pre_empted", {"dispatched": 10, "on_scene": 50}))
    population = tell.measure()["population"]
    assert population["broken_off"] == {"cancelled": 2, "pre_empted": 1, "refused": 0}
    assert population["incidents_broken_off"] == {"cancelled": 1, "pre_empted": 1, "refused": 0}
    assert population["never_attended_after_break"] == {"cancelled": 0, "pre_empted": 1, "refused": 0}


def test_rule_3_each_group_says_why_arrivals_are_missing(tell):
    tell.incident(("A", "cleared", {"dispatched": 10}), priority=1)
    tell.incident(priority=2)
    tell.incident(status="waiting", priority=2)
    groups = tell.measure(by="priority")["groups"]
    assert [group["missing_arrivals"] for group in groups] == [
        {"open": 0, "no_unit_sent": 0, "no_arrival_recorded": 1},
        {"open": 1, "no_unit_sent": 1, "no_arrival_recorded": 0},
    ]


def test_rule_4_a_never_attended_incident_is_censored_when_it_was_closed(tell):
    tell.incident(done("A", 10, 100))
    tell.incident(closed_at=CALL + timedelta(seconds=50))
    assert tell.measure()["kaplan_meier"] == {"n": 2, "censored": 1, "p50_s": 100.0, "p90_s": 100.0}


def test_rule_7_a_group_that_an_incident_left_by_a_regrade_still_counts_it_as_first(tell):
    tell.incident(done("A", 10, 300), priority=1, first_priority=3, highest_priority=1)
    found = tell.measure(by="first_priority")
    assert [(group["key"], group["measures"]["response"]["n"]) for group in found["groups"]] == [("3", 1)]
    assert found["population"]["regraded"] == 1


def test_rule_8_a_correction_supersedes_and_is_counted(tell):
    incident = tell.incident(done("A", 10, 100))
    job = incident.assignments.get()
    for seconds in (100, 160):
        at = CALL + timedelta(seconds=seconds)
        AssignmentChange.objects.create(
            assignment=job, status="on_scene", occurred_at=at, recorded_at=at, source="console"
        )
    job.on_scene_at = CALL + timedelta(seconds=160)
    job.save()
    found = tell.measure()
    assert found["measures"]["response"]["p50_s"] == 160
    assert found["population"]["corrected"] == {"incidents": 1, "corrections": 1}


def test_rule_9_a_night_shift_owns_the_calls_after_midnight(tell):
    tell.incident(received=local(2026, 6, 1, 23, 30))
    tell.incident(received=local(2026, 6, 2, 6, 59))
    tell.incident(received=local(2026, 6, 2, 7, 0))
    groups = tell.measure(by="shift")["groups"]
    counted = [(group["key"], sum(group["missing_arrivals"].values())) for group in groups]
    assert counted == [("07:00-19:00", 1), ("19:00-07:00", 2)]


def test_rule_9_one_shift_of_one_day_runs_over_midnight(tell):
    tell.incident(received=local(2026, 6, 1, 18, 59))
    tell.incident(received=local(2026, 6, 1, 19, 0))
    tell.incident(received=local(2026, 6, 2, 6, 59))
    tell.incident(received=local(2026, 6, 2, 7, 0))
    found = tell.measure(since=date(2026, 6, 1), until=date(2026, 6, 1), shift="19:00-07:00")
    assert found["population"]["incidents"] == 2


def test_rule_9_the_night_shift_of_the_clock_change_has_thirteen_hours(tell):
    found = tell.measure(since=date(2026, 10, 24), until=date(2026, 10, 24), shift="19:00-07:00")
    began, ended = (datetime.fromisoformat(found["period"][key]) for key in ("from_utc", "to_utc_exclusive"))
    assert ended - began == timedelta(hours=13)


def test_rule_9_shifts_begin_when_the_nearest_unit_above_says(tell, service):
    ShiftStart.objects.bulk_create(ShiftStart(organisation=service, at=time(hour)) for hour in (6, 14, 22))
    tell.incident(received=local(2026, 6, 1, 5, 0))
    tell.incident(received=local(2026, 6, 1, 14, 0))
    assert [group["key"] for group in tell.measure(by="shift")["groups"]] == ["14:00-22:00", "22:00-06:00"]


def test_rule_13_the_clock_of_a_target_may_start_at_any_event(tell):
    shared = {"organisation": tell.board.organisation, "priority": 2, "valid_from": date(2026, 1, 1)}
    factories.TargetFactory(start="answered", end="dispatched", seconds=60, **shared)
    tell.incident(done("A", 70, 300), answered_at=CALL + timedelta(seconds=15))
    row = tell.measure()["compliance"][0]
    assert (row["n"], row["met"]) == (1, 1)


def test_groups_by_sector_are_those_that_the_incidents_lie_in(tell):
    outline = MultiPolygon(Polygon.from_bbox((19.8, 45.2, 19.9, 45.3)))
    Area.objects.create(kind="sector", code="S1", name="Центар", organisation=tell.board.organisation, geometry=outline)
    tell.incident(done("A", 10, 100))
    tell.incident(done("A", 10, 100), location=Point(20.5, 44.8))
    groups = tell.measure(by="sector")["groups"]
    assert [(group["key"], group.get("label")) for group in groups] == [("S1", "Центар"), (None, None)]


def test_groups_by_two_keys_stand_in_the_order_of_both(tell):
    for priority, sign in ((2, "B"), (1, "B"), (1, "A")):
        tell.incident(done(sign, 10, 100), priority=priority)
    groups = tell.measure(by="priority", then="unit")["groups"]
    assert [(group["key"], group["then"]["key"]) for group in groups] == [("1", "A"), ("1", "B"), ("2", "B")]


def test_to_action_runs_from_the_call_to_the_first_action(tell):
    tell.incident(done("A", 10, 100, action_taken=400), done("B", 10, 200, action_taken=300))
    assert tell.measure()["measures"]["to_action"]["p50_s"] == 300


def test_groups_by_type_and_organisation_carry_their_names(tell):
    tell.incident(done("A", 10, 100))
    group = tell.measure(by="organisation")["groups"][0]
    assert (group["key"], group["label"]) == ("NS", "ПУ Нови Сад")
    assert tell.measure(by="type")["groups"][0]["label"] == tell.kind.name


def test_nodes_by_priority_equal_the_same_groups_by_two_keys(tell):
    for index, seconds in enumerate((100, 250, 300, 470, 510, 900, None)):
        tell.incident(done("A", 10, seconds), priority=1 + index % 2)
    tell.incident(done("A", 10, -5), priority=1)
    tell.incident(done("A", 10, 50), priority=1, on_view=True)
    matrix = tell.measure(by="organisation")["matrix"]
    groups = tell.measure(by="organisation", then="priority")["groups"]
    expected = [
        {"key": "NS", "priority": int(group["then"]["key"])}
        | {name: group["measures"]["response"][name] for name in ("n", "n_missing", "p50_s", "p90_s")}
        for group in groups
    ]
    assert matrix == expected
