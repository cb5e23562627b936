"""The plan out and in again: CSV, iCalendar, patrol orders."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from core.errors import Invalid, NotFound
from core.models import AuditEntry
from patrols.planning import calendar_file, csv_file, selectors, services
from patrols.planning.models import PlannedShift
from patrols.planning.order import order_data
from patrols.planning.services import TaskData
from tests import factories
from tests.integration.patrols.planning.conftest import NIGHT

pytestmark = pytest.mark.django_db


def rows():
    return list(selectors.with_all(PlannedShift.objects.exclude(state="cancelled").order_by("pk")))


def cells(text):
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline="")))


def read(scene, text):
    return csv_file.read(organisation_id=scene.node.pk, text=text, by=scene.by)


def outcomes(found):
    return [(one.row, one.outcome) for one in found]


@pytest.fixture
def full(scene):
    """A shift with everything, some of it awkward; and a plain one in the night of 25 hours."""
    task = TaskData(
        kind="checkpoint",
        starts_at=NIGHT + timedelta(hours=1),
        ends_at=NIGHT + timedelta(hours=2),
        minutes=30,
        area_id=scene.sector.pk,
        text="Кеј, сплавови",
    )
    scene.draft(
        crew=(1, 0),
        vehicle_id=scene.vehicle.pk,
        sector_id=scene.sector.pk,
        skills_needed=("k9",),
        equipment=("алкотест", "радар"),
        note='=HYPERLINK("x"), "два реда"\nдруги',
        tasks=(task, task),
    )
    scene.draft(1, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 2, crew=())


def test_what_goes_out_comes_in_without_a_change(scene, full):
    text = csv_file.written(rows())
    assert outcomes(read(scene, text)) == [(2, "unchanged"), (3, "unchanged")]
    PlannedShift.objects.all().delete()
    assert outcomes(read(scene, text)) == [(2, "added"), (3, "added")]
    assert csv_file.written(rows()) == text
    assert outcomes(read(scene, text)) == [(2, "unchanged"), (3, "unchanged")]


def test_the_hour_that_comes_twice_stays_what_it_is(scene, full):
    night = cells(csv_file.written(rows()))[1]
    assert (night["start"], night["end"]) == ("2026-10-25T02:30+02:00", "2026-10-25T03:30+01:00")


def test_no_cell_is_a_formula(scene, full):
    assert cells(csv_file.written(rows()))[0]["note"].startswith("'=")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("999,2026-11-03T07:00,2026-11-03T19:00", "There is no patrol 999 here."),
        ("201,morgen,2026-11-03T19:00", "The time “morgen” cannot be read."),
        ("201,2026-13-03T07:00,2026-11-03T19:00", "The time “2026-13-03T07:00” cannot be read."),
        ("201,2026-11-03T19:00,2026-11-03T07:00", "The shift ends before it begins."),
        ("201,2026-11-03T07:00,2026-11-03T19:00,X-9", "No officer has the badge X-9."),
        ("201,2026-11-03T07:00,2026-11-03T19:00,,Q", "No vehicle has the plate Q."),
        ("201,2026-11-03T07:00,2026-11-03T19:00,,,Q", "No area, or more than one, has the code Q."),
        ("201,2026-11-03T07:00,2026-11-03T19:00,,,,rest|x", "The task “rest|x” cannot be read."),
        ("", "There is no patrol – here."),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_the_reason_and_the_others_are_taken(scene, row, words):
    head = "call_sign,start,end,crew,vehicle,sector,tasks"
    good = "202,2026-11-03T07:00,2026-11-03T19:00"
    found = read(scene, f"{head}\n{row or ',,'}\n{good}\n")
    assert [(one.outcome, one.text) for one in found] == [("refused", words), ("added", "")]
    assert PlannedShift.objects.get().unit == scene.units[1]
    assert AuditEntry.objects.filter(action="plan.imported").get().detail == {"format": "csv", "added": 1, "refused": 1}


def test_a_time_without_an_offset_is_that_on_the_wall(scene):
    read(scene, "call_sign;start;end\n201;2026-03-28 19:00;2026-03-29 07:00\n")
    shift = PlannedShift.objects.get()
    assert shift.ends_at - shift.starts_at == timedelta(hours=11)


def test_what_is_published_is_not_changed_by_a_file(scene):
    scene.draft()
    scene.publish()
    text = csv_file.written(rows())
    assert outcomes(read(scene, text)) == [(2, "unchanged")]
    (refused,) = read(scene, text.replace("2026-11-03T07:00", "2026-11-03T06:00"))
    assert (refused.outcome, refused.text[:32]) == ("refused", "This shift is published already;")


@pytest.mark.parametrize("text", ["", "a,b\n1,2", "\x00", '"'])
def test_what_is_no_such_file_is_said_to_be_none(scene, text):
    with pytest.raises(Invalid):
        read(scene, text)


def test_a_file_for_others_is_refused(scene, elsewhere):
    with pytest.raises(NotFound):
        csv_file.read(organisation_id=elsewhere.pk, text="call_sign,start,end", by=scene.by)


def test_a_calendar_has_each_shift_with_its_instants(scene, full):
    made = Calendar.from_ical(calendar_file.written(rows(), name="ПУ Нови Сад", at=NIGHT))
    first, night = made.walk("VEVENT")
    assert (first["dtstart"].dt, first["dtend"].dt) == (NIGHT, NIGHT + timedelta(hours=12))
    assert night["dtend"].dt - night["dtstart"].dt == timedelta(hours=2)
    assert str(first["summary"]) == "Patrol 201"
    assert str(first["location"]) == "Лиман"
    assert "Ана, Марко" in str(first["description"])
    assert first["uid"] != night["uid"]


def test_an_order_says_all_that_the_crew_needs(scene, full, client_of):
    data = order_data(rows(), by_name="Радмила", at=NIGHT)
    first = data["orders"][0]
    assert (first["call_sign"], first["sector"], first["vehicle"], first["lasts"]) == ("201", "Liman", "P-1", "12 h")
    assert [m["name"] for m in first["crew"]] == ["Ana", "Marko"]
    assert [(t["when"], t["minutes"]) for t in first["tasks"]] == [("20:00–21:00", 30)] * 2


@pytest.mark.parametrize("language", ["sr", "sr-latn", "sl", "en"])
def test_orders_print_in_every_language(scene, full, client_of, language):
    client = client_of(factories.User.objects.get(username="commander"))
    client.cookies["patrulja_language"] = language
    period = {"organisation": scene.node.pk, "first": "2026-10-20", "last": "2026-11-08"}
    answer = client.get("/api/v1/plan/orders/", period)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert AuditEntry.objects.get(action="plan.exported").detail["format"] == "pdf"


def test_an_officer_takes_out_their_own_calendar(scene, client_of):
    scene.draft(crew=(0,))
    scene.draft(1, crew=(1,))
    scene.publish()
    made = Calendar.from_ical(client_of(scene.officers[0].user).get("/api/v1/plan/own/calendar/").content)
    assert [str(event["summary"]) for event in made.walk("VEVENT")] == ["Patrol 201"]


def test_one_row_of_a_file_that_fails_leaves_nothing_of_it(scene):
    head = "call_sign,start,end,tasks"
    task = "checkpoint | | 2026-11-04T01:00 | 2026-11-04T02:00 | 30 | |"
    (found,) = read(scene, f"{head}\n201,2026-11-03T07:00,2026-11-03T19:00,{task}")
    assert found.outcome == "refused"
    assert not PlannedShift.objects.exists()
    assert not AuditEntry.objects.filter(action="plan.drafted").exists()
    assert services.discard_drafts(shift_ids=[1], by=scene.by) == 0
