"""Our own JSON of positions: what is read, and what is not."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrols.gps.fixes import decode_fixes
from patrols.gps.reading import Message, Reading, Unread, Unreadable

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
FIX = {"unit": 7, "lon": 19.84, "lat": 45.25, "at": "2026-11-02T12:00:00Z"}


def decode(body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return decode_fixes(Message(now=NOW, body=raw))


def test_one_fix():
    readings, is_batch = decode(FIX | {"accuracy_m": 5, "heading_deg": 90.5, "speed_mps": None})
    assert readings == [Reading(unit=7, lon=19.84, lat=45.25, at=NOW, accuracy_m=5, heading_deg=90.5)]
    assert not is_batch


def test_a_batch_in_its_order_with_what_cannot_be_read_in_its_place():
    readings, is_batch = decode({"fixes": [FIX, {"lon": 1}, "x", FIX | {"at": "2026-11-02T13:00:00+01:00"}]})
    assert is_batch
    assert readings[1:3] == [Unread("lat"), Unread(None)]
    assert readings[0] == readings[3]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lon": None}, "lon"),
        ({"lat": True}, "lat"),
        ({"lat": [1]}, "lat"),
        ({"lon": "east"}, "lon"),
        ({"lon": 10**400}, "lon"),
        ({"lon": "1e999"}, "lon"),
        ({"at": None}, "at"),
        ({"at": 1762084800}, "at"),
        ({"at": "2026-11-02T12:00:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+10:00"}, "at"),
        ({"unit": "7"}, "unit"),
        ({"unit": True}, "unit"),
        ({"accuracy_m": {}}, "accuracy_m"),
    ],
)
def test_a_fix_with_a_malformed_part_is_not_read(change, field):
    assert decode(FIX | change) == ([Unread(field)], False)


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"\xff", b"[]", b"7", b"null", b'{"lon": NaN}', b"[" * 100_000, b'{"fixes": {}}', b'{"fixes": null}'],
)
def test_a_body_of_another_form_is_refused(body):
    with pytest.raises(Unreadable):
        decode(body)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*FIX, "fixes", "x"]), inner),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.binary() | junk)
def test_whatever_comes_it_is_read_or_refused(body):
    try:
        readings, _ = decode(body)
    except Unreadable:
        return
    assert all(isinstance(reading, Reading | Unread) for reading in readings)
