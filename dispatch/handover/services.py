"""Writes of hand-overs. Locks in this order: incident, its offer, boards.

What becomes of the sender's units when another centre accepts: they stay on the incident and go on. Both centres see
their assignments; both may report their steps (`dispatch.selectors.access_assignment_to_act`); when they clear, they are
free on the sender's board again. Nothing is reassigned.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

import incidents.services
from core import clock
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid, NotFound, Unprocessable
from core.live import Event
from core.models import Board
from core.rules import Permission
from dispatch import events
from dispatch.cards import difference
from dispatch.handover import selectors
from dispatch.handover.models import Handover
from dispatch.handover.rules import CAME_BACK, Status, expires_at
from dispatch.models import Assignment, BackupRequest
from incidents.models import Incident
from incidents.rules import OPEN
from incidents.selectors import lock_incident, state_of

_CAME_BACK = [status.value for status in CAME_BACK]


def offer_handover(*, incident_id: int, board_id: int, by: Viewer, text: str = "") -> Handover:
    """Offer an open incident to another operations centre; it stays here, and workable, until that accepts.

    What came back before counts as noted. Locks the incident. Raises NotFound, Forbidden; Invalid for a centre that is
    not there; Unprocessable for one's own; Conflict when it has ended, or is offered already.
    """
    with change(by=by) as c:
        incident = lock_incident(by, incident_id)
        _require_open(incident)
        board = Board.objects.select_related("organisation").filter(pk=board_id).first()
        if board is None:
            raise Invalid(_("There is no such operations centre."), code="unknown_board", field="to")
        if incident.board is None or board.pk == incident.board_id:
            raise Unprocessable(_("The incident is there already."), code="same_board", field="to")
        if standing := Handover.objects.filter(incident=incident, status=Status.OFFERED).first():
            state = selectors.handover_state(standing.pk)
            raise Conflict(_("The incident is offered to a centre already."), code="handover_open", state=state)
        _note_all(c, incident, c.now)
        handover = Handover.objects.create(
            incident=incident,
            from_board=incident.board,
            to_board=board,
            from_organisation=incident.organisation,
            text=text.strip(),
            offered_at=c.now,
            offered_by_id=by.user_id,
            offered_by_name=by.name,
            expires_at=expires_at(c.now, selectors.timeout_s(incident.organisation)),
        )
        _record(c, handover, "offered", events.HandoverOffered, text=handover.text)
    return handover


def accept_handover(*, handover_id: int, by: Viewer) -> Handover:
    """Take the incident: from now on it is this centre's, with its history and all that are on it.

    Locks the incident and the offer. Raises NotFound, Forbidden; Conflict when the offer is over.
    """
    with change(by=by) as c:
        handover = _lock(handover_id, by)
        by.require(Permission.ASSIGN, handover.to_board.organisation_id)
        _require_offered(handover)
        incident = handover.incident
        node = selectors.node_at(handover.to_board, incident.location, c.now.date())
        incidents.services.move_incident_quietly(incident=incident, board=handover.to_board, organisation_id=node)
        _answer(handover, Status.ACCEPTED, by=by, at=c.now)
        _record(c, handover, "accepted", events.HandoverAccepted)
    return handover


def refuse_handover(*, handover_id: int, reason: str, by: Viewer) -> Handover:
    """Leave the incident with its sender, for a reason, which the sender sees until it is noted. As `accept_handover`."""
    if not reason.strip():
        raise Invalid(_("Say why."), code="blank", field="reason")
    with change(by=by) as c:
        handover = _lock(handover_id, by)
        by.require(Permission.ASSIGN, handover.to_board.organisation_id)
        _require_offered(handover)
        _answer(handover, Status.REFUSED, by=by, at=c.now, reason=reason.strip())
        _record(c, handover, "refused", events.HandoverRefused, text=handover.reason)
    return handover


def withdraw_handover(*, handover_id: int, by: Viewer, reason: str = "") -> Handover:
    """Take the offer back. Raises NotFound, Forbidden; Conflict when it was answered meanwhile."""
    with change(by=by) as c:
        handover = _lock(handover_id, by)
        by.require(Permission.INCIDENT_EDIT, handover.from_organisation_id)
        _require_offered(handover)
        _answer(handover, Status.WITHDRAWN, by=by, at=c.now, reason=reason.strip())
        _record(c, handover, "withdrawn", events.HandoverWithdrawn, text=handover.reason)
    return handover


def note_handover(*, handover_id: int, by: Viewer) -> Handover:
    """The sender has seen that it came back. Doing it again changes nothing. Raises NotFound, Forbidden, Conflict."""
    with change(by=by) as c:
        handover = _lock(handover_id, by)
        by.require(Permission.INCIDENT_EDIT, handover.from_organisation_id)
        if handover.status not in CAME_BACK:
            state = selectors.handover_state(handover.pk)
            raise Conflict(_("This offer has not come back."), code="not_come_back", state=state)
        if handover.noted_at is None:
            handover.noted_at = c.now
            handover.save(update_fields=["noted_at"])
            _audit(c, handover, "noted")
            _tell(c, handover, events.HandoverNoted)
    return handover


def expire_due_handovers() -> int:
    """Let offers that nobody has answered in time come back; return how many. Each once, whoever else does the same.

    Run by beat every few seconds and by every web process that has a console: either may be dead. One indexed query
    where nothing is due; a change of its own for each, so that one that cannot be ended holds up no other.
    """
    due = Handover.objects.filter(status=Status.OFFERED, expires_at__lte=clock.now())
    return sum(_expire(pk, incident_id) for pk, incident_id in due.order_by("pk").values_list("pk", "incident_id"))


def _expire(handover_id: int, incident_id: int) -> bool:
    by = Viewer.system("handover")
    with change(by=by) as c:
        incident = Incident.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=incident_id).first()
        if incident is None:  # somebody works on it just now; the next round comes soon
            return False
        handover = _locked(handover_id)
        if handover.status != Status.OFFERED or handover.expires_at > clock.now():
            return False
        handover.incident = incident
        _answer(handover, Status.TIMED_OUT, by=by, at=c.now)
        _record(c, handover, "timed_out", events.HandoverTimedOut)
    return True


def end_handovers_quietly(*, c: Change, incident: Incident) -> None:
    """The incident, locked by the caller, has ended: its offer goes with it, and what came back needs no note."""
    standing = Handover.objects.select_for_update(no_key=True).filter(incident=incident, status=Status.OFFERED).first()
    if standing is not None:
        handover = _locked(standing.pk)
        handover.incident = incident
        _answer(handover, Status.WITHDRAWN, by=c.by, at=c.now, reason="incident_ended")
        _record(c, handover, "withdrawn", events.HandoverWithdrawn, text="")
    _note_all(c, incident, c.now)


def tell_changed(*, c: Change, incident_ids: Iterable[int], at: datetime) -> None:
    """Let boards that show an offer of these incidents show what it says now. One query."""
    rows = Handover.objects.filter(incident_id__in=list(incident_ids)).select_related("incident")
    for handover in rows.filter(status=Status.OFFERED) | rows.filter(status__in=_CAME_BACK, noted_at__isnull=True):
        _tell(c, handover, events.HandoverChanged, at=at)


# --- parts --------------------------------------------------------------------------------------------------------


def _lock(handover_id: int, by: Viewer) -> Handover:
    """The offer, with its incident, both locked in order. Raises NotFound."""
    seen = selectors.access_handover(by, handover_id)
    incident = Incident.objects.select_for_update(no_key=True).get(pk=seen.incident_id)
    handover = _locked(handover_id)
    handover.incident = incident
    return handover


def _locked(handover_id: int) -> Handover:
    rows = Handover.objects.select_for_update(no_key=True, of=("self",)).select_related("from_board", "to_board")
    found = rows.filter(pk=handover_id).first()
    if found is None:
        raise NotFound
    return found


def _require_open(incident: Incident) -> None:
    if incident.status not in OPEN:
        raise Conflict(_("The incident has ended."), code="incident_ended", state=state_of(incident))


def _require_offered(handover: Handover) -> None:
    if handover.status != Status.OFFERED:
        state = selectors.handover_state(handover.pk)
        raise Conflict(_("This offer has been answered or withdrawn already."), code="handover_over", state=state)


def _answer(handover: Handover, status: Status, *, by: Viewer, at: datetime, reason: str = "") -> None:
    handover.status, handover.reason = status, reason
    handover.answered_at, handover.answered_by_id, handover.answered_by_name = at, by.user_id, by.name
    handover.save(update_fields=["status", "reason", "answered_at", "answered_by", "answered_by_name"])


def _note_all(c: Change, incident: Incident, at: datetime) -> None:
    """What came back of this incident is noted: it is offered anew, or has ended."""
    rows = Handover.objects.filter(incident=incident, status__in=_CAME_BACK, noted_at__isnull=True)
    for handover in rows.select_for_update(no_key=True, of=("self",)).select_related(
        "incident", "from_board", "to_board"
    ):
        handover.noted_at = at
        handover.save(update_fields=["noted_at"])
        _tell(c, handover, events.HandoverNoted)


def _record(c: Change, handover: Handover, what: str, kind: type[Event], *, text: str = "") -> None:
    """The line of the timeline, the audit row, and the news for both boards."""
    incidents.services.add_timeline_quietly(
        incident_id=handover.incident_id,
        kind=f"handover_{what}",
        by=c.by,
        occurred_at=c.now,
        text=text,
        data={
            "handover": handover.pk,
            "from": handover.from_board.name,
            "to": handover.to_board.name,
            "reason": handover.reason,
        },
    )
    _audit(c, handover, what)
    _tell(c, handover, kind)


def _audit(c: Change, handover: Handover, what: str) -> None:
    detail = {"incident": handover.incident_id, "from": handover.from_board_id, "to": handover.to_board_id}
    for node in {handover.from_organisation_id, handover.to_board.organisation_id}:
        c.audit(f"handover.{what}", handover, organisation=node, detail=detail)


def _tell(c: Change, handover: Handover, kind: type[Event], *, at: datetime | None = None) -> None:
    """Tell both boards what the change leaves there, once all of it is done."""
    incident_id, handover_id = handover.incident_id, handover.pk
    moved = kind is events.HandoverAccepted

    def make(board_id: int) -> Event:
        goes_along: dict[str, Any] = _of_incident(incident_id) if moved else {}
        shown = difference(board_id, handovers=[handover_id], **goes_along)
        data: dict[str, Any] = {"incident": incident_id, "handover": handover_id, "number": handover.incident.number}
        return kind(at=at or c.now, upserts=shown.upserts, removes=shown.removes, **data)

    for board_id in sorted({handover.from_board_id, handover.to_board_id}):
        c.emit(board_id, partial(make, board_id))


def _of_incident(incident_id: int) -> dict[str, list[int]]:
    """What moves with an incident. Two queries."""
    return {
        "incidents": [incident_id],
        "assignments": list(Assignment.objects.filter(incident_id=incident_id).values_list("pk", flat=True)),
        "backups": list(BackupRequest.objects.filter(incident_id=incident_id).values_list("pk", flat=True)),
    }
