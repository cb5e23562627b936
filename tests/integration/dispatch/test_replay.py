"""Every kind of event of every app, on the whole board: the old snapshot and the events give the fresh snapshot."""

import random
from datetime import timedelta

import pytest

import analytics.availability.events
import dispatch.events
import incidents.events
import patrols.events
import patrols.messages.events
import patrols.watch.events
from analytics.availability.services import warn_of_gaps
from core.access import Viewer
from core.errors import DomainError
from core.live import Event
from core.models import User
from dispatch.handover.models import Handover
from dispatch.handover.services import (
    accept_handover,
    expire_due_handovers,
    note_handover,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)
from dispatch.log.services import write_entry
from dispatch.models import BackupRequest
from dispatch.reminders.services import end_reminder, set_reminder, snooze_reminder
from dispatch.selectors import snapshot
from dispatch.services import (
    advance_assignment,
    assign_unit,
    attend_incident,
    cancel_incident,
    close_incident,
    contact_incident,
    correct_step,
    escalate_due_backups,
    refuse_backup,
    report_outcome,
    request_backup,
    undo_assignment,
    undo_end,
    undo_step,
    withdraw_backup,
)
from incidents.border.rules import Persons
from incidents.border.services import assess_border_event, count_persons, record_border_event
from incidents.entering.services import begin_entry, end_entry, save_fields
from incidents.questions.services import answer_question
from incidents.services import (
    CallData,
    add_note,
    attach_call,
    create_incident,
    merge_incidents,
    regrade_incident,
    reopen_incident,
    split_incident,
    take_call,
    undo_change,
    undo_merge,
    undo_regrade,
    update_incident,
)
from patrols.equipment.models import EquipmentItem
from patrols.equipment.services import Finding
from patrols.joint.services import meet_partner
from patrols.messages.services import record_receipts, send_to_units
from patrols.models import Alarm, LatestPosition, SafetySetting, Unit, WatchAlarm, WelfareTimer
from patrols.planning.services import publish_plan
from patrols.safety.services import (
    acknowledge_alarm,
    escalate_due_alarms,
    raise_emergency,
    record_step,
    resolve_alarm,
    withdraw_alarm,
)
from patrols.services import set_unit_status, show_configured_units, sign_off, sign_on
from patrols.undoing import undo_unit_status
from patrols.watch.services import evaluate_watch_rules, take_watch_alarm
from patrols.welfare.services import advance_due_timers, answer_welfare, record_contact
from tests import factories
from tests.factories import NOON
from tests.integration.replay import replayed

pytestmark = pytest.mark.django_db


def fresh(board):
    found = snapshot(Viewer.system("test"), board.pk)
    names = (
        "incidents",
        "assignments",
        "units",
        "alarms",
        "watch_alarms",
        "backups",
        "handovers",
        "entries",
        "reminders",
    )
    return {name: found[name] for name in names}


class Scene:
    """A board with something on it."""

    def __init__(self, board, by):
        self.board, self.by = board, by
        factories.IncidentTypeFactory(code="theft")
        factories.WelfareRuleFactory(organisation=board.organisation)
        factories.WelfareRuleFactory(organisation=board.organisation, status="meal")
        factories.WelfareRuleFactory(organisation=board.organisation, kind="theft", due_after_s=60)
        self.minor = factories.IncidentFactory(board=board, priority=3)
        self.urgent = factories.IncidentFactory(board=board, priority=1, min_units=2)
        self.unit = factories.UnitFactory(board=board)
        factories.LatestPositionFactory(unit=self.unit)
        self.job = assign_unit(incident_id=self.minor.pk, unit_id=self.unit.pk, by=by)
        self.free = factories.UnitFactory(board=board)
        self.away = factories.UnitFactory(board=board, status="off_duty", on_duty=False)

    def write(self):
        write_entry(board_id=self.board.pk, text="Нема струје", by=self.by)

    def send(self):
        assign_unit(incident_id=self.urgent.pk, unit_id=self.free.pk, by=self.by)

    def take_away(self):
        assign_unit(incident_id=self.urgent.pk, unit_id=self.unit.pk, by=self.by, pre_empt=True)

    def step(self, status="on_scene"):
        advance_assignment(assignment_id=self.job.pk, status=status, by=self.by)

    def outcome(self):
        report_outcome(assignment_id=self.job.pk, disposition="resolved", by=self.by)

    def end(self):
        self.step("cleared")

    def correct(self):
        self.step()
        at = self.job.dispatched_at - timedelta(seconds=5)
        correct_step(assignment_id=self.job.pk, status="dispatched", occurred_at=at, reason="radio", by=self.by)

    def undo(self):
        undo_assignment(assignment_id=self.job.pk, by=self.by)

    def remind(self):
        self.reminder = set_reminder(
            board_id=self.board.pk, after_s=60, text="x", incident_id=self.minor.pk, unit_id=self.unit.pk, by=self.by
        )

    def remind_later(self):
        self.remind()
        snooze_reminder(reminder_id=self.reminder.pk, after_s=60, version=1, by=self.by)

    def remind_and_do(self):
        self.remind()
        end_reminder(reminder_id=self.reminder.pk, by=self.by)

    def step_and_undo(self):
        self.step()
        undo_step(assignment_id=self.job.pk, status="on_scene", by=self.by)

    def end_and_undo(self):
        self.end()
        undo_step(assignment_id=self.job.pk, status="cleared", by=self.by)

    def close_and_undo(self):
        self.step("en_route")
        self.close()
        undo_end(incident_id=self.minor.pk, by=self.by)

    def merge_and_undo(self):
        self.extra = factories.IncidentFactory(board=self.board, priority=2)
        merge_incidents(incident_id=self.extra.pk, into_id=self.urgent.pk, by=self.by)
        undo_merge(incident_id=self.extra.pk, by=self.by)

    def regrade_and_undo(self):
        regrade_incident(incident_id=self.minor.pk, priority=1, reason="нож", by=self.by)
        undo_regrade(incident_id=self.minor.pk, by=self.by)

    def change_and_undo(self):
        update_incident(incident_id=self.minor.pk, version=self.minor.version, changes={"summary": "x"}, by=self.by)
        undo_change(incident_id=self.minor.pk, by=self.by)

    def status_and_undo(self):
        set_unit_status(unit_id=self.free.pk, status="at_station", by=self.by)
        set_unit_status(unit_id=self.free.pk, status="meal", by=self.by)
        undo_unit_status(unit_id=self.free.pk, status="meal", by=self.by)

    def come_upon(self):
        attend_incident(
            incident_id=self.urgent.pk, unit_id=self.free.pk, by=self.by, occurred_at=self.job.dispatched_at
        )

    def close(self):
        close_incident(incident_id=self.minor.pk, by=self.by, disposition="handled")

    def cancel(self):
        cancel_incident(incident_id=self.minor.pk, by=self.by, reason="not needed")

    def reopen(self):
        self.step("on_scene")
        self.close()
        reopen_incident(incident_id=self.minor.pk, by=self.by, reason="they are back")

    def merge(self):
        self.step("cancelled")
        merge_incidents(incident_id=self.minor.pk, into_id=self.urgent.pk, by=self.by)

    def create(self):
        create_incident(type_code="theft", by=self.by, call=CallData(phone="021", caller_name="Ана"))

    def change(self):
        update_incident(incident_id=self.urgent.pk, version=1, changes={"place": "Дунавска 1"}, by=self.by)

    def note(self):
        add_note(incident_id=self.minor.pk, text="Врата су отворена.", by=self.by)

    def regrade(self):
        regrade_incident(incident_id=self.minor.pk, priority=1, reason="нож", by=self.by)

    def call(self):
        self.taken = take_call(data=CallData(phone="021"), by=self.by)

    def attach(self):
        self.call()
        attach_call(incident_id=self.minor.pk, call_id=self.taken.pk, by=self.by)

    def set_status(self):
        set_unit_status(unit_id=self.free.pk, status="meal", by=self.by)

    def start_shift(self):
        officer = factories.OfficerFactory(organisation=self.board.organisation)
        item = EquipmentItem.objects.create(organisation=self.board.organisation, name="Радио")
        found = [Finding(item=item.pk, is_present=False)]
        self.shift = sign_on(unit_id=self.away.pk, officer_ids=[officer.pk], equipment=found, by=self.by)

    def configure(self):
        Unit.objects.filter(pk__in=[self.unit.pk, self.free.pk, self.away.pk]).update(sector="Лиман")
        show_configured_units([self.unit.pk, self.free.pk, self.away.pk], by=self.by)

    def end_shift(self):
        self.start_shift()
        sign_off(shift_id=self.shift.pk, by=self.by)

    def alarm(self):
        self.raised, _new = raise_emergency(unit_id=self.unit.pk, by=self.by)

    def alarm_twice(self):
        self.alarm()
        self.alarm()

    def drill(self):
        raise_emergency(unit_id=self.unit.pk, by=Viewer.system("test"), is_drill=True)

    def alarm_and_answer(self):
        self.alarm()
        acknowledge_alarm(alarm_id=self.raised.pk, by=self.by)

    def first_step(self):
        self.alarm()
        record_step(alarm_id=self.raised.pk, step="identified", by=self.by)

    def alarm_and_wait(self):
        self.alarm()
        Alarm.objects.update(escalate_at=NOON)
        escalate_due_alarms()

    def alarm_to_its_end(self):
        self.alarm_and_answer()
        self.end()
        resolve_alarm(alarm_id=self.raised.pk, text="Лажна узбуна", by=self.by)

    def overdue(self):
        self.step()
        WelfareTimer.objects.update(next_at=NOON, due_at=NOON, started_at=NOON)
        advance_due_timers()

    def contact(self):
        self.overdue()
        record_contact(unit_id=self.unit.pk, by=self.by, source="console")

    def group_contact(self):
        self.send()
        self.step()
        contact_incident(incident_id=self.minor.pk, by=self.by, source="console")

    def answer(self):
        officer = factories.OfficerFactory(user_id=self.by.user_id)
        factories.CrewMemberFactory(shift__unit=self.unit, officer=officer)
        factories.RoleAssignmentFactory(user_id=self.by.user_id, role="patrol", organisation=self.board.organisation)
        self.overdue()
        crew = Viewer.of(User.objects.get(pk=self.by.user_id))
        answer_welfare(timer_id=WelfareTimer.objects.get(ended_at=None).pk, by=crew, source="field")

    def other_kind(self):
        self.step()
        update_incident(incident_id=self.minor.pk, version=3, changes={"type": "theft"}, by=self.by)

    def message(self):
        self.sent = send_to_units(text="Опрезно", unit_ids=[self.unit.pk], by=self.by)

    def message_and_read(self):
        user = factories.UserFactory()
        officer = factories.OfficerFactory(organisation=self.board.organisation, user=user)
        sign_on(unit_id=self.away.pk, officer_ids=[officer.pk], by=self.by)
        sent = send_to_units(text="Опрезно", unit_ids=[self.away.pk], by=self.by)
        record_receipts(read=[sent.pk], by=Viewer.of(user))

    def ask(self):
        self.asked, _new = request_backup(unit_id=self.unit.pk, level="urgent", by=self.by)

    def ask_twice(self):
        self.ask()
        self.ask()

    def ask_in_vain(self):
        self.ask()
        BackupRequest.objects.update(escalate_at=NOON)
        escalate_due_backups()

    def ask_and_merge(self):
        SafetySetting.objects.create(organisation=self.board.organisation, backup_kind="theft")
        set_unit_status(unit_id=self.free.pk, status="transport", by=self.by)
        asked, _new = request_backup(unit_id=self.free.pk, level="urgent", by=self.by)
        merge_incidents(incident_id=asked.incident_id, into_id=self.urgent.pk, by=self.by)

    def send_backup(self):
        self.ask()
        self.sent = assign_unit(incident_id=self.minor.pk, unit_id=self.free.pk, by=self.by)

    def lose_backup(self):
        self.send_backup()
        undo_assignment(assignment_id=self.sent.pk, by=self.by)

    def refuse(self):
        self.ask()
        refuse_backup(backup_id=self.asked.pk, reason="nobody is free", by=self.by)

    def take_back(self):
        self.ask()
        withdraw_backup(backup_id=self.asked.pk, by=self.by)

    def ask_and_leave(self):
        self.ask()
        self.end()

    def border(self):
        section = factories.SectionFactory()
        self.recorded = record_border_event(
            incident_id=self.minor.pk, section_id=section.pk, kind="refusal", means="camera", by=self.by
        )

    def border_counted(self):
        self.border()
        count_persons(event_id=self.recorded.pk, persons=Persons(detected=4), reason="x", by=self.by)

    def border_assessed(self):
        self.border()
        assess_border_event(event_id=self.recorded.pk, impact="high", confidence="low", reason="x", by=self.by)

    def join(self):
        patrol = factories.JointPatrolFactory(unit=self.unit)
        meet_partner(patrol_id=patrol.pk, by=self.by)

    def watch(self):
        factories.WatchRuleFactory(organisation=self.board.organisation, kind="silent", after_s=60)
        LatestPosition.objects.update(at=NOON - timedelta(seconds=61))
        Unit.objects.filter(pk=self.free.pk).update(status_since=NOON)
        evaluate_watch_rules()
        self.watched = WatchAlarm.objects.get(ended_at=None)

    def watch_and_clear(self):
        self.watch()
        LatestPosition.objects.update(at=NOON)
        evaluate_watch_rules()

    def watch_and_take(self):
        self.watch()
        take_watch_alarm(alarm_id=self.watched.pk, words="Радио ради", by=self.by)

    def slip(self):
        self.alarm()
        withdraw_alarm(alarm_id=self.raised.pk, by=self.by)

    def want(self):
        factories.MinimumStaffingFactory(organisation=self.board.organisation)
        warn_of_gaps()

    def publish(self):
        day = NOON.date()
        factories.PlannedCrewFactory(shift=factories.PlannedShiftFactory(unit=self.unit))
        publish_plan(organisation_id=self.board.organisation_id, first=day, last=day, by=Viewer.system("test"))

    def enter(self):
        fields = {"place": "Дунавска 1", "phone": "021"}
        self.entry = begin_entry(board_id=self.board.pk, fields=fields, by=self.by)

    def enter_more(self):
        self.enter()
        save_fields(entry_id=self.entry.pk, fields={"type": ("theft", 0), "phone": ("022", 1)}, by=self.by)

    def enter_and_open(self):
        self.enter()
        end_entry(entry_id=self.entry.pk, incident=self.minor, by=self.by)

    def answer_question(self):
        factories.QuestionFactory(type=self.minor.type, code="weapon", raises={"yes": 1})
        answer_question(incident_id=self.minor.pk, code="weapon", value="yes", version=0, by=self.by)

    def split(self):
        factories.CallFactory(incident=self.minor)
        call = factories.CallFactory(incident=self.minor)
        split_incident(incident_id=self.minor.pk, call_id=call.pk, type_code="theft", by=self.by)

    def offer(self):
        other = factories.BoardFactory(organisation__parent=self.board.organisation.parent)
        self.offered = offer_handover(incident_id=self.minor.pk, board_id=other.pk, by=self.by)

    def offer_and_accept(self):
        self.offer()
        accept_handover(handover_id=self.offered.pk, by=Viewer.system("test"))

    def offer_and_change(self):
        self.offer()
        regrade_incident(incident_id=self.minor.pk, priority=1, reason="нож", by=self.by)

    def offer_and_refuse(self):
        self.offer()
        refuse_handover(handover_id=self.offered.pk, reason="није наше", by=Viewer.system("test"))

    def offer_and_wait(self):
        self.offer()
        Handover.objects.update(expires_at=NOON)
        expire_due_handovers()

    def offer_and_withdraw(self):
        self.offer()
        withdraw_handover(handover_id=self.offered.pk, by=self.by)

    def offer_and_close(self):
        self.offer()
        self.close()

    def offer_and_note(self):
        self.offer_and_refuse()
        note_handover(handover_id=self.offered.pk, by=self.by)

    def offer_and_offer_again(self):
        self.offer_and_refuse()
        self.offer()


SCENES = {
    "UnitAssigned": (Scene.send, ["UnitAssigned"]),
    "UnitAssigned by coming upon it": (Scene.come_upon, ["UnitAssigned"]),
    "UnitPreEmpted": (Scene.take_away, ["UnitPreEmpted"]),
    "AssignmentAdvanced": (Scene.step, ["AssignmentAdvanced"]),
    "OutcomeReported": (Scene.outcome, ["OutcomeReported"]),
    "AssignmentEnded": (Scene.end, ["AssignmentEnded"]),
    "AssignmentCorrected": (Scene.correct, ["AssignmentAdvanced", "AssignmentCorrected"]),
    "AssignmentEnded by undo": (Scene.undo, ["AssignmentEnded"]),
    "ReminderSet": (Scene.remind, ["ReminderSet"]),
    "ReminderSnoozed": (Scene.remind_later, ["ReminderSet", "ReminderSnoozed"]),
    "ReminderDone": (Scene.remind_and_do, ["ReminderSet", "ReminderDone"]),
    "AssignmentStepUndone": (Scene.step_and_undo, ["AssignmentAdvanced", "AssignmentStepUndone"]),
    "AssignmentStepUndone of an end": (Scene.end_and_undo, ["AssignmentEnded", "AssignmentStepUndone"]),
    "IncidentEndUndone": (
        Scene.close_and_undo,
        ["AssignmentAdvanced", "AssignmentEnded", "IncidentClosed", "IncidentEndUndone", "AssignmentStepUndone"],
    ),
    "IncidentMergeUndone": (Scene.merge_and_undo, ["IncidentMerged", "IncidentMergeUndone"]),
    "IncidentRegraded by undo": (Scene.regrade_and_undo, ["IncidentRegraded", "IncidentRegraded"]),
    "IncidentChanged by undo": (Scene.change_and_undo, ["IncidentChanged", "IncidentChanged"]),
    "UnitStatusChanged by undo": (Scene.status_and_undo, ["UnitStatusChanged"] * 3),
    "IncidentClosed": (Scene.close, ["AssignmentEnded", "IncidentClosed"]),
    "IncidentCancelled": (Scene.cancel, ["AssignmentEnded", "IncidentCancelled"]),
    "IncidentReopened": (
        Scene.reopen,
        ["AssignmentAdvanced", "AssignmentEnded", "IncidentClosed", "IncidentReopened"],
    ),
    "IncidentMerged": (Scene.merge, None),
    "IncidentCreated": (Scene.create, ["IncidentCreated"]),
    "IncidentChanged": (Scene.change, ["IncidentChanged"]),
    "IncidentNoted": (Scene.note, ["IncidentNoted"]),
    "IncidentRegraded": (Scene.regrade, ["IncidentRegraded"]),
    "CallReceived": (Scene.call, ["CallReceived"]),
    "CallAttached": (Scene.attach, ["CallReceived", "CallAttached"]),
    "UnitStatusChanged": (Scene.set_status, ["UnitStatusChanged"]),
    "ShiftStarted": (Scene.start_shift, ["ShiftStarted"]),
    "ShiftEnded": (Scene.end_shift, ["ShiftStarted", "ShiftEnded"]),
    "StaffingGapWarned": (Scene.want, ["StaffingGapWarned"]),
    "PlanChanged": (Scene.publish, ["PlanChanged"]),
    "UnitsConfigured": (Scene.configure, ["UnitsConfigured"]),
    "AlarmRaised": (Scene.alarm, ["AlarmRaised"]),
    "AlarmRaised as a drill": (Scene.drill, ["AlarmRaised"]),
    "AlarmRepeated": (Scene.alarm_twice, ["AlarmRaised", "AlarmRepeated"]),
    "AlarmAcknowledged": (Scene.alarm_and_answer, ["AlarmRaised", "AlarmAcknowledged"]),
    "AlarmStepDone": (Scene.first_step, ["AlarmRaised", "AlarmStepDone"]),
    "AlarmEscalated": (Scene.alarm_and_wait, ["AlarmRaised", "AlarmEscalated"]),
    "AlarmResolved": (
        Scene.alarm_to_its_end,
        ["AlarmRaised", "AlarmAcknowledged", "AssignmentEnded", "AlarmResolved"],
    ),
    "BackupRequested": (Scene.ask, ["BackupRequested"]),
    "BackupRepeated": (Scene.ask_twice, ["BackupRequested", "BackupRepeated"]),
    "BackupEscalated": (Scene.ask_in_vain, ["BackupRequested", "BackupEscalated"]),
    "BackupMoved": (
        Scene.ask_and_merge,
        ["UnitStatusChanged", "IncidentCreated", "BackupRequested", "BackupMoved", "IncidentMerged"],
    ),
    "BackupAnswered": (Scene.send_backup, ["BackupRequested", "BackupAnswered", "UnitAssigned"]),
    "BackupReopened": (
        Scene.lose_backup,
        ["BackupRequested", "BackupAnswered", "UnitAssigned", "BackupReopened", "AssignmentEnded"],
    ),
    "BackupRefused": (Scene.refuse, ["BackupRequested", "BackupRefused"]),
    "BackupWithdrawn": (Scene.take_back, ["BackupRequested", "BackupWithdrawn"]),
    "BackupEnded": (Scene.ask_and_leave, ["BackupRequested", "BackupEnded", "AssignmentEnded"]),
    "WelfareEscalated": (Scene.overdue, ["AssignmentAdvanced", "WelfareEscalated"]),
    "ContactRecorded": (Scene.contact, ["AssignmentAdvanced", "WelfareEscalated", "ContactRecorded"]),
    "ContactRecorded of all": (Scene.group_contact, ["UnitAssigned", "AssignmentAdvanced", "ContactRecorded"]),
    "ContactRecorded by the crew": (Scene.answer, ["AssignmentAdvanced", "WelfareEscalated", "ContactRecorded"]),
    "WelfareChanged": (Scene.other_kind, ["AssignmentAdvanced", "WelfareChanged", "IncidentChanged"]),
    "LogEntryWritten": (Scene.write, ["LogEntryWritten"]),
    "MessageSent": (Scene.message, ["MessageSent"]),
    "MessageReceived": (Scene.message_and_read, ["ShiftStarted", "MessageSent", "MessageReceived"]),
    "BorderEventRecorded": (Scene.border, ["BorderEventRecorded"]),
    "BorderEventCounted": (Scene.border_counted, ["BorderEventRecorded", "BorderEventCounted"]),
    "BorderEventAssessed": (Scene.border_assessed, ["BorderEventRecorded", "BorderEventAssessed"]),
    "JointPatrolChanged": (Scene.join, ["JointPatrolChanged"]),
    "QuestionAnswered": (Scene.answer_question, ["QuestionAnswered"]),
    "IncidentSplit": (Scene.split, ["IncidentCreated", "IncidentSplit"]),
    "EntryBegun": (Scene.enter, ["EntryBegun"]),
    "EntryChanged": (Scene.enter_more, ["EntryBegun", "EntryChanged"]),
    "EntryEnded": (Scene.enter_and_open, ["EntryBegun", "EntryEnded"]),
    "HandoverOffered": (Scene.offer, ["HandoverOffered"]),
    "HandoverOffered again": (
        Scene.offer_and_offer_again,
        ["HandoverOffered", "HandoverRefused", "HandoverNoted", "HandoverOffered"],
    ),
    "HandoverAccepted": (Scene.offer_and_accept, ["HandoverOffered", "HandoverAccepted"]),
    "HandoverRefused": (Scene.offer_and_refuse, ["HandoverOffered", "HandoverRefused"]),
    "HandoverTimedOut": (Scene.offer_and_wait, ["HandoverOffered", "HandoverTimedOut"]),
    "HandoverWithdrawn": (Scene.offer_and_withdraw, ["HandoverOffered", "HandoverWithdrawn"]),
    "HandoverWithdrawn by an end": (
        Scene.offer_and_close,
        ["HandoverOffered", "AssignmentEnded", "IncidentClosed", "HandoverWithdrawn"],
    ),
    "HandoverNoted": (Scene.offer_and_note, ["HandoverOffered", "HandoverRefused", "HandoverNoted"]),
    "HandoverChanged": (Scene.offer_and_change, ["HandoverOffered", "IncidentRegraded", "HandoverChanged"]),
    "WatchAlarmRaised": (Scene.watch, ["WatchAlarmRaised"]),
    "WatchAlarmEnded": (Scene.watch_and_clear, ["WatchAlarmRaised", "WatchAlarmEnded"]),
    "WatchAlarmEnded by a word": (Scene.watch_and_take, ["WatchAlarmRaised", "WatchAlarmEnded"]),
    "AlarmWithdrawn": (Scene.slip, ["AlarmRaised", "AlarmWithdrawn"]),
}


@pytest.mark.parametrize("name", SCENES)
def test_the_events_of_a_change_turn_the_old_snapshot_into_the_fresh_one(board, viewer, frozen_clock, name):
    play, kinds = SCENES[name]
    scene = Scene(board, viewer)
    frozen_clock.tick(5)
    with replayed(board, fresh, kinds=kinds):
        play(scene)


def test_every_kind_of_event_has_a_scene():
    modules = {
        module.__name__
        for module in (
            analytics.availability.events,
            dispatch.events,
            incidents.events,
            patrols.events,
            patrols.messages.events,
            patrols.watch.events,
        )
    }
    kinds = {kind.kind() for kind in Event.__subclasses__() if kind.__module__ in modules}
    assert kinds == {name.partition(" ")[0] for name in SCENES}


@pytest.mark.parametrize("seed", range(5))
def test_whatever_two_centres_do_both_boards_stay_right(board, elsewhere, service, frozen_clock, seed):
    """A random night with units lent from one centre to the other; refusals are part of it."""
    chance = random.Random(seed)
    by = Viewer.system("test")
    boards = [board, elsewhere.board]
    units = [factories.UnitFactory(board=chance.choice(boards)).pk for _ in range(5)]
    incident_ids = [
        factories.IncidentFactory(board=chance.choice(boards), priority=chance.randint(1, 3)).pk for _ in range(5)
    ]
    jobs, offers = [], []

    def one():
        frozen_clock.tick(1)
        where, who = chance.choice(incident_ids), chance.choice(units)
        match chance.randint(0, 9):
            case 0 | 1 | 2:
                pre_empt = chance.random() < 0.7
                jobs.append(assign_unit(incident_id=where, unit_id=who, by=by, pre_empt=pre_empt).pk)
            case 3 | 4 | 5 if jobs:
                status = chance.choice(["en_route", "on_scene", "cleared", "cancelled", "refused"])
                advance_assignment(assignment_id=chance.choice(jobs[-4:]), status=status, by=by)
            case 6:
                close_incident(incident_id=where, by=by, disposition="handled")
            case 7:
                reopen_incident(incident_id=where, by=by, reason="again")
            case 8:
                other = chance.choice(boards)
                offers.append(offer_handover(incident_id=where, board_id=other.pk, by=by).pk)
            case 9 if offers:
                answer = chance.choice([accept_handover, withdraw_handover, note_handover])
                answer(handover_id=chance.choice(offers[-3:]), by=by)

    with replayed(boards[0], fresh), replayed(boards[1], fresh):
        for _ in range(60):
            try:
                one()
            except DomainError:
                continue
    assert len(jobs) > 3
