"""How somebody has arranged the console is theirs, and comes back in every browser."""

import pytest

from core.rules import Role
from tests.conftest import person

pytestmark = pytest.mark.django_db
URL = "/api/v1/console/layout/"
LAYOUT = {
    "panels": [{"name": "map", "share": 60.5, "hidden": False}, {"name": "queue", "share": 20.0, "hidden": True}],
    "layers": {"sectors": True, "coverage": False},
    "muted": ["message"],
}


def test_it_is_kept_for_one_person_and_comes_with_the_page(client_of, dispatcher, directorate, board):
    mine, other = client_of(dispatcher), client_of(person(Role.DISPATCHER, directorate, "bob"))
    assert mine.get(URL).json() == {"panels": [], "layers": {}, "muted": []}
    assert mine.put(URL, LAYOUT, format="json").json() == LAYOUT
    assert mine.put(URL, LAYOUT | {"muted": []}, format="json").json()["muted"] == []
    assert mine.get(URL).json() == LAYOUT | {"muted": []}
    assert other.get(URL).json()["panels"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "x",
        LAYOUT | {"panels": [LAYOUT["panels"][0]] * 2},
        LAYOUT | {"panels": [{"name": "../map", "share": 10, "hidden": False}]},
        LAYOUT | {"panels": [{"name": "map", "share": 1e9, "hidden": False}]},
        LAYOUT | {"panels": [{"name": "map", "share": "NaN", "hidden": False}]},
        LAYOUT | {"panels": [{"name": f"p{'x' * n}", "share": 9, "hidden": False} for n in range(17)]},
        LAYOUT | {"layers": {f"l{n}": True for n in range(17)}},
        LAYOUT | {"layers": {"x" * 21: True}},
        LAYOUT | {"muted": ["<b>"]},
    ],
)
def test_nonsense_is_refused_and_nothing_of_it_kept(client_of, dispatcher, body):
    client = client_of(dispatcher)
    client.put(URL, LAYOUT, format="json")
    assert client.put(URL, body, format="json").status_code == 400
    assert client.get(URL).json() == LAYOUT
