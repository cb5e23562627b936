"""A small demo: the whole tree and all people, few units, a short past, on bare ground."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.access import Viewer
from simulation import demo
from simulation.services import Outcome, load_demo


@pytest.fixture
def small_city(monkeypatch) -> demo.City:
    """The city with a handful of units: its people cost a third of a second each."""
    city = demo.city()
    small = replace(city, fleet=tuple(unit for unit in city.fleet if unit.call_sign in ("200", "201", "212", "221")))
    monkeypatch.setattr(demo, "city", lambda: small)
    return small


@pytest.fixture
def load(small_city, settings, tmp_path) -> Callable[..., Outcome]:
    """Load the demo into a state directory of this test."""
    settings.REGION_DIR = tmp_path / "no-region"
    said: list[str] = []

    def run(**options) -> Outcome:
        outcome = load_demo(
            state_dir=Path(tmp_path), by=Viewer.system("test"), report=said.append, **{"days": 1, **options}
        )
        assert said
        return outcome

    return run
