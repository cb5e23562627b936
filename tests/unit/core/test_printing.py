"""Prints: both scripts, values that look like markup, the same bytes for the same data."""

import re
import shutil

import pytest

from core import printing
from tests.factories import NOON

TEMPLATE = """#import "page.typ": *
#show: print
= #data.title
#table(columns: 2, table.header[a][b], ..data.rows.flatten())
"""
DATA = {"title": "Налог патроли", "foot": "Јована П.", "page_of": "страна {page} од {pages}"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shutil.copy(printing.FOLDER / "page.typ", tmp_path)
    (tmp_path / "sample.typ").write_text(TEMPLATE)
    monkeypatch.setattr(printing, "FOLDER", tmp_path)


def pdf(rows, language="sr"):
    return printing.to_pdf("sample.typ", DATA | {"rows": rows}, language=language, at=NOON)


@pytest.mark.parametrize("language", ["sr", "sr-latn", "sl", "en"])
def test_both_scripts_are_set_in_every_language(folder, language):
    made = pdf([["Љубиша Џомбић", "Ђорђе Šćepanović čđž"]], language)
    assert made.startswith(b"%PDF-")
    assert re.search(rb"/Lang\s*\(" + language[:2].encode(), made)
    assert b"LibertinusSerif" in made


def test_what_people_write_is_no_markup(folder):
    assert pdf([["#panic() $x$ *b* // `", '"]) #import "x": *']]).startswith(b"%PDF-")


def test_the_same_data_give_the_same_file(folder):
    same, again = (pdf([["а", "б"]]) for _ in range(2))
    assert same == again


def test_a_long_table_goes_on_over_pages(folder):
    rows = [[str(n), "Патрола"] for n in range(200)]
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf(rows))) > 1
    assert len(printing.to_pictures("sample.typ", DATA | {"rows": rows}, language="sr", at=NOON)) > 1
