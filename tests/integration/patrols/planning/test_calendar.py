"""A plan that comes as a calendar: every event gets an answer, the same file twice adds nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import Invalid, NotFound
from core.models import AuditEntry, LiveEvent
from patrols.planning import calendar_file, calendar_read, selectors
from patrols.planning.models import Absence, PlannedShift
from patrols.planning.services import TaskData
from tests import factories
from tests.integration.patrols.planning.conftest import NIGHT

pytestmark = pytest.mark.django_db
MARKO = "ATTENDEE;CN=Marko:mailto:marko@example.org"
FIRST, LAST = date(2026, 10, 20), date(2026, 11, 8)


def calendar(*events):
    body = "\r\n".join(f"BEGIN:VEVENT\r\n{event.strip()}\r\nEND:VEVENT" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\n{body}\r\nEND:VCALENDAR\r\n"


def event(
    *lines, uid="a", start="DTSTART;TZID=Europe/Belgrade:20261103T190000", end="DURATION:PT12H", title="Patrol 201"
):
    return "\r\n".join((f"UID:{uid}", start, end, f"SUMMARY:{title}", *lines))


def read(scene, *events, text=None, first=FIRST, last=LAST, **values):
    body = text if text is not None else calendar(*events)
    return calendar_read.read(organisation_id=scene.node.pk, text=body, first=first, last=last, by=scene.by, **values)


def outcomes(found):
    return [one.outcome for one in found]


def written():
    rows = selectors.with_all(PlannedShift.objects.exclude(state="cancelled").order_by("pk"))
    return calendar_file.written(list(rows), name="План", at=NIGHT).decode()


@pytest.fixture
def addressed(scene):
    """Officers who have an e-mail address."""
    for officer, name in zip(scene.officers, ("Marko", "ana", "ivan"), strict=True):
        officer.user.email = f"{name}@example.org"
        officer.user.save()


@pytest.fixture
def full(scene):
    task = TaskData(
        kind="checkpoint",
        starts_at=NIGHT,
        ends_at=NIGHT + timedelta(hours=1),
        minutes=30,
        text="Кеј; сплавови, два реда",
    )
    more = {"vehicle_id": scene.vehicle.pk, "sector_id": scene.sector.pk, "equipment": ("алкотест", "радар")}
    return scene.draft(crew=(1, 0), note="два, реда\nи трећи", tasks=(task,), **more)


def test_what_goes_out_comes_in_without_a_change(scene, full):
    text = written()
    assert outcomes(read(scene, text=text)) == ["unchanged"]
    before = calendar_read.data_of(selectors.with_all(PlannedShift.objects.all()).get())
    PlannedShift.objects.all().delete()
    assert outcomes(read(scene, text=text)) == ["added"]
    after = selectors.with_all(PlannedShift.objects.all()).get()
    assert calendar_read.data_of(after) == before


def test_our_own_event_that_was_moved_elsewhere_moves_its_shift(scene, full):
    moved = f"DTSTART:{NIGHT - timedelta(hours=1):%Y%m%dT%H%M%SZ}"
    text = written().replace(f"DTSTART:{NIGHT:%Y%m%dT%H%M%SZ}", moved)
    assert outcomes(read(scene, text=text)) == ["changed"]
    assert PlannedShift.objects.count() == 1
    assert PlannedShift.objects.get().starts_at == NIGHT - timedelta(hours=1)


def test_a_file_older_than_the_plan_changes_nothing(scene, full):
    text = written()
    PlannedShift.objects.update(note="ново", version=2)
    (one,) = read(scene, text=text)
    assert (one.outcome, one.text) == ("refused", "The plan has changed since this file was made.")


def test_the_same_file_twice_adds_nothing(scene):
    series = event("RRULE:FREQ=DAILY;COUNT=4", uid="s")
    assert outcomes(read(scene, series, event(uid="one", title="202 noćna"))) == ["added"] * 5
    assert outcomes(read(scene, series, event(uid="one", title="202 noćna"))) == ["unchanged"] * 5
    assert PlannedShift.objects.count() == 5


def test_an_event_that_moves_in_its_calendar_moves_its_shift(scene):
    read(scene, event(uid="one"))
    (one,) = read(scene, event(uid="one", start="DTSTART;TZID=Europe/Belgrade:20261104T180000"))
    assert one.outcome == "changed"
    assert PlannedShift.objects.get().starts_at == datetime(2026, 11, 4, 17, tzinfo=UTC)


def test_a_rehearsal_says_the_same_and_keeps_nothing(scene):
    (one,) = read(scene, event(), rehearse=True)
    assert (one.outcome, one.shift, one.title) == ("added", None, "Patrol 201 2026-11-03 19:00")
    assert not PlannedShift.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="plan.").exists()
    assert not LiveEvent.objects.exists()


def test_a_recurring_night_stays_on_the_wall_when_the_clock_changes(scene):
    start, end = "DTSTART;TZID=Europe/Belgrade:20261024T190000", "DTEND;TZID=Europe/Belgrade:20261025T070000"
    read(scene, event("RRULE:FREQ=DAILY;COUNT=3", start=start, end=end))
    lasts = [row.ends_at - row.starts_at for row in PlannedShift.objects.order_by("starts_at")]
    assert lasts == [timedelta(hours=13), timedelta(hours=12), timedelta(hours=12)]
    assert [row.starts_at.hour for row in PlannedShift.objects.order_by("starts_at")] == [17, 18, 18]


def test_a_duration_of_hours_is_that_many_in_the_night_of_25(scene):
    read(scene, event(start="DTSTART;TZID=Europe/Belgrade:20261024T190000"))
    shift = PlannedShift.objects.get()
    assert shift.ends_at - shift.starts_at == timedelta(hours=12)


def test_exceptions_of_a_series_are_kept(scene):
    series = event("RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Belgrade:20261104T190000", uid="s")
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Belgrade:20261105T190000",
        uid="s",
        start="DTSTART;TZID=Europe/Belgrade:20261105T210000",
    )
    assert outcomes(read(scene, series, moved)) == ["added", "added"]
    assert [row.starts_at.hour for row in PlannedShift.objects.order_by("starts_at")] == [18, 20]
    assert outcomes(read(scene, series, moved)) == ["unchanged", "unchanged"]


def test_only_the_period_is_taken_and_what_lies_outside_is_said(scene):
    series = event("RRULE:FREQ=DAILY", uid="s", start="DTSTART;TZID=Europe/Belgrade:20260101T190000")
    found = read(
        scene,
        series,
        event(uid="late", start="DTSTART:20270101T190000Z"),
        first=date(2026, 11, 2),
        last=date(2026, 11, 3),
    )
    assert outcomes(found) == ["added", "added", "outside"]


def test_a_time_without_a_zone_is_that_on_the_wall_and_a_zone_of_its_own_counts(scene):
    read(
        scene,
        event(start="DTSTART:20261103T190000"),
        event(uid="b", title="202", start="DTSTART;TZID=America/New_York:20261103T190000"),
    )
    assert [row.starts_at.hour for row in PlannedShift.objects.order_by("starts_at")] == [18, 0]


def test_people_and_place_of_any_calendar_become_crew_and_sector(scene, addressed):
    people = (MARKO, "ATTENDEE;PARTSTAT=DECLINED:mailto:who@example.org")
    read(scene, event(*people, "LOCATION:Liman", "DESCRIPTION:пази"))
    shift = PlannedShift.objects.get()
    assert [member.officer for member in shift.crew.all()] == [scene.officers[0]]
    assert (shift.sector, shift.note) == (scene.sector, "пази")


def test_an_event_called_off_takes_its_draft_back_but_never_what_is_published(scene, addressed):
    read(scene, event(uid="one"), event(MARKO, uid="two", title="202"))
    assert outcomes(read(scene, event("STATUS:CANCELLED", uid="one"))) == ["called_off"]
    assert PlannedShift.objects.get(calendar_uid="one").state == "cancelled"
    scene.publish()
    (one,) = read(scene, event(MARKO, "STATUS:CANCELLED", uid="two", title="202"))
    assert (one.outcome, one.text[:31]) == ("refused", "This shift is published already")
    (one,) = read(scene, event("STATUS:CANCELLED", uid="never"))
    assert one.outcome == "unchanged"


def test_what_is_published_is_not_changed_by_a_calendar(scene, addressed):
    read(scene, event(MARKO, uid="one"))
    scene.publish()
    assert outcomes(read(scene, event(MARKO, uid="one"))) == ["unchanged"]
    assert outcomes(read(scene, event(MARKO, uid="one", end="DURATION:PT11H"))) == ["refused"]


def test_rules_that_are_broken_are_told_at_once(scene, addressed):
    Absence.objects.create(officer=scene.officers[0], kind="leave", first_day="2026-11-03", last_day="2026-11-03")
    (one,) = read(scene, event(MARKO), rehearse=True)
    assert one.outcome == "added"
    assert any("Марко" in text for text in one.warnings)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({"title": "Patrol 999"}, "No patrol is named in “Patrol 999”."),
        ({"title": "201 and 202"}, "Several patrols are named in “201 and 202”."),
        (
            {"start": "DTSTART;VALUE=DATE:20261103", "end": "DTEND;VALUE=DATE:20261104"},
            "A whole day is no shift: it needs hours.",
        ),
        ({"start": "DTSTART;TZID=Mars/Base:20261103T190000"}, "The zone “Mars/Base” is not known."),
        ({"start": "DTSTART:kaputt"}, "The times of this event, or how it recurs, cannot be read."),
        ({"start": "COMMENT:x"}, "The event has no start."),
        ({"end": "COMMENT:x"}, "The event has no end."),
        ({"end": "DTEND;TZID=Europe/Belgrade:20261103T180000"}, "The shift ends before it begins."),
        ({"end": "DURATION:P9D"}, "A shift lasts 72 hours at most."),
        ({"more": "RRULE:FREQ=SECONDLY"}, "A shift does not recur more often than daily."),
        ({"more": "RRULE:FREQ=DAILY;BYMINUTE=1,2,3"}, "A shift does not recur more often than daily."),
        ({"more": "RRULE:FREQ=NEVER"}, "The times of this event, or how it recurs, cannot be read."),
        ({"more": "ATTENDEE:mailto:x@example.org"}, "No officer, or more than one, has the address x@example.org."),
        ({"uid": "u" * 201}, "The identifier of this event is too long."),
    ],
)
def test_an_event_that_cannot_be_taken_is_refused_with_the_reason_and_the_others_are_taken(scene, lines, words):
    more = lines.pop("more", "COMMENT:y")
    found = read(scene, event(more, **lines), event(uid="good", title="202"))
    assert [(one.outcome, one.text) for one in found] == [("refused", words), ("added", "")]
    detail = AuditEntry.objects.get(action="plan.imported").detail
    assert detail == {"format": "ics", "added": 1, "refused": 1}


def test_two_events_of_one_shift_are_one_shift(scene):
    found = read(scene, event(uid="a"), event("DESCRIPTION:other", uid="b"))
    assert outcomes(found) == ["added", "refused"]
    assert PlannedShift.objects.get().note == ""


@pytest.mark.parametrize("text", ["", "call_sign,start,end", "BEGIN:VEVENT\nEND:VEVENT", "\x00", "BEGIN:VCALENDAR"])
def test_what_is_no_calendar_is_said_to_be_none(scene, text):
    with pytest.raises(Invalid):
        read(scene, text=text)


def test_a_period_of_more_than_a_quarter_and_a_file_for_others_are_refused(scene, elsewhere):
    with pytest.raises(Invalid):
        read(scene, event(), last=FIRST + timedelta(days=92))
    with pytest.raises(NotFound):
        calendar_read.read(organisation_id=elsewhere.pk, text=calendar(event()), first=FIRST, last=LAST, by=scene.by)


def test_a_calendar_comes_in_over_http(scene, client_of):
    client = client_of(factories.User.objects.get(username="commander"))
    body = {"organisation": scene.node.pk, "first": "2026-11-02", "last": "2026-11-08", "text": calendar(event())}
    answer = client.post("/api/v1/plan/calendar/", {**body, "rehearse": True}, content_type="application/json")
    assert (answer.status_code, answer.json()["rows"][0]["outcome"], PlannedShift.objects.count()) == (200, "added", 0)
    answer = client.post("/api/v1/plan/calendar/", body, content_type="application/json")
    assert answer.json()["rows"][0]["shift"] == PlannedShift.objects.get().pk
