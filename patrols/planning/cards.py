"""Planned shifts as pages and exports see them: plain JSON values."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from patrols.cards import stamp
from patrols.models import Unit
from patrols.planning import selectors
from patrols.planning.models import Absence, PlannedShift, PlannedTask, Team
from patrols.planning.rules import Rule, Violation, still_overridden
from patrols.planning.words import sentence
from patrols.skills.selectors import skill_names


def shift_cards(shifts: Sequence[PlannedShift], wrong: Mapping[int, list[Violation]] | None = None) -> list[Any]:
    """Cards of shifts that came through `selectors.with_all`; what is wrong with them is computed where it is not given."""
    if wrong is None:
        wrong = selectors.check(selectors.as_planned(shifts))
    skills = _names_for(one for found in wrong.values() for one in found)
    return [
        {**core_of(shift), "violations": violation_cards(wrong.get(shift.pk, ()), shift, skills)} for shift in shifts
    ]


def _names_for(wrong: Iterable[Violation]) -> dict[str, str]:
    """What skills are called, if one is missing somewhere. One query at most."""
    return skill_names() if any(one.rule == Rule.SKILL for one in wrong) else {}


def core_of(shift: PlannedShift) -> dict[str, Any]:
    """A shift without what is wrong with it: also what revisions keep."""
    return {
        "id": shift.pk,
        "unit": shift.unit_id,
        "call_sign": shift.unit.call_sign,
        "organisation": shift.unit.organisation_id,
        "station": shift.unit.organisation.name,
        "state": str(shift.state),
        "starts_at": stamp(shift.starts_at),
        "ends_at": stamp(shift.ends_at),
        "vehicle": {"id": shift.vehicle_id, "plate": shift.vehicle.plate} if shift.vehicle else None,
        "crew": [
            {"id": member.officer_id, "name": member.officer.name, "badge": member.officer.badge}
            for member in shift.crew.all()
        ],
        "sector": {"id": shift.sector_id, "name": shift.sector.name} if shift.sector else None,
        "team": {"id": shift.team_id, "name": shift.team.name} if shift.team else None,
        "skills_needed": list(shift.skills_needed),
        "equipment": list(shift.equipment),
        "note": shift.note,
        "tasks": [task_card(task) for task in shift.tasks.all()],
        "published_at": stamp(shift.published_at) if shift.published_at else None,
        "version": shift.version,
    }


def task_card(task: PlannedTask) -> dict[str, Any]:
    """A task."""
    return {
        "id": task.pk,
        "kind": task.kind,
        "area": {"id": task.area_id, "name": task.area.name} if task.area else None,
        "place": task.place,
        "starts_at": stamp(task.starts_at),
        "ends_at": stamp(task.ends_at),
        "minutes": task.minutes,
        "text": task.text,
    }


def violation_cards(
    wrong: Sequence[Violation], shift: PlannedShift, skills: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """What is wrong with a shift, in words, with the reason where one was given.

    `skills` says what codes are called; without it that is asked for, if it is needed (one query).
    """
    skills = _names_for(wrong) if skills is None else skills
    known = selectors.overridden(shift)
    reasons = {row.key: (row.reason, row.by_name) for row in shift.overrides.all()} if shift.pk else {}
    cards = []
    for one in sorted(wrong, key=lambda one: one.may_be_overridden):  # what nothing makes possible comes first
        reason, by = reasons.get(one.key, ("", "")) if still_overridden(one, known) else ("", "")
        cards.append(
            {
                "key": one.key,
                "rule": one.rule.value,
                "text": sentence(one, skills),
                "amount": round(one.amount, 4),
                "limit": one.limit,
                "other": one.other,
                "may_be_overridden": one.may_be_overridden,
                "reason": reason,
                "reason_by": by,
            }
        )
    return cards


def unit_card(unit: Unit) -> dict[str, Any]:
    """A unit as one chooses it."""
    return {
        "id": unit.pk,
        "call_sign": unit.call_sign,
        "organisation": unit.organisation_id,
        "station": unit.organisation.name,
        "kind": unit.kind,
        "sector": unit.sector,
        "skills": list(unit.skills),
    }


def print_of(card: Mapping[str, Any]) -> str:
    """A short print of what a card says: whoever changes a row sends the one that they saw."""
    return hashlib.sha256(json.dumps(card, sort_keys=True, default=str).encode()).hexdigest()[:16]


def absence_card(absence: Absence) -> dict[str, Any]:
    """An absence. Needs its officer at hand."""
    card = {
        "id": absence.pk,
        "officer": {"id": absence.officer_id, "name": absence.officer.name, "badge": absence.officer.badge},
        "kind": str(absence.kind),
        "first_day": absence.first_day.isoformat(),
        "last_day": absence.last_day.isoformat(),
    }
    return card | {"version": print_of(card)}


def team_card(team: Team) -> dict[str, Any]:
    """A team with its posts. Three queries where nothing was fetched before."""
    posts = team.posts.select_related("unit", "vehicle", "sector", "leader").prefetch_related("officers").order_by("pk")
    card = {
        "id": team.pk,
        "organisation": team.organisation_id,
        "name": team.name,
        "anchor": team.anchor.isoformat(),
        "active": team.active,
        "pattern": team.pattern_id,
        "posts": [
            {
                "unit": {"id": post.unit_id, "name": post.unit.call_sign},
                "vehicle": {"id": post.vehicle_id, "name": post.vehicle.plate} if post.vehicle else None,
                "sector": {"id": post.sector_id, "name": post.sector.name} if post.sector else None,
                "crew": [
                    {"id": officer.pk, "name": officer.name}
                    for officer in (*([post.leader] if post.leader else ()), *post.officers.all())
                ],
                "equipment": list(post.equipment),
            }
            for post in posts
        ],
    }
    return card | {"version": print_of(card)}
