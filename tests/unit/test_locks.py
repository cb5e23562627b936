"""Rows are locked so that a foreign key's check does not wait for them.

Foreign keys are checked at commit, when the board is locked already: a change that only adds a row to an incident would
wait there for whoever has locked the incident and waits for the board. Nobody changes keys, so `no_key=True` is enough.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("core", "geo", "incidents", "patrols", "dispatch", "analytics", "simulation")


def locks(path: Path) -> list[ast.Call]:
    """The calls that lock rows in a file."""
    return [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "select_for_update"
    ]


def test_no_lock_waits_for_a_foreign_key():
    found = [(path, call) for app in APPS for path in (ROOT / app).rglob("*.py") for call in locks(path)]
    assert len(found) > 10
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in found
        if "no_key" not in {keyword.arg for keyword in call.keywords}
    ]
    assert wrong == []
