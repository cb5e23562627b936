"""Old snapshot + events = fresh snapshot: a console in a few lines, for the tests of every kind of event."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from core.live import encode
from core.models import Board, LiveEvent

type Collections = dict[str, dict[int, dict[str, Any]]]


def plain(value: Any) -> Any:
    """`value` as it comes out of the wire."""
    return json.loads(encode(value))


def by_id(cards: Any) -> dict[int, dict[str, Any]]:
    """A list of cards as a console keeps it."""
    return {card["id"]: card for card in plain(list(cards))}


def apply(collections: Collections, event: LiveEvent) -> Collections:
    """The collections after an event: first what it puts up, then what it takes down."""
    after = {name: dict(cards) for name, cards in collections.items()}
    for name, cards in event.payload["upserts"].items():
        after.setdefault(name, {}).update({card["id"]: card for card in cards})
    for name, ids in event.payload["removes"].items():
        for pk in ids:
            after.setdefault(name, {}).pop(pk, None)
    return after


@contextmanager
def replayed(board: Board, fresh: Callable[[Board], Collections], *, kinds: list[str] | None = None) -> Iterator[None]:
    """Hold that what happens inside, applied as events to the snapshot from before, gives the snapshot from after.

    `fresh` takes the collections of a board from the rows. With `kinds`, hold that just these events came, in order.
    """
    board.refresh_from_db()
    head, before = board.head_seq, plain_collections(fresh(board))
    yield
    events = list(LiveEvent.objects.filter(board=board, seq__gt=head).order_by("seq"))
    assert [event.seq for event in events] == list(range(head + 1, head + 1 + len(events)))
    if kinds is not None:
        assert [event.kind for event in events] == kinds
    for event in events:
        before = apply(before, event)
    assert before == plain_collections(fresh(board))


def plain_collections(collections: Collections) -> Collections:
    """Collections as they come out of the wire, with ids as numbers."""
    return {name: {int(pk): plain(card) for pk, card in cards.items()} for name, cards in collections.items()}
