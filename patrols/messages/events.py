"""What happened to messages. They stand in no collection of a board: the event carries the message whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.live import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(Event):
    """Somebody wrote; `at` is when."""

    message: int
    card: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    """A message came to somebody's device, or was opened there."""

    message: int
    card: Mapping[str, Any]
