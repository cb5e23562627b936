"""What is wrong with a plan, in words; and what tasks are called. In the language of whoever asks."""

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from patrols.planning.models import Absence
from patrols.planning.rules import Rule, TaskKind, Violation
from patrols.skills.selectors import skill_words

TASKS: Mapping[TaskKind, Promise | str] = {
    TaskKind.DIRECTED_PATROL: gettext_lazy("directed patrol"),
    TaskKind.CHECKPOINT: gettext_lazy("checkpoint"),
    TaskKind.ESCORT: gettext_lazy("escort"),
    TaskKind.BORDER_SECTION: gettext_lazy("border section"),
}


def hours(value: float) -> str:
    """Hours as `7 h 30 min`, to the nearest minute."""
    minutes = round(value * 60)
    whole, rest = divmod(minutes, 60)
    if not rest:
        return _("%(h)s h") % {"h": number_format(whole)}
    if not whole:
        return _("%(m)s min") % {"m": rest}
    return _("%(h)s h %(m)s min") % {"h": number_format(whole), "m": rest}


SENTENCES: Mapping[Rule, Promise | str] = {
    Rule.REST: gettext_lazy("%(name)s: %(left)s of rest after patrol %(other)s, %(amount)s short of %(limit)s."),
    Rule.WEEK: gettext_lazy("%(name)s: more than %(limit)s in this week, by %(amount)s."),
    Rule.LENGTH: gettext_lazy("The shift is longer than %(limit)s, by %(amount)s."),
    Rule.OFFICER_TWICE: gettext_lazy("%(name)s rides on patrol %(other)s at the same time, for %(amount)s."),
    Rule.VEHICLE_TWICE: gettext_lazy("Vehicle %(name)s is with patrol %(other)s at the same time, for %(amount)s."),
    Rule.UNIT_TWICE: gettext_lazy("Patrol %(name)s is planned twice at the same time, for %(amount)s."),
    Rule.VEHICLE_OUT: gettext_lazy("Vehicle %(name)s is out of service."),
    Rule.SKILL: gettext_lazy("Nobody in the crew has the skill %(name)s."),
    Rule.LEAVE: gettext_lazy("%(name)s is away (%(kind)s), for %(amount)s of this shift."),
}


def sentence(wrong: Violation, skills: Mapping[str, str]) -> str:
    """Who, what, by how much, in one sentence; `skills` says what codes are called."""
    if wrong.rule == Rule.NO_CREW:
        missing = round(wrong.amount)
        text = ngettext("%(n)s officer is missing in the crew.", "%(n)s officers are missing in the crew.", missing)
        return text % {"n": missing}
    return str(SENTENCES[wrong.rule]) % {
        "name": skill_words([wrong.name], skills) if wrong.rule == Rule.SKILL else wrong.name,
        "amount": hours(wrong.amount),
        "limit": hours(wrong.limit),
        "left": hours(wrong.limit - wrong.amount),
        "other": wrong.other_call_sign,
        "kind": Absence.Kind(wrong.detail).label if wrong.detail else "",
    }
