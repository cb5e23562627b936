"""An alarm reaches every console, with Redis dead too, escalates without a worker, and outlives the web process."""

import os
import time

import httpx
import pytest

from core.models import LiveEvent
from dispatch.services import assign_unit, request_backup
from patrols.models import Alarm, SafetySetting
from patrols.safety.services import raise_emergency
from tests import factories
from tests.integration.live.conftest import run_server
from tests.integration.live.test_outages import beat_with, own_redis, own_server  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unit(board, directorate):
    SafetySetting.objects.create(organisation=directorate, escalate_after_s=5)
    return factories.UnitFactory(board=board, call_sign="214")


def press(server, token, unit):
    return httpx.post(
        f"{server.origin}/api/v1/alarms/", json={"unit": unit.pk}, headers={"Authorization": f"Token {token}"}
    )


def next_kind(console, kind, within_s=15):
    """The next event of this kind."""
    until = time.monotonic() + within_s
    while (event := console.next("event", within_s))["kind"] != kind:
        assert time.monotonic() < until
    return event


@pytest.mark.parametrize("redis", ["alive", "dead"])
def test_an_alarm_is_on_every_console_and_escalates_once_without_a_worker(
    own_redis,  # noqa: F811
    own_server,  # noqa: F811
    board,
    session,
    token,
    unit,
    redis,
):
    consoles = [own_server.watch(board.pk, session=session) for _ in range(2)]
    beat_with(consoles[0], "live")
    if redis == "dead":
        own_redis.stop()
        beat_with(consoles[0], "polling")

    answer = press(own_server, token, unit)
    assert (answer.status_code, press(own_server, token, unit).json()["presses"]) == (201, 2)
    for console in consoles:
        (card,) = next_kind(console, "AlarmRaised")["upserts"]["alarms"]
        assert (card["call_sign"], card["acknowledged_at"]) == ("214", None)

    for console in consoles:
        (card,) = next_kind(console, "AlarmEscalated", within_s=20)["upserts"]["alarms"]
        assert card["escalated_at"] >= card["escalate_at"]
    alarm = Alarm.objects.get()
    assert 5 <= (alarm.escalated_at - alarm.recorded_at).total_seconds() < 12
    assert LiveEvent.objects.filter(kind="AlarmEscalated").count() == 1


def test_a_request_for_backup_that_nobody_answers_escalates_once_without_a_worker(
    own_server,  # noqa: F811
    board,
    session,
    viewer,
    directorate,
    unit,
):
    SafetySetting.objects.filter(organisation=directorate).update(backup_urgent_after_s=5)
    job = assign_unit(incident_id=factories.IncidentFactory(board=board).pk, unit_id=unit.pk, by=viewer)
    consoles = [own_server.watch(board.pk, session=session) for _ in range(2)]
    beat_with(consoles[0], "live")
    request_backup(unit_id=job.unit_id, level="urgent", by=viewer)
    for console in consoles:
        (card,) = next_kind(console, "BackupEscalated", within_s=20)["upserts"]["backups"]
        assert card["escalated_at"] >= card["escalate_at"]
    assert LiveEvent.objects.filter(kind="BackupEscalated").count() == 1


def test_an_alarm_outlives_the_web_process(board, session, viewer, unit, tmp_path, settings):
    settings.NEWS_PREFIX = f"restart:{os.getpid()}"

    def web(name):
        return run_server(settings.NEWS_PREFIX, os.environ["REDIS_URL"], tmp_path / name)

    for first in web("first.log"):
        with first.consoles:
            first.watch(board.pk, session=session).next("hello")
            raise_emergency(unit_id=unit.pk, by=viewer)
        first.process.kill()
    for second in web("second.log"):
        with second.consoles:
            console = second.watch(board.pk, after=0, session=session)
            assert next_kind(console, "AlarmRaised")["data"]["call_sign"] == "214"
            next_kind(console, "AlarmEscalated", within_s=20)
            cookies = {settings.SESSION_COOKIE_NAME: session}
            alarms = httpx.get(f"{second.origin}/api/v1/boards/{board.pk}/snapshot/", cookies=cookies).json()["alarms"]
    assert [(card["unit"], card["presses"]) for card in alarms.values()] == [(unit.pk, 1)]
    assert Alarm.objects.get().escalated_at is not None
