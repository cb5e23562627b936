"""What boards are told of a change."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from core.change import Change
from core.live import Event
from dispatch import events
from dispatch.cards import difference
from dispatch.models import Assignment


def emit_sent(c: Change, job: Assignment, *, at: datetime, instead_of: Assignment | None = None) -> None:
    """Tell that a unit was sent, and what it was taken off."""
    boards = {job.incident.board_id, job.unit.board_id}
    if instead_of is None:
        emit(c, boards, events.UnitAssigned, job, at=at)
        return
    left = instead_of.incident
    emit(
        c,
        boards | {left.board_id},
        events.UnitPreEmpted,
        job,
        at=at,
        data={"ended_assignment": instead_of.pk, "left_incident": left.pk, "left_number": left.number},
        also=(instead_of,),
    )


def emit(
    c: Change,
    boards: Iterable[int | None],
    kind: Callable[..., Event],
    job: Assignment,
    *,
    at: datetime,
    data: dict[str, Any] | None = None,
    also: tuple[Assignment, ...] = (),
) -> None:
    """Tell each board what the change leaves there, once all of the change is done."""
    jobs = (job, *also)

    def make(board_id: int) -> Event:
        shown = difference(
            board_id,
            incidents=[one.incident_id for one in jobs],
            assignments=[one.pk for one in jobs],
            units=[job.unit_id],
        )
        return kind(
            at=at,
            assignment=job.pk,
            incident=job.incident_id,
            number=job.incident.number,
            unit=job.unit_id,
            call_sign=job.unit.call_sign,
            upserts=shown.upserts,
            removes=shown.removes,
            **(data or {}),
        )

    for board_id in boards:
        if board_id is not None:
            c.emit(board_id, partial(make, board_id))
