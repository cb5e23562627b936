"""Our own JSON: one fix, or `{"fixes": [fix, …]}`, each `{unit?, lon, lat, at, accuracy_m?, heading_deg?, speed_mps?}`."""

from collections.abc import Mapping
from typing import Any

from patrols.gps.reading import Message, Reading, Unread, Unreadable, instant, number, number_or_none, parse_json


def decode_fixes(message: Message) -> tuple[list[Reading | Unread], bool]:
    """The readings in order, and whether they came as a batch. Raises Unreadable when the body is neither form."""
    body = parse_json(message.body)
    if isinstance(body, dict) and "fixes" in body:
        fixes = body["fixes"]
        if not isinstance(fixes, list):
            raise Unreadable("fixes")
        return [_read(fix) for fix in fixes], True
    if not isinstance(body, dict):
        raise Unreadable
    return [_read(body)], False


def _read(fix: Any) -> Reading | Unread:
    if not isinstance(fix, dict):
        return Unread(None)
    try:
        return Reading(
            unit=_unit(fix),
            lon=number(fix, "lon"),
            lat=number(fix, "lat"),
            at=instant(fix.get("at")),
            accuracy_m=number_or_none(fix, "accuracy_m"),
            heading_deg=number_or_none(fix, "heading_deg"),
            speed_mps=number_or_none(fix, "speed_mps"),
        )
    except Unreadable as error:
        return Unread(error.field)


def _unit(fix: Mapping[str, Any]) -> int | None:
    unit = fix.get("unit")
    if unit is not None and (isinstance(unit, bool) or not isinstance(unit, int)):
        raise Unreadable("unit")
    return unit
