"""What a call being taken may hold, and when two people are in each other's way."""

import pytest

from incidents.entering.rules import FIELDS, LENGTHS, fault_of, stale


@pytest.mark.parametrize("name", sorted(LENGTHS))
def test_text_is_kept_up_to_its_length(name):
    assert fault_of(name, "") is None
    assert fault_of(name, "ж" * LENGTHS[name]) is None
    assert fault_of(name, "ж" * (LENGTHS[name] + 1)) == "max_length"


@pytest.mark.parametrize("value", [None, 7, True, [], {}, "\x00"])
def test_what_is_no_text_is_refused(value):
    assert fault_of("place", value) == "invalid"


@pytest.mark.parametrize("value", [None, [19.84, 45.25], [-180, 90], [180.0, -90.0]])
def test_a_place_is_two_degrees_or_none(value):
    assert fault_of("location", value) is None


@pytest.mark.parametrize(
    "value", [[0, 0], [181, 0], [0, 91], [19.84], [1, 2, 3], "19,45", [float("nan"), 1], [True, 1], {"lon": 1}]
)
def test_no_place_is_made_of_nonsense(value):
    assert fault_of("location", value) == "invalid"


def test_only_known_fields_are_kept():
    assert fault_of("status", "closed") == "unknown_field"
    assert "location" in FIELDS


def test_a_field_that_somebody_else_changed_meanwhile_is_stale():
    kept = {"place": {"value": "Дунавска 1", "version": 2}, "phone": {"value": "021", "version": 1}}
    assert stale(kept, {"place": ("Дунавска 3", 1), "phone": ("022", 1)}) == ["place"]


def test_writing_what_stands_already_is_no_conflict():
    kept = {"place": {"value": "Дунавска 1", "version": 2}}
    assert stale(kept, {"place": ("Дунавска 1", 0)}) == []


def test_a_field_never_written_has_version_zero():
    assert stale({}, {"place": ("x", 0)}) == []
    assert stale({}, {"place": ("x", 1)}) == ["place"]
