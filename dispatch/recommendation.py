"""Whom to send: the best combination of the units of a board, by the time they need by road, with the reasons for each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from core import clock
from core.access import Viewer
from core.rules import Permission
from dispatch import combination, eta, reasons, selectors
from dispatch.combination import Combination, Option
from dispatch.models import Assignment
from dispatch.reasons import Seen, see_board
from geo.models import Area
from geo.routing import Leg, LonLat
from geo.selectors import areas_containing
from incidents.models import Incident
from incidents.selectors import access_incident
from patrols.cards import stamp

WANT = 10
WANT_CONDITIONAL = 5
"""How many are ranked by road: so many that are free, and so many that would have to break something off."""
LEFT_OUT_SHOWN = 60

type Ranked = list[tuple[Seen, Leg | None]]


class Need(NamedTuple):
    """What an incident still lacks: so many units, and these skills among them."""

    units: int
    skills: frozenset[str]


def recommend(viewer: Viewer, incident_id: int) -> dict[str, Any]:
    """Whom to send to an incident. Raises NotFound, Forbidden. Nine queries, ten where skills are
    wanted; two router questions, more for skills.

    `combination` is the best set of what the incident still lacks (see `dispatch.combination`): units for its minimum,
    with the skills that its kind asks for among them; whoever would have to break something off only where nobody
    free can do it. `units` are those who could go: the free ones first, by the time they need, then those that may be
    broken off, each with what it would leave. Whoever is left out is named with the reasons, the nearest first. A tie
    goes to the lower call sign.
    """
    incident = access_incident(viewer, incident_id)
    viewer.require(Permission.ASSIGN, incident.organisation_id)
    now = clock.now()
    seen = see_board(incident.board_id, now) if incident.board_id else []
    target = eta.lonlat(incident.location) if incident.location else None
    need = _need(incident, seen)
    against = {one.pk: reasons.against(one, incident) for one in seen}
    able = [one for one in seen if not against[one.pk]]
    free, conditional = ([one for one in able if one.conditional is is_bound] for is_bound in (False, True))
    ranked = _ranked(target, free, WANT, need) + _ranked(target, conditional, WANT_CONDITIONAL, need)
    chosen = _combine(ranked, need)
    left = [one for one in seen if one.pk not in {each.pk for each, _leg in ranked}]
    sources = {leg.source for _one, leg in ranked if leg is not None}
    remarks = reasons.Remarks(seen, chosen.keys, need.skills, _home(seen, target, now))
    return {
        "incident": incident.pk,
        "computed_at": stamp(now),
        "routing": "route" if "route" in sources else "straight" if sources else "none",
        "min_units": incident.min_units,
        "combination": _summary(chosen, ranked),
        "units": [
            _candidate(viewer, one, leg, rank=rank, recommended=one.pk in chosen.keys, remarks=remarks)
            for rank, (one, leg) in enumerate(ranked, start=1)
        ],
        "left_out": _left_out(target, left, against),
    }


def _need(incident: Incident, seen: Sequence[Seen]) -> Need:
    """What those who are on the incident already do not bring."""
    there = [one for one in seen if one.job is not None and one.job.incident_id == incident.pk]
    sent = selectors.active().filter(incident=incident).count()
    brought = frozenset[str]().union(*(one.skills for one in there))
    return Need(max(0, incident.min_units - sent), frozenset(incident.type.skills) - brought)


def _ranked(target: LonLat | None, able: Sequence[Seen], want: int, need: Need) -> Ranked:
    """The nearest of them by time, and of those with skills that are lacking the nearest too, so that they can be chosen.

    In the order of their call signs where the incident has no place.
    """
    if target is None:
        return [(one, None) for one in able[:want]]
    found = dict(_nearest(target, able, want, max(1, need.units)))
    groups: dict[frozenset[str], list[Seen]] = defaultdict(list)
    for one in able:
        if useful := one.skills & need.skills:
            groups[useful].append(one)
    for group in groups.values():
        found |= dict(_nearest(target, group, max(1, need.units), max(1, need.units)))
    places = {one.pk: at for at, one in enumerate(able)}
    timed = sorted(found.items(), key=lambda each: (each[1].duration_s, places[each[0].pk]))
    return [(one, leg) for one, leg in timed]


def _nearest(target: LonLat, able: Sequence[Seen], want: int, sure: int) -> list[tuple[Seen, Leg]]:
    riders = [eta.Rider(one.pk, one.kind, one.point) for one in able if one.point is not None]
    by_id = {one.pk: one for one in able}
    return [(by_id[unit_id], leg) for unit_id, leg in eta.nearest(target, riders, want=want, sure=sure)]


def _combine(ranked: Ranked, need: Need) -> Combination:
    """The best set of those whose time is known."""
    timed = sorted(((one, leg) for one, leg in ranked if leg is not None), key=lambda each: each[1].duration_s)
    options = [Option(one.pk, one.skills & need.skills, one.conditional) for one, _leg in timed]
    return combination.best(options, want=need.units, skills=need.skills if need.units else frozenset())


def _home(seen: Sequence[Seen], target: LonLat | None, now: datetime) -> frozenset[int]:
    """The stations of the board in whose own area the place lies; none where areas say nothing of it. One query."""
    if target is None:
        return frozenset()
    areas = areas_containing(target, on=now.date(), kind=Area.Kind.JURISDICTION).order_by()
    return frozenset(areas.values_list("organisation_id", flat=True)) & {one.organisation for one in seen}


def _summary(chosen: Combination, ranked: Ranked) -> dict[str, Any]:
    """The combination: who, when the first and the last of them are there, and what is lacking all the same."""
    times = [leg.duration_s for one, leg in ranked if one.pk in chosen.keys and leg is not None]
    return {
        "units": list(chosen.keys),
        "first_eta_s": round(min(times)) if times else None,
        "last_eta_s": round(max(times)) if times else None,
        "lacking": chosen.lacking,
        "missing_skills": sorted(chosen.missing),
    }


def _candidate(
    viewer: Viewer, one: Seen, leg: Leg | None, *, rank: int, recommended: bool, remarks: reasons.Remarks
) -> dict[str, Any]:
    return {
        "unit": one.pk,
        "call_sign": one.call_sign,
        "rank": rank,
        "recommended": recommended,
        "conditional": one.conditional,
        "breaks_off": _breaks_off(viewer, one.job) if one.job else None,
        "leaves": remarks.leaves(one),
        "eta_s": round(leg.duration_s) if leg else None,
        "distance_m": round(leg.distance_m) if leg else None,
        "eta_source": leg.source if leg else None,
        "fix_age_s": _whole(one.fix_age_s),
        "reasons": remarks.of(one),
    }


def _breaks_off(viewer: Viewer, job: Assignment) -> dict[str, Any]:
    """What would be broken off; the incident itself only for whoever may see it."""
    may_see = viewer.can(Permission.INCIDENT_VIEW, job.incident.organisation_id)
    return {
        "assignment": job.pk,
        "incident": job.incident_id if may_see else None,
        "number": job.incident.number if may_see else None,
        "place": job.incident.place if may_see else None,
        "priority": job.incident.priority,
        "status": job.status,
    }


def _left_out(
    target: LonLat | None, left: Iterable[Seen], against: dict[int, list[reasons.Reason]]
) -> list[dict[str, Any]]:
    """Those who are left out, the nearest first, as many as anybody would read; their times by straight line."""
    left = list(left)
    metres = eta.by_distance(target, [(one.pk, one.point) for one in left])
    left.sort(key=lambda one: (metres[one.pk], one.call_sign, one.pk))
    rows = []
    for one in left[:LEFT_OUT_SHOWN]:
        leg = None
        if target is not None and one.point is not None:
            leg = eta.assumed(eta.Rider(one.pk, one.kind, one.point), target)
        rows.append(
            {
                "unit": one.pk,
                "call_sign": one.call_sign,
                "eta_s": round(leg.duration_s) if leg else None,
                "eta_source": leg.source if leg else None,
                "fix_age_s": _whole(one.fix_age_s),
                "reasons": against[one.pk] or [reasons.farther()],
            }
        )
    return rows


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, round(seconds))
