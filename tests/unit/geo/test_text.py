"""Both scripts meet in one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.rules.text import fold, number_fit, number_key, number_value, search_key, to_latin


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Булевар ослобођења", "Bulevar oslobođenja"),
        ("Љубице Раваси", "Ljubice Ravasi"),
        ("ЉУБИЧЕВСКА", "LJUBIČEVSKA"),
        ("Његошева", "Njegoševa"),
        ("Џона Кенедија", "Džona Kenedija"),
        ("Ћирила и Методија", "Ćirila i Metodija"),
        ("Ниш - ЊЕГОШ 2/Б", "Niš - NJEGOŠ 2/B"),
        ("Already Latin", "Already Latin"),
        ("", ""),
    ],
)
def test_cyrillic_becomes_serbian_latin(cyrillic, latin):
    assert to_latin(cyrillic) == latin


@pytest.mark.parametrize(
    "written",
    [
        "Булевар ослобођења",
        "bulevar oslobođenja",
        "BULEVAR OSLOBODJENJA",
        "bulevar oslobodenja",
        "Bulevar  Oslobođenja.",
        "Булевар Oслобођења",  # with a Latin O, as the map has it once
    ],
)
def test_every_way_to_write_a_street_gives_one_key(written):
    assert search_key(written) == "bulevar oslobodenja"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Улица Нова", "nova"),
        ("ul. Nova br. 3", "nova 3"),
        ("Улица", "ulica"),
        ("др Ивана Рибара", "doktora ivana ribara"),
        ("27. марта", "27 marta"),
        ("Краља Петра Првог", "kralja petra i"),
        ("Čehovljeva-Žićina", "cehovljeva zicina"),
    ],
)
def test_silent_words_go_and_synonyms_become_one(written, key):
    assert search_key(written) == key


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="абвгдђежзијклљмнњопрстћуфхцчџш АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ", max_size=60))
def test_cyrillic_and_its_latin_fold_alike(text):
    assert fold(text) == fold(to_latin(text))


@pytest.mark.parametrize(
    ("wanted", "there", "fit"),
    [
        ("46", "46", 1.0),
        ("46a", "46 А", 1.0),
        ("46dj", "46ђ", 1.0),
        ("46z", "46ž", 0.98),
        ("46", "46a", 0.92),
        ("46a", "46", 0.88),
        ("44", "40-46", 0.9),
        ("43", "40-46", 0.0),
        ("46", "48", 0.0),
        ("bb", "бб", 1.0),
        ("bb", "12", 0.0),
    ],
)
def test_house_numbers_answer_as_well_as_they_fit(wanted, there, fit):
    assert number_fit(wanted, there) == fit


def test_digits_of_a_house_number():
    assert number_value("46/3") == 46
    assert number_value("бб") is None
    assert number_value("K12") == 12
    assert number_key("2 / А") == "2a"
