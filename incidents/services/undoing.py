"""Taking back one's own last change of an incident: a regrading, changed fields, its end, a merging.

Each is a new change; the line of the timeline that told of the slip stays, beside one that says it was taken back.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import change
from core.errors import Conflict
from core.selectors import board_of
from core.undo import UNDONE, require_own_last
from incidents.events import IncidentEndUndone, IncidentMergeUndone, IncidentRegraded
from incidents.models import Call, Incident, PriorityChange, TimelineEntry
from incidents.rules import OPEN, REOPENABLE, Source, Status
from incidents.selectors import lock_incident, state_of
from incidents.services.editing import update_incident
from incidents.services.quiet import add_timeline_quietly, save, tell

_FIELD_KINDS = ("field_changed", "location_set")
_PAUSE = timedelta(seconds=20)
"""Fields are saved while they are typed; changes with no longer pause between them are one."""


def undo_regrade(*, incident_id: int, by: Viewer) -> Incident:
    """Give an incident the priority again that one has just changed; the highest does not count the slip.

    Locks the incident. Raises NotFound, Forbidden; Conflict with the state and who did what last.
    """
    with change(by=by) as c:
        incident = _open(by, incident_id)
        slip = _own_last(incident, by=by, now=c.settle(), kinds=("priority_set",))
        was, priority = slip.data.get("was"), slip.data.get("priority")
        if was is None or incident.priority != priority:
            raise Conflict(_("There is nothing to take back."), code="nothing_to_undo", state=state_of(incident))
        highest = slip.data.get("highest_was")
        is_own_highest = incident.highest_priority == min(highest or priority, priority)
        save(
            incident,
            priority=was,
            highest_priority=highest if highest and is_own_highest else incident.highest_priority,
        )
        PriorityChange.objects.create(
            incident=incident,
            priority=was,
            reason=UNDONE,
            occurred_at=slip.occurred_at,
            recorded_at=c.now,
            source=Source.CONSOLE,
            by_id=by.user_id,
        )
        data = {"was": priority, "priority": was, "undoes": [slip.pk]}
        _write(incident, "regrade_undone", data, by=by, at=c.now)
        c.audit("incident.regrade_undone", incident, organisation=incident.organisation_id, detail=data)
        tell(
            c,
            IncidentRegraded,
            [incident],
            at=c.now,
            incident=incident.pk,
            was=priority,
            priority=was,
            reason=UNDONE,
        )
    return incident


def undo_change(*, incident_id: int, by: Viewer) -> Incident:
    """Give the fields that one has just changed the values again that they had before.

    Fields are saved while they are typed, so what one changed of the same fields just before is taken back with it. A
    field that somebody else has changed since is not touched, nor is any other: Conflict with who and when. Locks the incident.
    """
    with change(by=by) as c:
        incident = _open(by, incident_id)
        now = c.settle()
        lines = _standing(incident, _FIELD_KINDS)
        own = next((line for line in lines if line.by_id == by.user_id), None)
        if own is None:
            raise Conflict(_("There is nothing to take back."), code="nothing_to_undo", state=state_of(incident))
        names = set(own.data["fields"])
        touching = [line for line in lines if names & set(line.data["fields"])]
        _require_own(touching[0], incident, by=by, now=now)
        if "ready" in names:
            raise Conflict(_("That it is ready cannot be taken back."), code="cannot_undo", state=state_of(incident))
        sitting = list(_one_sitting(touching, by))
        values = {name: was for line in sitting for name, (was, _is) in line.data["fields"].items() if name in names}
        changes = {name: Point(*value) if name == "location" and value else value for name, value in values.items()}
        slips = [line.pk for line in sitting]
        update_incident(incident_id=incident.pk, version=incident.version, changes=changes, by=by, undoes=slips)
        incident.refresh_from_db()
    return incident


def take_back_end(*, incident_id: int, by: Viewer) -> tuple[Incident, TimelineEntry]:
    """Take back that one has just closed or cancelled an incident: it stands on its board again, and waits.

    For `dispatch`, which gives it its units and its standing again in the same change. Answers the line that told of the
    end, too. Locks the incident. Raises as `undo_regrade`.
    """
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        now = c.settle()
        if incident.status not in REOPENABLE:
            _went_on(incident, by)
        slip = _own_last(incident, by=by, now=now, kinds=(Status.CLOSED.value, Status.CANCELLED.value))
        status = Status.WAITING if incident.ready_at else Status.ENTERING
        board = incident.board or board_of(incident.organisation_id)
        save(incident, status=status, board=board, closed_at=None, disposition="", outcome="")
        _write(incident, "end_undone", {"was": slip.kind, "undoes": [slip.pk]}, by=by, at=now)
        c.audit("incident.end_undone", incident, organisation=incident.organisation_id, detail={"was": slip.kind})
        tell(c, IncidentEndUndone, [incident], at=now, assignments=True, incident=incident.pk)
    return incident, slip


def undo_merge(*, incident_id: int, by: Viewer) -> Incident:
    """Take back that one has just merged the incident into another: both stand as before, each with its callers.

    Answers the one that stands again. Locks both in the order of their ids. Raises as `undo_regrade`; Conflict also where the
    other has ended, or one of the calls is elsewhere by now.
    """
    with change(by=by) as c:
        into = Incident.objects.filter(pk=incident_id).values_list("merged_into_id", flat=True).first()
        rows = {pk: lock_incident(by, pk) for pk in sorted({incident_id, into or incident_id})}
        incident = rows[incident_id]
        now = c.settle()
        if incident.status != Status.MERGED or incident.merged_into_id not in rows:
            raise Conflict(_("There is nothing to take back."), code="nothing_to_undo", state=state_of(incident))
        target = rows[incident.merged_into_id]
        slip = _own_last(incident, by=by, now=now, kinds=("merged",))
        calls = Call.objects.filter(pk__in=slip.data.get("calls", ()), incident=target)
        if target.status not in OPEN or "status" not in slip.data or calls.count() != len(slip.data["calls"]):
            raise Conflict(
                _("%(number)s has gone on since; nothing was taken back.") % {"number": target.number},
                code="somebody_went_on",
                state=state_of(target),
            )
        calls.update(incident=incident)
        Incident.objects.filter(pk__in=slip.data["merged"], merged_into=target).update(merged_into=incident)
        save(incident, status=Status(slip.data["status"]), merged_into=None, closed_at=None)
        _give_back(target, incident, slip.data)
        for one, data in (
            (incident, {"other": target.pk, "number": target.number, "undoes": [slip.pk]}),
            (target, {"other": incident.pk, "number": incident.number}),
        ):
            _write(one, "merge_undone", data, by=by, at=now)
            c.audit("incident.merge_undone", one, organisation=one.organisation_id, detail=data)
        tell(
            c, IncidentMergeUndone, [incident, target], at=now, assignments=True, incident=incident.pk, out_of=target.pk
        )
    return incident


def _give_back(target: Incident, incident: Incident, was: dict[str, Any]) -> None:
    """Give the incident that stayed its clock and its highest priority again, where the merging had changed them."""
    fields: dict[str, Any] = {}
    if target.received_at == incident.received_at:
        fields["received_at"] = datetime.fromisoformat(was["received_at"])
        fields["answered_at"] = datetime.fromisoformat(was["answered_at"]) if was["answered_at"] else None
    if target.highest_priority == incident.highest_priority:
        fields["highest_priority"] = min(was["highest_priority"], target.priority)
    save(target, **fields)


def _open(by: Viewer, incident_id: int) -> Incident:
    incident = lock_incident(by, incident_id)
    if incident.status not in OPEN:
        raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))
    return incident


def _own_last(incident: Incident, *, by: Viewer, now: datetime, kinds: Iterable[str]) -> TimelineEntry:
    """The newest line of these kinds, if it is one's own and new. Two queries."""
    slip = next(iter(_standing(incident, kinds)), None)
    if slip is None:
        raise Conflict(_("There is nothing to take back."), code="nothing_to_undo", state=state_of(incident))
    _require_own(slip, incident, by=by, now=now)
    return slip


def _standing(incident: Incident, kinds: Iterable[str]) -> list[TimelineEntry]:
    """Lines of these kinds that were not taken back and take nothing back, the newest first. Two queries."""
    lines = TimelineEntry.objects.filter(incident=incident)
    undoing = lines.filter(data__has_key="undoes").values_list("data__undoes", flat=True)
    undone = {pk for pks in undoing for pk in pks}
    found = lines.filter(kind__in=list(kinds)).exclude(data__has_key="undoes").exclude(pk__in=undone)
    return list(found.order_by("-pk"))


def _one_sitting(lines: Iterable[TimelineEntry], by: Viewer) -> Iterator[TimelineEntry]:
    """The newest of these lines that this person wrote in one go, the newest first."""
    after: datetime | None = None
    for line in lines:
        if line.by_id != by.user_id or (after is not None and after - line.recorded_at > _PAUSE):
            return
        after = line.recorded_at
        yield line


def _require_own(slip: TimelineEntry, incident: Incident, *, by: Viewer, now: datetime) -> None:
    require_own_last(
        by=by,
        now=now,
        user_id=slip.by_id,
        name=slip.by_name,
        at=slip.recorded_at,
        is_that=True,
        state=state_of(incident),
    )


def _went_on(incident: Incident, by: Viewer) -> None:
    """Raise the Conflict that says who has reopened it, or merged it, or that it has never ended."""
    last = TimelineEntry.objects.filter(incident=incident, kind__in=("reopened", "merged", "end_undone")).last()
    if last is not None and last.by_id != by.user_id:
        require_own_last(
            by=by, now=last.recorded_at, user_id=last.by_id, name=last.by_name, at=last.recorded_at, is_that=False,
            state=state_of(incident),
        )  # fmt: skip
    raise Conflict(_("There is nothing to take back."), code="nothing_to_undo", state=state_of(incident))


def _write(incident: Incident, kind: str, data: dict[str, Any], *, by: Viewer, at: datetime) -> None:
    add_timeline_quietly(incident_id=incident.pk, kind=kind, by=by, occurred_at=at, data=data)
