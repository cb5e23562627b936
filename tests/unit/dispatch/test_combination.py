"""The best combination is the one that trying every set would find."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.combination import Combination, Option, best

SKILLS = ("dog", "medic", "water")


def by_trying_all(options: list[Option], want: int, skills: frozenset[str]) -> tuple[int, ...]:
    """Every set of the size, weighed one by one."""
    size = min(want, len(options))

    def weight(chosen: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
        brought = frozenset().union(*(options[at].skills for at in chosen)) & skills
        return len(skills - brought), sum(options[at].breaks_off for at in chosen), chosen

    return min(combinations(range(len(options)), size), key=weight)


@given(
    st.lists(st.tuples(st.frozensets(st.sampled_from(SKILLS)), st.booleans()), max_size=9),
    st.integers(0, 5),
    st.frozensets(st.sampled_from(SKILLS)),
)
def test_equals_trying_every_combination(units, want, skills):
    options = [Option(100 + at, brings, breaks_off) for at, (brings, breaks_off) in enumerate(units)]
    found = best(options, want=want, skills=skills)
    chosen = by_trying_all(options, want, skills)
    brought = frozenset().union(*(options[at].skills for at in chosen))
    assert found == Combination(tuple(100 + at for at in chosen), want - len(chosen), skills - brought)


def options(*rows: tuple[str, bool]) -> list[Option]:
    return [Option(at, frozenset(skills.split()), breaks) for at, (skills, breaks) in enumerate(rows, start=1)]


@pytest.mark.parametrize(
    ("rows", "want", "skills", "keys", "missing"),
    [
        ((("", False), ("", False), ("dog", False)), 2, "dog", (1, 3), ""),  # one of the two brings the dog
        ((("", False), ("dog", False)), 1, "dog", (2,), ""),  # alone it must
        ((("", False), ("", False)), 1, "dog", (1,), "dog"),  # nobody can: the first still goes, and it is said
        ((("", True), ("", False)), 1, "", (2,), ""),  # nobody is taken from work while another is free
        ((("dog", True), ("", False)), 1, "dog", (1,), ""),  # unless only that one can do it
        ((("", True), ("", False)), 2, "", (1, 2), ""),  # or there are too few
        ((), 2, "dog", (), "dog"),
    ],
)
def test_of_a_few(rows, want, skills, keys, missing):
    found = best(options(*rows), want=want, skills=frozenset(skills.split()))
    assert (found.keys, found.missing) == (keys, frozenset(missing.split()))
