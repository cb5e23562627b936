"""The catalogues are complete, with all plural forms, and Serbian in Latin script follows the Cyrillic."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORMS = {"sr": 3, "sl": 4}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def entries(path: Path) -> list[tuple[str, list[str]]]:
    """Each message with its translations, the header left out."""
    found = []
    for block in path.read_text().strip().split("\n\n")[1:]:
        text = re.sub(r'"\n"', "", "\n".join(line for line in block.split("\n") if not line.startswith("#")))
        message = re.search(r'^msgid "(.*)"$', text, re.MULTILINE)[1]
        found.append((message, re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', text, re.MULTILINE)))
    return found


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("language", FORMS)
def test_every_message_is_translated_in_all_its_forms(language, domain):
    found = entries(ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po")
    assert len(found) > 100
    assert [message for message, said in found if not all(said) or len(said) not in (1, FORMS[language])] == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
@pytest.mark.parametrize("language", FORMS)
def test_translations_name_the_same_values(language, domain):
    found = entries(ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po")
    wrong = [
        message
        for message, said in found
        for one in said
        if set(PLACEHOLDER.findall(one)) != set(PLACEHOLDER.findall(message))
    ]
    assert wrong == []


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_latin_catalogue_is_the_cyrillic_one_in_latin_script(domain):
    derive = runpy.run_path(str(ROOT / "scripts" / "derive_latin.py"))["latin_catalogue"]
    source = (ROOT / "locale/sr/LC_MESSAGES" / f"{domain}.po").read_text()
    assert (ROOT / "locale/sr_Latn/LC_MESSAGES" / f"{domain}.po").read_text() == derive(source)
