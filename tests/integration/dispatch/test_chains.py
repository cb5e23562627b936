"""The proof that alarms arrive: which consoles were connected, which have shown it, and how long each step took."""

from datetime import timedelta

import pytest

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import AuditEntry
from core.rules import Role
from dispatch import watches
from dispatch.chains import chain_of
from dispatch.models import ConsoleWatch
from dispatch.tasks import forget_watches
from patrols.models import AlarmReceipt, AlarmStep
from patrols.rules import AlarmStepCode
from patrols.safety.services import (
    acknowledge_alarm,
    raise_emergency,
    record_receipt,
    record_step,
    resolve_alarm,
    withdraw_alarm,
)
from tests.conftest import person

pytestmark = pytest.mark.django_db
PAGES = [f"page-000{n}" for n in range(4)]


@pytest.fixture
def commander(directorate) -> Viewer:
    return Viewer.of(person(Role.SHIFT_COMMANDER, directorate, "commander"))


@pytest.fixture
def drill(unit, commander, viewer, board, frozen_clock):
    """A drill that three pages were connected for; a fourth had left."""
    ids = [watches.open_watch(viewer, board.pk, page) for page in PAGES]
    watches.close_watch(ids[3])
    frozen_clock.tick(5)
    watches.keep_watches(ids[:3])
    return raise_emergency(unit_id=unit.pk, by=commander, is_drill=True)[0]


def shown(alarm, page, by):
    return record_receipt(alarm_id=alarm.pk, page=page, at=alarm.recorded_at, by=by)


def test_who_has_shown_it_and_who_has_not(drill, commander, viewer, frozen_clock):
    frozen_clock.tick(0.4)
    shown(drill, PAGES[0], viewer)
    frozen_clock.tick(0.5)
    shown(drill, PAGES[1], viewer)
    found = chain_of(commander, drill.pk)
    assert [(one["page"], one["after_s"]) for one in found["consoles"]] == [
        (PAGES[0], 0.4), (PAGES[1], 0.9), (PAGES[2], None),
    ]  # fmt: skip
    assert (found["silent"], found["slowest_s"]) == (1, 0.9)


def test_one_that_came_later_and_showed_it_is_no_silent_one(drill, commander, viewer, frozen_clock):
    frozen_clock.tick(3)
    shown(drill, "page-late", viewer)
    late = next(one for one in chain_of(commander, drill.pk)["consoles"] if one["page"] == "page-late")
    assert (late["was_connected"], late["after_s"]) == (False, 3.0)


def test_a_page_whose_process_died_was_not_connected(board, unit, commander, viewer, frozen_clock):
    watches.open_watch(viewer, board.pk, PAGES[0])
    frozen_clock.tick(31)
    alarm, _new = raise_emergency(unit_id=unit.pk, by=commander, is_drill=True)
    assert chain_of(commander, alarm.pk)["consoles"] == []


def test_a_program_is_no_console(board, unit, commander, viewer, frozen_clock):
    watches.open_watch(viewer, board.pk, "")
    alarm, _new = raise_emergency(unit_id=unit.pk, by=commander, is_drill=True)
    assert chain_of(commander, alarm.pk)["consoles"] == []


def test_the_whole_chain_in_seconds(drill, commander, viewer, frozen_clock):
    frozen_clock.tick(6)
    acknowledge_alarm(alarm_id=drill.pk, by=viewer)
    frozen_clock.tick(20)
    resolve_alarm(alarm_id=drill.pk, text="Вежба успела", by=commander)
    found = chain_of(commander, drill.pk)
    assert (found["acknowledged_s"], found["resolved_s"], found["escalated_s"]) == (6.0, 26.0, None)
    assert (found["resolution"], found["resolved_by"], found["alarm"]["is_drill"]) == (
        "Вежба успела", commander.name, True,
    )  # fmt: skip


def test_a_receipt_is_kept_once_and_its_clock_is_not_believed_beyond_reason(drill, viewer, frozen_clock):
    frozen_clock.tick(2)
    first = record_receipt(alarm_id=drill.pk, page=PAGES[0], at=frozen_clock.now + timedelta(hours=1), by=viewer)
    again = record_receipt(alarm_id=drill.pk, page=PAGES[0], at=frozen_clock.now, by=viewer)
    assert (first.shown_at, again.pk, AlarmReceipt.objects.count()) == (frozen_clock.now, first.pk, 1)
    early = record_receipt(alarm_id=drill.pk, page=PAGES[1], at=drill.recorded_at - timedelta(days=1), by=viewer)
    assert early.shown_at == drill.recorded_at


def test_only_who_may_drill_reads_the_chain_and_a_crew_has_no_console(drill, viewer, crew, elsewhere):
    with pytest.raises(Forbidden):
        chain_of(viewer, drill.pk)
    with pytest.raises(NotFound):
        chain_of(Viewer.of(person(Role.SHIFT_COMMANDER, elsewhere, "far")), drill.pk)
    with pytest.raises(Forbidden):
        shown(drill, PAGES[0], crew)


def test_over_http_the_list_the_chain_and_the_audit_row(drill, client_of, directorate):
    client = client_of(person(Role.SHIFT_COMMANDER, directorate, "chief"))
    url = f"/api/v1/alarms/{drill.pk}/shown/"
    for wrong in ({}, {"page": "x", "at": "2026-11-02T12:00Z"}, {"page": "a<script>", "at": "2026-11-02T12:00Z"}):
        assert client.post(url, wrong, format="json").status_code == 400
    assert client.post(url, {"page": PAGES[0], "at": "2026-11-02T12:00:06Z"}, format="json").status_code == 200
    assert [one["id"] for one in client.get("/api/v1/alarm-chains/", {"drill": "true"}).json()] == [drill.pk]
    assert client.get("/api/v1/alarm-chains/", {"drill": "false"}).json() == []
    assert len(client.get(f"/api/v1/alarm-chains/{drill.pk}/").json()["consoles"]) == 3
    assert AuditEntry.objects.get(action="alarm.chain_viewed").detail == {"alarm": drill.pk}


def test_what_is_old_is_forgotten(viewer, board, frozen_clock):
    watches.open_watch(viewer, board.pk, PAGES[0])
    frozen_clock.tick(91 * 86_400)
    watches.open_watch(viewer, board.pk, PAGES[1])
    forget_watches()
    assert ConsoleWatch.objects.get().page == PAGES[1]


# --- what to do first ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", AlarmStepCode)
def test_each_step_is_noted_once_by_a_name(drill, viewer, commander, code):
    record_step(alarm_id=drill.pk, step=code, text=" Милан, јавио се радиом ", by=viewer)
    step = AlarmStep.objects.get()
    assert (step.text, step.by_name) == ("Милан, јавио се радиом", viewer.name)
    with pytest.raises(Conflict) as refused:
        record_step(alarm_id=drill.pk, step=code, by=commander)
    assert refused.value.state["by"] == viewer.name


def test_nothing_is_noted_of_an_alarm_that_is_over_and_no_nonsense(drill, viewer, commander):
    with pytest.raises(Invalid):
        record_step(alarm_id=drill.pk, step="tea", by=viewer)
    withdraw_alarm(alarm_id=drill.pk, by=commander)
    with pytest.raises(Conflict):
        record_step(alarm_id=drill.pk, step="identified", by=viewer)


def test_a_crew_does_not_note_them(drill, crew):
    with pytest.raises(Forbidden):
        record_step(alarm_id=drill.pk, step="identified", by=crew)
