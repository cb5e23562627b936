"""Kilometres of a road as people say them: `A1 km 75+300`, `M-22 73.4`, `пут 21 км 5`, `km 75 autoputa A1`."""

import re
from dataclasses import dataclass

from geo.rules.text import fold, to_latin

KM_M = 1_000
METRES = 3  # digits of the metres after a plus

_ROAD = r"(?:put|puta|putu|autoput|autoputa|autoputu|magistrala|magistrale|cesta|ceste|cesti|road|motorway)"
_KM = r"(?:km|kilometar|kilometra|kilometru|kilometer|kilometrin|kilometre|stacionaza)"
_REF = r"(?P<ref>[a-z]{0,3}\d{1,3}(?:\.\d{1,2})?[a-z]?)"
_VALUE = r"(?P<km>\d{1,4})(?:\+(?P<m>\d{3})|[.,](?P<part>\d{1,3}))?"
_SAID = (
    re.compile(rf"(?:(?P<road>{_ROAD}) )?{_REF} (?:na )?(?P<unit>{_KM} )?{_VALUE}(?P<after> {_KM})?"),
    re.compile(rf"(?:na )?(?:{_KM} {_VALUE}|{_VALUE.replace('?P<', '?P<o_')} {_KM}) (?:na )?(?:{_ROAD} )?{_REF}"),
)
# What people put before the number of a road that its map does not: classes of old and of now.
_CLASS = re.compile(r"(?:m|r|ib|iia|iib|ia)(?=\d)")


@dataclass(frozen=True, slots=True)
class Chainage:
    """So many metres along a road. `keys` are the road's names to look for, the likeliest first (`road_key`)."""

    keys: tuple[str, ...]
    m: int


def road_key(ref: str) -> str:
    """The number of a road for comparison: Latin, small, without blanks and hyphens: `M-22` and `М 22` are one."""
    return re.sub(r"[\s\-–]+", "", to_latin(ref).lower())


def kilometres(m: int) -> str:
    """Metres as they stand on a stone: `75+300`."""
    return f"{m // KM_M}+{m % KM_M:03}" if m % KM_M else str(m // KM_M)


def stone_m(text: str) -> int | None:
    """Metres that a stone of the map stands for (`169`, `169.5`, `169+500`, `km 169`), or None."""
    match = re.fullmatch(rf"(?:km)?\s*{_VALUE}\s*(?:km)?", text.strip().lower())
    return None if match is None else _metres(match["km"], match["m"], match["part"])


def parse_chainage(text: str) -> Chainage | None:
    """The kilometre of a road that `text` names, or None if it is anything else. Never raises.

    Without a word for road or kilometre, only a road with a letter and a value with metres is taken for one
    (`M-22 73.4`), since `21 5` may be anything. Fewer than three digits after a plus are not yet a number of metres.
    """
    plain = " ".join(_joined(to_latin(text)).split())
    for said in _SAID:
        match = said.fullmatch(plain)
        if match is None:
            continue
        found = match.groupdict()
        is_said = found.get("unit") or found.get("after") or found.get("road") or said is not _SAID[0]
        if not is_said and not (found["ref"][0].isalpha() and (found["m"] or found["part"])):
            continue
        value = [found[name] or found.get(f"o_{name}") for name in ("km", "m", "part")]
        return Chainage(_keys(found["ref"]), _metres(*value))
    return None


def _joined(latin: str) -> str:
    """Small, with the parts of a road's number and of its kilometre together, and without ornaments."""
    plain = "".join(fold(letter) or letter for letter in latin.lower())
    plain = re.sub(r"\b([a-z]{1,3})[\s\-–]+(?=\d)", lambda m: m[0] if _is_word(m[1]) else m[1], plain)
    plain = re.sub(r"(?<=\d)\s*\+\s*(?=\d)", "+", plain)
    plain = re.sub(r"(?<=km)\.?(?=\d)", " ", re.sub(r"(?<=\d)(?=km\b)", " ", plain))
    plain = re.sub(r"(?<=[a-z])\.|(?<=\d)\.(?=\s)", " ", plain)
    return re.sub(r",(?!\d)|[;:]", " ", plain)


def _is_word(text: str) -> bool:
    return text in ("km", "put", "na")


def _metres(km: str | None, m: str | None, part: str | None) -> int:
    return int(km or 0) * KM_M + (int(m) if m else int((part or "0").ljust(METRES, "0")))


def _keys(ref: str) -> tuple[str, ...]:
    """The road itself; then without the class that people say and maps leave out."""
    return tuple(dict.fromkeys((ref, _CLASS.sub("", ref))))
