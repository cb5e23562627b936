"""Scripts and search keys: Serbian Cyrillic to Latin, and folding both into one key.

The way from Cyrillic to Latin is exact; the way back is not (lj, nj, dž), so names are stored in
the script of the source and Latin is derived.
"""

import re
import unicodedata
from functools import lru_cache

# Serbian letters first; the rest are those of neighbours (Macedonian, Bulgarian, Russian) that
# occur in names, so that any Cyrillic name yields a Latin key.
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "đ", "е": "e", "ж": "ž", "з": "z",
    "и": "i", "ј": "j", "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o",
    "п": "p", "р": "r", "с": "s", "т": "t", "ћ": "ć", "у": "u", "ф": "f", "х": "h", "ц": "c",
    "ч": "č", "џ": "dž", "ш": "š",
    "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "щ": "št", "ъ": "a", "ы": "y", "ь": "", "э": "e",
    "ю": "ju", "я": "ja", "й": "j", "ё": "jo", "є": "je", "і": "i", "ї": "ji", "ґ": "g",
}  # fmt: skip

# Letters without a canonical decomposition.
_PLAIN = str.maketrans({"đ": "dj", "ð": "d", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def is_cyrillic(text: str) -> bool:
    """Whether `text` holds at least one Cyrillic letter."""
    return _CYRILLIC.search(text) is not None


def to_latin(text: str) -> str:
    """Serbian Latin of `text`; what is not Cyrillic stays as it is.

    A digraph is capitalised as its word is: Љубица → Ljubica, ЉУБИЦА → LJUBICA.
    """
    if not is_cyrillic(text):
        return text
    out: list[str] = []
    for at, letter in enumerate(text):
        small = letter.lower()
        latin = _LATIN.get(small)
        if latin is None:
            out.append(letter)
        elif letter == small:
            out.append(latin)
        elif len(latin) > 1 and _in_capitals(text, at):
            out.append(latin.upper())
        else:
            out.append(latin.capitalize())
    return "".join(out)


def _in_capitals(text: str, at: int) -> bool:
    """Whether the letter at `at` stands among capitals: judged by its right, else its left."""
    if at + 1 < len(text) and text[at + 1].isalpha():
        return text[at + 1].isupper()
    return at > 0 and text[at - 1].isalpha() and text[at - 1].isupper()


def fold(text: str) -> str:
    """The search key of `text`: Latin, small, without diacritics or punctuation, words by one space.

    `đ`, `dj` and `d` become one (`ослобођења`, `oslobođenja`, `oslobodjenja`, `oslobodenja` all
    give `oslobodenja`), since people type all of them. Homoglyphs in the wrong script fold too.
    """
    plain = to_latin(text).lower().translate(_PLAIN)
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NOT_WORD.sub(" ", plain.replace("dj", "d")).strip()


# Words that say nothing, and abbreviations that are not the beginning of their word (the search
# takes any word for a beginning, so `bul.`, `kr.`, `sv.` need no entry).
_SILENT = frozenset({"ulica", "ulice", "ul", "broj", "br"})
_SAME = {
    "blvd": "bulevar",
    "bulv": "bulevar",
    "dr": "doktora",
    "mr": "magistra",
    "prvog": "i",
    "drugog": "ii",
    "treceg": "iii",
    "cetvrtog": "iv",
}


@lru_cache(maxsize=100_000)
def search_key(name: str) -> str:
    """The folded key under which a name is stored and looked for: `fold`, without silent words, one form for synonyms.

    A name made only of silent words keeps them.
    """
    words = fold(name).split()
    kept = [_SAME.get(word, word) for word in words if word not in _SILENT]
    return " ".join(kept or words)


def number_key(number: str) -> str:
    """A house number for comparison: Latin, small, no blanks, `dj` as `đ`: `46 А`, `46a` and `46А` are one."""
    return re.sub(r"[\s.,]+", "", to_latin(number).lower()).replace("dj", "đ").replace("/", "")


def number_value(number: str) -> int | None:
    """The first digits of a house number, or None (`бб`, without number); absurd ones count as none."""
    match = re.match(r"\D{0,3}(\d{1,5})", number)
    return int(match.group(1)) if match else None


def number_fit(wanted: str, number: str) -> float:
    """How well the house number `number` answers `wanted`, from 1 (the same) to 0 (another door).

    `46a` answers `46` and the other way round, less well; so does `40-46` answer `44`.
    """
    asked, there = number_key(wanted), number_key(number)
    if asked == there:
        return 1.0
    if fold(asked) == fold(there):  # ž typed as z
        return 0.98
    value = number_value(wanted)
    if value is None:
        return 0.0
    if value == number_value(number):
        return 0.92 if there.startswith(asked) else 0.88
    span = _number_range(number)
    return 0.9 if span is not None and span[0] <= value <= span[1] and (value - span[0]) % 2 == 0 else 0.0


def _number_range(number: str) -> tuple[int, int] | None:
    """First and last of a number such as `40-46`, or None where it names a single door."""
    match = re.fullmatch(r"\s*(\d{1,4})\s*[-–,]\s*(\d{1,4})\s*", number)
    if match is None or int(match.group(1)) >= int(match.group(2)):
        return None
    return int(match.group(1)), int(match.group(2))
