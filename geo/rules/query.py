"""What somebody typed into the search box, taken apart: street, house number, crossing, coordinates."""

import re
from dataclasses import dataclass

from geo.rules.chainage import Chainage, parse_chainage
from geo.rules.coordinates import parse_coordinates
from geo.rules.text import fold, search_key, to_latin

MAX_LENGTH = 200

# A flat, entrance or floor after the number: not part of the address that a map knows.
_INSIDE = re.compile(
    r"[\s,]+(?:stan|st|ulaz|sprat|lokal|lok|apt|flat|stanovanje|nadstropje)\b\.?\s*\w+.*$", re.IGNORECASE
)
_NUMBER = re.compile(r"#?(\d{1,4}(?:[-–/]?\d{0,3}[a-zžčćšđ]{0,2})?(?:[-–/]\d{1,4}[a-z]?)?|bb)", re.IGNORECASE)
_CORNER = re.compile(
    r"^\s*(?:na\s+)?(?:ugao|uglu|ugla|raskrsnica|raskrsnici|raskršće|corner(?: of)?|križišče|vogal)\b\s*(?:ulica\s+)?",
    re.IGNORECASE,
)
_CROSSING = re.compile(
    r"\s*(?:\s[xX×]\s|[&+×]|(?<=[^\d\s])\s*[/|\\]\s*(?=\w{3})|\s[/|\\]\s|\s(?:i|in|and|sa|s|kod)\s)\s*", re.IGNORECASE
)
_NUMBER_WORD = re.compile(r"\b(?:br|broj|no|št)\b\.?\s*(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart. Keys are folded (`search_key`); what is not there is empty or None.

    `key` is the whole text; `street` and `number` one reading of it as an address, with `context`
    for the words apart from it (a quarter, a town). `crossings` are readings as two streets.
    """

    text: str
    key: str
    coordinates: tuple[float, float] | None = None
    chainage: Chainage | None = None
    street: str = ""
    number: str = ""
    context: str = ""
    crossings: tuple[tuple[str, str], ...] = ()
    says_crossing: bool = False


def parse_query(text: str) -> Query:
    """Take `text` apart; longer than 200 characters is cut. Never raises."""
    text = text[:MAX_LENGTH].strip()
    coordinates = parse_coordinates(text)
    if coordinates is not None:
        return Query(text=text, key=fold(text), coordinates=coordinates)
    latin = to_latin(text)
    corner = _CORNER.match(latin)
    crossings = _crossings(latin[corner.end() :] if corner else latin)
    street, number, context = _address(latin)
    return Query(
        text=text,
        key=search_key(text),
        chainage=parse_chainage(text),
        street=street,
        number=number,
        context=context,
        crossings=crossings,
        says_crossing=corner is not None or bool(re.search(r"[&×|]|[^\d]/\s*\w{3}", latin)),
    )


def _crossings(latin: str) -> tuple[tuple[str, str], ...]:
    """Every reading of the text as two streets: one for each separator in it."""
    readings = []
    for cut in _CROSSING.finditer(latin):
        left, right = search_key(latin[: cut.start()]), search_key(latin[cut.end() :])
        if len(left) > 1 and len(right) > 1:
            readings.append((left, right))
    return tuple(readings)


def _address(latin: str) -> tuple[str, str, str]:
    """Street, number and context of a text read as an address; the number is empty where there is none."""
    plain = _NUMBER_WORD.sub(" ", _INSIDE.sub("", latin))
    words = [word for word in re.split(r"[\s,;]+", plain) if word]
    at = _number_at(words)
    if at is None:
        parts = [part for part in re.split(r"[,;]", plain) if part.strip()]
        return (search_key(parts[0]), "", search_key(" ".join(parts[1:]))) if parts else ("", "", "")
    match = _NUMBER.fullmatch(words[at])
    number = match.group(1).lower() if match else ""
    after = words[at + 1 :]
    if after and len(after[0]) == 1 and after[0].isalpha() and number.isdigit() and after[0].lower() != "i":
        number += after.pop(0).lower()
    before = re.split(r"[,;]", plain[: plain.rfind(words[at])].rstrip(" ,;"))
    street = search_key(before[-1])
    return street, number, search_key(" ".join([*before[:-1], *after]))


def _number_at(words: list[str]) -> int | None:
    """Where the house number is: the last word that looks like one and has a street before it."""
    for at in range(len(words) - 1, 0, -1):
        if _NUMBER.fullmatch(words[at]) and any(letter.isalpha() for word in words[:at] for letter in word):
            return at
    return None
