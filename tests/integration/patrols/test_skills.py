"""Skills: what codes are called, for whom."""

import pytest
from django.utils import translation

from patrols.skills.selectors import skill_names, skill_words
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "armed response, police dog"),
        ("sr", "armed response, службени пас"),
        ("sr-latn", "armed response, službeni pas"),
        ("sl", "armed response, službeni pes"),
    ],
)
def test_a_code_is_said_in_the_readers_language_and_one_without_a_name_as_it_is(language, expected):
    factories.SkillFactory(code="k9")
    with translation.override(language):
        assert skill_words({"k9", "armed_response"}, skill_names()) == expected


def test_a_skill_without_the_language_is_said_in_english():
    factories.SkillFactory(code="k9", names={})
    with translation.override("sr-latn"):
        assert skill_names() == {"k9": "police dog"}


def test_the_list_gives_all_words_by_code(client_of, dispatcher):
    for code in ("traffic", "k9"):
        factories.SkillFactory(code=code)
    rows = client_of(dispatcher).get("/api/v1/skills/").json()
    assert [row["code"] for row in rows] == ["k9", "traffic"]
    assert rows[0] == {"code": "k9", "name": "police dog", "names": {"sr": "службени пас", "sl": "službeni pes"}}
