"""An incident is noted, changed field by field, regraded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext_lazy as _

from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Conflict, Invalid, Unprocessable
from core.rules import Permission
from incidents import ports
from incidents.events import IncidentChanged, IncidentNoted, IncidentRegraded
from incidents.models import Incident, PriorityChange, TimelineEntry
from incidents.rules import OPEN, PRIORITIES, Source, Status
from incidents.selectors import access_incident, incident_types, lock_incident, state_of
from incidents.services.quiet import add_timeline_quietly, moment, save, tell

FIELDS = frozenset(
    {
        "type",
        "place",
        "place_detail",
        "location",
        "location_accuracy_m",
        "location_source",
        "gazetteer_id",
        "summary",
        "min_units",
        "ready",
    }
)
"""What `update_incident` may change. The priority is regraded, with a reason."""


def add_note(
    *, incident_id: int, text: str, by: Viewer, occurred_at: datetime | None = None, source: str = Source.CONSOLE
) -> TimelineEntry:
    """Add a note. The crew sent to an incident may do it too; also after its end. Seven queries.

    Raises NotFound, Forbidden; Invalid for an empty note; Unprocessable for a time in the future or before the call.
    """
    if not text.strip():
        raise Invalid(_("A note has some text."), code="blank", field="text")
    with change(by=by) as c:
        incident = access_incident(by, incident_id)
        if incident.pk not in ports.jobs.own_incidents(by):
            by.require(Permission.INCIDENT_EDIT, incident.organisation_id)
        at = moment(occurred_at, now=clock.now(), since=incident.received_at)
        entry = add_timeline_quietly(
            incident_id=incident.pk, kind="note", by=by, occurred_at=at, source=source, text=text
        )
        ports.jobs.acted(by=by, occurred_at=at, source=source)
        c.audit("incident.noted", incident, organisation=incident.organisation_id, detail={"entry": entry.pk})
        if incident.board_id is not None:
            c.emit(incident.board_id, IncidentNoted(at=at, incident=incident.pk, entry=entry.pk, text=text))
    return entry


def update_incident(
    *,
    incident_id: int,
    version: int,
    changes: Mapping[str, Any],
    by: Viewer,
    source: str = Source.CONSOLE,
    undoes: Sequence[int] = (),
) -> Incident:
    """Give fields (`FIELDS`) of an open incident new values, as seen at `version`.

    Two people may change different fields at once. Where somebody changed one of *these* fields after `version`,
    nothing is changed, and the Conflict's state says who changed what, from what, to what, and when.
    A value that stands already is no change. `undoes` are lines of the timeline that this takes back. Raises also NotFound, Forbidden, Invalid. About ten queries.
    """
    if unknown := set(changes) - FIELDS:
        raise Invalid(_("This field cannot be changed here."), code="unknown_field", field=min(unknown))
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        if incident.status not in OPEN:
            raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))
        if version != incident.version:
            _refuse_stale(incident, version, set(changes))
        fields = _resolved(incident, changes)
        now = clock.now()
        if not fields:
            return incident
        told = {
            name: [_plain(getattr(incident, name)), _plain(value)]
            for name, value in fields.items()
            if name not in ("ready_at", "status")
        }
        if "status" in fields:
            told["ready"] = [False, True]
        save(incident, **fields)
        entry = add_timeline_quietly(
            incident_id=incident.pk,
            kind="location_set" if "location" in fields else "field_changed",
            by=by,
            occurred_at=now,
            source=source,
            data={"version": incident.version, "fields": told, **({"undoes": list(undoes)} if undoes else {})},
        )
        if "type" in fields:
            ports.jobs.kind_changed(incident_id=incident.pk, by=by)
        c.audit("incident.changed", incident, organisation=incident.organisation_id, detail={"fields": sorted(told)})
        tell(c, IncidentChanged, [incident], at=now, incident=incident.pk, fields=tuple(sorted(told)), entry=entry.pk)
    return incident


def regrade_incident(
    *, incident_id: int, priority: int, reason: str, by: Viewer, source: str = Source.CONSOLE
) -> Incident:
    """Give an open incident another priority, for a reason. The first and the highest one stay known. Eleven queries.

    Raises NotFound, Forbidden, Invalid; Unprocessable for the priority that it has; Conflict when it has ended.
    """
    if priority not in PRIORITIES:
        raise Invalid(_("There is no such priority."), code="unknown_priority", field="priority")
    if not reason.strip():
        raise Invalid(_("Say why."), code="blank", field="reason")
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        if incident.status not in OPEN:
            raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))
        if priority == incident.priority:
            raise Unprocessable(
                _("The incident has this priority already."),
                code="same_priority",
                field="priority",
                state=state_of(incident),
            )
        now, was, highest_was = clock.now(), incident.priority, incident.highest_priority
        save(incident, priority=priority, highest_priority=min(incident.highest_priority, priority))
        PriorityChange.objects.create(
            incident=incident,
            priority=priority,
            reason=reason,
            occurred_at=now,
            recorded_at=now,
            source=source,
            by_id=by.user_id,
        )
        data = {"was": was, "priority": priority, "highest_was": highest_was}
        add_timeline_quietly(
            incident_id=incident.pk, kind="priority_set", by=by, occurred_at=now, source=source, text=reason, data=data
        )
        c.audit("incident.regraded", incident, organisation=incident.organisation_id, detail=data)
        tell(c, IncidentRegraded, [incident], at=now, incident=incident.pk, was=was, priority=priority, reason=reason)
    return incident


def _resolved(incident: Incident, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that change, with their new values."""
    fields = {name: value for name, value in changes.items() if name not in ("type", "ready")}
    if "type" in changes:
        kind = incident_types().filter(code=changes["type"]).first()
        if kind is None:
            raise Invalid(_("There is no such kind of incident."), code="unknown_type", field="type")
        fields["type"] = kind
        if kind != incident.type:
            fields.setdefault("min_units", kind.min_units)
    if changes.get("ready") and incident.status == Status.ENTERING:
        fields |= {"status": Status.WAITING, "ready_at": clock.now()}
    return {name: value for name, value in fields.items() if _plain(getattr(incident, name)) != _plain(value)}


def _refuse_stale(incident: Incident, version: int, names: set[str]) -> None:
    """Raise Conflict if one of the fields `names` was changed after `version`."""
    later = TimelineEntry.objects.filter(
        incident=incident, kind__in=("field_changed", "location_set"), data__version__gt=version
    ).order_by("-id")
    conflicts = [
        {"field": name, "was": was, "is": value, "by": entry.by_name, "at": entry.recorded_at}
        for entry in later
        for name, (was, value) in entry.data.get("fields", {}).items()
        if name in names
    ]
    if conflicts or version > incident.version:
        raise Conflict(
            _("Somebody else has changed this in the meantime."),
            code="stale_version",
            field=conflicts[0]["field"] if conflicts else "version",
            state={**state_of(incident), "conflicts": conflicts},
        )


def _plain(value: Any) -> Any:
    """A field's value as it stands in the timeline."""
    if isinstance(value, Point):
        return [value.x, value.y]
    return getattr(value, "code", value)
