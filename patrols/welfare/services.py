"""Writes of welfare timers. Locks in this order: the unit, its timer, boards.

A timer begins with a status or a step of a job, begins anew with every sign of life, and ends with a status that needs
none. All of it is in rows: whoever looks at them, after whatever outage, takes a timer as far as the time has come.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import OperationalError
from django.utils.translation import gettext as _

from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import Forbidden, Unprocessable
from core.live import Card
from patrols import events, ports
from patrols.cards import unit_cards
from patrols.models import Unit
from patrols.rules import Status
from patrols.welfare import selectors
from patrols.welfare.models import WelfareContact, WelfareTimer
from patrols.welfare.rules import ALERTS, End, Sign, Stage, Times, later

log = logging.getLogger(__name__)

CLOCK_TOLERANCE = timedelta(seconds=60)
"""How far the clock of a field unit may be ahead of ours."""


def follow_unit_quietly(*, unit: Unit, at: datetime, by: Viewer) -> None:
    """Let the timer of a locked unit follow the status that it has now; `at` is when that began.

    No check of rights and no event: whoever changed the unit tells of its card. Where no person acted (a geofence, a
    device), a timer never begins later than it would have, and what was escalated stays so. One query where the unit
    has no timer and needs none, else five.
    """
    running = _running(unit.pk)
    job = ports.jobs.present(unit.pk)
    terms = selectors.terms_of_unit(unit, job)
    is_released = unit.status in (Status.OFF_DUTY, Status.EMERGENCY)
    if terms is None:
        if running is not None and (is_released or not by.is_system or running.stage == Stage.RUNNING):
            _end(running, End.RELEASED)
        return
    started_at = at if running is None else max(at, running.started_at)
    times, stage = Times.after(started_at, terms), Stage.RUNNING
    if running is not None:
        if by.is_system:
            times, stage, started_at = times.earlier(running.times), Stage(running.stage), running.started_at
        _end(running, End.STATUS)
    _begin(unit, job, started_at, times, stage)


def answer_welfare(*, timer_id: int, by: Viewer, occurred_at: datetime | None = None, source: str) -> WelfareContact:
    """The crew says that all is well. A timer that has been replaced or escalated meanwhile refuses no answer.

    Locks the unit and its timer. Raises NotFound, Forbidden (only the crew answers); Unprocessable for the future.
    """
    with change(by=by) as c:
        timer = selectors.access_timer_to_answer(by, timer_id)
        unit = Unit.objects.select_for_update(no_key=True).get(pk=timer.unit_id)
        return _record(c, unit, Sign.ANSWER, at=_moment(occurred_at, c.now), source=source)


def record_contact(
    *,
    unit_id: int,
    by: Viewer,
    text: str = "",
    occurred_at: datetime | None = None,
    source: str,
    sign: Sign = Sign.CONTACT,
) -> WelfareContact:
    """A person has spoken with the unit, and says so. Locks the unit and its timer.

    Raises NotFound, Forbidden (no timer and no device may claim it); Unprocessable for the future.
    """
    with change(by=by) as c:
        selectors.access_unit_to_contact(by, unit_id)
        unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        return _record(c, unit, sign, at=_moment(occurred_at, c.now), source=source, text=text.strip())


def note_action(*, unit_id: int, by: Viewer, occurred_at: datetime, source: str) -> None:
    """The crew did something that is a sign of life, and that other rows tell of; without a timer, nothing follows.

    Locks the unit and its timer. No check of rights: for whoever has recorded the action.
    """
    if by.is_system:
        raise Forbidden
    with change(by=by) as c:
        unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        if _running(unit_id) is not None:
            _record(c, unit, Sign.ACTION, at=min(occurred_at, c.now), source=source)


def apply_kind(*, unit_id: int, by: Viewer) -> None:
    """Let a unit's timer follow the kind of its incident, which has changed: no sign of life, it counts from when it did.

    A stage that was reached stays so where the new kind knows it too. Locks the unit and its timer. No check of
    rights: for whoever has changed the incident. The board is told.
    """
    with change(by=by) as c:
        unit = Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
        running = _running(unit_id)
        job = ports.jobs.present(unit_id)
        terms = selectors.terms_of_unit(unit, job)
        if running is None and terms is None:
            return
        started_at = running.started_at if running else unit.status_since
        if running is not None:
            _end(running, End.STATUS if terms else End.RELEASED)
        if terms is not None:
            times = Times.after(started_at, terms)
            _begin(unit, job, started_at, times, Stage(running.stage) if running else Stage.RUNNING)
        c.emit(
            unit.board_id,
            lambda: events.WelfareChanged(at=c.now, unit=unit.pk, call_sign=unit.call_sign, upserts=_shown(unit)),
        )


def advance_due_timers() -> int:
    """Take every timer as far as the time has come; return how many moved. Each stage once, whoever else does the same.

    Run by beat every few seconds and by every web process that has a console: either may be dead. One indexed query
    where nothing is due. Each timer is a change of its own: one that cannot be moved keeps no other from it. Timers
    that another is moving, or that a sign of life is ending, are passed over.
    """
    due = WelfareTimer.objects.filter(ended_at__isnull=True, next_at__lte=clock.now())
    return sum(_advance_if_due(pk) for pk in due.order_by("next_at", "pk").values_list("pk", flat=True))


def _advance_if_due(timer_id: int) -> bool:
    """Take one timer as far as the time has come; tell whether it moved. Raises only where the database is away."""
    try:
        with change(by=Viewer.system("escalation")) as c:
            free = WelfareTimer.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
            timer = free.select_related("unit").filter(pk=timer_id, ended_at__isnull=True).first()
            return timer is not None and _advance(c, timer)
    except OperationalError:
        raise
    except Exception:
        log.exception("Welfare timer %s could not be moved; trying again", timer_id)
        return False


# --- parts --------------------------------------------------------------------------------------------------------


def _running(unit_id: int) -> WelfareTimer | None:
    return WelfareTimer.objects.select_for_update(no_key=True).filter(unit_id=unit_id, ended_at__isnull=True).first()


def _begin(
    unit: Unit, job: ports.Job | None, started_at: datetime, times: Times, stage: Stage = Stage.RUNNING
) -> WelfareTimer:
    return WelfareTimer.objects.create(
        unit=unit,
        board_id=unit.board_id,
        status=unit.status,
        kind=job.kind if job else "",
        incident_id=job.incident_id if job else None,
        started_at=started_at,
        recorded_at=clock.now(),
        due_at=times.due_at,
        dispatcher_at=times.dispatcher_at,
        commander_at=times.commander_at,
        stage=stage,
        next_at=times.next_after(stage),
    )


def _end(timer: WelfareTimer, why: End) -> None:
    timer.ended_at, timer.ended_by = clock.now(), why
    timer.save(update_fields=["ended_at", "ended_by"])


def _record(c: Change, unit: Unit, sign: Sign, *, at: datetime, source: str, text: str = "") -> WelfareContact:
    """Write a sign of life of a locked unit; a timer that began before it begins anew from it."""
    running = _running(unit.pk)
    contact = WelfareContact.objects.create(
        unit=unit,
        sign=sign,
        timer=running,
        stage=running.stage if running else "",
        text=text,
        occurred_at=at,
        recorded_at=c.now,
        source=source,
        by_id=c.by.user_id,
        by_name=c.by.name,
    )
    job = ports.jobs.present(unit.pk)
    incident_id = job.incident_id if job else None
    if running is not None and at >= running.started_at:
        terms = selectors.terms_of_unit(unit, job)
        _end(running, End.SIGN if terms else End.RELEASED)
        if terms is not None:
            _begin(unit, job, at, Times.after(at, terms))
    data = {"sign": sign.value, "was": contact.stage, "text": text}
    detail = {"unit": unit.pk, "call_sign": unit.call_sign, "occurred_at": at.isoformat(), **data}
    c.audit("welfare.contact", contact, organisation=unit.organisation_id, detail=detail)
    if incident_id is not None and (sign != Sign.ACTION or contact.stage in ALERTS):
        ports.jobs.tell(incident_id, "unit_contact", by=c.by, occurred_at=at, source=source, data=_who(unit) | data)
    unit_id, call_sign = unit.pk, unit.call_sign
    c.emit(
        unit.board_id,
        lambda: events.ContactRecorded(
            at=at,
            unit=unit_id,
            call_sign=call_sign,
            incident=incident_id,
            sign=sign.value,
            was=contact.stage,
            source=source,
            upserts=_shown(unit),
        ),
    )
    return contact


def _advance(c: Change, timer: WelfareTimer) -> bool:
    """Take one locked timer as far as the time has come; tell whether it moved."""
    stage = later(Stage(timer.stage), timer.times.stage(c.now))
    if stage == timer.stage:
        return False
    timer.stage, timer.next_at = stage, timer.times.next_after(stage)
    fields = ["stage", "next_at"]
    for name, since in (
        ("asked_at", Stage.UNIT),
        ("dispatcher_told_at", Stage.DISPATCHER),
        ("commander_told_at", Stage.COMMANDER),
    ):
        if getattr(timer, name) is None and later(stage, since) == stage:
            setattr(timer, name, c.now)
            fields.append(name)
    timer.save(update_fields=fields)
    unit = timer.unit
    detail = {**_who(unit), "stage": stage.value, "status": timer.status, "started_at": timer.started_at.isoformat()}
    c.audit("welfare.escalated", timer, organisation=unit.organisation_id, detail=detail)
    if timer.incident_id is not None and stage in ALERTS:
        ports.jobs.tell(timer.incident_id, "welfare_overdue", by=c.by, occurred_at=c.now, source="system", data=detail)
    c.emit(
        unit.board_id,
        lambda: events.WelfareEscalated(
            at=c.now,
            timer=timer.pk,
            unit=unit.pk,
            call_sign=unit.call_sign,
            incident=timer.incident_id,
            stage=stage.value,
            upserts=_shown(unit),
        ),
    )
    return True


def _shown(unit: Unit) -> dict[str, Sequence[Card]]:
    """The unit's card, where the unit stands on its board."""
    on_board = Unit.objects.filter(pk=unit.pk, board_id=unit.board_id, on_duty=True, external=False).exists()
    return {"units": unit_cards([unit.pk])} if on_board else {}


def _who(unit: Unit) -> dict[str, object]:
    return {"unit": unit.pk, "call_sign": unit.call_sign}


def _moment(occurred_at: datetime | None, now: datetime) -> datetime:
    """When it happened: now where nothing is said, and never later than now."""
    if occurred_at is not None and occurred_at > now + CLOCK_TOLERANCE:
        raise Unprocessable(_("This time lies in the future."), code="in_future", field="occurred_at")
    return min(occurred_at or now, now)
