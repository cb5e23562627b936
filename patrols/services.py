"""Writes of units and shifts. A unit's row is locked before its shift's, units in the order of their ids."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.rules import Permission
from patrols import events, selectors
from patrols.cards import unit_cards
from patrols.equipment.services import Finding, record_findings_quietly
from patrols.gps.store import FixResult, store_fixes
from patrols.models import CrewMember, Officer, Shift, StatusChange, Unit, Vehicle
from patrols.rules import FROM_ASSIGNMENT, Status
from patrols.welfare.services import follow_unit_quietly, note_action

__all__ = [
    "FixResult",
    "apply_status_quietly",
    "set_unit_status",
    "show_configured_units",
    "sign_off",
    "sign_on",
    "store_fixes",
]

CLOCK_TOLERANCE = timedelta(seconds=60)
"""How far the clock of a field unit may be ahead of ours."""


def set_unit_status(
    *,
    unit_id: int,
    status: str,
    by: Viewer,
    occurred_at: datetime | None = None,
    expected: str | None = None,
    reason: str = "",
    source: str = "console",
) -> Unit:
    """Give a unit a status that is set by hand: compare-and-set on `expected`, or on the status read here.

    A unit that has the status already stays as it is; to have said so is a sign of life.

    Raises NotFound, Forbidden; Conflict with the unit's state when another was there first, when the unit has a job,
    or an emergency, or when `occurred_at` (aware) lies before its present status began; Unprocessable for a status that
    only a job, an alarm or a shift gives, and for the future.
    """
    wanted = _settable(status)
    with change(by=by) as c:
        unit = selectors.access_unit_to_act(by, unit_id)
        previous, at = expected or unit.status, _moment(occurred_at, c.now)
        _refuse_busy(unit)
        if unit.status == previous == wanted:
            if not by.is_system:
                note_action(unit_id=unit_id, by=by, occurred_at=at, source=source)
            return unit
        rows = Unit.objects.filter(pk=unit_id, status=previous, on_duty=True)
        if occurred_at is not None:
            rows = rows.filter(status_since__lte=at)
        if not rows.update(status=wanted, status_since=at, version=F("version") + 1):
            raise _lost(unit_id, previous)
        unit.refresh_from_db(fields=["status", "status_since", "version"])
        _add_history(unit, at=at, by=by, source=source, reason=reason)
        c.audit(
            "unit.status_changed",
            unit,
            organisation=unit.organisation_id,
            detail={"from": previous, "to": wanted, "reason": reason, "source": source},
        )
        c.emit(
            unit.board_id,
            lambda: events.UnitStatusChanged(
                at=at,
                unit=unit_id,
                call_sign=unit.call_sign,
                previous=previous,
                status=wanted,
                source=source,
                reason=reason,
                upserts={"units": unit_cards([unit_id])},
            ),
        )
    return unit


def _settable(status: str) -> Status:
    """The status, if it is one that a person may set."""
    try:
        wanted = Status(status)
    except ValueError as error:
        raise Invalid(_("There is no such status."), code="unknown_status", field="status") from error
    if wanted in FROM_ASSIGNMENT:
        raise Unprocessable(_("Only a job gives this status."), code="status_of_a_job", field="status")
    if wanted == Status.EMERGENCY:
        raise Unprocessable(_("Only an alarm gives this status."), code="raise_alarm_instead", field="status")
    if wanted == Status.OFF_DUTY:
        raise Unprocessable(_("A unit goes off duty by signing off."), code="sign_off_instead", field="status")
    return wanted


def _moment(occurred_at: datetime | None, now: datetime) -> datetime:
    """When it happened: now where nothing is said, and never later than now."""
    if occurred_at is not None and occurred_at > now + CLOCK_TOLERANCE:
        raise Unprocessable(_("This time lies in the future."), code="in_future", field="occurred_at")
    return min(occurred_at or now, now)


def _refuse_busy(unit: Unit) -> None:
    if unit.status == Status.EMERGENCY:
        raise Conflict(
            _("The unit's emergency has not been resolved."),
            code="emergency_open",
            field="unit",
            state=selectors.unit_state(unit.pk),
        )
    if unit.status in FROM_ASSIGNMENT:
        raise Conflict(_("The unit has a job."), code="unit_busy", field="unit", state=selectors.unit_state(unit.pk))


def _lost(unit_id: int, previous: str) -> Conflict:
    """Why the compare-and-set found nothing."""
    state = selectors.unit_state(unit_id)
    if not state["on_duty"]:
        return Conflict(_("The unit is not on duty."), code="unit_off_duty", field="unit", state=state)
    if state["status"] in FROM_ASSIGNMENT:
        return Conflict(_("The unit has a job."), code="unit_busy", field="unit", state=state)
    if state["status"] == previous:
        return Conflict(
            _("The unit's present status began later than this."), code="superseded", field="occurred_at", state=state
        )
    return Conflict(_("The unit has another status by now."), code="status_changed", field="expected", state=state)


def apply_status_quietly(
    *, unit: Unit, status: str, occurred_at: datetime, assignment_id: int | None, by: Viewer, source: str
) -> None:
    """Give a unit the status that its job brings: row and history, **no check of rights and no event**.

    For `dispatch`, which has checked who acts, has locked the unit's row, and emits one event with all cards.
    Two queries. `occurred_at` is aware.
    """
    unit.status = Status(status)
    unit.status_since = occurred_at
    unit.on_duty = unit.status != Status.OFF_DUTY
    unit.version += 1
    unit.save(update_fields=["status", "status_since", "on_duty", "version"])
    _add_history(unit, at=occurred_at, by=by, source=source, assignment_id=assignment_id)


def _add_history(
    unit: Unit, *, at: datetime, by: Viewer, source: str, reason: str = "", assignment_id: int | None = None
) -> None:
    StatusChange.objects.create(
        unit=unit,
        status=unit.status,
        occurred_at=at,
        recorded_at=clock.now(),
        source=source,
        by_id=by.user_id,
        assignment_id=assignment_id,
        reason=reason,
    )
    follow_unit_quietly(unit=unit, at=at, by=by)


def sign_on(
    *,
    unit_id: int,
    officer_ids: Sequence[int],
    vehicle_id: int | None = None,
    planned_end_at: datetime | None = None,
    equipment: Sequence[Finding] = (),
    by: Viewer,
) -> Shift:
    """Start a shift: this crew (the first leads) on this unit, in this vehicle or none. The unit is at its station.
    What the crew found of its equipment is kept with the shift.

    Locks the unit's row. Raises NotFound, Forbidden, Invalid; Conflict with who holds it when the unit, an officer or
    the vehicle is on a shift already (the database holds all three).
    """
    if not officer_ids:
        raise Invalid(_("A patrol needs at least one officer."), code="no_crew", field="crew")
    with change(by=by) as c:
        unit = _lock_unit_to_sign_on(by, unit_id, officer_ids)
        crew = _crew(by, officer_ids)
        vehicle = _vehicle(by, vehicle_id)
        if planned_end_at is not None and planned_end_at <= c.now:
            raise Unprocessable(_("The planned end has passed."), code="ends_in_past", field="planned_end_at")
        shift = _open_shift(unit, crew, vehicle, c.now, planned_end_at)
        missing = record_findings_quietly(shift=shift, findings=equipment)
        if not unit.on_duty:
            _go(unit, Status.AT_STATION, c.now, by)
        c.audit(
            "shift.started",
            shift,
            organisation=unit.organisation_id,
            detail={"unit": unit.pk, "officers": list(officer_ids), "vehicle": vehicle_id, "missing": missing},
        )
        c.emit(
            unit.board_id,
            lambda: events.ShiftStarted(
                at=shift.starts_at,
                shift=shift.pk,
                unit=unit.pk,
                call_sign=unit.call_sign,
                officers=tuple(officer.pk for officer in crew),
                vehicle=vehicle_id,
                missing=tuple(missing),
                upserts={"units": unit_cards([unit.pk])},
            ),
        )
    return shift


def _go(unit: Unit, status: Status, at: datetime, by: Viewer) -> None:
    """Put the locked unit on or off duty, with its history."""
    apply_status_quietly(
        unit=unit,
        status=status,
        occurred_at=at,
        assignment_id=None,
        by=by,
        source="system" if by.is_system else "console",
    )


def _lock_unit_to_sign_on(by: Viewer, unit_id: int, officer_ids: Sequence[int]) -> Unit:
    """The unit, locked, when `by` may start a shift on it: for anybody, or with themselves in the crew."""
    unit = Unit.objects.select_for_update(no_key=True).filter(pk=unit_id, external=False).first()
    if unit is None:
        raise NotFound
    node = unit.organisation_id
    if by.can(Permission.UNIT_STATUS, node):
        return unit
    if not by.can(Permission.OWN_UNIT_STATUS, node):
        raise Forbidden if by.can(Permission.UNIT_VIEW, node) else NotFound
    own = selectors.own_officer(by)
    if own is None or own.pk not in officer_ids:
        raise Forbidden(_("You may only sign on a patrol of which you are part."), code="not_in_crew")
    return unit


def _crew(by: Viewer, officer_ids: Sequence[int]) -> list[Officer]:
    """The officers in the order given. Raises Invalid for one that is not known to `by`, or named twice."""
    found = {officer.pk: officer for officer in selectors.officers(by).filter(pk__in=officer_ids)}
    if len(found) != len(officer_ids):
        raise Invalid(_("An officer is not known, or is named twice."), code="unknown_officer", field="crew")
    return [found[pk] for pk in officer_ids]


def _vehicle(by: Viewer, vehicle_id: int | None) -> Vehicle | None:
    if vehicle_id is None:
        return None
    vehicle = selectors.vehicles(by).filter(pk=vehicle_id).first()
    if vehicle is None:
        raise Invalid(_("There is no such vehicle."), code="unknown_vehicle", field="vehicle")
    if not vehicle.in_service:
        raise Unprocessable(_("The vehicle is out of service."), code="vehicle_out_of_service", field="vehicle")
    return vehicle


def _open_shift(
    unit: Unit, crew: Sequence[Officer], vehicle: Vehicle | None, now: datetime, planned_end_at: datetime | None
) -> Shift:
    """Insert shift and crew; what the database refuses becomes a Conflict that names the holder."""
    try:
        with transaction.atomic():
            shift = Shift.objects.create(unit=unit, vehicle=vehicle, starts_at=now, planned_end_at=planned_end_at)
            CrewMember.objects.bulk_create(
                CrewMember(shift=shift, officer=officer, leads=index == 0, joined_at=now)
                for index, officer in enumerate(crew)
            )
    except IntegrityError as error:
        raise _taken(unit, crew, vehicle) from error
    return shift


def _taken(unit: Unit, crew: Sequence[Officer], vehicle: Vehicle | None) -> Conflict:
    """Who is on a shift already. Three queries at most."""
    running = Shift.objects.filter(ended_at__isnull=True).select_related("unit")
    if shift := running.filter(unit=unit).first():
        return Conflict(_("The unit is on a shift already."), code="unit_on_shift", field="unit", state=_holder(shift))
    member = CrewMember.objects.filter(officer__in=crew, left_at__isnull=True).select_related("shift__unit", "officer")
    if held := member.first():
        state = _holder(held.shift) | {"officer": held.officer_id, "name": held.officer.name}
        return Conflict(_("An officer rides on another patrol."), code="officer_on_shift", field="crew", state=state)
    if vehicle and (shift := running.filter(vehicle=vehicle).first()):
        state = _holder(shift) | {"vehicle": vehicle.pk, "plate": vehicle.plate}
        return Conflict(_("The vehicle is with another patrol."), code="vehicle_taken", field="vehicle", state=state)
    return Conflict()


def _holder(shift: Shift) -> dict[str, object]:
    return {
        "shift": shift.pk,
        "unit": shift.unit_id,
        "call_sign": shift.unit.call_sign,
        "starts_at": shift.starts_at,
    }


def sign_off(*, shift_id: int, by: Viewer) -> Shift:
    """End a shift: the crew is free, the unit off duty and off the board.

    Locks the unit's row, then the shift's. Raises NotFound, Forbidden; Conflict when the shift has ended, or while
    the unit has a job or an emergency.
    """
    with change(by=by) as c:
        found = selectors.access_shift_to_act(by, shift_id)
        unit = Unit.objects.select_for_update(no_key=True).get(pk=found.unit_id)
        shift = Shift.objects.select_for_update(no_key=True).get(pk=shift_id)
        if shift.ended_at is not None:
            state = {"shift": shift.pk, "unit": unit.pk, "ended_at": shift.ended_at}
            raise Conflict(_("The shift has ended already."), code="shift_ended", state=state)
        _refuse_busy(unit)
        shift.ended_at = max(c.now, shift.starts_at)
        shift.save(update_fields=["ended_at"])
        shift.crew.filter(left_at__isnull=True).update(left_at=shift.ended_at)
        if unit.on_duty:
            _go(unit, Status.OFF_DUTY, c.now, by)
        c.audit("shift.ended", shift, organisation=unit.organisation_id, detail={"unit": unit.pk})
        c.emit(
            unit.board_id,
            events.ShiftEnded(
                at=shift.ended_at,
                shift=shift.pk,
                unit=unit.pk,
                call_sign=unit.call_sign,
                removes={"units": [unit.pk]},
            ),
        )
    return shift


def show_configured_units(unit_ids: Iterable[int], *, left_board: int | None = None, by: Viewer) -> None:
    """Let the boards show these units as they are configured now; `left_board` is where they stood before.

    For the admin, which has changed units, officers or vehicles in the same transaction. Units off duty are passed over.
    """
    with change(by=by) as c:
        boards: dict[int, list[int]] = {}
        for unit in Unit.objects.filter(pk__in=list(unit_ids), on_duty=True, external=False).order_by("pk"):
            boards.setdefault(unit.board_id, []).append(unit.pk)
        for board_id, ids in boards.items():
            configured = events.UnitsConfigured(at=c.now, units=tuple(ids), upserts={"units": unit_cards(ids)})
            c.emit(board_id, configured)
            if left_board is not None and left_board != board_id:
                c.emit(left_board, events.UnitsConfigured(at=c.now, units=tuple(ids), removes={"units": ids}))
