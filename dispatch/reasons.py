"""The units of a board as a recommendation sees them, and what speaks for and against each, in the user's language."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import FloatField, Func
from django.utils.translation import gettext as _

from dispatch import rules, selectors
from dispatch.models import Assignment
from geo.routing import LonLat
from incidents.models import Incident
from patrols.models import CrewMember, Unit
from patrols.rules import AVAILABILITY, Availability, Status
from patrols.skills.selectors import skill_names, skill_words

STALE_AFTER_S = 120
LOST_AFTER_S = 900
"""A fix this old says nothing any more about where a unit is."""
FULL_CREW = 2

type Reason = dict[str, str]


class Seen(NamedTuple):
    """What is known of one unit; `point` is longitude and latitude, both degrees."""

    pk: int
    call_sign: str
    kind: str
    organisation: int
    sector: str
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

    @property
    def free(self) -> bool:
        """Whether it could go at once."""
        return self.job is None and AVAILABILITY[self.status] == Availability.AVAILABLE


_COLUMNS = ("pk", "call_sign", "kind", "organisation_id", "sector", "status", "skills", "lon", "lat", "position__at")


def see_board(board_id: int, now: datetime) -> list[Seen]:
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
            organisation=organisation,
            sector=sector,
            status=Status(status),
            point=None if at is None else (x, y),
            fix_age_s=None if at is None else (now - at).total_seconds(),
            job=jobs.get(pk),
            crew=crews[pk],
            skills=frozenset(skills) | able[pk],
        )
        for pk, call_sign, kind, organisation, sector, status, skills, x, y, at in rows
    ]


def against(one: Seen, incident: Incident) -> list[Reason]:
    """Why this unit should not go; nothing when it could."""
    found = []
    if one.job is not None:
        if one.job.incident_id == incident.pk:
            return [_reason("on_this_incident", _("is on this incident"))]
        if not rules.may_pre_empt(priority=incident.priority, current_priority=one.job.incident.priority):
            found.append(_reason("busy", _("has a job: %(number)s") % {"number": one.job.incident.number}))
    elif AVAILABILITY[one.status] == Availability.UNAVAILABLE:
        found.append(_reason(f"status_{one.status}", _("not available")))
    if one.fix_age_s is None:
        found.append(_reason("no_fix", _("no position")))
    elif one.fix_age_s > LOST_AFTER_S:
        found.append(_reason("old_fix", _("position is %(minutes)d min old") % {"minutes": one.fix_age_s // 60}))
    return found


def farther() -> Reason:
    """Nothing speaks against it but the way."""
    return _reason("farther", _("others are nearer"))


class Remarks:
    """What the dispatcher should know of units that could go, where some of them are chosen."""

    def __init__(
        self, seen: Sequence[Seen], chosen: Collection[int], skills: frozenset[str], home: frozenset[int]
    ) -> None:
        self._chosen, self._skills, self._home = chosen, skills, home
        self._free = Counter(one.sector for one in seen if one.free and one.sector)
        self._going = Counter(one.sector for one in seen if one.free and one.pk in chosen)

    @cached_property
    def _names(self) -> dict[str, str]:
        """What skills are called; asked for only where some are wanted. One query, once."""
        return skill_names()

    def leaves(self, one: Seen) -> dict[str, Any] | None:
        """The sector that it would leave, and how many free units would stay in it; None for one without a sector."""
        if not one.sector or not one.free:
            return None
        going = self._going[one.sector] if one.pk in self._chosen else 1
        return {"sector": one.sector, "free_left": self._free[one.sector] - going}

    def of(self, one: Seen) -> list[Reason]:
        """In the order of their weight."""
        found = []
        if one.job is None and one.conditional:
            found.append(_reason(f"status_{one.status}", _("may be broken off")))
        if one.job is not None:
            found.append(_reason("pre_empts", _("would leave %(number)s") % {"number": one.job.incident.number}))
        if brings := one.skills & self._skills:
            found.append(_reason("brings", _("brings: %(skills)s") % {"skills": skill_words(brings, self._names)}))
        elif self._skills:
            found.append(_reason("skills", _("lacks: %(skills)s") % {"skills": skill_words(self._skills, self._names)}))
        leaves = self.leaves(one)
        if leaves and not leaves["free_left"]:
            found.append(_reason("leaves_sector", _("leaves %(sector)s empty") % leaves))
        if self._home and one.organisation not in self._home:
            found.append(_reason("other_area", _("from another station's area")))
        if one.fix_age_s is not None and one.fix_age_s > STALE_AFTER_S:
            found.append(_reason("stale_fix", _("position is %(minutes)d min old") % {"minutes": one.fix_age_s // 60}))
        if one.crew < FULL_CREW:
            found.append(_reason("small_crew", _("crew: %(n)d") % {"n": one.crew}))
        return found


def _reason(code: str, text: str) -> Reason:
    return {"code": code, "text": text}
