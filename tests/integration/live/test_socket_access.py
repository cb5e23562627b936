"""Every role at the socket of a board."""

import pytest

from core.rules import Role
from tests.conftest import person
from tests.integration.live.conftest import session_of

pytestmark = pytest.mark.django_db(transaction=True)

MAY_WATCH = {Role.CALL_TAKER, Role.DISPATCHER, Role.SHIFT_COMMANDER, Role.ADMINISTRATOR, Role.READ_ONLY}


def test_each_role_watches_or_is_sent_away(server, board, directorate, elsewhere, service):
    for role in Role:
        console = server.watch(board.pk, session=session_of(person(role, directorate)))
        if role in MAY_WATCH:
            assert console.next("hello")["board"] == board.pk
        else:
            assert console.closed_with() == 4404
        stranger = server.watch(board.pk, session=session_of(person(role, elsewhere)))
        assert stranger.closed_with() == 4404
    above = server.watch(board.pk, session=session_of(person(Role.READ_ONLY, service)))
    assert above.next("hello")["board"] == board.pk
