"""Which answers fit a question, and which priority an answer asks for."""

import pytest

from incidents.questions.rules import fits, priority_for


@pytest.mark.parametrize(
    ("kind", "value", "does"),
    [
        ("yes_no", "yes", True),
        ("yes_no", "unknown", True),
        ("yes_no", True, False),
        ("yes_no", "да", False),
        ("choice", "knife", True),
        ("choice", "spoon", False),
        ("choice", ["knife"], False),
        ("number", 3, True),
        ("number", 2.5, True),
        ("number", True, False),
        ("number", "3", False),
        ("number", float("nan"), False),
        ("text", "двоје деце", True),
        ("text", "", False),
        ("text", "x" * 501, False),
        ("text", 7, False),
        ("text", None, True),
        ("yes_no", None, True),
    ],
)
def test_an_answer_fits_its_kind(kind, value, does):
    assert fits(kind, value, choices=["knife", "gun"]) is does


@pytest.mark.parametrize(
    ("raises", "value", "priority"),
    [
        ({"yes": 1}, "yes", 1),
        ({"yes": 1}, "no", None),
        ({"yes": 1}, None, None),
        ({"gun": 1, "knife": 2}, "knife", 2),
        ({">=3": 2, ">=10": 1}, 3, 2),
        ({">=3": 2, ">=10": 1}, 12, 1),
        ({">=3": 2}, 2, None),
        ({">=3": 2}, "12", None),
        ({">=x": 2}, 12, None),
        ({"yes": 0, "no": 9}, "yes", None),
        ({}, "yes", None),
    ],
)
def test_an_answer_asks_for_the_most_urgent_priority_that_it_meets(raises, value, priority):
    assert priority_for(raises, value) == priority
