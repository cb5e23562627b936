"""What the main commands and reads ask of the database: at most the counts of `tests/data/query-budget.toml`.

Savepoints count as statements: each is a way to the database and back. No count grows with the number of rows: the
board is read with two units and with nine. Whoever needs one more says why where it is written down.
"""

import tomllib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken
from rest_framework.test import APIClient

from core.access import Viewer
from dispatch.services import assign_unit
from tests import factories

pytestmark = pytest.mark.django_db

BUDGET = tomllib.loads((Path(__file__).parents[1] / "data" / "query-budget.toml").read_text())


@pytest.fixture
def scene(board, dispatcher):
    """A waiting incident and a free unit; another incident with its unit; what a dispatcher's program asks with."""
    kind = factories.IncidentTypeFactory()
    units = [factories.UnitFactory(board=board) for _ in range(2)]
    incidents = [factories.IncidentFactory(board=board, type=kind) for _ in range(2)]
    for unit in units:
        factories.LatestPositionFactory(unit=unit)
    job = assign_unit(incident_id=incidents[1].pk, unit_id=units[1].pk, by=Viewer.of(dispatcher))
    return {
        "board": board.pk,
        "node": board.organisation_id,
        "type": kind.code,
        "incident": incidents[0].pk,
        "unit": units[0].pk,
        "job": job.pk,
        "second": incidents[1].pk,
    }


@pytest.fixture
def client(dispatcher):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(dispatcher)[1]}")
    return client


def _filled(value, scene):
    """`value` with the scene's numbers in place of their names."""
    if isinstance(value, str):
        return scene[value[1:-1]] if value[:1] == "{" and value[1:-1] in scene else value
    return {name: _filled(inner, scene) for name, inner in value.items()} if isinstance(value, dict) else value


def _asked(client, scene, case, key) -> tuple[int, list[str]]:
    """Send what a case says; the status, and the statements that it took."""
    path = "/api/v1/" + case["path"].format(**scene)
    with CaptureQueriesContext(connection) as captured:
        if "body" in case:
            body = _filled(case["body"], scene)
            answer = client.post(path, body, format="json", headers={"Idempotency-Key": key})
        else:
            answer = client.get(path)
    return answer.status_code, [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("name", BUDGET)
def test_takes_no_more_statements_than_the_table_allows(name, client, scene):
    case = BUDGET[name]
    _asked(client, scene, {"path": "me/"}, "")  # whatever is only read once a process
    status, statements = _asked(client, scene, case, "a key")
    assert status == case.get("status", 200)
    found = "\n".join(statement[:150] for statement in statements)
    assert len(statements) <= case["statements"], f"{name} takes {len(statements)} statements:\n{found}"


def test_snapshot_takes_as_many_statements_with_nine_units_as_with_two(client, scene, board):
    case = BUDGET["snapshot"]
    _status, few = _asked(client, scene, case, "")
    for _ in range(7):
        unit, incident = factories.UnitFactory(board=board), factories.IncidentFactory(board=board)
        factories.LatestPositionFactory(unit=unit)
        factories.CrewMemberFactory(shift=factories.ShiftFactory(unit=unit))
        factories.CallFactory(incident=incident)
    _status, statements = _asked(client, scene, case, "")
    assert len(statements) == len(few)


def test_repeat_of_a_command_only_reads_its_first_answer(client, scene):
    case = BUDGET["assign"]
    first, _ = _asked(client, scene, case, "the same key")
    again, statements = _asked(client, scene, case, "the same key")
    assert (first, again) == (201, 201)
    assert len(statements) <= BUDGET["assign"]["again"]
    assert not [sql for sql in statements if sql.startswith(("UPDATE", "DELETE"))]
