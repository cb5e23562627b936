"""Serbian scripts: Latin from Cyrillic, and one folded form that both are searched by. Pure.

The way from Latin back to Cyrillic is ambiguous (lj, nj, dž), so names are stored in Cyrillic and Latin is derived.
Source: Правопис српскога језика (Матица српска, 2010), the correspondence of the two alphabets.
"""

import unicodedata

_PAIRS = dict(
    zip(
        "абвгдђежзијклмнопрстћуфхцчш",
        ("a b v g d đ e ž z i j k l m n o p r s t ć u f h c č š").split(),
        strict=True,
    )
) | {"љ": "lj", "њ": "nj", "џ": "dž"}
_LATIN = str.maketrans(_PAIRS | {lower.upper(): latin.capitalize() for lower, latin in _PAIRS.items()})
_FOLD = str.maketrans({"đ": "dj", "ø": "o", "ł": "l", "ß": "ss"})


def to_latin(text: str) -> str:
    """Serbian Cyrillic → Latin; everything else stays. `ЊЕГОШ` → `NJEGOŠ`, `Његош` → `Njegoš`."""
    return " ".join(_word_to_latin(word) for word in text.split(" "))


def _word_to_latin(word: str) -> str:
    latin = word.translate(_LATIN)
    return latin.upper() if len(word) > 1 and word.isupper() else latin


def fold(text: str) -> str:
    """The form by which both scripts are searched alike: Latin, lower case, đ → dj, without diacritics."""
    latin = to_latin(text).lower().translate(_FOLD)
    return "".join(c for c in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(c))
