"""What somebody typed, taken apart, and how names answer it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.rules.query import parse_query
from geo.rules.ranking import match_score


@pytest.mark.parametrize(
    ("text", "street", "number", "context"),
    [
        ("Булевар ослобођења 46", "bulevar oslobodenja", "46", ""),
        ("bul. oslobođenja br. 46, stan 12", "bul oslobodenja", "46", ""),
        ("Futoška 46 a", "futoska", "46a", ""),
        ("Futoška 46/3", "futoska", "46/3", ""),
        ("Futoška 2/a", "futoska", "2/a", ""),
        ("Futoška, 46", "futoska", "46", ""),
        ("Futoška 46, Novi Sad", "futoska", "46", "novi sad"),
        ("Novi Sad, Futoška 46", "futoska", "46", "novi sad"),
        ("Futoška 46 Novi Sad", "futoska", "46", "novi sad"),
        ("Лазе Телечког бб", "laze teleckog", "bb", ""),
        ("27. marta 5", "27 marta", "5", ""),
        ("1300 kaplara", "1300 kaplara", "", ""),
        ("Ćirila i Metodija 5", "cirila i metodija", "5", ""),
        ("Narodnog fronta 40-46", "narodnog fronta", "40-46", ""),
        ("Detelinara, Novi Sad", "detelinara", "", "novi sad"),
        ("Maksima Gorkog 18 ulaz 2", "maksima gorkog", "18", ""),
    ],
)
def test_an_address_is_taken_apart(text, street, number, context):
    query = parse_query(text)
    assert (query.street, query.number, query.context) == (street, number, context)


@pytest.mark.parametrize(
    "text",
    [
        "Futoška / Hajduk Veljkova",
        "Футошка/Хајдук Вељкова",
        "Futoška & Hajduk Veljkova",
        "Futoška i Hajduk Veljkova",
        "ugao Futoške i Hajduk Veljkove",
        "угао Футошке и Хајдук Вељкове",
        "Futoška x Hajduk Veljkova",
        "vogal Futoška in Hajduk Veljkova",
    ],
)
def test_a_crossing_is_read_as_two_streets(text):
    (left, right), *_ = parse_query(text).crossings
    assert left[:6] == "futosk"
    assert right[:14] == "hajduk veljkov"


def test_a_name_with_and_is_read_both_ways():
    query = parse_query("Ćirila i Metodija")
    assert query.street == "cirila i metodija"
    assert query.crossings == (("cirila", "metodija"),)
    assert not query.says_crossing


def test_a_house_number_with_a_slash_is_no_crossing():
    assert parse_query("Futoška 46/3").crossings == ()
    assert parse_query("Bulevar oslobođenja 2/a").crossings == ()


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    parse_query(text)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("futoska", "futoska"), ("futoska", "futoski put")),
        (("bul osl", "bulevar oslobodenja"), ("bul osl", "bulevar evrope")),
        (("oslobodenja bulevar", "bulevar oslobodenja"), ("oslobodenja bulevar", "bulevar evrope")),
        (("bulevra oslobodenja", "bulevar oslobodenja"), ("bulevra oslobodenja", "bulevar evrope")),
        (("liman 3", "liman 3"), ("liman 3", "liman 2")),
    ],
)
def test_the_better_answer_scores_higher(better, worse):
    assert match_score(*better) > match_score(*worse)


@given(st.text(alphabet="abcd 12", max_size=20), st.text(alphabet="abcd 12", max_size=20))
def test_scores_lie_between_nothing_and_equality(query, key):
    score = match_score(query, key)
    assert 0 <= score <= 1
    assert (score == 1) == (query == key)
