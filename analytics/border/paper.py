"""The situation at the border as PDF: a page or two that one hands to a minister."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, pgettext

from analytics.exports import words
from core import printing
from core.words import in_script

type Numbers = dict[str, Any]


def to_pdf(found: Numbers, *, asked_by: str) -> bytes:
    """A situation (`selectors.situation`), in the language that is active. Raises as `printing.to_pdf`."""
    at = datetime.fromisoformat(found["computed_at"])
    zone = ZoneInfo(found["period"]["time_zone"])
    section = found["section"]
    name = f"{section['code']} · {in_script(section['name'])}" if section else gettext("all border sections")
    data = {
        "title": gettext("Situation at the border"),
        "name": name,
        "period": words.period(found["period"]),
        "finding": _finding(found),
        "figures": _figures(found),
        "sections": [_outcomes(found), _clocks(found), *_groups(found), _joint(found, zone)],
        "worst": [],
        "worst_title": "",
        "definitions_title": gettext("Definitions"),
        "terms": [
            {
                "name": gettext("Reaction"),
                "definition": gettext("from detection until all required patrols are in place"),
            },
            {"name": gettext("First arrival"), "definition": gettext("from detection until the first patrol is there")},
        ],
        "definitions": [
            gettext(
                "Persons are counted by what is known now; corrected counts supersede earlier ones, which are kept. Fewer "
                "than five cases show their number alone. The preceding period is of the same length."
            )
        ],
        "foot": gettext("%(name)s · %(period)s · computed %(at)s, asked for by %(who)s")
        % {
            "name": name,
            "period": words.period(found["period"]),
            "at": words.moment(found["computed_at"], zone),
            "who": in_script(asked_by),
        },
        "page_of": gettext("Page {page} of {pages}"),
    }
    return printing.to_pdf("report.typ", data, language=get_language() or "en", at=at)


def _finding(found: Numbers) -> str:
    total, before = found["total"], found["preceding"]
    return gettext(
        "Events: %(events)s; persons detected: %(persons)s. In the period before: %(events_before)s and %(persons_before)s."
    ) % {
        "events": words.number(total["events"]),
        "persons": words.number(total["persons"]["detected"]),
        "events_before": words.number(before["events"]),
        "persons_before": words.number(before["persons"]["detected"]),
    }


def _figures(found: Numbers) -> list[dict[str, str]]:
    persons = found["total"]["persons"]
    return [{"label": label, "value": words.number(persons[name])} for name, label in _persons().items()]


def _persons() -> dict[str, str]:
    return {
        "detected": gettext("persons detected"),
        "apprehended": gettext("apprehended"),
        "turned_back": gettext("turned back"),
        "asylum": gettext("referred to asylum"),
        "detected_only": gettext("detected only"),
    }


def _table(key: str, title: str, columns: list[tuple[str, bool]], rows: list[list[str]], **more: str) -> Numbers:
    shown = [{"title": name, "is_text": is_text} for name, is_text in columns]
    plain = {"finding": "", "definition": "", "chart": "", "alt": ""} | more
    return {"key": key, "title": title, "columns": shown, "rows": rows} | plain


def _outcomes(found: Numbers) -> Numbers:
    now, before = found["total"]["persons"], found["preceding"]["persons"]
    rows = [[label, words.number(now[name]), words.number(before[name])] for name, label in _persons().items()]
    columns = [(gettext("Persons"), True), (gettext("this period"), False), (gettext("the one before"), False)]
    return _table("persons", gettext("Persons"), columns, rows)


def _clocks(found: Numbers) -> Numbers:
    names = {"reaction": gettext("Reaction"), "first_arrival": gettext("First arrival")}
    rows = [
        [
            label,
            words.number(found[name]["n"]),
            words.number(found[name]["n_missing"]),
            words.clock(found[name]["p50_s"]),
            words.clock(found[name]["p90_s"]),
        ]
        for name, label in names.items()
    ]
    columns = [
        (gettext("Clock"), True),
        ("n", False),
        (gettext("missing"), False),
        (gettext("median"), False),
        ("P90", False),
    ]
    return _table("clocks", gettext("How fast patrols came"), columns, rows)


def _groups(found: Numbers) -> list[Numbers]:
    titles = {
        "by_kind": gettext("By kind"),
        "by_means": gettext("By means of detection"),
        "by_section": gettext("By section"),
        "by_impact": gettext("By impact"),
    }
    named = _names()
    tables = []
    for key, title in titles.items():
        rows = [
            [
                named.get(group["key"], group["key"]),
                words.number(group["events"]),
                *(words.number(group["persons"][name]) for name in _persons()),
            ]
            for group in found[key]
        ]
        columns = [(title, True), (gettext("events"), False), *((label, False) for label in _persons().values())]
        if rows:
            tables.append(_table(key, title, columns, rows))
    return tables


def _joint(found: Numbers, zone: ZoneInfo) -> Numbers:
    states = {
        "planned": pgettext("joint patrol", "planned"),
        "under_way": gettext("under way"),
        "ended": pgettext("joint patrol", "ended"),
        "called_off": gettext("called off"),
    }
    rows = [
        [
            words.moment(row["meets_at"].isoformat(), zone),
            row["call_sign"],
            f"{in_script(row['partner_service'])} ({row['partner_country']})",
            in_script(row["meeting_place"]),
            states[row["state"]],
        ]
        for row in found["joint_patrols"]["list"]
    ]
    columns = [
        (name, True)
        for name in (
            gettext("To meet at"),
            gettext("Patrol"),
            gettext("Partner"),
            gettext("Meeting point"),
            gettext("State"),
        )
    ]
    said = "" if rows else gettext("None were planned.")
    return _table("joint", gettext("Joint patrols"), columns, rows, finding=said)


def _names() -> dict[str, str]:
    return {
        "unauthorised_crossing": gettext("unauthorised crossing"),
        "clandestine_entry": gettext("clandestine entry at a crossing point"),
        "facilitation": gettext("facilitation"),
        "illegal_stay": gettext("illegal stay"),
        "refusal": gettext("refusal of entry"),
        "false_document": gettext("false document"),
        "smuggling": gettext("smuggling of goods"),
        "stolen_vehicle": gettext("stolen vehicle"),
        "patrol": gettext("patrol"),
        "camera": gettext("camera"),
        "citizen": gettext("citizen"),
        "joint_patrol": gettext("joint patrol"),
        "border_check": gettext("border check"),
        "other": gettext("otherwise"),
        "low": gettext("low"),
        "medium": gettext("medium"),
        "high": gettext("high"),
        "critical": gettext("critical"),
        "not_assessed": gettext("not assessed"),
    }
