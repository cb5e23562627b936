"""Five shapes of police feeds, their mappings written from docs/mapping.md alone, every figure computed a second way.

The feeds are invented, in the shapes that cities publish: one row a call, times as text, units in one cell, sentinels,
mixed formats, the night of a clock change. What really happened is drawn first, then written as each feed would write it;
the figures are computed plainly from what happened, without our code.
"""

import csv
import io
import json
import math
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

pytestmark = pytest.mark.django_db

MEASURES = ("response", "dispatch_delay")


@dataclass
class Happened:
    """One call as it was."""

    number: int
    received: datetime
    dispatched: datetime | None
    arrived: datetime | None
    closed: datetime
    priority: int
    on_view: bool
    cancelled: bool
    units: list[str]


def calls(zone: str, night: datetime, count: int = 80) -> list[Happened]:
    """Calls around a night (local midnight before the clock change); no stage takes an hour, so texts can be read."""
    chance, start = random.Random(f"{zone}{night}"), night.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = []
    for number in range(count):
        received = start + timedelta(seconds=chance.randrange(0, 9 * 3600))
        if received.astimezone(ZoneInfo(zone)).fold:
            received -= timedelta(hours=1)  # which pass a lone text means, nobody can tell
        on_view = chance.random() < 0.15
        delay, travel = chance.randrange(0, 900), chance.randrange(0, 1500)
        if on_view:
            delay = travel = 0
        dispatched = None if chance.random() < 0.1 else received + timedelta(seconds=delay)
        arrives = dispatched is not None and chance.random() < 0.8
        if arrives and chance.random() < 0.05:
            travel = -60  # the clock of a car was wrong
        found.append(
            Happened(
                number=number,
                received=received,
                dispatched=dispatched,
                arrived=dispatched + timedelta(seconds=travel) if dispatched and arrives else None,
                closed=received + timedelta(seconds=delay + max(travel, 0) + 1200),
                priority=chance.randrange(1, 5),
                on_view=on_view,
                cancelled=chance.random() < 0.1,
                units=chance.sample(["12B", "7A", "K9", "31"], chance.randrange(1, 4)),
            )
        )
    return found


def expected(happened: list[Happened]) -> dict:
    """The figures, computed plainly."""
    spans = {"response": lambda one: one.arrived, "dispatch_delay": lambda one: one.dispatched}
    return {name: _summary(happened, end) for name, end in spans.items()}


def _summary(happened, end):
    called = [one for one in happened if not one.on_view]
    seconds = [None if end(one) is None else (end(one) - one.received).total_seconds() for one in called]
    kept = sorted(value for value in seconds if value is not None and value >= 0)
    return {
        "n": len(kept),
        "n_missing": seconds.count(None),
        "n_zero": kept.count(0),
        "on_view": len(happened) - len(called),
        "negative": sum(value is not None and value < 0 for value in seconds),
        "p50_s": _type_7(kept, 0.5),
        "p90_s": _type_7(kept, 0.9),
        "mean_s": round(math.fsum(kept) / len(kept), 6),
    }


def _type_7(ordered, share):
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (place - below) * (ordered[above] - ordered[below]), 6)


def found_in(report, name):
    row = report["measures"][name]
    shown = {key: row[key] for key in ("n", "n_missing", "n_zero", "p50_s", "p90_s", "mean_s")}
    return shown | {"on_view": row["excluded"].get("on_view", 0), "negative": row["excluded"].get("negative", 0)}


def check(load, tell, text, mapping, happened):
    """Import, and hold every figure against the second computation; by priority too."""
    account = load(text, mapping)
    assert (account["rows"], account["rejected"], account["incidents"]) == (len(happened), 0, len(happened)), account
    report = tell.measure(by="priority")
    wanted = expected(happened)
    assert {name: found_in(report, name) for name in MEASURES} == wanted
    assert report["population"]["cancelled"] == sum(one.cancelled for one in happened)
    for group in report["groups"]:
        of_group = [one for one in happened if str(one.priority) == group["key"]]
        assert group["measures"]["response"]["n"] == expected(of_group)["response"]["n"]
    return report


def table(header, rows):
    stream = io.StringIO()
    csv.writer(stream).writerows([header, *rows])
    return stream.getvalue()


def local(at, zone, form):
    return "" if at is None else at.astimezone(ZoneInfo(zone)).strftime(form)


SEATTLE = """
[time]
zone = "America/Los_Angeles"
formats = ["%m/%d/%Y %I:%M:%S %p", "%b %d %Y %I:%M:%S:%f%p"]

[call]
key = "CAD Event Number"
received = "Original Time Queued"
type = "Final Call Type"
place_detail = ["Precinct", "Sector", "Beat"]
disposition = "Event Clearance Description"
on_view = { column = "Call Type", equals = "ONVIEW" }
cancelled = { column = "Event Clearance Description", matches = "cancel" }

[assignment]
dispatched = "First Dispatched"
on_scene = "Arrived Time"

[priority]
final = "Priority"
"""


@pytest.mark.parametrize("night", [datetime(2026, 11, 1), datetime(2026, 3, 8)])  # noqa: DTZ001 - local midnights
def test_one_row_a_call_with_two_formats_of_time_and_a_sentinel_for_no_arrival(load, tell, night):
    zone, long = "America/Los_Angeles", "%b %d %Y %I:%M:%S:000%p"
    happened = calls(zone, night)
    rows = [
        [
            f"2026{one.number:09}",
            "CANCELLED BY CALLER" if one.cancelled else "REPORT WRITTEN",
            "ONVIEW" if one.on_view else "911",
            one.priority,
            "DIST - IP/JO - DV DIST - NO ASLT",
            local(one.received, zone, "%m/%d/%Y %I:%M:%S %p"),
            local(one.dispatched, zone, long),
            local(one.arrived, zone, long) or "Jan  1 1900 12:00:00:000AM",
            "WEST",
            "KING",
            "K3",
        ]
        for one in happened
    ]
    header = [
        "CAD Event Number", "Event Clearance Description", "Call Type", "Priority", "Final Call Type",
        "Original Time Queued", "First Dispatched", "Arrived Time", "Precinct", "Sector", "Beat",
    ]  # fmt: skip
    check(load, tell, table(header, rows), SEATTLE, happened)


NEW_ORLEANS = """
[time]
zone = "America/Chicago"
formats = ["%m/%d/%Y %I:%M:%S %p", "iso"]

[call]
key = "NOPD_Item"
received = "TimeCreate"
closed = "TimeClosed"
type = "TypeText"
disposition = "Disposition"
on_view = { column = "SelfInitiated", equals = "Y" }
cancelled = { column = "Disposition", equals = "VOI" }

[assignment]
dispatched = "TimeDispatch"
on_scene = "TimeArrive"
cleared = "TimeClosed"

[priority]
final = { column = "Priority", extract = '^\\d' }
first = { column = "InitialPriority", extract = '^\\d' }

[location]
text = "Location"
"""


def test_priorities_with_letters_self_initiated_calls_and_a_feed_that_changed_its_format(load, tell):
    zone = "America/Chicago"
    happened = calls(zone, datetime(2026, 11, 1))  # noqa: DTZ001
    rows = []
    for one in happened:
        form = "%m/%d/%Y %I:%M:%S %p" if one.number % 2 else "%Y-%m-%dT%H:%M:%S.000"
        times = [local(at, zone, form) for at in (one.received, one.dispatched, one.arrived, one.closed)]
        end = "VOI" if one.cancelled else "RTF"
        rows.append(
            [
                f"K{one.number:05}26",
                "COMPLAINT OTHER",
                f"{one.priority}A",
                "2B",
                *times,
                end,
                "Y" if one.on_view else "N",
                "POINT (-90.04 29.99)" if one.number % 3 else "POINT (0 0)",
            ]
        )
    header = "NOPD_Item,TypeText,Priority,InitialPriority,TimeCreate,TimeDispatch,TimeArrive,TimeClosed,Disposition,SelfInitiated,Location"
    report = check(load, tell, table(header.split(","), rows), NEW_ORLEANS, happened)
    assert report["population"]["regraded"] == sum(one.priority != 2 for one in happened)
    assert report["map"]["located"] == sum(bool(one.number % 3) and not one.on_view for one in happened)


CINCINNATI = """
[file]
empty = ["NULL", "N/A"]

[rows]
keep = { column = "AGENCY", equals = "CPD" }

[time]
zone = "America/New_York"
formats = ["%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M"]

[call]
key = "EVENT_NUMBER"
received = "CREATE_TIME_INCIDENT"
closed = "CLOSED_TIME_INCIDENT"
type = "INCIDENT_TYPE_DESC"
place = "ADDRESS_X"
place_detail = { first_of = ["NEIGHBORHOOD", "DISTRICT"] }
on_view = { column = "INCIDENT_TYPE_ID", matches = "-SI$" }
cancelled = { column = "DISPOSITION_TEXT", matches = "cancel" }

[assignment]
dispatched = "DISPATCH_TIME_PRIMARY_UNIT"
on_scene = "ARRIVAL_TIME_PRIMARY_UNIT"

[priority]
final = "PRIORITY"

[location]
lat = "LATITUDE_X"
lon = "LONGITUDE_X"
"""


def test_nulls_as_words_other_agencies_and_times_to_the_minute_in_some_rows(load, tell):
    zone = "America/New_York"
    happened = calls(zone, datetime(2026, 3, 8))  # noqa: DTZ001
    for one in happened:
        if one.number % 4 == 0:  # older rows know the minute alone
            for stage in ("received", "dispatched", "arrived"):
                at = getattr(one, stage)
                setattr(one, stage, at and at.replace(second=0))
    rows = []
    for one in happened:
        form = "%Y-%m-%d %H:%M:%S" if one.number % 4 else "%m/%d/%Y %H:%M"
        received, sent, there, closed = (
            local(at, zone, form) or "NULL" for at in (one.received, one.dispatched, one.arrived, one.closed)
        )
        kind = "ADV-SI" if one.on_view else "ADV"
        end = "INV: CANCELED" if one.cancelled else "ADV: ADVISED"
        rows.append(
            [
                *("4XX VINE ST", "39.1", "-84.5", "CPD", received, end, f"CPD26{one.number:06}", kind),
                *("ADVISED INCIDENT", "N/A", there, closed, sent, "1", one.priority),
            ]
        )
    header = [
        "ADDRESS_X", "LATITUDE_X", "LONGITUDE_X", "AGENCY", "CREATE_TIME_INCIDENT", "DISPOSITION_TEXT", "EVENT_NUMBER",
        "INCIDENT_TYPE_ID", "INCIDENT_TYPE_DESC", "NEIGHBORHOOD", "ARRIVAL_TIME_PRIMARY_UNIT", "CLOSED_TIME_INCIDENT",
        "DISPATCH_TIME_PRIMARY_UNIT", "DISTRICT", "PRIORITY",
    ]  # fmt: skip
    check(load, tell, table(header, rows), CINCINNATI, happened)
    fire = [
        "1 RACE ST",
        "39",
        "-84",
        "CFD",
        "2026-03-08 01:00:00",
        "X",
        "F1",
        "EMS",
        "EMS",
        "N/A",
        "NULL",
        "NULL",
        "NULL",
    ]
    account = load(table(header, [[*fire, "1", "1"]]), CINCINNATI)
    assert account["reasons"] == {"left_out_by_mapping": 1}


BATON_ROUGE = """
[file]
delimiter = "semicolon"
encoding = "cp1250"

[time]
zone = "Europe/Belgrade"
formats = ["%d.%m.%Y. %H%M%S"]

[call]
key = ["DATE", "NO"]
received = ["DATE", "CALL"]
type = "KIND"
on_view = { column = "ORIGIN", equals = "patrola" }
cancelled = { column = "END", equals = "otkazano" }

[assignment]
call_sign = "UNITS"
split = ","
times_of = "first"
dispatched = { columns = ["DATE", "DISP"], next_day_after = "received" }
on_scene = { columns = ["DATE", "ARR"], next_day_after = "received" }

[priority]
final = "PRI"
"""


def test_units_in_one_cell_clocks_beside_one_date_and_a_clock_change_in_belgrade(load, tell):
    zone = "Europe/Belgrade"
    night = datetime(2026, 10, 25)  # noqa: DTZ001
    # A clock without a date cannot run backwards: it would be that of the next day.
    happened = [one for one in calls(zone, night, 120) if not (one.arrived and one.arrived < one.received)]
    rows = [
        [
            local(one.received, zone, "%d.%m.%Y."),
            one.number,
            "tuča",
            local(one.received, zone, "%H%M%S"),
            local(one.dispatched, zone, "%H%M%S"),
            local(one.arrived, zone, "%H%M%S"),
            ", ".join(one.units),
            one.priority,
            "patrola" if one.on_view else "poziv",
            "otkazano" if one.cancelled else "",
        ]
        for one in happened
    ]
    header = ["DATE", "NO", "KIND", "CALL", "DISP", "ARR", "UNITS", "PRI", "ORIGIN", "END"]
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows([header, *rows])
    report = check(load, tell, stream.getvalue().encode("cp1250"), BATON_ROUGE, happened)
    assert report["population"]["without_unit"] == 0


ARCGIS = """
[file]
format = "jsonl"

[time]
formats = ["epoch_ms"]

[call]
key = "attributes.incident_number"
received = "attributes.call_time"
type = "attributes.nature"
on_view = { column = "attributes.officer_initiated", equals = "true" }
cancelled = { column = "attributes.dispo", equals = ["CAN", "UNF"] }

[assignment]
call_sign = "attributes.primary_unit"
dispatched = "attributes.dispatch_time"
on_scene = "attributes.onscene_time"

[priority]
final = "attributes.priority"
values = { EMERGENCY = 1, URGENT = 2, ROUTINE = 3, REPORT = 4 }

[location]
lon = "geometry.x"
lat = "geometry.y"
"""


def test_nested_json_lines_with_epochs_and_the_epochs_of_empty_dates(load, tell):
    happened = calls("America/New_York", datetime(2026, 11, 1))  # noqa: DTZ001
    names = ["EMERGENCY", "URGENT", "ROUTINE", "REPORT"]

    def epoch(at, sentinel):
        return sentinel if at is None else int(at.timestamp() * 1000)

    lines = [
        json.dumps(
            {
                "attributes": {
                    "incident_number": f"P{one.number}",
                    "call_time": epoch(one.received, None),
                    "dispatch_time": epoch(one.dispatched, -2209161600000),
                    "onscene_time": epoch(one.arrived, None if one.number % 2 else 0),
                    "nature": "SUSPICIOUS PERSON",
                    "officer_initiated": one.on_view,
                    "dispo": "CAN" if one.cancelled else "RPT",
                    "primary_unit": one.units[0],
                    "priority": names[one.priority - 1],
                },
                "geometry": {"x": -78.6, "y": 35.8},
            }
        )
        for one in happened
    ]
    check(load, tell, "\n".join(lines) + "\n", ARCGIS, happened)
