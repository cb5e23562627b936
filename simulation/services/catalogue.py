"""Kinds of incidents, targets and welfare timers of the demo: what is missing is added, what is there stays."""

from core.models import Organisation
from incidents.models import IncidentType, Target
from patrols.models import SafetySetting, WelfareRule
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
