"""Lines of the log in words, in the reader's language and script."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core.transliteration import to_latin
from patrols.rules import Status


def in_script(text: str) -> str:
    """Names and free text as the reader reads: Latin, unless the language is Serbian in Cyrillic."""
    return text if get_language() == "sr" else to_latin(text)


def status_words(status: str) -> str:
    """What a unit does."""
    words = {
        Status.ON_PATROL: _("on patrol"),
        Status.AT_STATION: _("at the station"),
        Status.DISPATCHED: _("sent"),
        Status.EN_ROUTE: _("on the way"),
        Status.ON_SCENE: _("on the scene"),
        Status.STAGING: _("standing by"),
        Status.TRAFFIC_STOP: _("traffic stop"),
        Status.TRANSPORT: _("transport"),
        Status.COURT: _("at court"),
        Status.MEAL: _("meal break"),
        Status.REPORT_WRITING: _("writing a report"),
        Status.OUT_OF_SERVICE: _("out of service"),
        Status.OFF_DUTY: _("off duty"),
        Status.EMERGENCY: _("emergency"),
    }
    return words.get(Status(status), status)


def timeline_words(kind: str, data: Mapping[str, Any]) -> str:
    """What a line of an incident's timeline says, without its free text; a note says nothing but that."""
    if kind == "note":
        return ""
    values: dict[str, Any] = {"priority": "", "number": "", "reason": "", "text": "", "from": "", "to": ""}
    values |= {name: in_script(str(value)) for name, value in data.items() if value is not None}
    values["unit"] = data.get("call_sign") or data.get("unit") or ""
    said = {**_of_incidents(data), **_of_units(data)}.get(kind)
    return kind.replace("_", " ") if said is None else (said % values).strip()


def _of_incidents(data: Mapping[str, Any]) -> dict[str, str]:
    return {
        "call_received": _("Call received"),
        "incident_created": _("Incident opened"),
        "location_set": _("Place set"),
        "priority_set": _("Priority %(priority)s") if data.get("priority") else _("Priority set"),
        "field_changed": _("Changed"),
        "closed": _("Closed"),
        "cancelled": _("Cancelled"),
        "reopened": _("Reopened"),
        "merged": _("Merged"),
        "call_attached": _("One more caller"),
        "split": _("A caller went out to %(number)s") if data.get("to") else _("Split off %(number)s"),
        "question_answered": _("Answer to a question"),
        "handover_offered": _("Offered to %(to)s"),
        "handover_accepted": _("Taken over by %(to)s from %(from)s"),
        "handover_refused": _("%(to)s refused it"),
        "handover_timed_out": _("%(to)s did not answer in time"),
        "handover_withdrawn": _("Offer to %(to)s withdrawn"),
    }


def _of_units(data: Mapping[str, Any]) -> dict[str, str]:
    is_urgent = data.get("level") == "urgent"
    is_with_commander = data.get("stage") == "commander"
    return {
        "unit_dispatched": _("%(unit)s sent"),
        "unit_acknowledged": _("%(unit)s acknowledged"),
        "unit_en_route": _("%(unit)s on the way"),
        "unit_on_scene": _("%(unit)s on the scene"),
        "unit_action_taken": _("%(unit)s: action taken"),
        "unit_cleared": _("%(unit)s cleared"),
        "unit_cancelled": _("%(unit)s called off"),
        "unit_pre_empted": _("%(unit)s broken off for a more urgent incident"),
        "unit_corrected": _("%(unit)s: the time of a step was corrected (%(reason)s)"),
        "unit_refused": _("%(unit)s refused"),
        "unit_contact": _("%(unit)s was heard of")
        if data.get("sign") == "action"
        else _("Contact with %(unit)s. %(text)s"),
        "outcome_reported": _("%(unit)s says how it ended"),
        "welfare_overdue": _("No sign of life of %(unit)s; with the commander")
        if is_with_commander
        else _("No sign of life of %(unit)s"),
        "backup_requested": _("%(unit)s needs back-up, urgent") if is_urgent else _("%(unit)s asks for back-up"),
        "backup_refused": _("Back-up to %(unit)s refused"),
        "backup_withdrawn": _("%(unit)s needs no back-up any more"),
    }


def duty_words(kind: str, call_sign: str, crew: list[str]) -> str:
    """That a patrol came or went."""
    if kind == "signed_off":
        return _("%(unit)s signed off") % {"unit": call_sign}
    names = ", ".join(in_script(name) for name in crew)
    return _("%(unit)s signed on: %(crew)s") % {"unit": call_sign, "crew": names or pgettext("crew", "nobody")}


def alarm_words(kind: str, call_sign: str, *, is_drill: bool) -> str:
    """What became of a call for help."""
    words = {
        "alarm_raised": _("%(unit)s calls for help"),
        "alarm_escalated": _("Call for help of %(unit)s: with the commander"),
        "alarm_acknowledged": _("Call for help of %(unit)s: acknowledged"),
        "alarm_resolved": _("Call for help of %(unit)s: resolved"),
        "alarm_withdrawn": _("Call for help of %(unit)s: taken back at once"),
    }[kind] % {"unit": call_sign}
    return f"{_('DRILL')}: {words}" if is_drill else words


def watch_words(kind: str, name: str, call_sign: str) -> str:
    """What became of an alarm from positions."""
    words = _("Alarm from positions: %(name)s") if kind == "watch_raised" else _("Alarm from positions ended: %(name)s")
    about = in_script(name)
    return words % {"name": f"{about}, {call_sign}" if call_sign else about}
