"""Histories of other systems: every row accounted for, nothing twice, nothing from a broken file."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analytics.services import import_calls
from core.access import Viewer
from core.errors import Forbidden, Invalid
from core.models import AuditEntry
from core.rules import Role
from dispatch.models import Assignment
from incidents.models import Call, ImportBatch, Incident, IncidentType, PriorityChange
from patrols.models import Unit
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[2] / "data"
FEED = DATA / "unit-rows.csv"
MAPPING = (DATA / "unit-rows.toml").read_text()


@pytest.fixture
def load(directorate, board, tmp_path):
    def run(source=FEED, mapping=MAPPING, **options):
        if isinstance(source, str | bytes):
            path = tmp_path / "feed.csv"
            path.write_bytes(source.encode() if isinstance(source, str) else source)
            source = path
        by = Viewer.system("import")
        return import_calls(path=source, mapping_source=mapping, organisation=directorate, **({"by": by} | options))

    return run


def lines(*changes: str) -> str:
    """The sample with other rows."""
    return "\n".join([FEED.read_text().splitlines()[0], *changes]) + "\n"


def test_every_row_is_imported_merged_or_rejected_with_line_and_reason(load):
    found = load()
    assert (found["rows"], found["imported"], found["merged"], found["rejected"]) == (11, 7, 1, 3)
    assert found["rejected_rows"] == [
        {"line": 9, "reason": "no_received_time", "detail": ""},
        {"line": 10, "reason": "unreadable_time", "detail": "received: 29.3.2026"},
        {"line": 11, "reason": "wrong_number_of_values", "detail": "5 instead of 12"},
    ]
    assert found["reasons"] == {"no_received_time": 1, "unreadable_time": 1, "wrong_number_of_values": 1}
    assert (found["incidents"], found["assignments"], found["units"]) == (6, 7, 4)
    assert found["notes"] == {"location_zero": 1}


def test_figures_of_an_imported_feed(load, tell):
    load()
    found = tell.measure(by="priority")["measures"]
    response = found["response"]  # 1001: 600, 1002: 600 (a night with a clock change), 1003: 0, 1005: 900, 1009: 540
    assert (response["n"], response["n_missing"], response["n_zero"]) == (5, 1, 1)
    assert (response["p50_s"], response["p90_s"], response["mean_s"]) == (600, 780, 528)
    delay = found["dispatch_delay"]  # 30, 120, 0, 240, 60, 120
    assert (delay["n"], delay["p50_s"], delay["mean_s"]) == (6, 90, 95)
    travel = found["travel"]  # 480, 420 (over the clock change), 0, (−300), 360
    assert (travel["n"], travel["excluded"], travel["p50_s"]) == (4, {"negative": 1}, 390)
    assert tell.measure()["population"]["first_sent_and_first_to_arrive"] == {"n": 5, "differ": 1}


def test_records_of_an_import(load, directorate):
    load()
    incident = Incident.objects.get(number="1002")
    assert (incident.source, incident.status, incident.board, incident.location) == ("import", "closed", None, None)
    assert (incident.priority, incident.first_priority, incident.highest_priority) == (1, 1, 1)
    assert incident.batch == ImportBatch.objects.get()
    assert incident.type == IncidentType.objects.get(code="Burglary", external=True)
    assert Call.objects.filter(incident=incident, received_at=incident.received_at).count() == 1
    regraded = Incident.objects.get(number="1003")
    assert list(regraded.priority_changes.values_list("priority", flat=True)) == [2, 3]
    assert not Unit.objects.filter(organisation=directorate, external=False).exists()
    assert Incident.objects.get(number="1001").location.coords == (19.8452, 45.2551)
    assert AuditEntry.objects.filter(action="calls.imported", organisation_id=directorate.pk).count() == 1


def test_running_twice_adds_nothing(load):
    load()
    counts = [model.objects.count() for model in (Incident, Assignment, Call, Unit, PriorityChange)]
    versions = set(Incident.objects.values_list("version", flat=True))
    found = load()
    assert [model.objects.count() for model in (Incident, Assignment, Call, Unit, PriorityChange)] == counts
    assert set(Incident.objects.values_list("version", flat=True)) == versions
    assert (found["imported"], found["merged"], found["already_present"], found["rejected"]) == (0, 8, 8, 3)
    assert (found["incidents"], found["assignments"]) == (0, 0)


def test_an_overlapping_file_adds_what_is_new_and_fills_what_was_empty(load):
    load()
    found = load(
        lines(
            "1004,C3,Noise,03/29/2026 09:00:00 AM,03/29/2026 09:04:00 AM,,03/29/2026 09:10:00 AM,03/29/2026 09:30:00 AM,3,3,Done,",
            "1004,Z9,Noise,03/29/2026 09:00:00 AM,03/29/2026 09:06:00 AM,,03/29/2026 09:08:00 AM,,3,3,Done,",
            "1010,A1,Noise,03/29/2026 05:00:00 PM,,,,,3,3,Done,",
        )
    )
    assert (found["imported"], found["merged"], found["incidents"], found["assignments"]) == (2, 1, 1, 2)
    incident = Incident.objects.get(number="1004")
    assert incident.assignments.count() == 2
    assert (incident.first_on_scene_at - incident.received_at).total_seconds() == 480


def test_a_number_of_a_live_incident_is_not_overwritten(load, board):
    live = factories.IncidentFactory(board=board, number="1004")
    found = load()
    assert found["reasons"]["number_in_use"] == 1
    assert not live.assignments.exists()


def test_gzip_is_read_as_it_is(load):
    assert load(gzip.compress(FEED.read_bytes()))["imported"] == 7


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(FEED.read_bytes() * 50)[:-40], "truncated"),
        (FEED.read_bytes().replace(b"Received", b"Recieved"), "Did you mean `Recieved`"),
        (FEED.read_bytes() + "1011,Š".encode("cp1250"), "encoding"),
        (b"", "no header"),
        (FEED.read_bytes().replace(b"Free,", b"There,"), "2 columns named `There`"),
    ],
    ids=["truncated gzip", "wrong header", "wrong encoding", "empty", "column twice"],
)
def test_a_broken_file_changes_nothing(load, content, message):
    with pytest.raises(Invalid, match=message) as refused:
        load(content)
    assert message in str(refused.value.message)
    assert not Incident.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not IncidentType.objects.filter(external=True).exists()
    assert not AuditEntry.objects.exists()


@pytest.fixture(autouse=True)
def _message_matches(monkeypatch):
    """A refusal says its message where it is printed."""
    monkeypatch.setattr(Invalid, "__str__", lambda self: str(self.message))


def test_only_who_may_import_imports(load, directorate):
    with pytest.raises(Forbidden):
        load(by=Viewer.of(person(Role.DISPATCHER, directorate)))
    assert load(by=Viewer.of(person(Role.ADMINISTRATOR, directorate)))["imported"] == 7


def test_the_command_prints_the_account_as_json(load, directorate, board, capsys, tmp_path):
    rejected = tmp_path / "rejected.csv"
    call_command(
        "import_calls",
        FEED,
        "--mapping",
        DATA / "unit-rows.toml",
        "--organisation",
        "NS",
        "--json",
        "--rejected",
        rejected,
    )
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == found["imported"] + found["merged"] + found["rejected"] == 11
    assert rejected.read_text().splitlines()[1:] == [
        "10,unreadable_time,received: 29.3.2026",
        "11,wrong_number_of_values,5 instead of 12",
        "9,no_received_time,",
    ]


@pytest.mark.parametrize("organisation", ["XX", ""])
def test_the_command_names_what_it_does_not_know(board, organisation):
    with pytest.raises(CommandError, match="no organisational unit"):
        call_command("import_calls", FEED, "--mapping", DATA / "unit-rows.toml", "--organisation", organisation)


def test_the_measures_command_prints_the_shape_that_was_agreed(load, capsys):
    load()
    call_command("response_times", "--organisation", "NS", "--by", "hour", "--from", "2026-03-29", "--json")
    found = json.loads(capsys.readouterr().out)
    assert set(found["measures"]) == {"response", "dispatch_delay", "turnout", "travel", "to_action"}
    assert set(found["measures"]["response"]) == {"n", "n_missing", "n_zero", "excluded", "p50_s", "p90_s", "mean_s"}
    assert [group["key"] for group in found["groups"]] == ["1", "8", "9", "10", "13"]
    assert found["population"]["incidents"] == 5


def test_a_call_sign_that_serves_today_is_the_same_unit(load, board):
    ours = factories.UnitFactory(board=board, call_sign="A1")
    load()
    assert ours.assignments.count() == 3
    ours.refresh_from_db()
    assert (ours.external, ours.status) == (False, "on_patrol")
