"""Four more shapes of feeds, their mappings written from docs/mapping.md alone, every figure computed a second way.

Each file is drawn as raw text, then read twice: by the importer, and here by a few plain lines that know nothing of it.
"""

import csv
import gzip
import io
import json
import math
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from incidents.models import Incident

pytestmark = pytest.mark.django_db

STAGES = ("dispatched", "en_route", "on_scene", "action_taken")
BELGRADE = ZoneInfo("Europe/Belgrade")


def figures(found):
    """The five measures of calls: {received, on_view, units: [{stages…, sign, off}]}, computed plainly."""
    spans = {name: [] for name in ("response", "dispatch_delay", "turnout", "travel", "to_action")}
    for call in found:
        there = [unit for unit in call["units"] if not unit.get("off")]
        arrived = [unit for unit in there if unit.get("on_scene")]
        first = min(
            arrived,
            key=lambda unit: (
                unit["on_scene"],
                unit.get("dispatched") or datetime.max.replace(tzinfo=UTC),
                unit["sign"],
            ),
            default={},
        )
        sent = min((unit["dispatched"] for unit in call["units"] if unit.get("dispatched")), default=None)
        acted = min((unit["action_taken"] for unit in there if unit.get("action_taken")), default=None)
        ends = {
            "response": (call["received"], first.get("on_scene")),
            "dispatch_delay": (call["received"], sent),
            "turnout": (first.get("dispatched"), first.get("en_route")),
            "travel": (first.get("en_route"), first.get("on_scene")),
            "to_action": (call["received"], acted),
        }
        for name, (start, end) in ends.items():
            seconds = None if start is None or end is None else (end - start).total_seconds()
            spans[name].append("on_view" if call.get("on_view") else "missing" if seconds is None else seconds)
    return {name: figure(values) for name, values in spans.items()}


def figure(values):
    known = sorted(value for value in values if not isinstance(value, str) and value >= 0)
    excluded = Counter(on_view=values.count("on_view"))
    excluded["negative"] = sum(not isinstance(value, str) and value < 0 for value in values)
    enough = len(known) >= 5
    return {
        "n": len(known),
        "n_missing": values.count("missing"),
        "n_zero": known.count(0),
        "excluded": {reason: count for reason, count in excluded.items() if count},
        "p50_s": type_7(known, 0.5) if enough else None,
        "p90_s": type_7(known, 0.9) if enough else None,
        "mean_s": pytest.approx(math.fsum(known) / len(known), abs=2e-6) if enough else None,
    }


def type_7(ordered, share):
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return pytest.approx(ordered[below] + (place - below) * (ordered[above] - ordered[below]), abs=2e-6)


def check(capsys, found):
    """Hold each figure that the command prints, also by priority, against those of `found`."""
    capsys.readouterr()
    call_command("response_times", "--organisation", "NS", "--by", "priority", "--json")
    report = json.loads(capsys.readouterr().out)
    assert printed(report) == figures(found)
    of_priority = {
        key: [one for one in found if str(one["priority"]) == key] for key in {str(c["priority"]) for c in found}
    }
    assert {group["key"]: printed(group) for group in report["groups"]} == {
        key: figures(of) for key, of in of_priority.items()
    }


def printed(part):
    keys = ("n", "n_missing", "n_zero", "excluded", "p50_s", "p90_s", "mean_s")
    return {name: {key: measure[key] for key in keys} for name, measure in part["measures"].items()}


def written(header, rows, **options):
    stream = io.StringIO()
    csv.writer(stream, **options).writerows([header, *rows])
    return stream.getvalue()


LOG = """
[time]
zone = "Europe/Belgrade"
formats = ["%Y-%m-%d %H:%M:%S"]

[call]
key = "call"
received = { column = "time", when = { column = "status", equals = "NEW" } }
on_view = { column = "status", equals = "ONV" }

[priority]
final = "prio"
""" + "".join(
    f"""
[[assignment]]
when = {{ column = "status", equals = "{code}" }}
call_sign = "unit"
repeated = "merge"
{stage} = "time"
"""
    for code, stage in [
        ("DSP", "dispatched"),
        ("ENR", "en_route"),
        ("ARR", "on_scene"),
        ("ACT", "action_taken"),
        ("CLR", "cleared"),
        ("CAN", "cleared"),
    ]
)
LOG = LOG.rstrip() + '\ncancelled = { column = "status", equals = "CAN" }\n'


def test_one_row_a_status_change_in_any_order(load, capsys):
    chance, rows = random.Random(1), []
    for number in range(90):
        at = datetime(2026, 5, 1, 12) + timedelta(minutes=47 * number)  # noqa: DTZ001 - local, as the feed writes it
        rows.append((f"c{number}", "", "NEW", at, number % 3 + 1))
        if chance.random() < 0.1:
            rows.append((f"c{number}", "", "ONV", at, ""))
        for unit in chance.sample(["7A", "12B", "K9"], chance.randrange(0, 4)):
            then = at + timedelta(seconds=chance.choice([0, 60, 61, 240]))
            codes = ["DSP", "CAN"] if chance.random() < 0.2 else ["DSP", "ENR", "ARR", "ACT", "CLR"]
            for code in codes:
                if chance.random() < 0.85:
                    rows.append((f"c{number}", unit, code, then, ""))
                then += timedelta(seconds=chance.choice([0, 45, 200, 333, -5]))
    chance.shuffle(rows)
    text = written(["call", "unit", "status", "time", "prio"], rows)

    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        call = found.setdefault(row["call"], {"seen": {}})
        at = datetime.fromisoformat(row["time"]).replace(tzinfo=BELGRADE).astimezone(UTC)
        if row["status"] == "NEW":
            call |= {"received": at, "priority": int(row["prio"])}
        elif row["status"] == "ONV":
            call["on_view"] = True
        else:
            unit = call["seen"].setdefault(row["unit"], {"sign": row["unit"]})
            name = {"DSP": "dispatched", "ENR": "en_route", "ARR": "on_scene", "ACT": "action_taken"}.get(row["status"])
            unit |= {name: at} if name else {"off": True} if row["status"] == "CAN" else {}
    for call in found.values():
        call["units"] = list(call["seen"].values())

    account = load(text, LOG)
    assert (account["rejected"], account["incidents"]) == (0, 90)
    check(capsys, found.values())


EPOCHS = """
[file]
encoding = "windows-1250"
delimiter = "semicolon"
empty = ["NULL"]

[time]
formats = ["epoch_ms"]

[call]
key = "Broj"
received = { column = "Poziv", formats = ["epoch_s"] }
summary = "Opis"
type = "Vrsta"

[assignment]
call_sign = "Patrola"
dispatched = "Upućena"
en_route = "Krenula"
on_scene = "Stigla"
action_taken = "Postupila"

[priority]
final = "Hitnost"
values = { hitno = 1, "žurno" = 2, redovno = 3 }
"""


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a mark"])
def test_epochs_in_windows_1250_with_quoted_newlines_gzipped(load, capsys, mark):
    chance, rows = random.Random(2), []
    for number in range(120):
        at, words = 1_780_000_000 + number * 901, ["hitno", "Žurno", "REDOVNO", "", "ne zna se"]
        then, stages = at * 1000, []
        for _ in STAGES:
            then += chance.choice([0, 1, 1499, 60_000, 123_457, -2000])
            stages.append(chance.choice([then, then, then, then, "", "NULL", 0, -1]))
        rows.append([number, at, "Tuča", 'Šid; "kod\npumpe"\r\nđak', "Č-1", *stages, chance.choice(words)])
    header = ["Broj", "Poziv", "Vrsta", "Opis", "Patrola", "Upućena", "Krenula", "Stigla", "Postupila", "Hitnost"]
    raw = mark + written(header, rows, delimiter=";").encode("cp1250")

    found = []
    for row in csv.DictReader(io.StringIO(raw.removeprefix(mark).decode("cp1250"), newline=""), delimiter=";"):
        unit = {"sign": row["Patrola"]}
        for name, column in zip(STAGES, ("Upućena", "Krenula", "Stigla", "Postupila"), strict=True):
            if row[column] not in ("", "NULL", "0", "-1"):
                unit[name] = datetime.fromtimestamp(int(row[column]) / 1000, UTC)
        priority = {"hitno": 1, "žurno": 2, "redovno": 3}.get(row["Hitnost"].lower(), 9)
        received = datetime.fromtimestamp(int(row["Poziv"]), UTC)
        found.append({"received": received, "priority": priority, "units": [unit]})

    account = load(gzip.compress(raw), EPOCHS)
    assert (account["rejected"], account["incidents"]) == (0, 120)
    first = Incident.objects.select_related("type").get(number="0")
    assert (first.summary, first.type.name) == ('Šid; "kod\npumpe"\r\nđak', "Tuča")
    check(capsys, found)


TWELVE = """
[file]
skip_lines = 1                  # the header: two columns are named Time, and rows are longer than it
columns = ["Incident", "Received", "Unit", "Sent", "Rolling", "There", "Acted", "Priority", "Self", "blank 1", "blank 2"]

[time]
zone = "Europe/Belgrade"
formats = ["%d/%m/%Y %I:%M:%S %p"]

[call]
key = "Incident"
received = "Received"
on_view = { column = "Self", equals = "yes" }

[assignment]
call_sign = "Unit"
dispatched = "Sent"
en_route = "Rolling"
on_scene = "There"
action_taken = "Acted"

[priority]
final = "Priority"
most_urgent = "highest"
"""


def test_twelve_hour_clocks_over_a_clock_change_with_two_columns_of_one_name(load, capsys):
    chance, rows = random.Random(3), []
    start = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)
    for number in range(120):
        at = start + timedelta(seconds=number * 150)
        if at.astimezone(BELGRADE).fold:
            continue  # which pass a lone text means, nobody can tell
        for unit in chance.sample(["A", "B", "C"], 2):
            then, stages = at, []
            for _ in STAGES:
                then += timedelta(seconds=chance.choice([0, 30, 95, 610]))
                stages.append(chance.choice([then, then, then, None]))
            texts = [
                "" if time is None else time.astimezone(BELGRADE).strftime("%d/%m/%Y %I:%M:%S %p")
                for time in (at, *stages)
            ]
            rows.append([number, texts[0], unit, *texts[1:], number % 4, "yes" if number % 11 == 0 else "", "", ""])
    header = ["Incident", "Time", "Unit", "Time", "Time", "Time", "Time", "Priority", "Self", ""]
    text = written(header, rows)

    found = {}
    for row in list(csv.reader(io.StringIO(text)))[1:]:
        received, *stages = read_in_order([row[1], *row[3:7]])
        call = found.setdefault(
            row[0], {"received": received, "priority": int(row[7]), "on_view": row[8] == "yes", "units": []}
        )
        call["units"].append({"sign": row[2]} | dict(zip(STAGES, stages, strict=True)))

    account = load(text, TWELVE)
    assert (account["rows"], account["rejected"], account["incidents"]) == (len(rows), 0, len(found))
    assert account["notes"]["time_ambiguous"] > 100
    check(capsys, found.values())


def read_in_order(texts):
    """Instants of local texts of one row: in the hour that is repeated, the first pass that is not before the last."""
    found, last = [], None
    for text in texts:
        if not text:
            found.append(None)
            continue
        local = datetime.strptime(text, "%d/%m/%Y %I:%M:%S %p").replace(tzinfo=BELGRADE)
        passes = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
        last = next((at for at in passes if last is None or at >= last), passes[0])
        found.append(last)
    return found


NESTED = """
[file]
format = "jsonl"

[time]
zone = "Europe/Belgrade"      # each text has its offset; `iso` wants a zone all the same
formats = ["iso"]

[call]
key = "id"
received = "times.received"
on_view = { column = "flags.self", equals = true }

[priority]
first = "grades.0"
final = { first_of = ["grades.2", "grades.1", "grades.0"] }
""" + "".join(
    f"""
[[assignment]]
call_sign = "units.{place}.name"
dispatched = "units.{place}.sent"
en_route = {{ base = "dispatched", add_seconds = "units.{place}.turnout" }}
on_scene = "units.{place}.there"
action_taken = "units.{place}.acted"
refused = {{ column = "units.{place}.refused", equals = true }}
"""
    for place in range(3)
)


def test_units_in_a_list_inside_json_lines(load, capsys):
    chance, lines = random.Random(4), []
    for number in range(100):
        at = datetime(2026, 3, 29, 0, 0, tzinfo=UTC) + timedelta(minutes=3 * number)
        units = []
        for name in chance.sample(["Ф1", "Ф2", "Ф3"], chance.randrange(0, 4)):
            sent = at + timedelta(seconds=chance.choice([0, 10, 75.5]))
            there = sent + timedelta(seconds=chance.choice([100, 400, 401.25]))
            unit = {"name": name, "sent": sent, "turnout": chance.choice([None, 0, 12.5, 30]), "there": there}
            unit |= {"acted": there + timedelta(seconds=60), "refused": chance.random() < 0.2}
            for key in chance.sample(["sent", "there", "acted"], chance.randrange(0, 2)):
                del unit[key]
            units.append(unit)
        call = {"id": number, "times": {"received": at}, "flags": {"self": number % 9 == 0}, "units": units or None}
        call["grades"] = [chance.randrange(1, 4) for _ in range(chance.randrange(1, 4))]
        shown = {"default": lambda when: when.astimezone(BELGRADE).isoformat(), "ensure_ascii": bool(number % 2)}
        lines.append(json.dumps(call, **shown))

    found = []
    for line in lines:
        call = json.loads(line)
        units = []
        for told in call["units"] or []:
            unit = {"sign": told["name"], "off": told["refused"]}
            for key, name in (("sent", "dispatched"), ("there", "on_scene"), ("acted", "action_taken")):
                unit[name] = datetime.fromisoformat(told[key]) if key in told else None
            if unit["dispatched"] and told["turnout"] is not None:
                unit["en_route"] = unit["dispatched"] + timedelta(seconds=told["turnout"])
            units.append(unit)
        received = datetime.fromisoformat(call["times"]["received"])
        found.append(
            {"received": received, "priority": call["grades"][-1], "on_view": call["flags"]["self"], "units": units}
        )
    assert all(one["received"] < two["received"] for one, two in pairwise(found))

    account = load("\n".join(lines), NESTED)
    assert (account["rejected"], account["incidents"]) == (0, 100)
    check(capsys, found)


COLUMNS = """
[file]
short_rows = "fill"
[time]
zone = "UTC"
formats = ["%H:%M:%S %d-%b-%y"]
[call]
key = "No"
received = "Call"
[priority]
final = "P"
""" + "".join(
    f"""
[[assignment]]
call_sign = "Unit{place}"
dispatched = "Disp{place}"
on_scene = {{ base = "dispatched", add_duration = "Took{place}" }}
"""
    for place in (1, 2, 3)
)


def test_units_in_numbered_columns_and_rows_that_end_early(load, capsys):
    chance, rows, found = random.Random(5), [], []
    for number in range(60):
        at = datetime(2026, 2, 1, 23, 50, tzinfo=UTC) + timedelta(minutes=number)
        row, units = [str(number), f"{at:%H:%M:%S %d-%b-%y}", str(number % 2 + 1)], []
        for place in range(chance.randrange(0, 4)):
            took = chance.choice(["", "4:30", "0:12:00", "1.00:00:01"])
            sent = at + timedelta(seconds=chance.randrange(0, 500))
            row += [f"U{place}", f"{sent:%H:%M:%S %d-%b-%y}", took]
            seconds = {"4:30": 270, "0:12:00": 720, "1.00:00:01": 86401}.get(took)
            there = None if seconds is None else sent + timedelta(seconds=seconds)
            units.append({"sign": f"U{place}", "dispatched": sent, "on_scene": there})
        rows.append(row)
        found.append({"received": at, "priority": number % 2 + 1, "units": units})
    header = ["No", "Call", "P", *(f"{name}{place}" for place in (1, 2, 3) for name in ("Unit", "Disp", "Took"))]
    account = load(written(header, rows), COLUMNS)
    assert (account["rejected"], account["incidents"]) == (0, 60)
    check(capsys, found)


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("[1, 2]", "a list: [1, 2]"),
        ("null", "null: null"),
        ('"\0"', 'not JSON (Invalid control character at, character 2): "\N{REPLACEMENT CHARACTER}"'),
        ("[" * 200_000, "not JSON that can be read: " + "[" * 80),
        ('{"id": 1', "not JSON (Expecting ',' delimiter, character 10): {\"id\": 1"),
    ],
)
def test_a_line_that_is_no_json_object_says_what_it_is(load, line, detail):
    account = load(f'{line}\n{{"id": 2, "times": {{"received": "2026-01-01T10:00:00Z"}}}}\n', NESTED)
    assert account["rejected_rows"] == [{"line": 1, "reason": "no_json_object", "detail": detail}]
    assert account["imported"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(load, encoding):
    text = '"id",at\n1,2026-01-01 10:00:00\n'
    mapping = f"[file]\nencoding = '{encoding}'\n[time]\nzone = 'UTC'\n[call]\nkey = 'id'\nreceived = 'at'\n"
    raw = text.encode(encoding) if encoding in ("utf-16", "utf-8-sig") else ("\ufeff" + text).encode(encoding)
    assert load(raw, mapping)["imported"] == 1


def test_a_log_tells_a_second_sending_by_its_key(load, capsys):
    keyed = LOG.replace('repeated = "merge"', 'key = "job"').replace("final =", "unknown = 1\nfinal =")
    text = (
        "call,unit,status,time,prio,job\n1,,NEW,2026-05-01 10:00:00,1,\n"
        "1,A,DSP,2026-05-01 10:01:00,,1\n1,A,CAN,2026-05-01 10:02:00,,1\n"
        "1,A,DSP,2026-05-01 10:05:00,,2\n1,A,ARR,2026-05-01 10:09:00,,2\n"
    )
    assert load(text, keyed)["assignments"] == 2
    assert load(text, keyed)["already_present"] == 5
    call_command("response_times", "--organisation", "NS", "--min-cases", "1", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["measures"]["response"]["p50_s"] == 540
    assert report["population"]["broken_off"]["cancelled"] == 1


def test_a_log_over_a_repeated_hour_shows_no_arrival_at_once(load, tell):
    """02:50 first pass, there at 02:10 second pass: the rows do not know each other, so it is left out, never 0 s."""
    account = load("call,unit,status,time,prio\n1,,NEW,2026-10-25 02:50:00,1\n1,A,ARR,2026-10-25 02:10:00,\n", LOG)
    assert account["notes"]["time_ambiguous"] == 2
    response = tell.measure(now=datetime(2026, 11, 1, tzinfo=UTC))["measures"]["response"]
    assert (response["n"], response["n_zero"], response["excluded"]) == (0, 0, {"negative": 1})
