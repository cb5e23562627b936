"""Reports: asked for, computed by a worker, kept. A killed worker loses none: it is run again, once."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.utils.translation import gettext as _

from analytics import selectors
from analytics.models import Report
from analytics.services.delivering import deliver_report
from core import clock
from core.access import Viewer
from core.change import change
from core.errors import Conflict, DomainError, NotFound
from core.rules import Permission

log = logging.getLogger(__name__)

CODE_VERSION = "response_times/2"
"""Grows when the same rows would give other figures."""

MAX_ATTEMPTS = 2
QUEUED_TOO_LONG = timedelta(seconds=20)

LOCK_CLASS = 0x52455054
"""First half of the advisory lock that a worker holds while it computes a report; the second is the report's id."""

type Enqueue = Callable[[int], None]


class _Cancelled(Exception):
    """Somebody cancelled the report while it was computed."""


def request_report(*, question: selectors.Question, by: Viewer, enqueue: Enqueue) -> Report:
    """Ask for a response-time report over a node and below, and hand it to a worker on commit.

    Raises NotFound where `by` may not see reports. Two queries and the audit row.
    """
    if question.organisation_id is None:
        raise NotFound
    selectors.access_node(by, question.organisation_id)
    with change(by=by) as c:
        report = Report.objects.create(
            organisation_id=question.organisation_id,
            parameters=question.written(),
            requested_by_id=by.user_id,
            requested_at=c.now,
            code_version=CODE_VERSION,
        )
        c.audit("report.requested", report, organisation=report.organisation_id, detail=report.parameters)
        transaction.on_commit(partial(enqueue, report.pk))
    return report


def cancel_report(*, report_id: int, by: Viewer) -> Report:
    """Cancel a report that is not finished; a worker at it stops at its next step. Raises Conflict when it is too late."""
    report = selectors.access_report(by, report_id)
    by.require(Permission.REPORT_VIEW, report.organisation_id)
    with change(by=by) as c:
        unfinished = Report.objects.filter(pk=report_id, state__in=(Report.State.QUEUED, Report.State.RUNNING))
        if not unfinished.update(state=Report.State.CANCELLED, finished_at=c.now):
            report.refresh_from_db()
            raise Conflict(_("The report is already finished."), code="report_finished", state={"state": report.state})
        c.audit("report.cancelled", report, organisation=report.organisation_id)
    report.refresh_from_db()
    return report


def run_report(*, report_id: int) -> None:
    """Compute a queued report, keep its result, deliver it. Does nothing when it is not queued, or a worker is at it.

    Progress is committed as it goes. The advisory lock ends with the worker's connection, so that the sweep can tell a
    dead worker from a slow one. Result and deliveries come in one transaction: a killed worker leaves both or neither.
    """
    with _hold(report_id) as held, _beside() as aside:
        if not held or not _claim(report_id):
            return
        report = Report.objects.get(pk=report_id)
        try:
            result = selectors.response_times(
                Viewer.system("report"),
                selectors.Question.read(report.organisation_id, report.parameters),
                progress=partial(_progress, aside, report_id),
            )
        except _Cancelled:
            return
        except DomainError as error:
            _finish(report_id, state=Report.State.FAILED, error=str(error.message))
            return
        except Exception:
            _finish(report_id, state=Report.State.FAILED, error="internal")
            raise
        with transaction.atomic():
            done = _finish(
                report_id,
                state=Report.State.DONE,
                progress=1.0,
                result=result,
                code_version=CODE_VERSION,
                data_fingerprint=result["data_fingerprint"],
            )
            if done:
                deliver_report(report_id=report_id)


def rescue_reports(*, enqueue: Enqueue) -> int:
    """Queue again what a dead worker left behind (once) and what nobody has fetched. Returns the number queued again."""
    now = clock.now()
    for report_id in Report.objects.filter(state=Report.State.RUNNING).values_list("pk", flat=True):
        _rescue(report_id)
    waiting = Report.objects.filter(state=Report.State.QUEUED, requested_at__lt=now - QUEUED_TOO_LONG)
    found = list(waiting.order_by("pk").values_list("pk", flat=True))
    for report_id in found:
        enqueue(report_id)
    return len(found)


def _rescue(report_id: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, report_id])
        if not cursor.fetchone()[0]:
            return
        running = Report.objects.filter(pk=report_id, state=Report.State.RUNNING)
        if running.filter(attempts__lt=MAX_ATTEMPTS).update(state=Report.State.QUEUED, progress=0):
            log.warning("Report %s lost its worker; it is queued again", report_id)
        elif running.update(state=Report.State.FAILED, error="worker_lost", finished_at=clock.now()):
            log.error("Report %s lost its worker twice; it is given up", report_id)


@contextmanager
def _hold(report_id: int) -> Iterator[bool]:
    """Hold the report's lock for the length of the block, on this connection; yields whether it was free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, report_id])
        held = cursor.fetchone()[0]
    try:
        yield held
    finally:
        if held and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, report_id])


def _claim(report_id: int) -> bool:
    return bool(
        Report.objects.filter(pk=report_id, state=Report.State.QUEUED).update(
            state=Report.State.RUNNING, started_at=clock.now(), attempts=F("attempts") + 1, progress=0.02
        )
    )


@contextmanager
def _beside() -> Iterator[BaseDatabaseWrapper]:
    """A connection to tell progress on: beside the snapshot in which the report is computed.

    Inside somebody else's transaction it is that one's connection.
    """
    if connection.in_atomic_block:
        yield connections["default"]
        return
    aside = connections.create_connection("default")
    try:
        yield aside
    finally:
        aside.close()


def _progress(aside: BaseDatabaseWrapper, report_id: int, share: float) -> None:
    """Tell how far it is. Raises when the report is not running any more: somebody cancelled it."""
    with aside.cursor() as cursor:
        cursor.execute(
            "UPDATE analytics_report SET progress = %s WHERE id = %s AND state = %s",
            [share, report_id, Report.State.RUNNING.value],
        )
        if not cursor.rowcount:
            raise _Cancelled


def _finish(report_id: int, **values: object) -> bool:
    """End a running report; False where it is not running any more."""
    running = Report.objects.filter(pk=report_id, state=Report.State.RUNNING)
    return bool(running.update(finished_at=clock.now(), **values))
