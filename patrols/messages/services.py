"""Writes of messages. A message is rows, an audit row without its text, and an event on each board that it concerns."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from core import selectors as core_selectors
from core.access import Viewer
from core.change import Change, change
from core.errors import Conflict, Invalid, NotFound, Unprocessable
from core.live import Event
from core.models import Board
from core.rules import Permission
from patrols import ports, selectors
from patrols.messages.cards import message_cards
from patrols.messages.events import MessageReceived, MessageSent
from patrols.messages.models import LONGEST_TEXT, Message, MessageReceipt, MessageRecipient
from patrols.messages.selectors import messages
from patrols.models import Unit
from patrols.services import CLOCK_TOLERANCE
from patrols.welfare.services import note_action


def send_to_units(
    *,
    text: str,
    by: Viewer,
    unit_ids: Sequence[int] = (),
    incident_id: int | None = None,
    board_id: int | None = None,
    occurred_at: datetime | None = None,
    source: str = "console",
) -> Message:
    """Send a text from the centre to named units, to all on an incident, or to all on duty of a board: to one of these.

    Raises NotFound, Forbidden for a unit, incident or board that is not the viewer's to command; Invalid for an empty
    text or no addressee; Conflict where nobody of them is on duty. Some ten queries.
    """
    if sum((bool(unit_ids), incident_id is not None, board_id is not None)) != 1:
        raise Invalid(_("Say to whom: units, an incident, or all."), code="no_addressee", field="units")
    with change(by=by) as c:
        units = _addressees(by, unit_ids, incident_id, board_id)
        if not units:
            raise Conflict(_("Nobody of them is on duty."), code="nobody_on_duty", field="units")
        to = Message.To.INCIDENT if incident_id else Message.To.BOARD if board_id else Message.To.UNITS
        message = _store(
            c,
            text,
            to=to,
            board_id=board_id or units[0].board_id,
            incident_id=incident_id,
            at=occurred_at,
            source=source,
        )
        MessageRecipient.objects.bulk_create(MessageRecipient(message=message, unit=unit) for unit in units)
        _tell(c, MessageSent, message)
    return message


def send_to_centre(
    *, text: str, by: Viewer, occurred_at: datetime | None = None, source: str = "field", unit_id: int | None = None
) -> Message:
    """Send a text from the unit that `by` rides on to its operations centre.

    `unit_id` is the unit that it was written on: Conflict where `by` rides on another, or none, by now. Raises Forbidden
    for whoever is no crew, Invalid for an empty text, Unprocessable for a time in the future.
    """
    by.require_anywhere(Permission.OWN_UNIT_STATUS)
    with change(by=by) as c:
        unit = selectors.own_unit(by)
        if unit is None or (unit_id is not None and unit.pk != unit_id):
            raise Conflict(_("You do not ride on this patrol now."), code="not_on_shift", field="unit")
        message = _store(
            c, text, to=Message.To.CENTRE, board_id=unit.board_id, unit=unit, at=occurred_at, source=source
        )
        note_action(unit_id=unit.pk, by=by, occurred_at=message.occurred_at, source=source)
        _tell(c, MessageSent, message)
    return message


def record_receipts(
    *, delivered: Iterable[int] = (), read: Iterable[int] = (), by: Viewer, occurred_at: datetime | None = None
) -> list[Message]:
    """Note that messages came to this person's device, and which of them were opened there. The first time counts.

    One's own message is not received; what the viewer may not see is passed over. Returns those that are new.
    """
    opened = set(read)
    with change(by=by) as c:
        at = min(occurred_at or c.now, c.now)
        unit = selectors.own_unit(by)
        seen = messages(by).filter(pk__in={*delivered, *opened}).exclude(by_id=by.user_id)
        if unit is None:
            seen = seen.filter(to=Message.To.CENTRE)  # whoever only watches is no addressee of what goes to units
        changed = [row for row in seen if _receive(row, unit, at=at, is_read=row.pk in opened, by=by)]
        if newly := [row.pk for row in changed if row.pk in opened]:
            c.audit("message.read", organisation=changed[0].board.organisation_id, detail={"messages": sorted(newly)})
        for row in changed:
            _tell(c, MessageReceived, row, at=at)
    return changed


def _receive(message: Message, unit: Unit | None, *, at: datetime, is_read: bool, by: Viewer) -> bool:
    """Whether something is new of this message with this person. Two queries."""
    at = max(at, message.occurred_at)
    if by.user_id is None:
        return False
    receipt, is_new = MessageReceipt.objects.get_or_create(
        message=message,
        user_id=by.user_id,
        defaults={"name": by.name, "unit": unit, "delivered_at": at, "read_at": at if is_read else None},
    )
    if is_new or not is_read:
        return is_new
    rows = MessageReceipt.objects.filter(pk=receipt.pk, read_at__isnull=True)
    return bool(rows.update(read_at=max(at, receipt.delivered_at)))


def _addressees(by: Viewer, unit_ids: Sequence[int], incident_id: int | None, board_id: int | None) -> list[Unit]:
    """The units on duty, by id. Raises NotFound, Forbidden."""
    rows = Unit.objects.filter(on_duty=True, external=False).order_by("pk")
    if incident_id is not None:
        return list(rows.filter(pk__in=ports.jobs.units_on(by, incident_id)))
    if board_id is not None:
        board = core_selectors.access_board(by, board_id)
        by.require(Permission.UNIT_STATUS, board.organisation_id)
        return list(rows.filter(board=board))
    wanted = set(unit_ids)
    found = list(Unit.objects.filter(pk__in=wanted, external=False).order_by("pk"))
    if len(found) < len(wanted):
        raise NotFound
    for unit in found:
        by.require(Permission.UNIT_STATUS, unit.organisation_id, view=Permission.UNIT_VIEW)
    return [unit for unit in found if unit.on_duty]


def _store(
    c: Change,
    text: str,
    *,
    to: str,
    board_id: int,
    at: datetime | None,
    source: str,
    unit: Unit | None = None,
    incident_id: int | None = None,
) -> Message:
    text = text.strip()
    if not text:
        raise Invalid(_("A message has some text."), code="blank", field="text")
    if len(text) > LONGEST_TEXT:
        raise Invalid(_("The message is too long."), code="max_length", field="text")
    if at is not None and at > c.now + CLOCK_TOLERANCE:
        raise Unprocessable(_("This time lies in the future."), code="in_future", field="occurred_at")
    board = Board.objects.get(pk=board_id)
    message = Message.objects.create(
        board=board,
        from_unit=unit,
        to=to,
        incident_id=incident_id,
        text=text,
        by_id=c.by.user_id,
        by_name=c.by.name,
        occurred_at=min(at or c.now, c.now),
        recorded_at=c.now,
        source=source,
    )
    detail = {"to": to, "incident": incident_id, "unit": unit.pk if unit else None}
    c.audit("message.sent", message, organisation=board.organisation_id, detail=detail)
    return message


def _tell(
    c: Change, kind: type[MessageSent] | type[MessageReceived], message: Message, *, at: datetime | None = None
) -> None:
    """Let every board that the message concerns know."""

    def make() -> Event:
        return kind(at=at or message.occurred_at, message=message.pk, card=message_cards([message.pk])[0])

    boards = set(message.recipients.values_list("unit__board_id", flat=True)) | {message.board_id}
    for board_id in sorted(boards):
        c.emit(board_id, partial(make))
