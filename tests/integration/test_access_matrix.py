"""Who may do what: every address and every method against every role. An address that is not in the table fails.

Columns: nobody signed in; a dispatcher of another directorate; call taker, dispatcher, shift commander of this one; the
crew whose job it is; another patrol; administrator; read-only. `.` is let in (whatever the answer is then), `4` must not
know of it (404), `3` knows of it and may not (403), `1` must sign in (401), `>` is led to the sign-in page. Positions come in by a door of
their own, `patrols.gps.asgi`; its tests are beside it.
"""

import copy
import json

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from analytics.availability.minimums import minimum_card
from analytics.models import MinimumStaffing, Report, ReportSchedule
from core.access import Viewer
from core.rules import Role
from dispatch.handover.services import offer_handover
from dispatch.routing import websocket_urlpatterns
from dispatch.services import assign_unit, request_backup
from patrols.messages.services import send_to_units
from patrols.planning.cards import absence_card, team_card
from patrols.safety.services import raise_emergency
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db

COLUMNS = ("nobody", "outsider", "taker", "dispatcher", "commander", "crew", "patrol", "administrator", "reader")
NEEDS_A_MAP = ("/region/basemap.pmtiles", "/api/v1/region/")
PLACE = {"lon": 19.84, "lat": 45.25}
PAST = {"from": "2026-11-02T10:00:00Z", "to": "2026-11-02T10:20:00Z"}

# method and address, what each role gets, and a body that makes sense
TABLE: dict[tuple[str, str], tuple[str, object]] = {
    # pages
    ("get", "healthz"): (".........", None),
    ("get", "sign-in/"): (".........", None),
    ("post", "sign-in/"): (".........", {"username": "x", "password": "y"}),
    ("post", "sign-out/"): (">>>>>>>>>", None),
    ("post", "preferences/"): (">........", {"theme": "day"}),
    ("get", "jsi18n/"): (".........", None),
    ("get", ""): (">........", None),
    ("get", "console/"): (">....33..", None),
    ("get", "replay/"): (">....33..", None),
    ("get", "field/"): (">3333..33", None),
    ("get", "field/worker.js"): (".........", None),
    ("get", "log/"): (">....33..", None),
    ("get", "drills/"): (">333.3333", None),
    ("get", "plan/"): (">.3..33.3", None),
    ("get", "shifts/"): (">........", None),
    ("get", "availability/"): (">.3..33.3", None),
    ("get", "field/map-worker.js"): (".........", None),
    ("get", "reports/"): (">333.33.3", None),
    ("get", "border/"): (">....33.3", None),
    # core
    ("post", "api/v1/token/"): ("111111111", {"username": "x", "password": "y"}),
    ("delete", "api/v1/token/"): ("1........", None),
    ("get", "api/v1/organisations/"): ("1........", None),
    ("get", "api/v1/schema/"): (".........", None),
    ("get", "api/v1/docs/"): (".........", None),
    ("get", "api/v1/me/"): ("1........", None),
    # geo
    ("get", "region/basemap.pmtiles"): ("1........", None),
    ("get", "api/v1/gazetteer/"): ("1........", {"q": "Дунавска"}),
    ("get", "api/v1/gazetteer/reverse/"): ("1........", PLACE),
    ("get", "api/v1/routes/"): ("1........", {"from": "19.84,45.25", "to": "19.85,45.25"}),
    ("get", "api/v1/region/"): ("1........", None),
    # patrols
    ("get", "api/v1/units/"): ("1........", None),
    ("get", "api/v1/units/<int:unit_id>/"): ("14....4..", None),
    ("get", "api/v1/units/<int:unit_id>/status/"): ("14....4..", None),
    ("post", "api/v1/units/<int:unit_id>/status/"): ("143...433", {"status": "meal"}),
    ("post", "api/v1/units/<int:unit_id>/status/undo/"): ("143...433", {"status": "meal"}),
    ("get", "api/v1/units/<int:unit_id>/positions/"): ("14....4..", None),
    ("get", "api/v1/shifts/"): ("1........", None),
    ("post", "api/v1/shifts/"): ("143..3333", "shift"),
    ("get", "api/v1/shifts/<int:shift_id>/"): ("14....4..", None),
    ("post", "api/v1/shifts/<int:shift_id>/end/"): ("143...433", None),
    ("get", "api/v1/skills/"): ("1........", None),
    ("get", "api/v1/officers/"): ("1........", None),
    ("get", "api/v1/vehicles/"): ("1........", None),
    ("get", "api/v1/alarms/"): ("1........", None),
    ("post", "api/v1/alarms/"): ("143...433", "alarm"),
    ("post", "api/v1/alarms/<int:alarm_id>/acknowledge/"): ("143..3433", None),
    ("post", "api/v1/alarms/<int:alarm_id>/resolve/"): ("143..3433", {"text": "x"}),
    ("post", "api/v1/alarms/<int:alarm_id>/withdraw/"): ("14333.433", None),
    ("get", "api/v1/watch-alarms/"): ("1........", None),
    ("post", "api/v1/watch-alarms/<int:watch_alarm_id>/take/"): ("143..4433", {"text": "x"}),
    ("post", "api/v1/alarms/<int:alarm_id>/steps/"): ("143..3433", {"step": "identified"}),
    ("post", "api/v1/alarms/<int:alarm_id>/shown/"): ("14...34..", {"page": "page-0001", "at": "2026-11-02T12:00:00Z"}),
    ("get", "api/v1/welfare/"): ("1........", None),
    ("post", "api/v1/welfare/<int:timer_id>/answer/"): ("14333.433", None),
    ("post", "api/v1/units/<int:unit_id>/contact/"): ("143..3433", None),
    ("get", "api/v1/plan/"): ("143.." + "33.3", "plan period"),
    ("get", "api/v1/plan/choices/<int:organisation_id>/"): ("144..44.4", None),
    ("post", "api/v1/plan/shifts/"): ("1443.4434", "planned"),
    ("get", "api/v1/plan/shifts/<int:planned_shift_id>/"): ("144..44.4", None),
    ("patch", "api/v1/plan/shifts/<int:planned_shift_id>/"): ("1443.4434", {"version": 1, "note": "x"}),
    ("post", "api/v1/plan/shifts/<int:planned_shift_id>/cancel/"): ("1443.4434", {"version": 1}),
    ("post", "api/v1/plan/shifts/<int:planned_shift_id>/override/"): ("1443.4434", {"version": 1, "reason": "x"}),
    ("get", "api/v1/plan/shifts/<int:planned_shift_id>/revisions/"): ("144..44.4", None),
    ("post", "api/v1/plan/try/"): ("1443.4434", "planned"),
    ("post", "api/v1/plan/pattern/"): ("1443.4434", "pattern"),
    ("post", "api/v1/plan/copy/"): ("1443.4434", "plan copy"),
    ("post", "api/v1/plan/discard/"): ("1........", {"shifts": [1]}),
    ("post", "api/v1/plan/publish/"): ("1443.4434", "plan period"),
    ("get", "api/v1/plan/csv/"): ("143.." + "33.3", "plan period"),
    ("post", "api/v1/plan/csv/"): ("1333.3333", "plan file"),
    ("get", "api/v1/plan/calendar/"): ("143.." + "33.3", "plan period"),
    ("post", "api/v1/plan/calendar/"): ("1333.3333", "plan calendar"),
    ("get", "api/v1/plan/absences/"): ("143.." + "33.3", "plan period"),
    ("post", "api/v1/plan/absences/"): ("1333.3333", "absence"),
    ("patch", "api/v1/plan/absences/<int:absence_id>/"): ("1443.4434", "absence as it shall be"),
    ("post", "api/v1/plan/absences/<int:absence_id>/remove/"): ("1443.4434", "absence version"),
    ("get", "api/v1/plan/teams/"): ("143.." + "33.3", "node"),
    ("post", "api/v1/plan/teams/"): ("1333.3333", "team"),
    ("patch", "api/v1/plan/teams/<int:team_id>/"): ("1443.4434", "team as it shall be"),
    ("get", "api/v1/plan/orders/"): ("143.." + "33.3", "plan period"),
    ("get", "api/v1/plan/shifts/<int:planned_shift_id>/order/"): ("144..44.4", None),
    ("get", "api/v1/plan/own/calendar/"): ("1........", None),
    ("get", "api/v1/plan/own/"): ("1........", None),
    ("post", "api/v1/plan/own/"): ("1........", {"notices": [1]}),
    ("get", "api/v1/units/<int:unit_id>/equipment/"): ("14....4..", None),
    ("post", "api/v1/field/contact/"): (".........", {"device": "x" * 36}),
    ("get", "api/v1/messages/"): ("1........", None),
    ("post", "api/v1/messages/"): ("143..4433", "message"),
    ("post", "api/v1/messages/receipts/"): ("1.3...." + "33", "receipts"),
    # incidents
    ("get", "api/v1/calls/"): ("1....3333", None),
    ("post", "api/v1/calls/"): ("1...." + "3333", {"phone": "021"}),
    ("get", "api/v1/incidents/"): ("1....33..", None),
    ("post", "api/v1/incidents/"): ("1...." + "3333", {"type": "theft", "place": "Дунавска 1"}),
    ("post", "api/v1/entries/"): ("14...4433", "entry"),
    ("get", "api/v1/entries/<int:entry_id>/"): ("14...4433", None),
    ("patch", "api/v1/entries/<int:entry_id>/"): ("14...4433", {"fields": {"place": {"value": "x", "version": 0}}}),
    ("post", "api/v1/entries/<int:entry_id>/drop/"): ("14...4433", None),
    ("get", "api/v1/incidents/duplicates/"): ("1....33..", PLACE),
    ("get", "api/v1/incidents/<int:incident_id>/"): ("14....4..", None),
    ("patch", "api/v1/incidents/<int:incident_id>/"): ("14...3433", {"version": 3, "summary": "x"}),
    ("get", "api/v1/incidents/<int:incident_id>/notes/"): ("14....4..", None),
    ("post", "api/v1/incidents/<int:incident_id>/notes/"): ("14....433", {"text": "x"}),
    ("get", "api/v1/incidents/<int:incident_id>/timeline/"): ("14....4..", None),
    ("post", "api/v1/incidents/<int:incident_id>/regrade/"): ("14...3433", {"priority": 1, "reason": "x"}),
    ("post", "api/v1/incidents/<int:incident_id>/reopen/"): ("14...3433", {"reason": "x"}),
    ("post", "api/v1/incidents/<int:incident_id>/merge/"): ("14...3433", "merge"),
    ("post", "api/v1/incidents/<int:incident_id>/calls/"): ("14...3433", "call"),
    ("post", "api/v1/incidents/<int:incident_id>/answers/"): ("14...3433", "answer"),
    ("post", "api/v1/incidents/<int:incident_id>/split/"): ("14...3433", {"call": 1, "type": "theft"}),
    ("get", "api/v1/dispositions/"): ("1........", None),
    ("get", "api/v1/incident-types/"): ("1........", None),
    ("get", "api/v1/targets/"): ("1........", None),
    ("get", "api/v1/incidents/<int:incident_id>/known/"): ("14....4..", None),
    ("get", "api/v1/addresses/known/"): ("1....33..", PLACE),
    ("get", "api/v1/hazards/"): ("1....33..", None),
    ("post", "api/v1/hazards/"): ("1...." + "3333", "hazard"),
    ("get", "api/v1/hazards/<int:hazard_id>/"): ("14....4..", None),
    ("post", "api/v1/hazards/<int:hazard_id>/renew/"): ("14...3433", "renewal"),
    ("post", "api/v1/hazards/<int:hazard_id>/withdraw/"): ("14...3433", {"reason": "x"}),
    ("post", "api/v1/aml/"): ("1...." + "3333", {"message": 'A"ML=1;lt=+45.25;lg=+19.84;rd=50'}),
    # border
    ("get", "api/v1/border/situation/"): ("1333.33.3", {"from": "2026-11-01", "to": "2026-11-02"}),
    ("get", "api/v1/border/situation.pdf"): ("1333.33.3", {"from": "2026-11-01", "to": "2026-11-02"}),
    ("get", "api/v1/border/situation.csv"): ("1333.33.3", {"from": "2026-11-01", "to": "2026-11-02"}),
    ("get", "api/v1/border/sections/"): ("1....33..", None),
    ("get", "api/v1/border/events/"): ("1....33..", None),
    ("post", "api/v1/border/events/"): ("14...4433", "border event"),
    ("get", "api/v1/border/events/<int:event_id>/"): ("14...44..", None),
    ("post", "api/v1/border/events/<int:event_id>/counts/"): ("14...4433", {"detected": 3, "reason": "x"}),
    ("post", "api/v1/border/events/<int:event_id>/assessments/"): ("14...4433", "assessment"),
    ("get", "api/v1/border/joint-patrols/"): ("1........", None),
    ("post", "api/v1/border/joint-patrols/"): ("143..3333", "joint patrol"),
    ("post", "api/v1/border/joint-patrols/<int:patrol_id>/meet/"): ("143...433", None),
    ("post", "api/v1/border/joint-patrols/<int:patrol_id>/end/"): ("143...433", None),
    ("post", "api/v1/border/joint-patrols/<int:patrol_id>/call-off/"): ("143...433", {"note": "x"}),
    # dispatch
    ("get", "api/v1/field/state/"): ("13333..33", None),
    ("post", "api/v1/field/incidents/"): ("13333..33", {"type": "theft"}),
    ("get", "api/v1/boards/"): ("1........", None),
    ("get", "api/v1/boards/<int:board_id>/snapshot/"): ("14...44..", None),
    ("get", "api/v1/boards/<int:board_id>/events/"): ("14...44..", {"after": 0}),
    ("get", "api/v1/boards/<int:board_id>/replay/"): ("14...44..", PAST),
    ("get", "api/v1/boards/<int:board_id>/replay/positions/"): ("14...44..", PAST),
    ("get", "api/v1/boards/<int:board_id>/areas/"): ("14...44..", None),
    ("get", "api/v1/boards/<int:board_id>/coverage/"): ("14...44..", {"minutes": 5}),
    ("get", "api/v1/console/layout/"): ("1........", None),
    ("put", "api/v1/console/layout/"): ("1........", {"panels": [], "layers": {}, "muted": []}),
    ("get", "api/v1/incidents/<int:incident_id>/assignments/"): ("14....4..", None),
    ("post", "api/v1/incidents/<int:incident_id>/assignments/"): ("143..4433", "free unit"),
    ("get", "api/v1/incidents/<int:incident_id>/recommendations/"): ("143..3433", None),
    ("post", "api/v1/incidents/<int:incident_id>/close/"): ("143..4433", {"disposition": "handled"}),
    ("post", "api/v1/incidents/<int:incident_id>/cancel/"): ("143..4433", {"reason": "x"}),
    ("post", "api/v1/incidents/<int:incident_id>/undo/"): ("14...3433", {"what": "regrade"}),
    ("post", "api/v1/incidents/<int:incident_id>/contact/"): ("143..3433", None),
    ("post", "api/v1/units/<int:unit_id>/backup/"): ("143...433", {"level": "urgent"}),
    ("get", "api/v1/alarm-chains/"): ("1333.3333", None),
    ("get", "api/v1/alarm-chains/<int:alarm_id>/"): ("1433.3433", None),
    ("get", "api/v1/backups/"): ("1........", None),
    ("post", "api/v1/backups/<int:backup_id>/refuse/"): ("143..3433", {"reason": "x"}),
    ("post", "api/v1/backups/<int:backup_id>/withdraw/"): ("143...433", None),
    ("get", "api/v1/assignments/<int:assignment_id>/"): ("14....4..", None),
    ("post", "api/v1/assignments/<int:assignment_id>/"): ("143...433", {"status": "en_route"}),
    ("patch", "api/v1/assignments/<int:assignment_id>/"): ("143...433", {"status": "en_route"}),
    ("post", "api/v1/assignments/<int:assignment_id>/outcome/"): ("143...433", {"disposition": "resolved"}),
    ("post", "api/v1/assignments/<int:assignment_id>/correct/"): (
        "143..3433",
        {"status": "dispatched", "occurred_at": "2026-11-02T11:59:00Z", "reason": "x"},
    ),
    ("post", "api/v1/assignments/<int:assignment_id>/undo/"): ("143..3433", None),
    ("post", "api/v1/reminders/"): ("14...4433", "reminder"),
    ("post", "api/v1/reminders/<int:reminder_id>/snooze/"): ("14...4433", {"after_s": 60, "version": 1}),
    ("post", "api/v1/reminders/<int:reminder_id>/done/"): ("14...4433", None),
    ("get", "api/v1/centres/"): ("1....3333", PLACE),
    ("get", "api/v1/boards/<int:board_id>/ended/"): ("14...44..", None),
    ("get", "api/v1/boards/<int:board_id>/log/"): ("14...44..", None),
    ("post", "api/v1/boards/<int:board_id>/log/"): ("14...4433", {"text": "x"}),
    ("get", "api/v1/boards/<int:board_id>/log.csv"): ("14...44..", None),
    ("get", "api/v1/incidents/<int:incident_id>/handovers/"): ("14....4..", None),
    ("post", "api/v1/incidents/<int:incident_id>/handovers/"): ("14...3433", "offer"),
    ("post", "api/v1/handovers/<int:handover_id>/accept/"): ("143334433", None),
    ("post", "api/v1/handovers/<int:handover_id>/refuse/"): ("143334433", {"reason": "x"}),
    ("post", "api/v1/handovers/<int:handover_id>/withdraw/"): ("14...4433", None),
    ("post", "api/v1/handovers/<int:handover_id>/note/"): ("14...4433", None),
    # analytics
    ("get", "api/v1/availability/"): ("143.." + "33.3", "plan period"),
    ("get", "api/v1/availability/minimums/"): ("143.." + "33.3", "node"),
    ("post", "api/v1/availability/minimums/"): ("1333.3333", "minimum"),
    ("patch", "api/v1/availability/minimums/<int:minimum_id>/"): ("1443.4434", "minimum as it shall be"),
    ("post", "api/v1/availability/minimums/<int:minimum_id>/end/"): ("1443.4434", "minimum's end"),
    ("get", "api/v1/availability/gaps/"): ("143.." + "33.3", "node"),
    ("get", "api/v1/availability/time-split/"): ("143.." + "33.3", "plan period"),
    ("get", "api/v1/availability/plan-and-fact/"): ("143.." + "33.3", "plan period"),
    ("get", "api/v1/reports/"): ("1333.33.3", None),
    ("post", "api/v1/reports/response-times/"): ("1333.33.3", "report"),
    ("get", "api/v1/reports/<int:report_id>/"): ("1444.44.4", None),
    ("post", "api/v1/reports/<int:report_id>/cancel/"): ("1444.44.4", None),
    ("get", "api/v1/reports/<int:report_id>/incidents/"): ("1444.44.4", None),
    ("get", "api/v1/reports/<int:report_id>/export/"): ("1444.44.4", None),
    ("get", "api/v1/reports/readers/"): ("1333.33.3", "node"),
    ("get", "api/v1/report-schedules/"): ("1333.33.3", None),
    ("post", "api/v1/report-schedules/"): ("1333.33.3", "schedule"),
    ("post", "api/v1/report-schedules/<int:schedule_id>/end/"): ("1444.44.4", None),
}


class World:
    """One incident of ours with a unit on it, and everybody who may or may not know."""

    def __init__(self, board, elsewhere):
        node = board.organisation
        self.kind = factories.IncidentTypeFactory(code="theft")
        self.unit = factories.UnitFactory(board=board, call_sign="ZX-208")
        self.free = factories.UnitFactory(board=board, call_sign="ZX-209")
        self.away = factories.UnitFactory(board=board, call_sign="ZX-210", status="off_duty", on_duty=False)
        self.incident = factories.IncidentFactory(board=board, number="ZX-1", type=self.kind)
        self.other = factories.IncidentFactory(board=board, number="ZX-2", type=self.kind)
        self.call = factories.CallFactory(incident=None, organisation=node, caller_name="ZX-caller")
        self.shift = factories.ShiftFactory(unit=self.unit)
        self.people = {
            "nobody": None,
            "outsider": person(Role.DISPATCHER, elsewhere, "outsider"),
            "taker": person(Role.CALL_TAKER, node, "taker"),
            "dispatcher": person(Role.DISPATCHER, node, "alice"),
            "commander": person(Role.SHIFT_COMMANDER, node, "commander"),
            "crew": person(Role.PATROL, node, "crew"),
            "patrol": person(Role.PATROL, node, "patrol"),
            "administrator": person(Role.ADMINISTRATOR, node, "administrator"),
            "reader": person(Role.READ_ONLY, node, "reader"),
        }
        officer = factories.OfficerFactory(user=self.people["crew"], organisation=node, name="ZX-officer")
        factories.CrewMemberFactory(shift=self.shift, officer=officer)
        self.officer = factories.OfficerFactory(organisation=node, name="ZX-second")
        dispatcher = Viewer.of(self.people["dispatcher"])
        self.job = assign_unit(incident_id=self.incident.pk, unit_id=self.unit.pk, by=dispatcher)
        self.alarm, _new = raise_emergency(unit_id=self.unit.pk, by=Viewer.of(self.people["crew"]))
        self.timer = factories.WelfareTimerFactory(unit=self.unit)
        self.backup, _new = request_backup(unit_id=self.unit.pk, level="urgent", by=dispatcher)
        self.section = factories.SectionFactory()
        self.border_event = factories.BorderEventFactory(incident=self.incident, section=self.section)
        self.joint_patrol = factories.JointPatrolFactory(unit=self.unit, section=self.section)
        third = factories.BoardFactory(organisation__parent=elsewhere.parent, name="Трећа")
        self.handover = offer_handover(incident_id=self.other.pk, board_id=third.pk, by=dispatcher)
        self.third = third
        self.hazard = factories.HazardFactory(organisation=node, text="ZX-gun")
        self.message = send_to_units(text="ZX-text", unit_ids=[self.unit.pk], by=dispatcher)
        self.report = Report.objects.create(
            organisation=node, parameters={"from": None, "to": None, "by": None}, requested_at=factories.NOON
        )
        self.planned = factories.PlannedShiftFactory(unit=self.unit, note="ZX-plan")
        self.team = factories.TeamFactory(organisation=node)
        self.absence = factories.AbsenceFactory(officer=self.officer)
        minimum = factories.MinimumStaffingFactory(organisation=node, valid_from=factories.NOON.date())
        self.minimum = MinimumStaffing.objects.select_related("organisation", "area").get(pk=minimum.pk)
        away = {"officer": self.officer.pk, "kind": "sick", "first_day": "2027-01-01", "last_day": "2027-01-02"}
        team = {
            "organisation": node.pk,
            "name": "x",
            "pattern": self.team.pattern_id,
            "anchor": "2026-11-02",
            "posts": [],
        }
        needed = {
            "organisation": node.pk,
            "units": 9,
            "weekdays": [1],
            "starts": "09:00",
            "ends": "10:00",
            "valid_from": factories.NOON.date().isoformat(),
        }
        self.schedule = ReportSchedule.objects.create(
            organisation=node, every="day", language="en", created_at=factories.NOON
        )
        self.ids = {
            "organisation_id": node.pk,
            "planned_shift_id": self.planned.pk,
            "unit_id": self.unit.pk,
            "shift_id": self.shift.pk,
            "incident_id": self.incident.pk,
            "hazard_id": self.hazard.pk,
            "board_id": board.pk,
            "assignment_id": self.job.pk,
            "report_id": self.report.pk,
            "schedule_id": self.schedule.pk,
            "alarm_id": self.alarm.pk,
            "handover_id": self.handover.pk,
            "reminder_id": factories.ReminderFactory(board=board).pk,
            "entry_id": factories.EntryFactory(board=board, begun_by_name="ZX-taker").pk,
            "timer_id": self.timer.pk,
            "backup_id": self.backup.pk,
            "event_id": self.border_event.pk,
            "patrol_id": self.joint_patrol.pk,
            "absence_id": self.absence.pk,
            "team_id": self.team.pk,
            "minimum_id": self.minimum.pk,
            "watch_alarm_id": factories.WatchAlarmFactory(board=board, organisation=node).pk,
        }
        self.bodies = {
            "shift": {"unit": self.away.pk, "crew": [self.officer.pk]},
            "border event": {
                "incident": self.other.pk,
                "section": self.section.pk,
                "kind": "refusal",
                "means": "patrol",
            },
            "assessment": {"impact": "high", "confidence": "low", "reason": "x"},
            "joint patrol": {
                "unit": self.free.pk,
                "section": self.section.pk,
                "partner_service": "Határrendészet",
                "partner_country": "hu",
                "meeting_place": "x",
                "meets_at": "2026-11-02T18:00Z",
                "until": "2026-11-02T22:00Z",
            },
            "entry": {"board": board.pk, "fields": {"place": "x"}},
            "answer": {"question": "x", "value": "yes", "version": 0},
            "offer": {"to": self.third.pk},
            "reminder": {"board": board.pk, "after_s": 60, "text": "x"},
            "merge": {"into": self.other.pk},
            "call": {"call": self.call.pk},
            "alarm": {"unit": self.unit.pk},
            "message": {"units": [self.unit.pk], "text": "ZX-text"},
            "receipts": {"read": [self.message.pk]},
            "free unit": {"unit": self.free.pk},
            "hazard": {"kind": "dog", "text": "x", "source": "x", "person": "x", "expires_at": "2027-01-01T00:00Z"},
            "renewal": {"expires_at": "2027-02-01T00:00Z", "source": "x"},
            "plan file": {"organisation": node.pk, "text": "call_sign,start,end"},
            "node": {"organisation": node.pk},
            "absence": away,
            "absence as it shall be": away | {"version": absence_card(self.absence)["version"]},
            "absence version": {"version": absence_card(self.absence)["version"]},
            "team": team,
            "team as it shall be": team | {"version": team_card(self.team)["version"]},
            "minimum": needed,
            "minimum as it shall be": needed | {"version": minimum_card(self.minimum)["version"]},
            "minimum's end": {"version": minimum_card(self.minimum)["version"], "last_day": "2030-01-01"},
            "plan calendar": {
                "organisation": node.pk,
                "first": "2026-11-02",
                "last": "2026-11-08",
                "text": "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR",
            },
            "plan period": {"organisation": node.pk, "first": "2026-11-02", "last": "2026-11-08"},
            "plan copy": {"organisation": node.pk, "first": "2026-11-02", "last": "2026-11-08", "to": "2026-11-09"},
            "pattern": {"team": self.team.pk, "first": "2026-11-02", "last": "2026-11-08"},
            "planned": {
                "unit": self.free.pk,
                "starts_at": "2026-11-03T07:00Z",
                "ends_at": "2026-11-03T19:00Z",
            },
            "report": {"organisation": node.pk, "by": "priority"},
            "schedule": {"organisation": node.pk, "every": "day", "recipients": [self.people["commander"].pk]},
        }


@pytest.fixture
def world(board, elsewhere, frozen_clock):
    return World(board, elsewhere)


def addresses(patterns=None, prefix=""):
    """All addresses but the admin's, with their views."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and address != "admin/":
            yield from addresses(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            kind = "hazard" if "hazards/" in address else "incident"
            yield address.replace("<int:pk>", f"<int:{kind}_id>"), pattern.callback


def methods(view):
    """The methods that a view answers to."""
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if kind is None:
        return {"post"} if view.__name__ == "preferences" else {"get"}
    found = {name for name in ("get", "post", "put", "patch", "delete") if hasattr(kind, name)}
    return found - ({"put"} if kind.__name__ == "SignIn" else {"get"} if kind.__name__ == "SignOut" else set())


def test_every_address_is_in_the_table_and_no_other():
    served = {(method, address) for address, view in addresses() for method in methods(view)}
    assert (served - set(TABLE), set(TABLE) - served) == (set(), set())


def test_each_role_gets_what_the_table_says(world, client_of):
    clients = {role: client_of(world.people[role]) for role in COLUMNS}
    wrong = []
    for (method, address), (expected, body) in TABLE.items():
        url = "/" + address
        for name, pk in world.ids.items():
            url = url.replace(f"<int:{name}>", str(pk))
        data = world.bodies[body] if isinstance(body, str) else body
        got = "".join(verdict(clients[role], method, url, data, role) for role in COLUMNS)
        if got != expected:
            wrong.append(f"{method} {address}: {expected} is expected, {got} is so")
    assert not wrong, "\n".join([", ".join(COLUMNS), *wrong])


def verdict(client, method, url, data, role):
    """What this role gets, as a sign of the table. What it did is taken back."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(url, data, **({} if method == "get" else {"format": "json"}))
        transaction.set_rollback(True)
    client.cookies = cookies
    assert answer.status_code < 500 or url == "/healthz", (role, url, answer.content)
    if answer.status_code == 302 and "/sign-in/" in answer["Location"]:
        return ">"
    if role in ("nobody", "outsider") and not answer.streaming:
        assert b"ZX-" not in answer.content, f"{role} learns something from {url}"
    if answer.status_code == 404 and url in NEEDS_A_MAP:
        return "."
    return {401: "1", 403: "3", 404: "4"}.get(answer.status_code, ".")


def test_the_admin_lets_only_staff_in(world, client_of):
    urls = [
        "/admin/",
        *(f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in admin.site._registry),
    ]
    for role in COLUMNS:
        client = client_of(world.people[role])
        for url in urls:
            answer = client.get(url)
            assert (answer.status_code, "/admin/login/" in answer.get("Location", "")) == (302, True), (role, url)


def test_every_socket_is_tested():
    """`tests/integration/live/test_socket_access.py` holds the roles against each of these."""
    assert [str(pattern.pattern) for pattern in websocket_urlpatterns] == [
        "ws/boards/<int:board_id>/",
        "",  # refuses every other address
    ]


def test_an_error_has_one_shape(world, client_of):
    answer = client_of(world.people["outsider"]).get(f"/api/v1/incidents/{world.incident.pk}/")
    assert set(json.loads(answer.content)) == {"code", "message", "field", "state", "errors"}
