"""How a change travels: all of it or nothing, numbered without gaps."""

from dataclasses import dataclass

import pytest
from django.db import DatabaseError, connection

from core.access import Viewer
from core.change import change
from core.errors import Conflict
from core.live import Event
from core.models import AuditEntry, LiveEvent

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True, kw_only=True)
class BellRung(Event):
    times: int = 1


def ring(board, *, by, now, fail=False):
    with change(by=by, now=now) as c:
        c.audit("bell.rung", board, organisation=board.organisation_id)
        c.emit(board.pk, BellRung(at=now))
        if fail:
            raise Conflict


def test_a_change_leaves_audit_and_numbered_events(board, frozen_clock):
    by = Viewer.system("test")
    ring(board, by=by, now=frozen_clock())
    ring(board, by=by, now=frozen_clock())
    assert list(LiveEvent.objects.values_list("board_id", "seq", "kind")) == [
        (board.pk, 1, "BellRung"),
        (board.pk, 2, "BellRung"),
    ]
    assert AuditEntry.objects.filter(action="bell.rung", object_id=str(board.pk)).count() == 2


def test_a_failed_change_leaves_nothing(board, frozen_clock, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as news, pytest.raises(Conflict):
        ring(board, by=Viewer.system("test"), now=frozen_clock(), fail=True)
    board.refresh_from_db()
    assert (LiveEvent.objects.count(), AuditEntry.objects.count(), board.head_seq, news) == (0, 0, 0, [])


def test_a_part_that_failed_is_forgotten_and_the_rest_stands(board, frozen_clock):
    by = Viewer.system("test")
    with change(by=by, now=frozen_clock()) as c:
        c.emit(board.pk, BellRung(at=frozen_clock(), times=7))
        with pytest.raises(Conflict):
            ring(board, by=by, now=frozen_clock(), fail=True)
    assert [event.payload["data"] for event in LiveEvent.objects.all()] == [{"times": 7}]
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("statement", ["UPDATE core_auditentry SET action = ''", "DELETE FROM core_auditentry"])
def test_the_database_refuses_to_change_the_audit_trail(board, frozen_clock, statement):
    ring(board, by=Viewer.system("test"), now=frozen_clock())
    with pytest.raises(DatabaseError, match="only ever added"), connection.cursor() as cursor:
        cursor.execute(statement)
