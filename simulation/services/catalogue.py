"""Kinds of incidents, targets and welfare timers of the demo: what is missing is added, what is there stays."""

from collections.abc import Mapping
from typing import Any

from core.models import Organisation
from incidents.models import IncidentType, Target
from incidents.questions.models import Disposition, Question
from patrols.equipment.models import EquipmentItem
from patrols.models import SafetySetting, WelfareRule
from patrols.skills.models import Skill
from simulation import demo


def load_kinds() -> int:
    """Add missing kinds of incidents; returns how many. Two queries."""
    known = set(IncidentType.objects.values_list("code", flat=True))
    rows = [
        IncidentType(
            code=kind.code,
            name=kind.names["en"],
            names=dict(kind.names),
            priority=kind.priority,
            min_units=kind.min_units,
            skills=list(kind.skills),
        )
        for kind in demo.kinds()
        if kind.code not in known
    ]
    return len(IncidentType.objects.bulk_create(rows))


def load_questions() -> tuple[int, int]:
    """Add what kinds bring where nothing of it is there: plans, questions, dispositions. Returns questions, dispositions.

    A dozen queries at most.
    """
    kinds = {kind.code: kind for kind in IncidentType.objects.filter(external=False)}
    file = demo.questions()
    for given in file["plan"]:
        rows = [kinds[code] for code in given["types"] if code in kinds and not kinds[code].plan]
        IncidentType.objects.filter(pk__in=[row.pk for row in rows]).update(plan=_words(given))
    asked = 0
    if not Question.objects.exists():
        rows_of = [
            Question(
                type=kinds[code],
                order=order,
                code=given["code"],
                kind=given["kind"],
                text=given["en"],
                texts=_words(given),
                choices=given.get("choices", []),
                raises=given.get("raises", {}),
            )
            for order, given in enumerate(file["question"])
            for code in given["types"]
            if code in kinds
        ]
        asked = len(Question.objects.bulk_create(rows_of))
    if Disposition.objects.exists():
        return asked, 0
    for order, given in enumerate(file["disposition"]):
        row = Disposition.objects.create(code=given["code"], order=order, name=given["en"], names=_words(given))
        row.types.set([kinds[code] for code in given.get("types", []) if code in kinds])
    return asked, len(file["disposition"])


def _words(given: Mapping[str, Any]) -> dict[str, str]:
    return {language: given[language] for language in ("en", "sr", "sl")}


def load_targets() -> int:
    """Add the service's targets where it has none at all; returns how many. Three queries."""
    root = Organisation.objects.get(code=demo.service().code)
    if Target.objects.filter(organisation=root).exists():
        return 0
    rows = [
        Target(
            organisation=root,
            priority=goal.priority,
            start=goal.start,
            end=goal.end,
            seconds=goal.seconds,
            percentile=goal.percentile,
            valid_from=goal.valid_from,
        )
        for goal in demo.goals()
    ]
    return len(Target.objects.bulk_create(rows))


def load_welfare() -> int:
    """Add the service's welfare timers and officer-safety settings where it has none; returns how many. Five queries."""
    root = Organisation.objects.get(code=demo.service().code)
    if WelfareRule.objects.filter(organisation=root).exists():
        return 0
    rows = [
        WelfareRule(
            organisation=root,
            status=watch.status,
            kind=watch.kind,
            due_after_s=watch.due_after_s,
            dispatcher_after_s=watch.dispatcher_after_s,
            commander_after_s=watch.commander_after_s,
        )
        for watch in demo.watches()
    ]
    SafetySetting.objects.get_or_create(organisation=root, defaults={"backup_kind": demo.BACKUP_KIND})
    return len(WelfareRule.objects.bulk_create(rows))


def load_equipment() -> int:
    """Add what patrols of the service check at sign-on where it asks for nothing; returns how many. Three queries."""
    root = Organisation.objects.get(code=demo.service().code)
    if EquipmentItem.objects.filter(organisation=root).exists():
        return 0
    rows = [
        EquipmentItem(organisation=root, name=name, order=order) for order, name in enumerate(demo.equipment(), start=1)
    ]
    return len(EquipmentItem.objects.bulk_create(rows))


def load_skills() -> int:
    """Name the codes of skills that have no name yet; returns how many. Two queries."""
    known = set(Skill.objects.values_list("code", flat=True))
    rows = [
        Skill(code=given["code"], name=given["en"], names=_words(given))
        for given in demo.skills()
        if given["code"] not in known
    ]
    return len(Skill.objects.bulk_create(rows))
