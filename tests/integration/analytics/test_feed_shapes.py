"""Feeds of other shapes, each with a mapping as `docs/mapping.md` teaches it."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.models import Assignment
from incidents.models import Incident

pytestmark = pytest.mark.django_db


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_one_row_a_call_with_times_of_the_call_only(load, tell):
    found = load(
        "NOPD_Item;Type_;Priority;TimeCreate;TimeDispatch;TimeArrive;TimeClosed;SelfInitiated;Location\n"
        "A1;94;2C;01/01/2026 00:01:00;01/01/2026 00:05:00;01/01/2026 00:11:00;01/01/2026 01:00:00;N;POINT (-90.05 29.95)\n"
        "A2;21;0B;01/01/2026 00:02:00;;;01/01/2026 00:09:00;N;POINT (0 0)\n"
        "A3;18;1A;01/01/2026 00:03:00;01/01/2026 00:03:00;01/01/2026 00:03:00;01/01/2026 00:30:00;Y;\n",
        """
        [file]
        delimiter = ";"
        [time]
        zone = "America/Chicago"
        formats = ["%m/%d/%Y %H:%M:%S"]
        [call]
        key = "NOPD_Item"
        received = "TimeCreate"
        closed = "TimeClosed"
        type = "Type_"
        on_view = { column = "SelfInitiated", equals = "Y" }
        [assignment]
        dispatched = "TimeDispatch"
        on_scene = "TimeArrive"
        cleared = "TimeClosed"
        [priority]
        final = { column = "Priority", extract = "^[0-9]" }
        [location]
        text = "Location"
        """,
    )
    assert (found["imported"], found["assignments"], found["units"]) == (3, 3, 1)
    response = tell.measure()["measures"]["response"]
    assert (response["n"], response["n_missing"], response["excluded"]) == (1, 1, {"on_view": 1})
    assert response["p50_s"] == 600
    assert Incident.objects.get(number="A1").location.coords == (-90.05, 29.95)
    assert list(Incident.objects.order_by("number").values_list("priority", flat=True)) == [2, 0, 1]


def test_a_call_without_a_unit_has_no_assignment(load):
    load(
        "id,at,sent,there\n1,2026-01-01 10:00:00,,\n2,2026-01-01 11:00:00,2026-01-01 11:01:00,\n",
        """
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        [assignment]
        dispatched = "sent"
        on_scene = "there"
        """,
    )
    assert list(Assignment.objects.values_list("incident__number", "unit__call_sign")) == [("2", "?")]


def test_intervals_in_minutes_instead_of_times(load, tell):
    load(
        "incident_id,called_at,intake_time,dispatch_time,travel_time,total_response_time\n"
        '7,2026/01/01 05:00:00+00,1.5,2.5,"6,25",10.25\n'
        "8,2026/01/01 05:30:00+00,0.5,,,\n",
        """
        [time]
        formats = ["%Y/%m/%d %H:%M:%S%z"]
        [call]
        key = "incident_id"
        received = "called_at"
        [assignment]
        dispatched = { base = "received", add_minutes = ["intake_time", "dispatch_time"] }
        en_route = { base = "received", add_minutes = ["intake_time", "dispatch_time"] }
        on_scene = { base = "dispatched", add_minutes = "travel_time" }
        """.replace("%S%z", "%S%z"),
    )
    found = tell.measure()["measures"]
    assert (found["dispatch_delay"]["p50_s"], found["travel"]["p50_s"], found["response"]["p50_s"]) == (240, 375, 615)


def test_durations_as_clock_and_times_counted_backwards(load, tell):
    load(
        "id,arrived,response\n1,2026-01-01 10:12:31,00:12:31\n2,2026-01-02 00:05:00,1.00:00:30\n3,2026-01-02 00:05:00,12:31\n",
        """
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = { base = "on_scene", subtract_duration = "response" }
        [assignment]
        on_scene = "arrived"
        """,
    )
    values = sorted((a.on_scene_at - a.incident.received_at).total_seconds() for a in Assignment.objects.all())
    assert values == [751, 751, 86430]


def test_date_and_clock_in_two_columns_rolling_over_midnight(load):
    load(
        "id\tdate\tcall\tdispatch\tarrive\n1\t2026-06-01\t23:58\t00:01\t0:07\n2\t2026-06-01\t10:00\t09:59\t10:07\n",
        """
        [file]
        delimiter = "tab"
        [time]
        zone = "Europe/Belgrade"
        formats = ["%Y-%m-%d %H:%M"]
        [call]
        key = "id"
        received = ["date", "call"]
        [assignment]
        dispatched = { columns = ["date", "dispatch"], next_day_after = "received" }
        on_scene = { columns = ["date", "arrive"], next_day_after = "received" }
        """,
    )
    first, second = Assignment.objects.order_by("incident__number")
    assert (first.dispatched_at, first.on_scene_at) == (utc(2026, 6, 1, 22, 1), utc(2026, 6, 1, 22, 7))
    assert second.dispatched_at - second.incident.received_at == timedelta(minutes=-1)


def test_several_units_in_one_cell(load, tell):
    load(
        'id,at,units,sent,there\n1,2026-01-01 10:00:00,"12B; 7A ;12B",2026-01-01 10:01:00,2026-01-01 10:09:00\n',
        """
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        [assignment]
        call_sign = "units"
        split = ";"
        dispatched = "sent"
        on_scene = "there"
        """,
    )
    assert list(Assignment.objects.order_by("id").values_list("unit__call_sign", "on_scene_at")) == [
        ("12B", utc(2026, 1, 1, 10, 9)),
        ("7A", None),
    ]


def test_units_in_columns_of_one_row(load, tell):
    load(
        "id,at,u1,s1,t1,u2,s2,t2\n"
        "1,2026-01-01 10:00:00,A,2026-01-01 10:01:00,2026-01-01 10:09:00,B,2026-01-01 10:02:00,2026-01-01 10:05:00\n"
        "2,2026-01-01 11:00:00,A,2026-01-01 11:01:00,,,,\n",
        """
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        [[assignment]]
        call_sign = "u1"
        dispatched = "s1"
        on_scene = "t1"
        [[assignment]]
        call_sign = "u2"
        dispatched = "s2"
        on_scene = "t2"
        """,
    )
    assert Assignment.objects.count() == 3
    assert tell.measure()["measures"]["response"]["p50_s"] == 300


def test_the_same_unit_sent_again(load):
    text = (
        "id,at,unit,sent,there\n"
        "1,2026-01-01 10:00:00,A,2026-01-01 10:01:00,\n"
        "1,2026-01-01 10:00:00,A,2026-01-01 10:21:00,2026-01-01 10:30:00\n"
        "1,2026-01-01 10:00:00,A,2026-01-01 10:21:00,2026-01-01 10:30:00\n"
    )
    mapping = """
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        [assignment]
        call_sign = "unit"
        dispatched = "sent"
        on_scene = "there"
        """
    found = load(text, mapping)
    assert (found["imported"], found["merged"], found["assignments"]) == (2, 1, 2)
    found = load(text.replace("\n1,", "\n2,"), mapping + '\n        repeated = "merge"')
    assert (found["imported"], found["merged"], found["assignments"]) == (1, 2, 1)
    merged = Assignment.objects.get(incident__number="2")
    assert (merged.dispatched_at, merged.on_scene_at) == (utc(2026, 1, 1, 10, 1), utc(2026, 1, 1, 10, 30))


def test_cancelled_units_and_calls(load, tell):
    load(
        "id,at,unit,sent,there,how,call\n"
        "1,2026-01-01 10:00:00,A,2026-01-01 10:01:00,2026-01-01 10:02:00,CANC,ok\n"
        "1,2026-01-01 10:00:00,B,2026-01-01 10:03:00,2026-01-01 10:10:00,,ok\n"
        "2,2026-01-01 11:00:00,C,2026-01-01 11:03:00,,,DUPLICATE CALL\n",
        """
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        cancelled = { column = "call", matches = "duplicate|cancel" }
        [assignment]
        call_sign = "unit"
        dispatched = "sent"
        on_scene = "there"
        cancelled = { column = "how", equals = ["canc"] }
        """,
    )
    found = tell.measure()
    assert found["measures"]["response"]["p50_s"] == 600
    assert found["population"]["broken_off"]["cancelled"] == 1
    assert found["population"]["cancelled"] == 1


def test_sentinels_dates_without_times_and_midnights(load):
    found = load(
        "id,at,sent,there\n"
        "1,2026-01-01T10:00:00.000,1900-01-01T00:00:00.000,2026-01-01\n"
        "2,2026-01-01T10:00:00.000,2026-01-01T00:00:00.000,N/A\n"
        "3,2026-01-01,,\n",
        """
        [file]
        empty = ["n/a"]
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        [assignment]
        call_sign = { value = "X" }
        dispatched = { column = "sent", midnight_is_missing = true }
        on_scene = "there"
        """,
    )
    assert found["rejected_rows"] == [{"line": 4, "reason": "no_received_time", "detail": ""}]
    assert found["notes"] == {"time_out_of_range": 1, "date_without_time": 2, "midnight_taken_as_missing": 1}
    assert not Assignment.objects.exclude(dispatched_at=None, on_scene_at=None).exists()


def test_the_night_when_clocks_go_back(load, tell):
    """02:50 (first pass) → 02:10 (second pass) is twenty minutes, and the file says neither pass."""
    found = load(
        "id,at,there\n1,25.10.2026. 02:50,25.10.2026. 02:10\n2,25.10.2026. 02:20,25.10.2026. 02:30\n",
        """
        [time]
        zone = "Europe/Belgrade"
        formats = ["%d.%m.%Y. %H:%M"]
        [call]
        key = "id"
        received = "at"
        [assignment]
        on_scene = "there"
        """,
    )
    assert found["notes"] == {"time_ambiguous": 4}
    response = tell.measure()["measures"]["response"]
    assert (response["n"], response["mean_s"]) == (2, 15 * 60)


def test_the_night_when_clocks_go_forward(load, tell):
    found = load(
        "id,at,there\n1,2026-03-29 01:55,2026-03-29 03:05\n2,2026-03-29 01:55,2026-03-29 02:05\n",
        """
        [time]
        zone = "Europe/Belgrade"
        formats = ["%Y-%m-%d %H:%M"]
        [call]
        key = "id"
        received = "at"
        [assignment]
        on_scene = "there"
        """,
    )
    assert found["notes"] == {"time_nonexistent": 1}
    assert tell.measure()["measures"]["response"]["mean_s"] == 600


def test_json_lines_epochs_and_projected_coordinates(load):
    load(
        '{"call": {"id": 5, "t": 1767261600}, "unit": "A", "sent": 1767261660000, "x": 411000.0, "y": 5012000.0}\n'
        '{"call": {"id": 6, "t": 1767261600}, "unit": null, "sent": null, "x": null, "y": 0}\n'
        "[1]\n",
        """
        [file]
        format = "jsonl"
        [time]
        formats = ["epoch_s"]
        [call]
        key = "call.id"
        received = "call.t"
        [assignment]
        call_sign = "unit"
        dispatched = { column = "sent", formats = ["epoch_ms"] }
        [location]
        lon = "x"
        lat = "y"
        epsg = 32634
        """,
    )
    incident = Incident.objects.get(number="5")
    assert incident.received_at == utc(2026, 1, 1, 10)
    assert incident.first_dispatched_at == utc(2026, 1, 1, 10, 1)
    assert (round(incident.location.x, 1), round(incident.location.y, 1)) == (19.9, 45.3)
    assert not Incident.objects.get(number="6").assignments.exists()


def test_a_composite_key_longer_than_a_number_may_be(load):
    text = "day,street,at\n2026-01-01,%s,2026-01-01 10:00:00\n" % ("Булевар ослобођења " * 5)
    mapping = """
        [time]
        zone = "UTC"
        [call]
        key = ["at", "street"]
        received = "at"
        """
    load(text, mapping)
    assert load(text, mapping)["already_present"] == 1
    assert len(Incident.objects.get().number) == 40


def test_rows_that_the_mapping_leaves_out_are_counted(load):
    found = load(
        "id,at,agency\n1,2026-01-01 10:00:00,POLICE\n2,2026-01-01 10:00:00,FIRE\n3,2026-01-01 10:00:00,police test\n",
        """
        [rows]
        keep = { column = "agency", matches = "police" }
        skip = { column = "agency", matches = "test" }
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        """,
    )
    assert (found["imported"], found["reasons"]) == (1, {"left_out_by_mapping": 2})


def test_a_file_without_a_header_in_another_encoding(load):
    load(
        "# Export\n1|2026-01-01 10:00:00|Пљачка\n".encode("cp1251"),
        """
        [file]
        encoding = "cp1251"
        delimiter = "|"
        skip_lines = 1
        columns = ["id", "at", "kind"]
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        type = "kind"
        """,
    )
    assert Incident.objects.get().type.name == "Пљачка"


def test_of_several_received_times_the_earliest_counts(load):
    found = load(
        "id,at\n1,2026-01-01 10:00:05\n1,2026-01-01 10:00:00\n",
        """
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        """,
    )
    assert (found["imported"], found["merged"]) == (1, 1)
    assert found["notes"] == {"calls_with_several_received_times": 1}
    assert Incident.objects.get().received_at == utc(2026, 1, 1, 10)


def test_the_highest_priority_of_a_service_that_counts_upwards(load):
    load(
        "id,at,first,last\n1,2026-01-01 10:00:00,2,3\n2,2026-01-01 10:00:00,ZZ,\n",
        """
        [time]
        zone = "UTC"
        [call]
        key = "id"
        received = "at"
        [priority]
        first = "first"
        final = "last"
        most_urgent = "highest"
        unknown = 0
        """,
    )
    known, unknown = Incident.objects.order_by("number")
    assert (known.first_priority, known.priority, known.highest_priority) == (2, 3, 3)
    assert (unknown.first_priority, unknown.priority) == (0, 0)


def test_one_row_an_event(load, tell):
    load(
        "call,unit,event,at\n"
        "1,,CREATE,2026-01-01 10:00:00\n"
        "1,A,DISP,2026-01-01 10:01:00\n"
        "1,B,DISP,2026-01-01 10:02:00\n"
        "1,A,ARRV,2026-01-01 10:09:00\n"
        "1,B,CANC,2026-01-01 10:09:30\n"
        "1,A,CLR,2026-01-01 10:30:00\n",
        """
        [time]
        zone = "UTC"
        [call]
        key = "call"
        received = "at"
        [[assignment]]
        when = { column = "event", equals = "DISP" }
        call_sign = "unit"
        repeated = "merge"
        dispatched = "at"
        [[assignment]]
        when = { column = "event", equals = "ARRV" }
        call_sign = "unit"
        repeated = "merge"
        on_scene = "at"
        [[assignment]]
        when = { column = "event", equals = ["CLR", "CANC"] }
        call_sign = "unit"
        repeated = "merge"
        cleared = "at"
        cancelled = { column = "event", equals = "CANC" }
        """,
    )
    assert dict(Assignment.objects.values_list("unit__call_sign", "status")) == {"A": "cleared", "B": "cancelled"}
    found = tell.measure()["measures"]
    assert (found["response"]["p50_s"], found["dispatch_delay"]["p50_s"]) == (540, 60)


def test_units_in_a_file_of_their_own(load, tell):
    time = "[time]\nzone = 'UTC'\n"
    calls = time + "[call]\nkey = 'id'\nreceived = 'at'\n"
    units = (
        time + "[call]\nkey = 'id'\nreceived = { value = '' }\n[assignment]\ncall_sign = 'unit'\non_scene = 'there'\n"
    )
    load("id,at\n1,2026-01-01 10:00:00\n2,2026-01-01 10:00:00\n", calls)
    found = load("id,unit,there\n1,A,2026-01-01 10:05:00\n3,A,2026-01-01 10:05:00\n", units)
    assert (found["imported"], found["reasons"]) == (1, {"no_received_time": 1})
    assert tell.measure()["measures"]["response"]["p50_s"] == 300


def test_unreadable_times_may_be_taken_as_missing(load):
    found = load(
        "id,at,there\n1,2026-01-01 10:00:00,soon\n",
        "[time]\nzone = 'UTC'\nunreadable = 'missing'\n[call]\nkey = 'id'\nreceived = 'at'\n[assignment]\non_scene = 'there'\n",
    )
    assert (found["imported"], found["notes"]) == (1, {"unreadable_time_taken_as_missing": 1})
