"""Names and words that are rows, in the language that is active."""

from collections.abc import Mapping

from django.utils.translation import get_language

from core.transliteration import to_latin


def in_script(text: str | None) -> str:
    """A name that is stored in Cyrillic, in the script of the language."""
    if not text:
        return ""
    return text if get_language() == "sr" else to_latin(text)


def in_language(names: Mapping[str, str], otherwise: str) -> str:
    """Words by language, where there are any for the one that is active; Serbian in its script."""
    language = get_language() or ""
    own = names.get(language) or (names.get("sr") if language == "sr-latn" else None)
    return in_script(own or otherwise)
