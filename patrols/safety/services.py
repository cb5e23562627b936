"""Writes of alarms. Locks in this order: the unit, its alarm, boards.

A press is never refused for its time or its place: what makes no sense of these is left out.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Forbidden, Invalid
from core.live import Event
from patrols import events, ports
from patrols.cards import unit_cards
from patrols.models import Alarm, AlarmReceipt, AlarmStep, Unit
from patrols.rules import (
    AlarmStepCode,
    Fix,
    Status,
    escalates_at,
    is_newer,
    may_withdraw,
    refusal_of,
    status_after_emergency,
)
from patrols.safety import selectors
from patrols.safety.cards import alarm_cards
from patrols.services import apply_status_quietly

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit was: degrees in EPSG:4326, `at` aware, metres."""

    lon: float
    lat: float
    at: datetime
    accuracy_m: float | None = None


def raise_emergency(
    *,
    unit_id: int,
    by: Viewer,
    place: Place | None = None,
    occurred_at: datetime | None = None,
    is_drill: bool = False,
    source: str = "api",
) -> tuple[Alarm, bool]:
    """Raise the alarm for a unit; return it, and whether it is new. A press while it is open is the same alarm.

    `place` is what the sender knows of where it is; the newest of that and the latest position is kept. The unit's
    status becomes emergency, except in a drill and off duty. Locks the unit. Raises NotFound, Forbidden.
    """
    with change(by=by) as c:
        selectors.access_unit_to_alarm(by, unit_id, is_drill=is_drill)
        unit = Unit.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=unit_id)
        at = min(occurred_at or c.now, c.now)
        known = _newest(unit_id, place, c.now)
        running = _open(unit, is_drill=is_drill).select_for_update(no_key=True).first()
        if running is not None:
            return _press_again(c, running, unit, known, at), False
        alarm = Alarm.objects.create(
            unit=unit,
            board_id=unit.board_id,
            is_drill=is_drill,
            source=source,
            raised_at=at,
            pressed_at=at,
            recorded_at=c.now,
            raised_by_id=by.user_id,
            crew_names=selectors.crew_names(unit_id),
            previous_status=unit.status,
            escalate_at=escalates_at(c.now, selectors.escalate_after_s(unit.organisation)),
            **_columns(known),
        )
        if unit.on_duty and not is_drill and unit.status != Status.EMERGENCY:
            _give_status(unit, Status.EMERGENCY, at=c.now, by=by, source=source)
        _tell(c, alarm, events.AlarmRaised, at=at, unit=unit, source=source, is_drill=is_drill)
    return alarm, True


def _open(unit: Unit, *, is_drill: bool) -> QuerySet[Alarm]:
    return Alarm.objects.filter(
        unit=unit, kind=Alarm.Kind.EMERGENCY, is_drill=is_drill, resolved_at__isnull=True
    ).order_by("pk")


def _press_again(c: Change, alarm: Alarm, unit: Unit, known: Place | None, at: datetime) -> Alarm:
    alarm.presses += 1
    alarm.pressed_at = max(at, alarm.pressed_at)
    fields = ["presses", "pressed_at"]
    if known is not None and is_newer(known.at, alarm.position_at):
        for name, value in _columns(known).items():
            setattr(alarm, name, value)
            fields.append(name)
    alarm.save(update_fields=fields)
    _tell(c, alarm, events.AlarmRepeated, at=at, unit=unit, presses=alarm.presses)
    return alarm


def _newest(unit_id: int, place: Place | None, now: datetime) -> Place | None:
    """The newest that is known of where the unit is: what came with the press, if it can be, or its latest position."""
    latest = selectors.latest_position(unit_id)
    known = Place(latest.point.x, latest.point.y, latest.at, latest.accuracy_m) if latest else None
    if place is None or (known and not is_newer(place.at, known.at)):
        return known
    fix = Fix(unit=unit_id, lon=place.lon, lat=place.lat, at=place.at, accuracy_m=place.accuracy_m)
    return known if refusal_of(fix, now=now, oldest=known.at if known else place.at) else place


def _columns(place: Place | None) -> dict[str, object]:
    if place is None:
        return {"point": None, "position_at": None, "accuracy_m": None}
    return {"point": Point(place.lon, place.lat, srid=4326), "position_at": place.at, "accuracy_m": place.accuracy_m}


def acknowledge_alarm(*, alarm_id: int, by: Viewer) -> Alarm:
    """Answer for an alarm, by name. The first wins.

    Raises NotFound, Forbidden; Conflict with who it was when somebody has acknowledged or resolved it already.
    """
    with change(by=by) as c:
        alarm = selectors.access_alarm_to_handle(by, alarm_id)
        rows = Alarm.objects.filter(pk=alarm_id, acknowledged_at__isnull=True, resolved_at__isnull=True)
        if not rows.update(acknowledged_at=c.now, acknowledged_by_id=by.user_id, acknowledged_by_name=by.name):
            raise _too_late(alarm_id)
        alarm.refresh_from_db()
        _tell(c, alarm, events.AlarmAcknowledged, at=c.now, unit=alarm.unit, acknowledged_by=by.name)
    return alarm


def resolve_alarm(*, alarm_id: int, text: str, by: Viewer) -> Alarm:
    """Close an acknowledged alarm with words on how it ended; the unit goes back to its job, or to what it did before.

    Locks the unit and the alarm. Raises NotFound, Forbidden; Invalid without words; Conflict when nobody has
    acknowledged it, or when it is resolved.
    """
    if not text.strip():
        raise Invalid(_("Say how it ended."), code="no_text", field="text")
    with change(by=by) as c:
        seen = selectors.access_alarm_to_handle(by, alarm_id)
        unit, alarm = _lock(seen)
        if alarm.resolved_at is not None:
            raise _too_late(alarm_id)
        if alarm.acknowledged_at is None:
            raise Conflict(
                _("Acknowledge the alarm first."), code="not_acknowledged", state=selectors.alarm_state(alarm_id)
            )
        _close(c, alarm, unit, events.AlarmResolved, by=by, resolution=text.strip())
    return alarm


def record_step(*, alarm_id: int, step: str, by: Viewer, text: str = "") -> Alarm:
    """Note that something on the list of what to do first was done. The first note of each step counts.

    Locks the alarm. Raises NotFound, Forbidden, Invalid; Conflict when the alarm is resolved, or the step was noted.
    """
    try:
        code = AlarmStepCode(step)
    except ValueError as error:
        raise Invalid(_("There is no such step."), code="unknown_step", field="step") from error
    with change(by=by) as c:
        seen = selectors.access_alarm_to_handle(by, alarm_id)
        alarm = Alarm.objects.select_for_update(no_key=True, of=("self",)).select_related("unit").get(pk=seen.pk)
        if alarm.resolved_at is not None:
            raise _too_late(alarm_id)
        done = AlarmStep.objects.filter(alarm=alarm, step=code).first()
        if done is not None:
            state = {"step": code.value, "by": done.by_name, "at": done.at}
            raise Conflict(_("This was noted already."), code="step_done", field="step", state=state)
        AlarmStep.objects.create(alarm=alarm, step=code, text=text.strip(), at=c.now, by_id=by.user_id, by_name=by.name)
        _tell(c, alarm, events.AlarmStepDone, at=c.now, unit=alarm.unit, step=code.value, text=text.strip())
    return alarm


def record_receipt(*, alarm_id: int, page: str, at: datetime, by: Viewer) -> AlarmReceipt:
    """Keep that a console has shown an alarm; a repeat gets the first. Raises NotFound, Forbidden.

    The receipt is its own record: no audit row, no event, so that a hundred consoles that show an alarm at once wait for
    nothing, and nobody waits for them.
    """
    alarm = selectors.access_alarm_to_show(by, alarm_id)
    now = clock.now()
    receipt, _new = AlarmReceipt.objects.get_or_create(
        alarm=alarm,
        page=page,
        defaults={
            "user_id": by.user_id,
            "user_name": by.name,
            "shown_at": min(max(at, alarm.recorded_at), now),
            "recorded_at": now,
        },
    )
    return receipt


def withdraw_alarm(*, alarm_id: int, by: Viewer) -> Alarm:
    """Take back a press that was a slip of the hand, within seconds, by whoever pressed.

    Locks as `resolve_alarm`. Raises NotFound, Forbidden; Conflict `too_late` afterwards, once somebody has
    acknowledged it, or when it was pressed again.
    """
    with change(by=by) as c:
        seen = selectors.access_alarm(by, alarm_id)
        if by.user_id is None or seen.raised_by_id != by.user_id:
            raise Forbidden
        unit, alarm = _lock(seen)
        answered = alarm.acknowledged_at or alarm.resolved_at or alarm.presses > 1
        if answered or not may_withdraw(alarm.recorded_at, c.now):
            raise Conflict(
                _("It is too late to take this alarm back."), code="too_late", state=selectors.alarm_state(alarm_id)
            )
        _close(c, alarm, unit, events.AlarmWithdrawn, by=by, withdrawn=True)
    return alarm


def escalate_due_alarms() -> int:
    """Escalate alarms that nobody has acknowledged in time; return how many. Each once, whoever else does the same.

    Run by beat every few seconds and by every web process that has a console: either may be dead. One indexed query
    where nothing is due. Each alarm is a change of its own: one that cannot be escalated keeps no other from it. Those
    that another is escalating are passed over.
    """
    due = _to_escalate().filter(escalate_at__lte=clock.now())
    return sum(_escalate(pk) for pk in due.order_by("pk").values_list("pk", flat=True))


def _to_escalate() -> QuerySet[Alarm]:
    return Alarm.objects.filter(resolved_at__isnull=True, acknowledged_at__isnull=True, escalated_at__isnull=True)


def _escalate(alarm_id: int) -> bool:
    """Escalate one alarm, if it still is to be; raises only where the database is away."""
    try:
        with change(by=Viewer.system("escalation")) as c:
            free = _to_escalate().select_for_update(no_key=True, skip_locked=True, of=("self",))
            alarm = free.select_related("unit").filter(pk=alarm_id).first()
            if alarm is None:
                return False
            alarm.escalated_at = c.now
            alarm.save(update_fields=["escalated_at"])
            _tell(c, alarm, events.AlarmEscalated, at=c.now, unit=alarm.unit)
            return True
    except OperationalError:
        raise
    except Exception:
        log.exception("Alarm %s could not be escalated; trying again", alarm_id)
        return False


# --- parts --------------------------------------------------------------------------------------------------------


def _lock(seen: Alarm) -> tuple[Unit, Alarm]:
    unit = Unit.objects.select_for_update(no_key=True).get(pk=seen.unit_id)
    return unit, Alarm.objects.select_for_update(no_key=True).get(pk=seen.pk)


def _too_late(alarm_id: int) -> Conflict:
    state = selectors.alarm_state(alarm_id)
    if state["resolved_at"] is not None:
        return Conflict(_("The alarm has been resolved already."), code="alarm_resolved", state=state)
    words = _("%(name)s has acknowledged the alarm already.") % {"name": state["acknowledged_by"]}
    return Conflict(words, code="alarm_acknowledged", state=state)


def _close(
    c: Change,
    alarm: Alarm,
    unit: Unit,
    kind: type[Any],
    *,
    by: Viewer,
    resolution: str = "",
    withdrawn: bool = False,
) -> None:
    alarm.resolved_at, alarm.resolved_by_id = c.now, by.user_id
    alarm.resolution, alarm.withdrawn = resolution, withdrawn
    alarm.save(update_fields=["resolved_at", "resolved_by", "resolution", "withdrawn"])
    if unit.status == Status.EMERGENCY and not alarm.is_drill:
        after = status_after_emergency(previous=alarm.previous_status, of_job=ports.jobs.status_of(unit.pk))
        _give_status(unit, after, at=c.now, by=by, source="console")
    data = {} if withdrawn else {"resolution": resolution}
    _tell(c, alarm, kind, at=c.now, unit=unit, **data)


def _give_status(unit: Unit, status: Status, *, at: datetime, by: Viewer, source: str) -> None:
    apply_status_quietly(unit=unit, status=status, occurred_at=at, assignment_id=None, by=by, source=source)


def _tell(c: Change, alarm: Alarm, kind: type[Any], *, at: datetime, unit: Unit, **data: object) -> None:
    """Audit what happened to the alarm, and let its board show it."""
    c.audit(
        f"alarm.{kind.kind().removeprefix('Alarm').lower()}",
        alarm,
        organisation=unit.organisation_id,
        detail={"unit": unit.pk, "call_sign": unit.call_sign, "is_drill": alarm.is_drill, **data},
    )
    alarm_id, unit_id, call_sign, resolved = alarm.pk, unit.pk, unit.call_sign, alarm.resolved_at is not None

    def make() -> Event:
        shown = Unit.objects.filter(pk=unit_id, board_id=alarm.board_id, on_duty=True, external=False).exists()
        upserts = {
            "alarms": [] if resolved else alarm_cards([alarm_id]),
            "units": unit_cards([unit_id] if shown else []),
        }
        event: Event = kind(
            at=at,
            alarm=alarm_id,
            unit=unit_id,
            call_sign=call_sign,
            upserts={name: cards for name, cards in upserts.items() if cards},
            removes={"alarms": [alarm_id]} if resolved else {},
            **data,
        )
        return event

    c.emit(alarm.board_id, make)
