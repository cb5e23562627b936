"""Five hundred commands at random from twenty clients at once, against a real server.

Some are sent twice under one key, some contradict each other. Whatever the order in which they met: nothing falls over,
nobody is in two places, a repeat gets the first answer, and log and rows tell the same story.
"""

import http.client
import itertools
import json
import random
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from knox.models import AuthToken

from core.access import Viewer
from core.models import AuditEntry, Board, Command, LiveEvent
from dispatch import rules
from dispatch.models import Assignment
from dispatch.selectors import snapshot
from incidents.models import Incident, TimelineEntry
from patrols.models import Unit
from patrols.rules import FROM_ASSIGNMENT
from tests import factories
from tests.conftest import person
from tests.integration.replay import apply, plain_collections

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS, COMMANDS_EACH, SEED = 20, 25, 20261103
UNITS, INCIDENTS = 12, 8  # few, so that they meet
REPEATED = 0.25
MAY_ANSWER = {200, 201, 409, 422}
STEPS = ("acknowledged", "en_route", "on_scene", "action_taken", "cleared", "cancelled", "refused")


@dataclass
class Field:
    """What all clients see: units, incidents, and the assignments that anybody has heard of."""

    type: str
    units: list[int]
    incidents: list[int]
    jobs: list[int] = field(default_factory=list)


@dataclass
class Answer:
    """What came back for one sending of a command."""

    key: tuple[str, str]
    status: int
    body: dict
    replayed: bool


class Client:
    """A dispatcher's program with one connection."""

    def __init__(self, port: int, user, name: str) -> None:
        self.user, self.name, self.port = user, name, port
        self.token = AuthToken.objects.create(user)[1]
        self.wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, path: str, body: dict, key: str, wire: http.client.HTTPConnection | None = None) -> Answer:
        wire = wire or self.wire
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json", "Idempotency-Key": key}
        wire.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
        answer = wire.getresponse()
        text = answer.read()
        assert text[:1] in b"{[", (answer.status, text[:300])
        repeated = answer.headers.get("Idempotency-Replayed") == "true"
        return Answer((self.user.username, key), answer.status, json.loads(text), repeated)

    def send_twice(self, path: str, body: dict, key: str) -> list[Answer]:
        """The same command on two connections at the same instant, as a client that gave up waiting does."""
        second = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with ThreadPoolExecutor(1) as other:
            doubled = other.submit(self.send, path, body, key, second)
            answers = [self.send(path, body, key), doubled.result(timeout=60)]
        second.close()
        return answers


def a_command(chance: random.Random, there: Field) -> tuple[str, dict]:
    """Something that a dispatcher might do."""
    unit, incident = chance.choice(there.units), chance.choice(there.incidents)
    kind = chance.choices(
        ("assign", "step", "status", "notes", "regrade", "close", "reopen", "undo", "new"),
        (30, 30, 10, 6, 6, 5, 5, 4, 4),
    )[0]
    if kind in ("step", "undo") and not there.jobs:
        kind = "assign"
    match kind:
        case "assign":
            return f"incidents/{incident}/assignments/", {"unit": unit, "pre_empt": chance.random() < 0.3}
        case "step":
            return f"assignments/{chance.choice(there.jobs[-15:])}/", {"status": chance.choice(STEPS)}
        case "undo":
            return f"assignments/{there.jobs[-1]}/undo/", {}
        case "status":
            return f"units/{unit}/status/", {"status": chance.choice(("on_patrol", "meal", "at_station"))}
        case "new":
            return "incidents/", {"type": there.type, "place": "Here", "location": {"lon": 19.84, "lat": 45.25}}
    return of_incident(chance, incident, kind)


def of_incident(chance: random.Random, incident: int, kind: str) -> tuple[str, dict]:
    """Something that is done to an incident itself."""
    bodies = {
        "notes": {"text": f"note {chance.random()}"},
        "regrade": {"priority": chance.randint(1, 4), "reason": "seen"},
        "close": {"disposition": "resolved"},
        "reopen": {"reason": "once more"},
    }
    return f"incidents/{incident}/{kind}/", bodies[kind]


def play(client: Client, there: Field, start: threading.Barrier) -> list[Answer]:
    """A client's part. What it does is drawn from its name; whom it meets is not."""
    chance = random.Random(f"{SEED} {client.name}")
    answers: list[Answer] = []
    start.wait(timeout=30)
    for number in range(COMMANDS_EACH):
        path, body = a_command(chance, there)
        key = f"{client.name}-{number}"
        if chance.random() >= REPEATED:
            got = [client.send(path, body, key)]
        elif chance.random() < 0.5:
            got = client.send_twice(path, body, key)
        else:
            got = [client.send(path, body, key), client.send(path, body, key)]
        if path.endswith("/assignments/") and got[0].status == 201:
            there.jobs.append(got[0].body["id"])
        answers += got
    client.wire.close()
    return answers


@pytest.fixture
def played(server, board, directorate, session):
    """Everybody has played: all answers, what the board held before, and a console that watched."""
    kind = factories.IncidentTypeFactory()
    there = Field(
        type=kind.code,
        units=[factories.UnitFactory(board=board).pk for _ in range(UNITS)],
        incidents=[
            factories.IncidentFactory(board=board, type=kind, priority=1 + number % 4).pk for number in range(INCIDENTS)
        ],
    )
    for pk in there.units:
        factories.LatestPositionFactory(unit=Unit.objects.get(pk=pk))
    people = [person("shift_commander", directorate, f"person{number}") for number in range(5)]
    clients = [Client(server.port, people[number % len(people)], f"client{number}") for number in range(CLIENTS)]
    before = on_board(board)
    console = server.watch(board.pk, session=session)
    console.next("hello")
    start = threading.Barrier(CLIENTS)
    with ThreadPoolExecutor(CLIENTS) as threads:
        parts = [threads.submit(play, client, there, start) for client in clients]
        answers = [answer for part in parts for answer in part.result(timeout=300)]
    return answers, before, console


def on_board(board):
    found = snapshot(Viewer.system("test"), board.pk)
    return plain_collections({name: found[name] for name in ("incidents", "assignments", "units", "alarms")})


def test_nothing_falls_over_and_log_and_rows_agree(played, board):
    answers, before, console = played
    assert len({answer.key for answer in answers}) == CLIENTS * COMMANDS_EACH
    assert Counter(answer.status for answer in answers if answer.status not in MAY_ANSWER) == {}
    for status in (200, 201, 409):
        assert sum(answer.status == status for answer in answers) > 20, "they did not meet: the test says nothing"
    repeats_get_the_first_answer(answers)
    what_was_acknowledged_is_there(answers)
    nobody_is_in_two_places()
    units_and_incidents_stand_where_their_jobs_put_them()
    the_log_leads_from_before_to_now(before, board, console)


def repeats_get_the_first_answer(answers):
    by_key = defaultdict(list)
    for answer in answers:
        by_key[answer.key].append(answer)
    repeated = [sent for sent in by_key.values() if len(sent) > 1]
    assert len(repeated) > CLIENTS * COMMANDS_EACH * REPEATED / 2
    for first, second in repeated:
        assert (first.status, first.body) == (second.status, second.body)
        assert {first.replayed, second.replayed} == {True, False}
    assert Command.objects.count() == len(by_key)


def what_was_acknowledged_is_there(answers):
    """Each command that was answered with success left one row, however often it was sent."""
    done = {(*answer.key, json.dumps(answer.body, sort_keys=True)) for answer in answers if answer.status == 201}
    bodies = [json.loads(body) for _, _, body in done]
    jobs = [body["id"] for body in bodies if "call_sign" in body]
    assert len(jobs) == len(set(jobs)) == Assignment.objects.count()
    assert AuditEntry.objects.filter(action="assignment.created").count() == len(jobs)
    notes = [body for body in bodies if body.get("kind") == "note"]
    assert TimelineEntry.objects.filter(kind="note").count() == len(notes) > 0


def nobody_is_in_two_places():
    for unit in Unit.objects.all():
        jobs = list(Assignment.objects.filter(unit=unit).order_by("dispatched_at", "pk"))
        assert sum(job.status in rules.ACTIVE for job in jobs) <= 1
        for earlier, later in itertools.pairwise(jobs):
            assert earlier.ended_at is not None
            assert earlier.ended_at <= later.dispatched_at, (unit, earlier.pk, later.pk)


def units_and_incidents_stand_where_their_jobs_put_them():
    for unit in Unit.objects.all():
        job = Assignment.objects.filter(unit=unit, status__in=rules.ACTIVE).first()
        if job is not None:
            assert unit.status == rules.UNIT_STATUS[rules.Status(job.status)]
        else:
            assert unit.status not in FROM_ASSIGNMENT
        assert unit.status_changes.order_by("-recorded_at", "-pk").first().status == unit.status
    for job in Assignment.objects.all():
        assert job.changes.order_by("-pk").first().status == job.status
        assert job.changes.count() == job.version
    for incident in Incident.objects.exclude(status__in=("closed", "cancelled", "merged")):
        since = max(incident.reopenings.values_list("occurred_at", flat=True), default=None)
        jobs = incident.assignments.filter(**({"dispatched_at__gte": since} if since else {}))
        steps = [rules.Step(*row) for row in jobs.values_list(*rules.Step._fields)]
        assert incident.status == rules.progress(steps).status
    ended = Incident.objects.filter(status__in=("closed", "cancelled", "merged"))
    assert not Assignment.objects.filter(incident__in=ended, status__in=rules.ACTIVE).exists()


def the_log_leads_from_before_to_now(before, board, console):
    events = list(LiveEvent.objects.filter(board=board).order_by("seq"))
    head = Board.objects.get(pk=board.pk).head_seq
    assert [event.seq for event in events] == list(range(1, head + 1))
    shown = before
    for event in events:
        shown = apply(shown, event)
    assert shown == on_board(board)
    assert console.events_up_to(head) == list(range(1, head + 1))
