"""Writes of calls being taken: begun, saved field by field, ended. Each field is compare-and-set on its own version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid, NotFound
from core.rules import Permission
from core.selectors import access_board
from incidents.entering.cards import entry_cards
from incidents.entering.models import Entry
from incidents.entering.rules import Status, fault_of, stale
from incidents.events import EntryBegun, EntryChanged, EntryEnded
from incidents.models import Incident
from incidents.services.quiet import moment


def access_entry(viewer: Viewer, entry_id: int) -> Entry:
    """A call being taken, with all its fields: for whoever takes calls there. NotFound, Forbidden. One query."""
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is None or not viewer.can(Permission.INCIDENT_VIEW, entry.organisation_id):
        raise NotFound
    viewer.require(Permission.CALL_VIEW, entry.organisation_id)
    return entry


def begin_entry(*, board_id: int, fields: Mapping[str, Any], by: Viewer, begun_at: datetime | None = None) -> Entry:
    """Begin to take a call at a centre, with what is typed so far. Raises NotFound, Forbidden, Invalid, Unprocessable."""
    _check(fields)
    with change(by=by) as c:
        board = access_board(by, board_id)
        by.require(Permission.INCIDENT_EDIT, board.organisation_id)
        entry = Entry.objects.create(
            board=board,
            organisation=board.organisation,
            fields={name: _kept(value, 1, c) for name, value in fields.items()},
            begun_at=moment(begun_at, now=c.now, field="begun_at"),
            begun_by_id=by.user_id,
            begun_by_name=by.name,
            recorded_at=c.now,
        )
        c.audit("entry.begun", entry, organisation=entry.organisation_id, detail={"fields": sorted(fields)})
        _tell(c, entry, EntryBegun)
    return entry


def save_fields(*, entry_id: int, fields: Mapping[str, tuple[Any, int]], by: Viewer) -> Entry:
    """Give fields new values, each with the version that it is built on (0: never written).

    All or nothing: where somebody else changed one meanwhile, nothing is changed, and the Conflict's state says for each
    such field who wrote what, and when. Locks the row. Raises NotFound, Forbidden, Invalid; Conflict also when it ended.
    """
    _check({name: value for name, (value, _version) in fields.items()})
    with change(by=by) as c:
        entry = _lock(entry_id, by)
        if late := stale(entry.fields, fields):
            raise Conflict(
                _("Somebody else has changed this in the meantime."),
                code="stale_field",
                field=late[0],
                state={
                    "conflicts": [
                        {"field": name, "yours": fields[name][0], **entry.fields.get(name, _never())} for name in late
                    ]
                },
            )
        new = {name: value for name, (value, _v) in fields.items() if _value(entry, name) != value}
        if not new:
            return entry
        for name, value in new.items():
            entry.fields[name] = _kept(value, entry.fields.get(name, {}).get("version", 0) + 1, c)
        entry.version += 1
        entry.save(update_fields=["fields", "version"])
        c.audit("entry.changed", entry, organisation=entry.organisation_id, detail={"fields": sorted(new)})
        _tell(c, entry, EntryChanged, fields=tuple(sorted(new)))
    return entry


def end_entry(*, entry_id: int, by: Viewer, incident: Incident | None = None, attached: bool = False) -> Entry:
    """End it: `incident` was opened from it or (`attached`) has its caller; without one it is dropped. Locks the row.

    Raises NotFound, Forbidden; Conflict when it has ended already, so that no call becomes two incidents.
    """
    with change(by=by) as c:
        entry = _lock(entry_id, by)
        entry.status = Status.ATTACHED if attached else Status.OPENED if incident is not None else Status.DROPPED
        entry.incident = incident
        entry.ended_at, entry.ended_by_name = c.now, by.name
        if entry.status != Status.DROPPED:
            entry.fields = {}
        entry.save(update_fields=["status", "incident", "ended_at", "ended_by_name", "fields"])
        detail = {"incident": incident.pk if incident else None}
        c.audit(f"entry.{entry.status}", entry, organisation=entry.organisation_id, detail=detail)
        _tell(c, entry, EntryEnded, status=str(entry.status), incident=incident.pk if incident else None)
    return entry


# --- parts --------------------------------------------------------------------------------------------------------


def _check(fields: Mapping[str, Any]) -> None:
    messages = {
        "unknown_field": _("There is no such field."),
        "max_length": _("This is too long."),
        "invalid": _("This cannot be kept here."),
    }
    for name, value in fields.items():
        if fault := fault_of(name, value):
            raise Invalid(messages[fault], code=fault, field=name)


def _lock(entry_id: int, by: Viewer) -> Entry:
    entry = Entry.objects.select_for_update(no_key=True).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    by.require(Permission.INCIDENT_EDIT, entry.organisation_id, view=Permission.INCIDENT_VIEW)
    if entry.status != Status.ENTERING:
        raise Conflict(
            _("This call has been opened, attached or dropped already."),
            code="entry_ended",
            state={"status": entry.status, "incident": entry.incident_id, "by": entry.ended_by_name},
        )
    return entry


def _kept(value: Any, version: int, c: Change) -> dict[str, Any]:
    return {"value": value, "version": version, "by": c.by.name, "by_id": c.by.user_id, "at": c.now.isoformat()}


def _never() -> dict[str, Any]:
    return {"value": None, "version": 0, "by": "", "by_id": None, "at": None}


def _value(entry: Entry, name: str) -> Any:
    return entry.fields.get(name, {}).get("value")


def _tell(c: Change, entry: Entry, kind: type[EntryBegun | EntryChanged | EntryEnded], **data: Any) -> None:
    pk, is_over = entry.pk, entry.status != Status.ENTERING

    def make() -> EntryBegun | EntryChanged | EntryEnded:
        upserts = {} if is_over else {"entries": entry_cards([pk])}
        return kind(at=c.now, entry=pk, upserts=upserts, removes={"entries": [pk]} if is_over else {}, **data)

    c.emit(entry.board_id, make)
