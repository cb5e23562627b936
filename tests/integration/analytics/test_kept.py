"""Kept cases equal what `cases.sql` makes of the rows, whatever was changed, and however it was changed."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics import kept, selectors
from analytics.models import Case, StaleCase
from core.access import Viewer
from dispatch.models import Assignment, AssignmentChange
from incidents.models import Incident, Reopening
from patrols.models import Unit
from tests import factories
from tests.integration.analytics.conftest import CALL

pytestmark = pytest.mark.django_db

INCIDENTS, UNITS = 6, 3
number = st.integers(0, INCIDENTS - 1)
unit = st.integers(0, UNITS - 1)
seconds = st.none() | st.integers(-5, 60)
changes = st.one_of(
    st.tuples(st.just("send"), number, unit, seconds, seconds, st.sampled_from(["cleared", "cancelled", "pre_empted"])),
    st.tuples(st.just("arrive"), number, seconds),
    st.tuples(st.just("move"), number, number),
    st.tuples(st.just("merge"), number, number),
    st.tuples(st.just("unmerge"), number),
    st.tuples(st.just("reopen"), number, st.integers(0, 60)),
    st.tuples(st.just("forget_reopenings"), number),
    st.tuples(st.just("correct"), number),
    st.tuples(st.just("regrade"), number, st.integers(1, 4)),
    st.tuples(st.just("rename"), unit, st.sampled_from("ABCDE")),
    st.tuples(st.just("drop_jobs"), number),
    st.tuples(st.just("refresh")),
)


def at(offset):
    return None if offset is None else CALL + timedelta(seconds=offset)


class World:
    """A few incidents and units, and changes to them as services, imports and administrators make them."""

    def __init__(self, board):
        kind = factories.IncidentTypeFactory()
        self.incidents = [
            factories.IncidentFactory(board=board, type=kind, status="closed", received_at=at(n), closed_at=at(100)).pk
            for n in range(INCIDENTS)
        ]
        self.units = [factories.UnitFactory(board=board, call_sign=sign).pk for sign in ("X", "Y", "Z")]

    def send(self, incident, unit, dispatched, arrived, status):
        Assignment.objects.create(
            incident_id=self.incidents[incident],
            unit_id=self.units[unit],
            status=status,
            dispatched_at=at(dispatched),
            on_scene_at=at(arrived),
        )

    def arrive(self, incident, arrived):
        Assignment.objects.filter(incident=self.incidents[incident]).update(on_scene_at=at(arrived))

    def move(self, one, other):
        Assignment.objects.filter(incident=self.incidents[one]).update(incident=self.incidents[other])

    def merge(self, one, into):
        target = self.incidents[into]
        while target is not None and target != self.incidents[one]:
            target = Incident.objects.values_list("merged_into", flat=True).get(pk=target)
        if target is None:
            mine = Incident.objects.filter(pk=self.incidents[one])
            mine.update(merged_into=self.incidents[into], status="merged")

    def unmerge(self, incident):
        Incident.objects.filter(pk=self.incidents[incident]).update(merged_into=None, status="waiting")

    def reopen(self, incident, when):
        Reopening.objects.create(
            incident_id=self.incidents[incident], ended_at=at(when), occurred_at=at(when), recorded_at=at(when)
        )

    def forget_reopenings(self, incident):
        Reopening.objects.filter(incident=self.incidents[incident]).delete()

    def correct(self, incident):
        for job in Assignment.objects.filter(incident=self.incidents[incident]):
            AssignmentChange.objects.create(
                assignment=job, status="on_scene", occurred_at=at(1), recorded_at=at(1), source="console"
            )

    def regrade(self, incident, priority):
        Incident.objects.filter(pk=self.incidents[incident]).update(priority=priority)

    def rename(self, unit, sign):
        if not Unit.objects.filter(call_sign=sign).exists():
            Unit.objects.filter(pk=self.units[unit]).update(call_sign=sign)

    def drop_jobs(self, incident):
        jobs = Assignment.objects.filter(incident=self.incidents[incident])
        AssignmentChange.objects.filter(assignment__in=jobs).delete()
        jobs.delete()

    def refresh(self):
        kept.refresh()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(changes, max_size=25))
def test_kept_cases_equal_the_rows_after_random_changes(board, done):
    with transaction.atomic():
        world = World(board)
        for name, *arguments in done:
            getattr(world, name)(*arguments)
        kept.refresh()
        assert kept.differences() == []
        assert not StaleCase.objects.exists()
        transaction.set_rollback(True)


def test_a_difference_is_found(tell):
    incident = tell.incident(("A", "cleared", {"dispatched": 10, "on_scene": 100}))
    kept.refresh()
    Case.objects.filter(pk=incident.pk).update(response=99)
    assert kept.differences() == [incident.pk]


def test_an_import_marks_what_it_brings(load, tell):
    mapping = '[time]\nzone = "Europe/Belgrade"\n[call]\nkey = "no"\nreceived = "at"\n[assignment]\ncall_sign = "u"\non_scene = "there"\n'
    load("no,at,u,there\n1,2026-06-01 10:00:00,A,2026-06-01 10:05:00\n", mapping)
    assert kept.differences() != []
    kept.refresh()
    assert kept.differences() == []
    assert tell.measure()["measures"]["response"]["p50_s"] == 300


def test_a_service_that_is_rolled_back_marks_nothing(board):
    with transaction.atomic():
        factories.IncidentFactory(board=board)
        assert StaleCase.objects.exists()
        transaction.set_rollback(True)
    assert not StaleCase.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_another_transaction_has_not_committed_is_left_for_the_next_reader(board):
    incident = factories.IncidentFactory(board=board, priority=3)
    kept.refresh()
    with _connect() as other:
        other.execute("UPDATE incidents_incident SET priority = 1 WHERE id = %s", [incident.pk])
        assert kept.refresh() == 0
        assert Case.objects.get(pk=incident.pk).priority == 3
        other.commit()
    assert kept.refresh() == 1
    assert Case.objects.get(pk=incident.pk).priority == 1


@pytest.mark.django_db(transaction=True)
def test_a_report_sees_one_state_though_others_change_the_rows_meanwhile(board, monkeypatch):
    incident = factories.IncidentFactory(board=board)
    overview = selectors.response_times.__globals__["measures"].overview

    def change_first():
        with _connect() as other:
            other.execute("UPDATE analytics_case SET priority = 4 WHERE id = %s", [incident.pk])
            other.commit()
        return overview()

    monkeypatch.setattr("analytics.measures.overview", change_first)
    question = selectors.Question(board.organisation_id, by="priority")
    found = selectors.response_times(Viewer.system("test"), question)
    assert [group["key"] for group in found["groups"]] == ["2"]


def _connect():
    given = connection.settings_dict
    return psycopg.connect(host=given["HOST"], port=given["PORT"], user=given["USER"], dbname=given["NAME"])
