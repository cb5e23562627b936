"""Messages of real devices (`tests/data/device-messages.toml`): each is read as its maker means it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from patrols.gps.lip import decode_lip
from patrols.gps.osmand import decode_osmand
from patrols.gps.owntracks import decode_owntracks
from patrols.gps.reading import Aside, Message, Reading, Unread, Unreadable
from patrols.gps.traccar import decode_traccar
from tests.factories import NOON

DECODERS = {"osmand": decode_osmand, "owntracks": decode_owntracks, "traccar": decode_traccar, "lip": decode_lip}
MESSAGES = tomllib.loads((Path(__file__).parents[2] / "data/device-messages.toml").read_text())["message"]
PARTS = ("device", "at", "emergency", "has_fix")
NUMBERS = ("lon", "lat", "accuracy_m", "heading_deg", "speed_mps")


def told(case: dict[str, Any]) -> Iterator[Reading | Unread | Aside]:
    message = Message(
        now=NOON,
        query=dict(parse_qsl(case.get("query", ""), keep_blank_values=True)),
        headers=case.get("headers", {}),
        body=case.get("body", "").encode(),
    )
    try:
        yield from DECODERS[case["door"]](message)
    except Unreadable as error:
        yield Unread(error.field, error.reason)


@pytest.mark.parametrize("case", MESSAGES, ids=lambda case: case["what"])
def test_it_is_read_as_its_maker_means_it(case):
    found = list(told(case))
    if "refused" in case:
        assert [one.reason.value for one in found] == [case["refused"]]
        return
    if "asides" in case:
        assert found == [Aside(kind) for kind in case["asides"]]
        return
    blank = {"accuracy_m": None, "heading_deg": None, "speed_mps": None, "emergency": False, "has_fix": True}
    assert len(found) == len(case["readings"])
    for reading, given in zip(found, case["readings"], strict=True):
        wanted = blank | given
        assert {name: getattr(reading, name) for name in PARTS} == {name: wanted[name] for name in PARTS}
        for name in NUMBERS:
            value = getattr(reading, name)
            assert value == (None if wanted[name] is None else pytest.approx(wanted[name], rel=1e-5, abs=1e-6)), name
