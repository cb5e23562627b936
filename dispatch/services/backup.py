"""A crew asks for back-up: answered by sending, or refused by name. Locks as all of `dispatch`: incident, job, unit."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import OperationalError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

import incidents.services
from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid, NotFound, Unprocessable
from core.live import Event
from dispatch import events, rules, selectors
from dispatch.cards import backup_cards, difference
from dispatch.models import Assignment, BackupRequest
from dispatch.rules import BackupLevel, BackupStatus
from dispatch.services.checks import moment
from dispatch.services.locks import lock_incidents, lock_unit
from geo.selectors import reverse
from incidents.models import Incident
from incidents.rules import ENDED
from incidents.services import PlaceData
from patrols.models import Unit
from patrols.rules import AVAILABILITY, Availability
from patrols.rules import Status as UnitStatus
from patrols.safety.selectors import backup_after_s, backup_kind, latest_position
from patrols.selectors import access_unit_to_act
from patrols.welfare.services import note_action

log = logging.getLogger(__name__)


def request_backup(
    *,
    unit_id: int,
    level: str,
    by: Viewer,
    reason: str = "",
    wanted: int = 1,
    occurred_at: datetime | None = None,
    source: str = "field",
) -> tuple[BackupRequest, bool]:
    """Ask for `wanted` more units where this one is; return the request, and whether it is new.

    While one is open, asking again is the same request: it may become more urgent or ask for more, never less. The
    incident needs so many more units from now on. For a unit without a job an incident is entered at its last position,
    of the kind that the officer-safety settings name. Locks the incident, the job, the unit.

    Raises NotFound, Forbidden; Invalid for an unknown level or number; Unprocessable off duty and for the future;
    Conflict `no_job` without a job where no kind is set.
    """
    urgency = _level(level)
    if not 1 <= wanted <= rules.MOST_BACKUP:
        raise Invalid(_("Ask for one to nine patrols."), code="wanted_out_of_range", field="wanted")
    with change(by=by) as c:
        at = moment(occurred_at, c.now)
        unit = access_unit_to_act(by, unit_id)
        if not unit.on_duty or unit.external:
            raise Unprocessable(_("The unit is not on duty."), code="unit_off_duty", field="unit")
        incident, job, running = _where(unit, reason=reason, at=at)
        unit = lock_unit(unit_id)
        if (
            running is not None and running.incident_id != incident.pk
        ):  # it was entered, and the unit was sent elsewhere
            _end(c, running, BackupStatus.ENDED, events.BackupEnded)
            running = None
        if running is not None:
            backup = _ask_again(c, running, level=urgency, reason=reason, wanted=wanted)
        else:
            backup = BackupRequest.objects.create(
                incident=incident,
                unit=unit,
                assignment=job,
                level=urgency,
                reason=reason.strip(),
                wanted=wanted,
                needed_before=incident.min_units,
                needed=_needed(incident, wanted),
                requested_at=at,
                recorded_at=c.now,
                requested_by_id=by.user_id,
                source=source,
                escalate_at=_escalates_at(unit, urgency, c.now),
            )
            _tell(c, backup, events.BackupRequested, at=at)
        _need(incident, max(incident.min_units, backup.needed))
        _write(c, backup, "backup_requested", at=at, source=source)
        if not by.is_system:
            note_action(unit_id=unit_id, by=by, occurred_at=at, source=source)
    return backup, running is None


def refuse_backup(*, backup_id: int, reason: str, by: Viewer, source: str = "console") -> BackupRequest:
    """Refuse a request by name, with words that the crew will read. The incident needs as many units as before.

    Locks the incident and the request. Raises NotFound, Forbidden, Invalid without words; Conflict when it has ended.
    """
    if not reason.strip():
        raise Invalid(_("Say why; the crew will read it."), code="no_text", field="reason")
    with change(by=by) as c:
        seen = selectors.access_backup_to_refuse(by, backup_id)
        backup = _lock(seen)
        backup.refusal = reason.strip()
        _end(c, backup, BackupStatus.REFUSED, partial(events.BackupRefused, refusal=backup.refusal))
        _write(c, backup, "backup_refused", at=c.now, source=source)
    return backup


def withdraw_backup(*, backup_id: int, by: Viewer, source: str = "field") -> BackupRequest:
    """The crew needs no back-up after all. Locks and raises as `refuse_backup`."""
    with change(by=by) as c:
        seen = selectors.access_backup(by, backup_id)
        access_unit_to_act(by, seen.unit_id)
        backup = _lock(seen)
        _end(c, backup, BackupStatus.WITHDRAWN, events.BackupWithdrawn)
        _write(c, backup, "backup_withdrawn", at=c.now, source=source)
        if not by.is_system:
            note_action(unit_id=backup.unit_id, by=by, occurred_at=c.now, source=source)
    return backup


def follow_backups(c: Change, incident: Incident, *, broken_off: bool = False) -> None:
    """Let the requests at a locked incident follow its jobs, which have just changed: answered, moot, or open again.

    `broken_off`: a unit that was to come does not; what it had answered is open again. One query where nobody asked.
    """
    statuses = {BackupStatus.OPEN} | ({BackupStatus.ANSWERED} if broken_off else set())
    asked = list(
        BackupRequest.objects.select_for_update(no_key=True)
        .filter(incident=incident, status__in=statuses)
        .order_by("pk")
    )
    if not asked:
        return
    on_it = set(selectors.active().filter(incident=incident).values_list("pk", flat=True))
    for backup in asked:
        backup.incident = incident
        has_job = backup.assignment_id in on_it if backup.assignment_id else incident.status not in ENDED
        found = rules.backup_status(on_job=has_job, active=len(on_it), needed=backup.needed)
        if found == backup.status or (found == BackupStatus.ENDED and backup.status == BackupStatus.ANSWERED):
            continue
        if found == BackupStatus.OPEN:
            _reopen(c, backup)
        else:
            kind = events.BackupAnswered if found == BackupStatus.ANSWERED else events.BackupEnded
            _end(c, backup, found, kind)


def move_backups(c: Change, *, duplicate: Incident, target: Incident, at: datetime) -> None:
    """Let the open requests of a locked incident go along into the locked one that it goes up in; they stay open.

    They come from crews without a job there: those that have one must have left the duplicate before. The target needs
    so many more units from now on. No check of rights. One query where nobody asked.
    """
    open_there = BackupRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("unit")
    for backup in open_there.filter(incident=duplicate, status=BackupStatus.OPEN).order_by("pk"):
        backup.incident, backup.needed_before = target, target.min_units
        backup.needed = _needed(target, backup.wanted)
        backup.save(update_fields=["incident", "needed_before", "needed"])
        _need(target, backup.needed)
        _write(c, backup, "backup_moved", at=at, source="console", came_from=duplicate.number)
        _tell(c, backup, events.BackupMoved, at=at)


def escalate_due_backups() -> int:
    """Let requests that nobody has answered in time go to the shift commander; return how many. Each once, whoever else
    does the same.

    Run by beat every few seconds and by every web process that has a console: either may be dead. One indexed query
    where nothing is due. Each is a change of its own: one that cannot be escalated keeps no other from it. Those that
    somebody is answering are passed over.
    """
    due = _to_escalate().filter(escalate_at__lte=clock.now())
    return sum(_escalate(pk) for pk in due.order_by("escalate_at", "pk").values_list("pk", flat=True))


def _to_escalate() -> QuerySet[BackupRequest]:
    return BackupRequest.objects.filter(status=BackupStatus.OPEN, escalated_at__isnull=True)


def _escalate(backup_id: int) -> bool:
    """Escalate one request, if it still is to be; raises only where the database is away."""
    try:
        with change(by=Viewer.system("escalation")) as c:
            free = _to_escalate().select_for_update(no_key=True, skip_locked=True, of=("self",))
            backup = free.select_related("unit", "incident").filter(pk=backup_id, escalate_at__lte=c.now).first()
            if backup is None:
                return False
            backup.escalated_at = c.now
            backup.save(update_fields=["escalated_at"])
            _write(c, backup, "backup_escalated", at=c.now, source="system")
            _tell(c, backup, events.BackupEscalated, at=c.now, with_incident=False)  # its row is not locked
            return True
    except OperationalError:
        raise
    except Exception:
        log.exception("Request for back-up %s could not be escalated; trying again", backup_id)
        return False


# --- parts --------------------------------------------------------------------------------------------------------


def _level(name: str) -> BackupLevel:
    try:
        return BackupLevel(name)
    except ValueError as error:
        raise Invalid(_("There is no such level."), code="unknown_level", field="level") from error


def _where(unit: Unit, *, reason: str, at: datetime) -> tuple[Incident, Assignment | None, BackupRequest | None]:
    """The incident that the unit is on, its job there, and its open request, all locked.

    Without a job: the incident of the open request, or a new one at the unit's last position.
    """
    asked = BackupRequest.objects.filter(unit=unit, status=BackupStatus.OPEN).first()
    job = selectors.active().filter(unit=unit).first()
    if job is None and asked is None:
        incident_id = _enter(unit, reason=reason, at=at)
        job = selectors.active().filter(unit=unit).first()
    else:
        incident_id = job.incident_id if job else asked.incident_id  # type: ignore[union-attr]  # one of the two
    locked = lock_incidents({incident_id} | ({asked.incident_id} if asked else set()))
    if job is not None:
        job = Assignment.objects.select_for_update(no_key=True).get(pk=job.pk)
    if asked is not None:
        asked = BackupRequest.objects.select_for_update(no_key=True).get(pk=asked.pk)
        asked.incident = _still(asked, locked)
        if job is None:
            incident_id = asked.incident_id
            locked[incident_id] = asked.incident
    return locked[incident_id], job, asked if asked and asked.status == BackupStatus.OPEN else None


def _enter(unit: Unit, *, reason: str, at: datetime) -> int:
    """Enter an incident where the unit was last seen, the unit on it where its status lets it. By the system: the right
    to enter incidents is not the crew's, the need for help is.
    """
    kind = backup_kind(unit.organisation)
    if not kind:
        raise Conflict(_("Enter what you are at first, or press the emergency button."), code="no_job", field="unit")
    known = latest_position(unit.pk)
    place = next(iter(reverse(known.point.x, known.point.y)), None) if known else None
    may_attend = AVAILABILITY[UnitStatus(unit.status)] != Availability.UNAVAILABLE
    return incidents.services.create_incident(
        type_code=kind,
        by=Viewer.system("backup"),
        where=PlaceData(
            place=place.name if place else "",
            location=known.point if known else None,
            location_accuracy_m=known.accuracy_m if known else None,
            location_source="unit" if known else "",
        ),
        summary=f"{unit.call_sign}: {reason}".rstrip(": "),
        min_units=1,
        received_at=at,
        on_view=True,
        unit_id=unit.pk if may_attend else None,
        organisation_id=unit.organisation_id,
        source="field",
    ).pk


def _needed(incident: Incident, wanted: int) -> int:
    """How many units the incident needs with so many more than are on it."""
    return max(incident.min_units, selectors.active().filter(incident=incident).count() + wanted)


def _escalates_at(unit: Unit, level: BackupLevel, now: datetime) -> datetime:
    """When a request goes to the shift commander unless somebody answers it: counted from when we learned of it."""
    return now + timedelta(seconds=backup_after_s(unit.organisation, urgent=level == BackupLevel.URGENT))


def _need(incident: Incident, min_units: int) -> None:
    if incident.min_units != min_units:
        incidents.services.need_units_quietly(incident=incident, min_units=min_units)


def _ask_again(c: Change, backup: BackupRequest, *, level: BackupLevel, reason: str, wanted: int) -> BackupRequest:
    backup.presses += 1
    was = backup.level
    backup.level = BackupLevel.URGENT if BackupLevel.URGENT in (level, backup.level) else level
    backup.reason = reason.strip() or backup.reason
    if wanted > backup.wanted:
        backup.wanted, backup.needed = wanted, max(backup.needed, _needed(backup.incident, wanted))
    if backup.level != was:
        backup.escalate_at = min(backup.escalate_at, _escalates_at(backup.unit, BackupLevel.URGENT, c.now))
    backup.save(update_fields=["presses", "level", "reason", "wanted", "needed", "escalate_at"])
    _tell(c, backup, events.BackupRepeated, at=c.now)
    return backup


def _lock(seen: BackupRequest) -> BackupRequest:
    """The request with its incident, both locked. Raises Conflict with how it stands when it is not open."""
    locked = lock_incidents({seen.incident_id})
    if not locked:
        raise NotFound
    backup = BackupRequest.objects.select_for_update(no_key=True).get(pk=seen.pk)
    backup.incident = _still(backup, locked)
    if backup.status != BackupStatus.OPEN:
        raise Conflict(_("This request is no longer open."), code="backup_ended", state=backup_cards([backup.pk])[0])
    return backup


def _still(backup: BackupRequest, locked: dict[int, Incident]) -> Incident:
    """The incident of a locked request among the locked ones; where it was merged meanwhile, that one, locked too."""
    if backup.incident_id not in locked:
        locked |= lock_incidents({backup.incident_id})
    return locked[backup.incident_id]


def _end(c: Change, backup: BackupRequest, status: BackupStatus, kind: Callable[..., Event]) -> None:
    """End a locked request. Refused, taken back or moot, it needs no units any more."""
    backup.status, backup.ended_at = status, c.now
    backup.ended_by_id, backup.ended_by_name = c.by.user_id, c.by.name
    backup.save(update_fields=["status", "ended_at", "ended_by", "ended_by_name", "refusal"])
    others = BackupRequest.objects.filter(incident_id=backup.incident_id, status=BackupStatus.OPEN).exists()
    incident = backup.incident
    if status != BackupStatus.ANSWERED and incident.min_units == backup.needed and not others:
        _need(incident, backup.needed_before)
    _tell(c, backup, kind, at=c.now)


def _reopen(c: Change, backup: BackupRequest) -> None:
    backup.status, backup.ended_at, backup.ended_by_id, backup.ended_by_name = BackupStatus.OPEN, None, None, ""
    backup.escalate_at, backup.escalated_at = _escalates_at(backup.unit, BackupLevel(backup.level), c.now), None
    backup.save(
        update_fields=["status", "ended_at", "ended_by", "ended_by_name", "escalate_at", "escalated_at"],
    )
    _tell(c, backup, events.BackupReopened, at=c.now)


def _write(c: Change, backup: BackupRequest, kind: str, *, at: datetime, source: str, **more: object) -> None:
    """A line on the incident's timeline."""
    incidents.services.add_timeline_quietly(
        incident_id=backup.incident_id,
        kind=kind,
        by=c.by,
        occurred_at=at,
        source=source,
        text=backup.refusal or backup.reason,
        data={"backup": backup.pk, "unit": backup.unit_id, "call_sign": backup.unit.call_sign, **_data(backup), **more},
    )


def _data(backup: BackupRequest) -> dict[str, object]:
    return {"level": str(backup.level), "wanted": backup.wanted, "needed": backup.needed}


_AUDITED: dict[Callable[..., Event], str] = {
    events.BackupEscalated: "escalated",
    events.BackupMoved: "moved",
    events.BackupReopened: "reopened",
}


def _tell(
    c: Change, backup: BackupRequest, kind: Callable[..., Event], *, at: datetime, with_incident: bool = True
) -> None:
    """Audit what happened to a request, and let the boards of incident and unit show it."""
    what = str(backup.status) if backup.status != BackupStatus.OPEN else _AUDITED.get(kind, "asked")
    c.audit(
        f"backup.{what}",
        backup,
        organisation=backup.incident.organisation_id,
        detail={"incident": backup.incident_id, "unit": backup.unit_id, "reason": backup.reason, **_data(backup)},
    )

    def make(board_id: int) -> Event:
        shown = difference(board_id, incidents=[backup.incident_id] if with_incident else [], backups=[backup.pk])
        return kind(
            at=at,
            backup=backup.pk,
            incident=backup.incident_id,
            number=backup.incident.number,
            unit=backup.unit_id,
            call_sign=backup.unit.call_sign,
            level=str(backup.level),
            upserts=shown.upserts,
            removes=shown.removes,
        )

    for board_id in {backup.incident.board_id, backup.unit.board_id}:
        if board_id is not None:
            c.emit(board_id, partial(make, board_id))
