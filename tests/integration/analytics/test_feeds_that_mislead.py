"""Feeds that look right and would give wrong figures, or lose rows, when they are read naively."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.imports.errors import ImportFailed
from dispatch.models import Assignment
from incidents.models import Incident

pytestmark = pytest.mark.django_db

CLOCKS = """
[time]
zone = "America/New_York"
formats = ["%m/%d/%Y %H%M"]
[call]
key = "id"
received = ["date", "call"]
[assignment]
on_scene = { columns = ["date", "arrive"], next_day_after = "received" }
"""

LOG = """
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
when = { column = "event", equals = "CANC" }
call_sign = "unit"
repeated = "merge"
cancelled = { column = "event", equals = "CANC" }
[priority]
final = "grade"
"""

SIMPLE = """
[time]
zone = "UTC"
[call]
key = "id"
received = "at"
[assignment]
dispatched = { base = "received", add_seconds = "wait" }
"""


def test_a_date_without_its_clock_is_a_missing_time(load, tell):
    found = load("id,date,call,arrive\n1,06/01/2026,2350,0005\n2,06/01/2026,1000,\n3,06/01/2026,,1000\n", CLOCKS)
    assert (found["imported"], found["reasons"]) == (2, {"no_received_time": 1})
    assert found["notes"] == {"incomplete_time": 2}
    response = tell.measure()["measures"]["response"]
    assert (response["n"], response["n_missing"], response["p50_s"]) == (1, 1, 900)


def test_clocks_without_colons_and_leading_zeros(load):
    load("id,date,call,arrive\n1,06/01/2026,130,205\n2,06/01/2026,5,12\n3,06/01/2026,0,1310\n", CLOCKS)
    clocks = [
        f"{at - timedelta(hours=4):%H:%M}"
        for at in Incident.objects.order_by("number").values_list("received_at", flat=True)
    ]
    assert clocks == ["01:30", "00:05", "00:00"]


def test_a_flag_may_say_whether_a_time_is_valid(load):
    load(
        "id,at,sent,is_valid\n1,2026-01-01 10:00:00,2026-01-01 10:01:00,Y\n2,2026-01-01 10:00:00,2026-01-01 10:01:00,N\n",
        SIMPLE.replace(
            '{ base = "received", add_seconds = "wait" }',
            '{ column = "sent", when = { column = "is_valid", equals = "Y" } }',
        ),
    )
    assert list(Assignment.objects.values_list("incident__number", flat=True)) == ["1"]


@pytest.mark.parametrize(
    ("decimal", "text", "seconds"),
    [("", "1,200", None), (".", "1,200", 1200), (",", "1,200", 1.2), (",", "1.200,5", 1200.5), ("", "1.200,5", 1200.5)],
)
def test_thousands_are_not_taken_for_decimals(load, decimal, text, seconds):
    mapping = f'[file]\ndelimiter = ";"\ndecimal = "{decimal}"\n{SIMPLE}'
    found = load(f"id;at;wait\n1;2026-01-01 10:00:00;{text}\n", mapping)
    sent = [at.timestamp() for at in Assignment.objects.values_list("dispatched_at", flat=True)]
    if seconds is None:
        assert found["reasons"] == {"unreadable_duration": 1}
    else:
        assert sent == [datetime(2026, 1, 1, 10, tzinfo=UTC).timestamp() + seconds]


def test_spreadsheet_days_with_decimal_commas(load):
    load(
        "id;at;wait\n1;46023,5;5\n",
        '[file]\ndelimiter = ";"\n' + SIMPLE.replace("[call]", 'formats = ["excel"]\n[call]'),
    )
    assert Incident.objects.get().received_at == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_quotation_mark_that_is_never_closed_refuses_the_file(load):
    with pytest.raises(ImportFailed) as refused:
        load('id,at,wait\n1,2026-01-01 10:00:00,5\n2,"2026-01-01 10:00:00,5\n3,2026-01-01 10:00:00,5\n', SIMPLE)
    assert "starts at line 3" in str(refused.value.message)
    assert not Incident.objects.exists()


def test_a_row_that_swallowed_others_says_so(load):
    found = load('id,at,wait\n1,"2026-01-01 10:00:00,5\n2,2026-01-01 10:00:00,"5"\n', SIMPLE)
    assert found["rejected_rows"][0]["line"] == 2
    assert "over 2 lines" in found["rejected_rows"][0]["detail"]


def test_the_row_of_a_cancellation_counts_wherever_it_stands(load, tell):
    header, *rows = (
        "call,event,unit,at,grade",
        "1,NEW,,2026-01-01 10:00:00,2",
        "1,CANC,A,2026-01-01 10:05:00,",
        "1,DISP,A,2026-01-01 10:01:00,",
        "1,ARRV,A,2026-01-01 10:04:00,",
    )
    load("\n".join([header, *rows]) + "\n", LOG)
    assert Assignment.objects.get().status == "cancelled"
    assert tell.measure()["measures"]["response"]["n_missing"] == 1
    incident = Incident.objects.get()
    assert (incident.first_priority, incident.priority, incident.highest_priority) == (2, 2, 2)


def test_a_log_that_goes_on_in_the_next_file_is_one_assignment(load, tell):
    header = "call,event,unit,at,grade\n"
    first = header + "1,NEW,,2026-01-01 23:58:00,2\n1,DISP,A,2026-01-01 23:59:00,\n2,DISP,B,2026-01-01 23:59:00,\n"
    second = header + "1,ARRV,A,2026-01-02 00:08:00,\n2,CANC,B,2026-01-02 00:01:00,\n"
    for text in (second, first, second, first):
        load(text, LOG)
    found = Assignment.objects.order_by("unit__call_sign").values_list("status", "dispatched_at", "on_scene_at")
    sent = datetime(2026, 1, 1, 23, 59, tzinfo=UTC)
    assert list(found) == [("cleared", sent, sent + timedelta(minutes=9)), ("cancelled", sent, None)]
    assert tell.measure()["measures"]["response"]["p50_s"] == 600


def test_a_table_of_one_unit_takes_no_time_from_another(load):
    load("call,event,unit,at,grade\n1,NEW,,2026-01-01 10:00:00,2\n1,ARRV,A,2026-01-01 10:04:00,\n", LOG)
    assert list(Assignment.objects.values_list("dispatched_at", "on_scene_at")) == [
        (None, datetime(2026, 1, 1, 10, 4, tzinfo=UTC))
    ]


@pytest.mark.parametrize(("urgent", "highest"), [("lowest", 2), ("highest", 3)])
def test_an_unknown_priority_is_never_the_highest(load, urgent, highest):
    load(
        "id,at,wait,grade\n1,2026-01-01 10:00:00,5,2\n1,2026-01-01 10:00:00,5,?\n1,2026-01-01 10:00:00,5,3\n",
        f'{SIMPLE}[priority]\nfinal = "grade"\nmost_urgent = "{urgent}"\n',
    )
    assert Incident.objects.get().highest_priority == highest


def test_half_a_character_in_json_refuses_no_file(load):
    mapping = '[file]\nformat = "jsonl"\n' + SIMPLE.replace('received = "at"', 'received = "at"\nplace = "p"')
    assert load('{"id": 1, "at": "2026-01-01 10:00:00", "p": "a\\ud800b", "wait": 5}\n', mapping)["imported"] == 1
    assert Incident.objects.get().place == "a?b"
