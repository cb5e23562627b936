"""Words and figures of exported reports, in the language that is active; names in its script."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext

from core.words import in_language, in_script

DASH = "–"
HARD = "\u00a0"


def kind_of(case: Mapping[str, Any]) -> str:
    """The kind of an incident behind a figure; reports that were kept before kinds had names know the English one only."""
    return in_language(case.get("type_names") or {}, case["type_name"])


def number(value: float | None, digits: int = 0) -> str:
    """A number, thousands grouped."""
    if value is None:
        return DASH
    return formats.number_format(round(value, digits), digits, use_l10n=True, force_grouping=True)


def percent(share: float | None) -> str:
    """A share as per cent, one digit after the point."""
    return DASH if share is None else f"{number(100 * share, 1)}{HARD}%"


def clock(seconds: float | None) -> str:
    """Seconds as a clock: 6:30, 1:02:03; with a sign where negative."""
    if seconds is None:
        return DASH
    whole = round(abs(seconds))
    hours, minutes = whole // 3600, whole % 3600 // 60
    text = f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
    return f"−{text}" if seconds < 0 and whole else text


def signed(seconds: float | None) -> str:
    """A difference as a clock, always with its sign."""
    if seconds is None:
        return DASH
    return clock(seconds) if seconds < 0 else f"+{clock(seconds)}"


def spoken(seconds: float | None) -> str:
    """Seconds in words: 6 min 30 s."""
    if seconds is None:
        return DASH
    whole = round(seconds)
    minutes = whole // 60
    if not minutes:
        return gettext("%(s)s s") % {"s": whole}
    if not whole % 60:
        return gettext("%(m)s min") % {"m": number(minutes)}
    return gettext("%(m)s min %(s)s s") % {"m": number(minutes), "s": whole % 60}


def day(iso: str | date) -> str:
    """A date in full."""
    form = "j F Y" if get_language() == "en" else "DATE_FORMAT"
    return formats.date_format(date.fromisoformat(iso) if isinstance(iso, str) else iso, form)


def short_day(at: date) -> str:
    """A date in figures, never one that reads as another elsewhere."""
    return at.isoformat() if get_language() == "en" else formats.date_format(at, "SHORT_DATE_FORMAT")


def moment(iso: str, zone: ZoneInfo) -> str:
    """An instant on the local clock, to the second."""
    local = timezone.localtime(datetime.fromisoformat(iso), zone)
    return f"{short_day(local.date())} {local:%H:%M:%S}"


def period(given: dict[str, Any]) -> str:
    """Local days, and the shift where it is one."""
    since, until = given.get("from"), given.get("to")
    if not since and not until:
        return gettext("everything recorded")
    if since and since == until:
        text = day(since)
    else:
        text = gettext("%(from)s – %(to)s") % {"from": day(since) if since else "…", "to": day(until) if until else "…"}
    return f"{text}, {given['shift'].replace('-', DASH)}" if given.get("shift") else text


def measures() -> dict[str, tuple[str, str]]:
    """Measures in the order of their clock: name and definition."""
    return {
        "response": (gettext("Response time"), gettext("from the call to the first unit on the scene")),
        "dispatch_delay": (gettext("Dispatch delay"), gettext("from the call to the first unit sent")),
        "turnout": (gettext("Turnout"), gettext("from dispatch to en route, of the unit that arrived first")),
        "travel": (gettext("Travel"), gettext("from en route to on scene, of the unit that arrived first")),
        "to_action": (gettext("To action"), gettext("from the call to action taken")),
    }


def groupings() -> dict[str, str]:
    """Headings of groups."""
    return {
        "priority": gettext("By final priority"),
        "first_priority": gettext("By first priority"),
        "highest_priority": gettext("By highest priority"),
        "type": gettext("By kind of incident"),
        "hour": gettext("By hour of the call"),
        "weekday": gettext("By day of the call"),
        "shift": gettext("By shift of the call"),
        "unit": gettext("By unit that arrived first"),
        "sector": gettext("By sector"),
        "organisation": gettext("By organisational unit"),
    }


def group_name(by: str, group: dict[str, Any]) -> str:
    """A group as people call it."""
    key, label = group["key"], group.get("label")
    if key is None:
        return gettext("outside every sector") if by == "sector" else gettext("no unit sent")
    if by.endswith("priority"):
        return gettext("priority %(n)s") % {"n": key}
    named = {
        "weekday": lambda: formats.date_format(date(2024, 1, int(key)), "l"),
        "hour": lambda: f"{int(key):02}–{(int(key) + 1) % 24:02}",
        "shift": lambda: str(key).replace("-", DASH),
        "type": lambda: in_language(group.get("names") or {}, label or key),
        "unit": lambda: gettext("unit not named in the history") if key == "?" else in_script(key),
    }
    return str(named[by]()) if by in named else in_script(label or key)


def moments() -> dict[str, str]:
    """Events where the clock of a target starts or stops."""
    return {
        "received": gettext("call received"),
        "answered": gettext("call answered"),
        "created": gettext("incident created"),
        "ready": gettext("ready for dispatch"),
        "dispatched": gettext("first unit dispatched"),
        "en_route": gettext("first unit en route"),
        "on_scene": gettext("first unit on scene"),
        "action_taken": gettext("action taken"),
    }


def stages() -> dict[str, str]:
    """Steps of what happened."""
    return {
        "received": gettext("call received"),
        "on_view": gettext("found by a patrol"),
        "dispatched": gettext("sent"),
        "acknowledged": gettext("acknowledged"),
        "en_route": gettext("en route"),
        "on_scene": gettext("on scene"),
        "action_taken": gettext("action taken"),
        "cleared": gettext("cleared"),
        "cancelled": gettext("cancelled"),
        "pre_empted": gettext("taken off for something more urgent"),
        "refused": gettext("refused"),
        "regraded": gettext("regraded"),
        "reopened": gettext("opened again"),
        "closed": gettext("incident closed"),
        "incident_cancelled": gettext("incident cancelled"),
    }


def sources() -> dict[str, str]:
    """Where arrivals come from."""
    return {
        "console": gettext("entered at the console"),
        "field": gettext("pressed in the field"),
        "geofence": gettext("seen by position"),
        "api": gettext("told by another system"),
        "import": gettext("imported history"),
        "system": gettext("set by the system"),
        "unknown": gettext("source not recorded"),
    }


def target(row: dict[str, Any]) -> str:
    """A target in words."""
    said = gettext("Priority %(priority)s: %(seconds)s in %(percentile)s %%") % {
        "priority": row["priority"],
        "seconds": spoken(row["seconds"]).replace(" ", HARD),
        "percentile": row["percentile"],
    }
    return said.replace(" %", f"{HARD}%")


counted = partial(ngettext, "%(n)s incident", "%(n)s incidents")
"""So many incidents; to be filled with `n`."""
