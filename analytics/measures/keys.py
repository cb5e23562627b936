"""What groups are made by: SQL over a case, and how its values are named for people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from core.models import Organisation
from geo.models import Area
from incidents.models import IncidentType
from patrols.models import Unit

type Numbers = dict[str, Any]
type Starts = dict[int, tuple[time, ...]]


@dataclass(frozen=True, slots=True)
class Key:
    """What groups are made by: an SQL expression over a case, and the join it needs."""

    expression: str
    join: str = ""
    is_number: bool = False


_LOCAL = "(c.received_at AT TIME ZONE c.time_zone)"

KEYS: dict[str, Key] = {
    "priority": Key("c.priority::int", is_number=True),
    "first_priority": Key("c.first_priority::int", is_number=True),
    "highest_priority": Key("c.highest_priority::int", is_number=True),
    "type": Key(
        "CASE WHEN kind.external THEN kind.name ELSE kind.code END",
        join="JOIN incidents_incidenttype kind ON kind.id = c.type_id",
    ),
    "hour": Key(f"extract(hour FROM {_LOCAL})::int", is_number=True),
    "weekday": Key(f"extract(isodow FROM {_LOCAL})::int", is_number=True),
    "shift": Key("{shift}"),
    "unit": Key("coalesce(c.first_arrived_unit_id, c.first_sent_unit_id)"),
    "sector": Key(
        "lying.area_id",
        join="""LEFT JOIN LATERAL (
            SELECT a.id AS area_id FROM incidents_incident i JOIN geo_area a ON ST_Covers(a.geometry, i.location)
            WHERE i.id = c.id AND a.kind = 'sector'
              AND (a.valid_from IS NULL OR a.valid_from <= (c.received_at AT TIME ZONE c.time_zone)::date)
              AND (a.valid_to IS NULL OR a.valid_to >= (c.received_at AT TIME ZONE c.time_zone)::date)
            ORDER BY a.code, a.id LIMIT 1) AS lying ON true""",
    ),
    "organisation": Key("node.code", join="JOIN core_organisation node ON node.id = c.organisation_id"),
}
"""Ways to group. Hour (0–23), weekday (1 = Monday) and shift are local to the call; unit is the first to arrive, or else
the first sent; priority is the final one; sector is the one that the incident lies in."""

ALSO = {"priority": ("first_priority", "highest_priority")}
"""After a regrading, report against the first and the highest priority too (rule 7)."""


def expression(key: str, starts: Starts) -> str:
    """The SQL of a key. `starts`: when shifts begin at each node, local, ascending."""
    return _shift(starts) if key == "shift" else KEYS[key].expression


def _shift(starts: Starts) -> str:
    """Which shift owns the call, by its local time (rule 9): `19:00-07:00`. One branch a pattern, not one a node."""
    patterns: dict[tuple[time, ...], list[int]] = {}
    for node, pattern in starts.items():
        patterns.setdefault(pattern, []).append(node)
    branches = [
        f"WHEN c.organisation_id IN ({', '.join(map(str, nodes))}) THEN {_pattern(pattern)}"
        for pattern, nodes in patterns.items()
    ]
    return f"CASE {' '.join(branches)} END" if branches else "NULL::text"


def _pattern(pattern: Sequence[time]) -> str:
    names = shift_names(pattern)
    later = [
        f"WHEN {_LOCAL}::time >= '{begins:%H:%M}' THEN '{name}'"
        for begins, name in reversed(list(zip(pattern, names, strict=True)))
    ]
    return f"CASE {' '.join(later)} ELSE '{names[-1]}' END"


def shift_names(pattern: Sequence[time]) -> list[str]:
    """The shifts of a day, by when they begin and end: `07:00-19:00`, `19:00-07:00`."""
    return [f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in zip(pattern, [*pattern[1:], pattern[0]], strict=True)]


def named(key: str, groups: list[Numbers]) -> list[Numbers]:
    """Groups in order; units by their call signs, kinds, nodes and sectors with their names. One query at most."""
    naming = _NAMING.get(key)
    found = naming([group["key"] for group in groups if group["key"] is not None]) if naming else {}
    groups = [group | found.get(group["key"], {}) | {"value": group["key"]} for group in groups]
    if not KEYS[key].is_number:
        return sorted(groups, key=lambda group: (group["key"] is None, str(group["key"])))
    ordered = sorted(groups, key=lambda group: group["key"])
    return [group | {"key": str(group["key"])} for group in ordered]


def _units(ids: list[int]) -> dict[int, Numbers]:
    rows = Unit.objects.filter(pk__in=ids).values_list("pk", "call_sign", "organisation__code")
    return {pk: {"key": call_sign, "organisation": node} for pk, call_sign, node in rows}


def _sectors(ids: list[int]) -> dict[int, Numbers]:
    rows = Area.objects.filter(pk__in=ids).values_list("pk", "code", "name")
    return {pk: {"key": code, "label": name} for pk, code, name in rows}


def _kinds(codes: list[str]) -> dict[str, Numbers]:
    rows = IncidentType.objects.filter(code__in=codes).values_list("code", "name", "names")
    return {code: {"label": name, "names": names} for code, name, names in rows}


def _nodes(codes: list[str]) -> dict[str, Numbers]:
    rows = Organisation.objects.without_tree_fields().order_by().filter(code__in=codes)
    names = dict(rows.values_list("code", "name"))
    return {code: {"label": names.get(code, code)} for code in codes}


_NAMING: dict[str, Callable[[Any], Any]] = {"unit": _units, "sector": _sectors, "type": _kinds, "organisation": _nodes}
