"""Codes of skills in the words of the reader."""

from collections.abc import Iterable, Mapping

from core.words import in_language
from patrols.skills.models import Skill


def skill_names() -> dict[str, str]:
    """What each known code is called in the active language, else in English. One query."""
    return {row.code: in_language(row.names, row.name) for row in Skill.objects.all()}


def skill_words(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """These skills in words, in the order of their codes; a code that `names` does not hold is shown as it is."""
    return ", ".join(names.get(code) or code.replace("_", " ") for code in sorted(codes))
