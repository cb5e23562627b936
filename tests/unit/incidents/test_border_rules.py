"""Persons at the border: each is counted under one outcome."""

import pytest

from incidents.border.rules import Persons


@pytest.mark.parametrize(
    ("persons", "makes_sense", "only"),
    [
        (Persons(), True, 0),
        (Persons(detected=5), True, 5),
        (Persons(detected=5, apprehended=2, turned_back=2, asylum=1), True, 0),
        (Persons(detected=5, apprehended=3, turned_back=2, asylum=1), False, -1),
        (Persons(detected=1, apprehended=-1, turned_back=2), False, 0),
    ],
)
def test_outcomes_are_never_more_than_persons(persons, makes_sense, only):
    assert persons.make_sense is makes_sense
    assert persons.detected_only == only
