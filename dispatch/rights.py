"""Whether those who watch boards may still do so. Asked every few seconds for all sockets of a process at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare
from knox.models import AuthToken

from core import clock
from core.access import Viewer
from core.errors import NotFound
from core.models import Board, User
from core.selectors import access_board, may_watch


class Close(IntEnum):
    """Why a socket was closed."""

    SLOW = 4408
    NO_SESSION = 4401
    FORBIDDEN = 4403
    NO_BOARD = 4404


@dataclass(frozen=True, slots=True)
class Credential:
    """What a socket was opened with: a session, or a token; and whose it was."""

    user_id: int
    session: str = ""
    password_hash: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """Somebody watches a board."""

    credential: Credential
    board_id: int


def may_open(credential: Credential, board_id: int, *, address: str | None) -> tuple[Viewer, Board] | None:
    """The viewer and the board, or None where there is none or it is not for them. Four queries."""
    viewer = Viewer.of(User.objects.get(pk=credential.user_id), channel="socket", address=address)
    try:
        return viewer, access_board(viewer, board_id)
    except NotFound:
        return None


def lost(watches: Iterable[Watch]) -> dict[Watch, Close]:
    """Those who may not watch any more, and why. Six queries at most, whatever the number."""
    watches = set(watches)
    users = {
        user.pk: user for user in User.objects.filter(pk__in={w.credential.user_id for w in watches}, is_active=True)
    }
    sessions = _living_sessions({w.credential.session for w in watches} - {""})
    tokens = _living_tokens({w.credential.token for w in watches} - {""})
    boards = {board.pk: board for board in Board.objects.filter(pk__in={w.board_id for w in watches})}
    viewers = Viewer.of_all(users.values(), channel="socket")
    found: dict[Watch, Close] = {}
    for watch in watches:
        credential, board = watch.credential, boards.get(watch.board_id)
        user = users.get(credential.user_id)
        if user is None or not _is_alive(credential, user, sessions, tokens):
            found[watch] = Close.NO_SESSION
        elif board is None or not may_watch(viewers[user.pk], board):
            found[watch] = Close.FORBIDDEN
    return found


def _is_alive(credential: Credential, user: User, sessions: set[str], tokens: set[str]) -> bool:
    """A token that still stands; or a session that does, opened with the password that is still the user's."""
    if credential.token:
        return credential.token in tokens
    return credential.session in sessions and constant_time_compare(
        credential.password_hash, user.get_session_auth_hash()
    )


def _living_sessions(keys: set[str]) -> set[str]:
    if not keys:
        return set()
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now())
    return set(rows.values_list("session_key", flat=True))


def _living_tokens(digests: set[str]) -> set[str]:
    if not digests:
        return set()
    rows = AuthToken.objects.filter(digest__in=digests).exclude(expiry__lte=clock.now())
    return set(rows.values_list("digest", flat=True))
