"""One factory a model; a test names only what it is about."""

from datetime import UTC, datetime, time, timedelta

import factory
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from factory.django import DjangoModelFactory

from analytics.availability.models import MinimumStaffing
from core.models import Board, Organisation, RoleAssignment, User
from core.rules import Role
from dispatch.models import Assignment, LogEntry, Reminder
from geo.models import Area
from incidents.border.models import BorderAssessment, BorderCount, BorderEvent
from incidents.entering.models import Entry
from incidents.models import Call, Hazard, Incident, IncidentType, Target
from incidents.questions.models import Disposition, Question
from patrols.models import (
    CrewMember,
    JointPatrol,
    LatestPosition,
    Officer,
    Shift,
    StatusChange,
    Unit,
    Vehicle,
    WatchAlarm,
    WatchRule,
    WelfareRule,
    WelfareTimer,
)
from patrols.planning.models import Absence, PlannedCrew, PlannedShift, PlannedTask, ShiftPattern, Team, TeamPost
from patrols.rules import Status
from patrols.skills.models import Skill

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence(lambda n: f"O{n}")
    name = factory.Sequence(lambda n: f"Управа {n}")
    kind = Organisation.Kind.DIRECTORATE


class BoardFactory(DjangoModelFactory):
    class Meta:
        model = Board

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.LazyAttribute(lambda o: o.organisation.name)
    center = Point(19.84, 45.25)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = "Јована"
    last_name = "Петровић"


class RoleAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    role = Role.DISPATCHER
    organisation = factory.SubFactory(OrganisationFactory)


class VehicleFactory(DjangoModelFactory):
    class Meta:
        model = Vehicle

    organisation = factory.SubFactory(OrganisationFactory)
    plate = factory.Sequence(lambda n: f"P-{n:03}")


class OfficerFactory(DjangoModelFactory):
    class Meta:
        model = Officer

    organisation = factory.SubFactory(OrganisationFactory)
    badge = factory.Sequence(lambda n: f"{n:05}")
    name = factory.Sequence(lambda n: f"Полицајац {n}")


class UnitFactory(DjangoModelFactory):
    """A unit on patrol, on duty, of the board given."""

    class Meta:
        model = Unit

    board = factory.SubFactory(BoardFactory)
    organisation = factory.SelfAttribute("board.organisation")
    call_sign = factory.Sequence(lambda n: str(200 + n))
    status = Status.ON_PATROL
    on_duty = True
    status_since = NOON


class LatestPositionFactory(DjangoModelFactory):
    class Meta:
        model = LatestPosition

    unit = factory.SubFactory(UnitFactory)
    point = Point(19.84, 45.25)
    at = NOON
    recorded_at = NOON


class ShiftFactory(DjangoModelFactory):
    class Meta:
        model = Shift

    unit = factory.SubFactory(UnitFactory)
    starts_at = NOON


class CrewMemberFactory(DjangoModelFactory):
    class Meta:
        model = CrewMember

    shift = factory.SubFactory(ShiftFactory)
    officer = factory.SubFactory(OfficerFactory)
    joined_at = NOON


class IncidentTypeFactory(DjangoModelFactory):
    class Meta:
        model = IncidentType

    code = factory.Sequence(lambda n: f"type-{n}")
    name = factory.Sequence(lambda n: f"Kind {n}")


class QuestionFactory(DjangoModelFactory):
    """A question to be answered with yes or no."""

    class Meta:
        model = Question

    type = factory.SubFactory(IncidentTypeFactory)
    code = factory.Sequence(lambda n: f"question-{n}")
    text = "Is there a weapon?"


class DispositionFactory(DjangoModelFactory):
    class Meta:
        model = Disposition

    code = factory.Sequence(lambda n: f"end-{n}")
    name = "Resolved on the spot"


class SkillFactory(DjangoModelFactory):
    class Meta:
        model = Skill

    code = factory.Sequence(lambda n: f"skill-{n}")
    name = "police dog"
    names = {"sr": "службени пас", "sl": "službeni pes"}


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    organisation = factory.SubFactory(OrganisationFactory)
    priority = 1
    seconds = 600
    valid_from = NOON.date()


class IncidentFactory(DjangoModelFactory):
    """An incident that waits."""

    class Meta:
        model = Incident

    board = factory.SubFactory(BoardFactory)
    organisation = factory.SelfAttribute("board.organisation")
    number = factory.Sequence(lambda n: f"T-2026-{n:06}")
    type = factory.SubFactory(IncidentTypeFactory)
    priority = 2
    first_priority = factory.SelfAttribute("priority")
    highest_priority = factory.SelfAttribute("priority")
    location = Point(19.842, 45.252)
    place = "Булевар ослобођења 46"
    received_at = NOON
    created_at = NOON
    ready_at = NOON


class EntryFactory(DjangoModelFactory):
    """A call that somebody begins to take at noon."""

    class Meta:
        model = Entry

    board = factory.SubFactory(BoardFactory)
    organisation = factory.SelfAttribute("board.organisation")
    begun_at = NOON
    begun_by_name = "Јована П."
    recorded_at = NOON


class CallFactory(DjangoModelFactory):
    class Meta:
        model = Call

    incident = factory.SubFactory(IncidentFactory)
    organisation = factory.SelfAttribute("incident.organisation")
    phone = "064 000 118"
    caller_name = "Комшиница"
    received_at = NOON
    recorded_at = NOON


class HazardFactory(DjangoModelFactory):
    """A hazard that holds at noon and for 30 days."""

    class Meta:
        model = Hazard

    organisation = factory.SubFactory(OrganisationFactory)
    kind = Hazard.Kind.WEAPON
    text = "Ловачка пушка"
    source = "Пријава"
    place = "Булевар ослобођења 46"
    location = Point(19.842, 45.252)
    author_name = "Јована П."
    created_at = NOON
    valid_from = NOON
    review_at = factory.SelfAttribute("expires_at")
    expires_at = NOON + timedelta(days=30)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    incident = factory.SubFactory(IncidentFactory)
    unit = factory.SubFactory(UnitFactory, board=factory.SelfAttribute("..incident.board"))
    dispatched_at = NOON


class WelfareRuleFactory(DjangoModelFactory):
    """On scene the crew is asked after ten minutes, the dispatcher told a minute later, the commander two minutes later."""

    class Meta:
        model = WelfareRule

    organisation = factory.SubFactory(OrganisationFactory)
    status = Status.ON_SCENE
    due_after_s = 600
    dispatcher_after_s = 60
    commander_after_s = 120


class WelfareTimerFactory(DjangoModelFactory):
    """A timer that began at noon and runs for ten minutes."""

    class Meta:
        model = WelfareTimer

    unit = factory.SubFactory(UnitFactory)
    board = factory.SelfAttribute("unit.board")
    status = factory.SelfAttribute("unit.status")
    started_at = NOON
    recorded_at = NOON
    due_at = NOON + timedelta(minutes=10)
    dispatcher_at = NOON + timedelta(minutes=11)
    commander_at = NOON + timedelta(minutes=13)
    next_at = factory.SelfAttribute("due_at")


class AreaFactory(DjangoModelFactory):
    """A sector around the middle of the town, a kilometre or so wide."""

    class Meta:
        model = Area

    kind = Area.Kind.SECTOR
    code = factory.Sequence(lambda n: f"S{n}")
    name = factory.Sequence(lambda n: f"Сектор {n}")
    organisation = factory.SubFactory(OrganisationFactory)
    geometry = MultiPolygon(Polygon.from_bbox((19.83, 45.24, 19.85, 45.26)), srid=4326)


class WatchRuleFactory(DjangoModelFactory):
    """A rule of a node, always open."""

    class Meta:
        model = WatchRule

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Надзор {n}")
    kind = "silent"
    after_s = 60


class WatchAlarmFactory(DjangoModelFactory):
    """An alarm about an area where nobody is."""

    class Meta:
        model = WatchAlarm

    kind = "coverage"
    name = "ZX-watch"
    board = factory.SubFactory(BoardFactory)
    organisation = factory.LazyAttribute(lambda alarm: alarm.board.organisation)
    since = NOON
    raised_at = NOON


class ShiftPatternFactory(DjangoModelFactory):
    """Day, night, two days off."""

    class Meta:
        model = ShiftPattern

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"12/24/12/48 {n}")
    hours = [12, 24, 12, 48]
    starts = time(7)


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Смена {n}")
    pattern = factory.SubFactory(ShiftPatternFactory, organisation=factory.SelfAttribute("..organisation"))
    anchor = NOON.date()


class TeamPostFactory(DjangoModelFactory):
    class Meta:
        model = TeamPost

    team = factory.SubFactory(TeamFactory)
    unit = factory.SubFactory(UnitFactory)


class PlannedShiftFactory(DjangoModelFactory):
    """A draft for the coming night in Belgrade."""

    class Meta:
        model = PlannedShift

    unit = factory.SubFactory(UnitFactory)
    starts_at = NOON + timedelta(hours=6)
    ends_at = NOON + timedelta(hours=18)


class PlannedCrewFactory(DjangoModelFactory):
    class Meta:
        model = PlannedCrew

    shift = factory.SubFactory(PlannedShiftFactory)
    officer = factory.SubFactory(OfficerFactory)
    seat = 0


class AbsenceFactory(DjangoModelFactory):
    """An officer who is away today."""

    class Meta:
        model = Absence

    officer = factory.SubFactory(OfficerFactory)
    first_day = NOON.date()
    last_day = NOON.date()


class SectionFactory(DjangoModelFactory):
    """A border section around the place of the incidents."""

    class Meta:
        model = Area

    kind = Area.Kind.SECTION
    code = factory.Sequence(lambda n: f"S{n}")
    name = "Река"
    organisation = factory.SubFactory(OrganisationFactory, kind=Organisation.Kind.BORDER_CENTRE)
    geometry = MultiPolygon(Polygon.from_bbox((19.7, 45.1, 19.9, 45.3)))


class BorderEventFactory(DjangoModelFactory):
    """Three persons, seen by a camera at noon."""

    class Meta:
        model = BorderEvent
        skip_postgeneration_save = True

    incident = factory.SubFactory(IncidentFactory)
    section = factory.SubFactory(SectionFactory)
    kind = "unauthorised_crossing"
    means = "camera"
    direction = "entry"
    detected_at = NOON
    recorded_at = NOON
    count = factory.RelatedFactory("tests.factories.BorderCountFactory", factory_related_name="event")


class BorderCountFactory(DjangoModelFactory):
    class Meta:
        model = BorderCount

    event = factory.SubFactory(BorderEventFactory, count=None)
    detected = 3
    occurred_at = NOON
    recorded_at = NOON


class JointPatrolFactory(DjangoModelFactory):
    """Planned for four hours from two in the afternoon."""

    class Meta:
        model = JointPatrol

    unit = factory.SubFactory(UnitFactory)
    section = factory.SubFactory(SectionFactory)
    partner_service = "Határrendészet"
    partner_country = "HU"
    meeting_place = "Мост"
    meets_at = NOON + timedelta(hours=2)
    until = NOON + timedelta(hours=6)
    recorded_at = NOON


class BorderAssessmentFactory(DjangoModelFactory):
    class Meta:
        model = BorderAssessment

    event = factory.SubFactory(BorderEventFactory)
    impact = "high"
    confidence = "medium"
    occurred_at = NOON
    recorded_at = NOON


class MinimumStaffingFactory(DjangoModelFactory):
    """Two units are needed every night."""

    class Meta:
        model = MinimumStaffing

    organisation = factory.SubFactory(OrganisationFactory)
    units = 2
    starts = time(19)
    ends = time(7)
    valid_from = NOON.date() - timedelta(days=400)


class StatusChangeFactory(DjangoModelFactory):
    class Meta:
        model = StatusChange

    unit = factory.SubFactory(UnitFactory)
    status = Status.ON_PATROL
    occurred_at = NOON
    recorded_at = factory.SelfAttribute("occurred_at")
    source = "console"


class PlannedTaskFactory(DjangoModelFactory):
    """A directed patrol in the first hour of the shift."""

    class Meta:
        model = PlannedTask

    shift = factory.SubFactory(PlannedShiftFactory)
    kind = "directed_patrol"
    starts_at = factory.SelfAttribute("shift.starts_at")
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=1))
    minutes = 30


class ReminderFactory(DjangoModelFactory):
    """What a desk wants to be reminded of."""

    class Meta:
        model = Reminder

    board = factory.SubFactory(BoardFactory)
    text = "call the hospital"
    set_at = NOON
    set_by_name = "Јована П."
    due_at = NOON + timedelta(minutes=10)


class LogEntryFactory(DjangoModelFactory):
    """A line that somebody wrote into the log."""

    class Meta:
        model = LogEntry

    board = factory.SubFactory(BoardFactory)
    text = "Нестанак струје у центру"
    occurred_at = NOON
    recorded_at = NOON
    source = "console"
    by_name = "Јована П."
