"""Advanced Mobile Location: where a caller's phone says that it is. Pure. After ETSI TS 103 625, version 1."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite

_HEADER = re.compile(r"""^\s*A["\u201c\u201d\u2033']ML=(\d+)\s*;""", re.IGNORECASE)
_METHODS = {"W": "wifi", "G": "gnss", "C": "cell"}
_LONGEST = 1000


class NotAml(ValueError):
    """The text is no AML message."""


@dataclass(frozen=True, slots=True)
class AmlFix:
    """What an AML message says. `lon` and `lat` (degrees, WGS 84) are None together: then there is no location.

    `confidence` is the percentage with which the phone is within `accuracy_m`. Numbers of phone and card are not kept.
    """

    lon: float | None
    lat: float | None
    accuracy_m: float | None
    confidence: int | None
    method: str
    at: datetime | None


def parse_aml(text: str) -> AmlFix:
    """Read an AML message. Raises NotAml for anything else.

    `rd=N`, `pm=N`, a place out of range or at exactly 0, 0 is no location. A wrong length (`ml`) is no reason to refuse.
    """
    header = _HEADER.match(text[:_LONGEST])
    if header is None:
        raise NotAml(text[:20])
    pairs = (part.partition("=") for part in text[header.end() : _LONGEST].split(";"))
    said = {name.strip().lower(): value.strip() for name, _sign, value in pairs}
    method = said.get("pm", "").upper()
    lon, lat = _number(said.get("lg")), _number(said.get("lt"))
    radius = _number(said.get("rd"))
    nowhere = (
        method == "N"
        or radius is None
        or radius < 0
        or lon is None
        or lat is None
        or abs(lon) > 180  # noqa: PLR2004 - degrees
        or abs(lat) > 90  # noqa: PLR2004 - degrees
        or lon == lat == 0
    )
    confidence = _number(said.get("lc"))
    return AmlFix(
        lon=None if nowhere else lon,
        lat=None if nowhere else lat,
        accuracy_m=None if nowhere else radius,
        confidence=None if nowhere or confidence is None else round(confidence),
        method="" if nowhere else _METHODS.get(method, ""),
        at=_time(said.get("top", "")),
    )


def _number(text: str | None) -> float | None:
    """A finite decimal number, or None."""
    if text is None or not re.fullmatch(r"[+-]?\d{1,7}(\.\d{1,12})?", text, re.ASCII):
        return None
    value = float(text)
    return value if isfinite(value) else None


def _time(text: str) -> datetime | None:
    """The time of positioning, UTC, or None."""
    if not re.fullmatch(r"\d{14}", text, re.ASCII):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
