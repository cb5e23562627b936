"""Codes of skills in the words of the reader."""

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language

from core.transliteration import to_latin
from patrols.skills.models import Skill


def skill_names() -> dict[str, str]:
    """What each known code is called in the active language, else in English. One query."""
    return {row.code: _in_language(row) for row in Skill.objects.all()}


def skill_words(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """These skills in words, in the order of their codes; a code that `names` does not hold is shown as it is."""
    return ", ".join(names.get(code) or code.replace("_", " ") for code in sorted(codes))


def _in_language(row: Skill) -> str:
    language = get_language() or "en"
    cyrillic: str = row.names.get("sr", "")
    derived = to_latin(cyrillic) if language == "sr-latn" else ""
    return row.names.get(language) or derived or row.name
