"""The live event log: events in, rows out, news on commit.

PostgreSQL is the truth: whoever needs certainty reads these rows. The news of them (`core.news`) may be lost, doubled or
late.
"""

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from core.access import Viewer
from core.models import LiveEvent

type Card = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events: frozen, typed, named in the past tense.

    The fields of a subclass are its typed data. `upserts` are whole cards by collection, `removes` ids by collection:
    a console replaces and removes them, and needs no knowledge of the kind to stay right.
    """

    version: ClassVar[int] = 1

    at: datetime
    upserts: Mapping[str, Sequence[Card]] = dataclasses.field(default_factory=dict)
    removes: Mapping[str, Sequence[int]] = dataclasses.field(default_factory=dict)

    @classmethod
    def kind(cls) -> str:
        """The name that goes over the wire."""
        return cls.__name__

    def data(self) -> dict[str, Any]:
        """The fields that the subclass adds."""
        own = {f.name for f in dataclasses.fields(Event)}
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in own}


def append(events: Iterable[tuple[int, Event]], *, by: Viewer, recorded_at: datetime) -> list[LiveEvent]:
    """Give each (board id, event) the next number of its board and store it. Must run in a transaction.

    Locks the boards in the order of their ids until commit: numbers are gap-free and in the order of commits.
    One query a board, and one bulk insert.
    """
    by_board: dict[int, list[Event]] = {}
    for board_id, event in events:
        by_board.setdefault(board_id, []).append(event)
    rows = []
    for board_id in sorted(by_board):
        batch = by_board[board_id]
        first = _advance(board_id, len(batch)) - len(batch) + 1
        rows += [_row(board_id, first + index, event, by, recorded_at) for index, event in enumerate(batch)]
    return LiveEvent.objects.bulk_create(rows)


def _advance(board_id: int, count: int) -> int:
    """Lock a board, move its head, and tell where it stands now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_board SET head_seq = head_seq + %s WHERE id = %s RETURNING head_seq", [count, board_id]
        )
        head: int = cursor.fetchone()[0]
    return head


def _row(board_id: int, seq: int, event: Event, by: Viewer, recorded_at: datetime) -> LiveEvent:
    payload = {
        "by": None if by.user_id is None else {"id": by.user_id, "name": by.name},
        "data": event.data(),
        "upserts": event.upserts,
        "removes": event.removes,
    }
    return LiveEvent(
        board_id=board_id,
        seq=seq,
        kind=event.kind(),
        version=event.version,
        at=event.at,
        recorded_at=recorded_at,
        payload=json.loads(json.dumps(payload, cls=DjangoJSONEncoder)),
    )


def wire(event: LiveEvent) -> dict[str, Any]:
    """One event as clients get it, over HTTP and over the socket alike."""
    return {
        "type": "event",
        "board": event.board_id,
        "seq": event.seq,
        "kind": event.kind,
        "version": event.version,
        "at": event.at,
        "recorded_at": event.recorded_at,
        **event.payload,
    }


def encode(message: Mapping[str, Any]) -> str:
    """A message as compact JSON text, times in ISO 8601 with Z."""
    return json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
