"""Whom to send: the units of a board by the time they need by road, with the reasons for and against each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import FloatField, Func
from django.utils.translation import gettext as _

from core import clock
from core.access import Viewer
from core.rules import Permission
from dispatch import eta, rules, selectors
from dispatch.models import Assignment
from geo.routing import Leg, LonLat
from incidents.models import Incident
from incidents.selectors import access_incident
from patrols.cards import stamp
from patrols.models import CrewMember, Unit
from patrols.rules import AVAILABILITY, Availability, Status

WANT = 10
WANT_CONDITIONAL = 5
"""How many are ranked by road: so many that are free, and so many that would have to break something off."""
LEFT_OUT_SHOWN = 60
STALE_AFTER_S = 120
LOST_AFTER_S = 900
"""A fix this old says nothing any more about where a unit is."""
FULL_CREW = 2


class Seen(NamedTuple):
    """What is known of one unit; `point` is longitude and latitude, both degrees."""

    pk: int
    call_sign: str
    kind: str
    status: Status
    point: LonLat | None
    fix_age_s: float | None
    job: Assignment | None
    crew: int
    skills: frozenset[str]

    @property
    def conditional(self) -> bool:
        """Whether it would have to break something off."""
        return self.job is not None or AVAILABILITY[self.status] == Availability.CONDITIONAL


def recommend(viewer: Viewer, incident_id: int) -> dict[str, Any]:
    """Rank the units on duty of the incident's board. Raises NotFound, Forbidden. Seven queries, two router questions.

    Units that are free come first, by the time they need; the first that the incident still lacks are recommended. Then
    those that may be broken off, each with what it would leave. Whoever is left out is named with the reasons, the
    nearest first. A tie goes to the lower call sign.
    """
    incident = access_incident(viewer, incident_id)
    viewer.require(Permission.ASSIGN, incident.organisation_id)
    now = clock.now()
    seen = _board(incident.board_id, now) if incident.board_id else []
    against = {one.pk: _against(one, incident) for one in seen}
    able = [one for one in seen if not against[one.pk]]
    target = eta.lonlat(incident.location) if incident.location else None
    ranked = _ranked(target, [one for one in able if not one.conditional], WANT)
    ranked += _ranked(target, [one for one in able if one.conditional], WANT_CONDITIONAL)
    chosen = {one.pk for one, _leg in ranked}
    lacking = max(0, incident.min_units - selectors.active().filter(incident=incident).count())
    sources = {leg.source for _one, leg in ranked if leg is not None}
    return {
        "incident": incident.pk,
        "computed_at": stamp(now),
        "routing": "route" if "route" in sources else "straight" if sources else "none",
        "min_units": incident.min_units,
        "units": [
            _candidate(viewer, one, leg, rank=rank, recommended=rank <= lacking and not one.conditional and bool(leg))
            for rank, (one, leg) in enumerate(ranked, start=1)
        ],
        "left_out": _left_out(target, [one for one in seen if one.pk not in chosen], against),
    }


_COLUMNS = ("pk", "call_sign", "kind", "status", "skills", "lon", "lat", "position__at")


def _board(board_id: int, now: datetime) -> list[Seen]:
    """All units on duty of a board, by call sign. Three queries, no object for each row of a thousand."""
    units = Unit.objects.filter(board_id=board_id, on_duty=True, external=False)
    lon, lat = (Func("position__point", function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    rows = units.annotate(lon=lon, lat=lat).order_by("call_sign", "pk").values_list(*_COLUMNS)
    active = selectors.active().filter(unit__board_id=board_id).select_related("incident")
    jobs = {job.unit_id: job for job in active}
    crews: Counter[int] = Counter()
    able: dict[int, set[str]] = defaultdict(set)
    riding = CrewMember.objects.filter(
        shift__unit__board_id=board_id, shift__ended_at__isnull=True, left_at__isnull=True
    )
    for unit_id, skills in riding.order_by().values_list("shift__unit_id", "officer__skills"):
        crews[unit_id] += 1
        able[unit_id].update(skills)
    return [
        Seen(
            pk=pk,
            call_sign=call_sign,
            kind=kind,
            status=Status(status),
            point=None if at is None else (x, y),
            fix_age_s=None if at is None else (now - at).total_seconds(),
            job=jobs.get(pk),
            crew=crews[pk],
            skills=frozenset(skills) | able[pk],
        )
        for pk, call_sign, kind, status, skills, x, y, at in rows
    ]


def _against(one: Seen, incident: Incident) -> list[dict[str, str]]:
    """Why this unit should not go; nothing when it could."""
    found = []
    if one.job is not None:
        if one.job.incident_id == incident.pk:
            return [_reason("on_this_incident", _("is on this incident"))]
        if not rules.may_pre_empt(priority=incident.priority, current_priority=one.job.incident.priority):
            found.append(_reason("busy", _("has a job: %(number)s") % {"number": one.job.incident.number}))
    elif AVAILABILITY[one.status] == Availability.UNAVAILABLE:
        found.append(_reason(f"status_{one.status}", _("not available")))
    if missing := sorted(set(incident.type.skills) - one.skills):
        found.append(_reason("skills", _("lacks: %(skills)s") % {"skills": ", ".join(missing)}))
    if one.fix_age_s is None:
        found.append(_reason("no_fix", _("no position")))
    elif one.fix_age_s > LOST_AFTER_S:
        found.append(_reason("old_fix", _("position is %(minutes)d min old") % {"minutes": one.fix_age_s // 60}))
    return found


def _remarks(one: Seen) -> list[dict[str, str]]:
    """What the dispatcher should know of a unit that could go."""
    found = []
    if one.job is None and one.conditional:
        found.append(_reason(f"status_{one.status}", _("may be broken off")))
    if one.job is not None:
        found.append(_reason("pre_empts", _("would leave %(number)s") % {"number": one.job.incident.number}))
    if one.fix_age_s is not None and one.fix_age_s > STALE_AFTER_S:
        found.append(_reason("stale_fix", _("position is %(minutes)d min old") % {"minutes": one.fix_age_s // 60}))
    if one.crew < FULL_CREW:
        found.append(_reason("small_crew", _("crew: %(n)d") % {"n": one.crew}))
    return found


def _reason(code: str, text: str) -> dict[str, str]:
    return {"code": code, "text": text}


def _ranked(target: LonLat | None, able: Sequence[Seen], want: int) -> list[tuple[Seen, Leg | None]]:
    """The nearest of them by time; in the order of their call signs where the incident has no place."""
    if target is None:
        return [(one, None) for one in able[:want]]
    riders = [eta.Rider(one.pk, one.kind, one.point) for one in able if one.point is not None]
    by_id = {one.pk: one for one in able}
    return [(by_id[unit_id], leg) for unit_id, leg in eta.nearest(target, riders, want=want)]


def _candidate(viewer: Viewer, one: Seen, leg: Leg | None, *, rank: int, recommended: bool) -> dict[str, Any]:
    return {
        "unit": one.pk,
        "call_sign": one.call_sign,
        "rank": rank,
        "recommended": recommended,
        "conditional": one.conditional,
        "breaks_off": _breaks_off(viewer, one.job) if one.job else None,
        "eta_s": round(leg.duration_s) if leg else None,
        "distance_m": round(leg.distance_m) if leg else None,
        "eta_source": leg.source if leg else None,
        "fix_age_s": _whole(one.fix_age_s),
        "reasons": _remarks(one),
    }


def _breaks_off(viewer: Viewer, job: Assignment) -> dict[str, Any]:
    """What would be broken off; the incident itself only for whoever may see it."""
    may_see = viewer.can(Permission.INCIDENT_VIEW, job.incident.organisation_id)
    return {
        "assignment": job.pk,
        "incident": job.incident_id if may_see else None,
        "number": job.incident.number if may_see else None,
        "priority": job.incident.priority,
        "status": job.status,
    }


def _left_out(
    target: LonLat | None, left: Iterable[Seen], against: dict[int, list[dict[str, str]]]
) -> list[dict[str, Any]]:
    """Those who are left out, the nearest first, as many as anybody would read."""
    left = list(left)
    metres = eta.by_distance(target, [(one.pk, one.point) for one in left])
    left.sort(key=lambda one: (metres[one.pk], one.call_sign, one.pk))
    return [
        {
            "unit": one.pk,
            "call_sign": one.call_sign,
            "eta_s": None,
            "fix_age_s": _whole(one.fix_age_s),
            "reasons": against[one.pk] or [_reason("farther", _("others are nearer"))],
        }
        for one in left[:LEFT_OUT_SHOWN]
    ]


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, round(seconds))
