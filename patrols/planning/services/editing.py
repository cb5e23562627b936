"""One planned shift at a time: made, changed, called off, a rule let be."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import change
from core.errors import Conflict, Invalid, NotFound, Unprocessable
from core.rules import Permission
from geo.models import Area
from patrols.models import Officer, Unit, Vehicle
from patrols.planning import selectors
from patrols.planning.cards import core_of, shift_cards
from patrols.planning.models import PlannedCrew, PlannedShift, PlannedTask, PlanRevision
from patrols.planning.rules import State, TaskKind, Violation
from patrols.planning.services import news

LONGEST = timedelta(hours=72)
MOST_TASKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskData:
    """A task as somebody entered it; times are aware."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    area_id: int | None = None
    place: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftData:
    """A planned shift as somebody entered it; times are aware; the first officer leads."""

    unit_id: int
    starts_at: datetime
    ends_at: datetime
    officer_ids: tuple[int, ...] = ()
    vehicle_id: int | None = None
    sector_id: int | None = None
    skills_needed: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    note: str = ""
    tasks: tuple[TaskData, ...] = ()


COLUMNS = tuple(f.name for f in fields(ShiftData) if f.name not in ("officer_ids", "tasks"))


def create_planned_shift(*, data: ShiftData, by: Viewer, calendar_uid: str = "") -> PlannedShift:
    """Add a draft; `calendar_uid` is what a calendar that it comes from calls it.

    Raises NotFound, Forbidden, Invalid, Unprocessable; rules of rest and hours do not stop a draft.
    """
    with change(by=by) as c:
        news.lock_plan()
        unit = _checked(data, by)
        shift = PlannedShift.objects.create(**_columns(data), calendar_uid=calendar_uid)
        _fill(shift, data)
        c.audit("plan.drafted", shift, organisation=unit.organisation_id, detail={"call_sign": unit.call_sign})
    return news.fresh(shift.pk)


def change_planned_shift(
    *, shift_id: int, version: int, changes: dict[str, Any], by: Viewer, reason: str = "", override_reason: str = ""
) -> PlannedShift:
    """Change what is named in `changes` (fields of ShiftData): compare-and-set on `version`.

    A shift that is moved as a whole takes its tasks with it. One that is published needs a `reason` and must break no
    rule that `override_reason` does not cover; the change is recorded and the crews are told.

    Raises NotFound, Forbidden, Invalid; Conflict with the shift as it stands; Unprocessable for what makes no sense and
    for rules that are broken (`plan_violations`, with them in words).
    """
    with change(by=by) as c:
        news.lock_plan()
        shift = _open(shift_id, by, version)
        before, data = core_of(shift), data_of(shift)
        wanted = _changed(data, changes)
        if wanted == data:
            return shift
        public = news.is_public(shift)
        if public and not reason.strip():
            raise Invalid(_("The plan is published: say why it changes."), code="no_reason", field="reason")
        unit = _checked(wanted, by)
        PlannedShift.objects.filter(pk=shift_id).update(**_columns(wanted), version=version + 1)
        _fill(shift, wanted)
        shift = news.fresh(shift_id)
        if override_reason or public:
            _hold_to_the_rules(shift, override_reason.strip(), must=public, c=c)
        if public:
            news.record(shift, PlanRevision.Kind.CHANGED, before=before, reason=reason.strip(), c=c)
            news.tell_boards([shift], PlanRevision.Kind.CHANGED, reason=reason.strip(), c=c)
        else:
            c.audit("plan.draft_changed", shift, organisation=unit.organisation_id, detail={"fields": sorted(changes)})
    return shift


def cancel_planned_shift(*, shift_id: int, version: int, by: Viewer, reason: str = "") -> PlannedShift:
    """Call a shift off; a published one with a reason, and its crew is told. Raises as `change_planned_shift`."""
    with change(by=by) as c:
        news.lock_plan()
        shift = _open(shift_id, by, version)
        before, public = core_of(shift), news.is_public(shift)
        if public and not reason.strip():
            raise Invalid(_("The plan is published: say why it changes."), code="no_reason", field="reason")
        PlannedShift.objects.filter(pk=shift_id).update(state=State.CANCELLED, version=version + 1)
        shift = news.fresh(shift_id)
        if public:
            news.record(shift, PlanRevision.Kind.CANCELLED, before=before, reason=reason.strip(), c=c)
            news.tell_boards([shift], PlanRevision.Kind.CANCELLED, reason=reason.strip(), c=c)
        else:
            c.audit("plan.draft_removed", shift, organisation=shift.unit.organisation_id)
    return shift


def override_violations(*, shift_id: int, version: int, reason: str, by: Viewer) -> PlannedShift:
    """Give a reason for all that is wrong with a shift and may be let be. It holds until something gets worse.

    Raises Invalid without a reason; Unprocessable where something is wrong that no reason makes possible.
    """
    if not reason.strip():
        raise Invalid(_("Say why the rule may be broken."), code="no_reason", field="reason")
    with change(by=by) as c:
        news.lock_plan()
        shift = _open(shift_id, by, version)
        _hold_to_the_rules(shift, reason.strip(), must=True, c=c)
    return news.fresh(shift_id)


def try_shift(*, data: ShiftData, shift_id: int | None, by: Viewer) -> tuple[PlannedShift, list[Violation]]:
    """What would be wrong with a shift, without keeping it. Raises as `create_planned_shift`."""
    _checked(data, by)
    shift = PlannedShift(pk=shift_id, **_columns(data))
    (planned,) = selectors.as_planned([shift], crews={shift_id or 0: data.officer_ids})
    return shift, selectors.check([planned]).get(shift_id or 0, [])


# --- parts --------------------------------------------------------------------------------------------------------


def _hold_to_the_rules(shift: PlannedShift, reason: str, *, must: bool, c: Any) -> None:
    """Note `reason` for all that is wrong; where it `must` be right, raise Unprocessable for what remains."""
    wrong = selectors.check(selectors.as_planned([shift]))
    if reason:
        news.override(shift, news.open_violations(shift, wrong.get(shift.pk, ())), reason=reason, c=c)
    if must:
        news.refuse_violations([shift], wrong)


def _open(shift_id: int, by: Viewer, version: int) -> PlannedShift:
    """The shift, when `by` may change it and it is as they saw it. The plan is locked."""
    shift = selectors.access_shift(by, shift_id)
    by.require(Permission.PLAN_EDIT, shift.unit.organisation_id, view=Permission.PLAN_VIEW)
    if shift.state == State.CANCELLED:
        raise Conflict(_("The shift was called off."), code="shift_cancelled", state=core_of(shift))
    if shift.version != version:
        (card,) = shift_cards([shift])
        raise Conflict(_("Somebody has changed this shift meanwhile."), code="shift_changed", state=card)
    return shift


def data_of(shift: PlannedShift) -> ShiftData:
    """The shift as it would be entered."""
    return ShiftData(
        **{name: getattr(shift, name) for name in COLUMNS if name not in ("skills_needed", "equipment")},
        skills_needed=tuple(shift.skills_needed),
        equipment=tuple(shift.equipment),
        officer_ids=tuple(member.officer_id for member in shift.crew.all()),
        tasks=tuple(
            TaskData(**{f.name: getattr(task, f.name) for f in fields(TaskData)}) for task in shift.tasks.all()
        ),
    )


def _changed(data: ShiftData, changes: dict[str, Any]) -> ShiftData:
    """The shift with what was changed; tasks go along where it is moved as a whole."""
    wanted = replace(data, **changes)
    moved = wanted.starts_at - data.starts_at
    if "tasks" not in changes and moved and wanted.ends_at - data.ends_at == moved:
        tasks = tuple(
            replace(task, starts_at=task.starts_at + moved, ends_at=task.ends_at + moved) for task in wanted.tasks
        )
        wanted = replace(wanted, tasks=tasks)
    return wanted


def _columns(data: ShiftData) -> dict[str, Any]:
    given = {name: getattr(data, name) for name in COLUMNS}
    return given | {"skills_needed": list(data.skills_needed), "equipment": list(data.equipment)}


def _fill(shift: PlannedShift, data: ShiftData) -> None:
    """Crew and tasks anew. Four queries."""
    shift.crew.all().delete()
    PlannedCrew.objects.bulk_create(
        PlannedCrew(shift=shift, officer_id=pk, seat=seat) for seat, pk in enumerate(data.officer_ids)
    )
    shift.tasks.all().delete()
    PlannedTask.objects.bulk_create(PlannedTask(shift=shift, **asdict(task)) for task in data.tasks)


def _checked(data: ShiftData, by: Viewer) -> Unit:
    """The unit, when all that is named is there, is known to `by`, and the times make sense."""
    unit = Unit.objects.filter(pk=data.unit_id, external=False).first()
    if unit is None:
        raise NotFound
    by.require(Permission.PLAN_EDIT, unit.organisation_id, view=Permission.PLAN_VIEW)
    _check_times(data)
    nodes = by.organisations(Permission.PLAN_VIEW)
    known = set(Officer.objects.filter(pk__in=data.officer_ids, organisation_id__in=nodes).values_list("pk", flat=True))
    if len(known) != len(data.officer_ids):
        raise Invalid(_("An officer is not known, or is named twice."), code="unknown_officer", field="crew")
    if (
        data.vehicle_id is not None
        and not Vehicle.objects.filter(pk=data.vehicle_id, organisation_id__in=nodes).exists()
    ):
        raise Invalid(_("There is no such vehicle."), code="unknown_vehicle", field="vehicle")
    areas = {pk for pk in (data.sector_id, *(task.area_id for task in data.tasks)) if pk is not None}
    if Area.objects.filter(pk__in=areas).count() != len(areas):
        raise Invalid(_("There is no such area."), code="unknown_area", field="sector")
    return unit


def _check_times(data: ShiftData) -> None:
    if data.ends_at <= data.starts_at:
        raise Unprocessable(_("The shift ends before it begins."), code="ends_before_start", field="ends_at")
    if data.ends_at - data.starts_at > LONGEST:
        raise Unprocessable(_("A shift lasts 72 hours at most."), code="too_long", field="ends_at")
    if len(data.tasks) > MOST_TASKS:
        raise Unprocessable(_("A shift has twenty tasks at most."), code="too_many_tasks", field="tasks")
    for task in data.tasks:
        if task.kind not in TaskKind:
            raise Invalid(_("There is no such kind of task."), code="unknown_task", field="tasks")
        if not data.starts_at <= task.starts_at < task.ends_at <= data.ends_at:
            raise Unprocessable(
                _("A task does not lie within the shift. Change or remove it first."),
                code="task_outside_shift",
                field="tasks",
            )
        if timedelta(minutes=task.minutes) > task.ends_at - task.starts_at:
            raise Unprocessable(
                _("A task asks for more minutes than its time has."), code="task_too_long", field="tasks"
            )
