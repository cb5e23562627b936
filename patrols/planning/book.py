"""What files with a plan have in common: what their words mean, what became of each part, and the look before the leap."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.access import Viewer
from core.change import change
from core.errors import Invalid, Unprocessable
from core.models import Organisation
from core.rules import Permission
from core.transliteration import fold
from patrols.models import Officer, Unit, Vehicle
from patrols.planning import selectors, services
from patrols.planning.models import PlannedShift
from patrols.planning.rules import State
from patrols.planning.services import ShiftData, TaskData
from patrols.planning.services.editing import data_of
from patrols.planning.services.news import open_violations
from patrols.planning.words import sentence
from patrols.skills.selectors import skill_names


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one row of a table, or of one event of a calendar.

    `row` is its number (in a table the first has the names of the columns), `warnings` are rules that the shift breaks,
    in words.
    """

    row: int
    outcome: str
    text: str = ""
    shift: int | None = None
    title: str = ""
    warnings: tuple[str, ...] = ()


class _RehearsedError(Exception):
    """Takes back all that a rehearsal has done."""


def take_in(
    node: Organisation, read: Callable[[], list[Imported]], *, form: str, rehearse: bool, by: Viewer
) -> list[Imported]:
    """Let `read` take a file in, in one change, and say what became of each part, with the rules that are broken.

    With `rehearse` the answer is the same but for ids of what would be added, and nothing is kept.
    """
    found: list[Imported] = []
    try:
        with change(by=by) as c:
            found = _warned(read())
            counts = {
                kind: sum(one.outcome == kind for one in found) for kind in sorted({one.outcome for one in found})
            }
            c.audit("plan.imported", node, organisation=node.pk, detail={"format": form} | counts)
            _keep_or_not(rehearse=rehearse)
    except _RehearsedError:
        return [replace(one, shift=None) if one.outcome == "added" else one for one in found]
    return found


def _keep_or_not(*, rehearse: bool) -> None:
    if rehearse:
        raise _RehearsedError


def _warned(found: list[Imported]) -> list[Imported]:
    """The same, with the rules that shifts now break and that no reason lets be. Some thirteen queries."""
    touched = {one.shift for one in found if one.shift is not None and one.outcome in ("added", "changed")}
    shifts = {row.pk: row for row in selectors.with_all(PlannedShift.objects.filter(pk__in=touched))}
    wrong = selectors.check(selectors.as_planned(list(shifts.values())))
    skills = skill_names()
    return [
        replace(
            one,
            warnings=tuple(sentence(w, skills) for w in open_violations(shifts[one.shift], wrong.get(one.shift, ()))),
        )
        if one.shift in shifts
        else one
        for one in found
    ]


def as_rows(found: Iterable[Imported]) -> list[dict[str, Any]]:
    """Answers as they go over HTTP."""
    return [asdict(one) for one in found]


class Book:
    """What the words in a file mean, for whoever brings it. Read once a file, five queries."""

    def __init__(self, by: Viewer, nodes: Sequence[int]) -> None:
        self.by = by
        units = Unit.objects.filter(organisation_id__in=nodes, external=False).select_related("organisation")
        self._units: dict[str, list[Unit]] = {}
        for unit in units:
            self._units.setdefault(unit.call_sign, []).append(unit)
        officers = Officer.objects.filter(organisation_id__in=by.organisations(Permission.PLAN_VIEW))
        self._officers = dict(officers.values_list("badge", "pk"))
        vehicles = Vehicle.objects.filter(organisation_id__in=by.organisations(Permission.PLAN_VIEW))
        self._vehicles = dict(vehicles.values_list("plate", "pk"))
        self._badges: dict[str, set[str]] = {}
        for badge, address in officers.exclude(user__email="").values_list("badge", "user__email"):
            self._badges.setdefault((address or "").lower(), set()).add(badge)
        self._areas: dict[str, list[int]] = {}
        self._codes: dict[str, set[str]] = {}
        for code, name, pk in selectors.areas(nodes).values_list("code", "name", "pk"):
            self._areas.setdefault(code, []).append(pk)
            for word in (code, name):
                self._codes.setdefault(fold(word), set()).add(code)

    @property
    def unit_ids(self) -> set[int]:
        """All units that the file may name."""
        return {unit.pk for units in self._units.values() for unit in units}

    def call_sign_in(self, title: str) -> str:
        """The one call sign that is a word of a title. Raises Invalid for none and for several."""
        text = fold(title)
        found = [sign for sign in self._units if re.search(rf"(?<![\w-]){re.escape(fold(sign))}(?![\w-])", text)]
        if len(found) != 1:
            said = (
                _("No patrol is named in “%(text)s”.") if not found else _("Several patrols are named in “%(text)s”.")
            )
            raise Invalid(said % {"text": title[:60]}, code="unknown_unit")
        return found[0]

    def badge_of(self, address: str) -> str:
        """The badge of the officer with an e-mail address. Raises Invalid."""
        found = self._badges.get(address, set())
        if len(found) != 1:
            text = _("No officer, or more than one, has the address %(name)s.")
            raise Invalid(text % {"name": address[:80]}, code="unknown_officer")
        return next(iter(found))

    def area_code(self, name: str) -> str:
        """The code of the one area that is called so, by code or name in either script; empty where there is none."""
        found = self._codes.get(fold(name), set()) if name else set()
        return next(iter(found)) if len(found) == 1 else ""

    def take(self, data: ShiftData, known: PlannedShift | None, *, calendar_uid: str = "") -> tuple[str, int]:
        """Add a draft, change the one that is `known`, or leave it: what became of it, and its id.

        Raises as the services, and Unprocessable for what is published already and would change.
        """
        if known is None:
            made = services.create_planned_shift(data=data, calendar_uid=calendar_uid, by=self.by)
            return "added", made.pk
        before = data_of(known)
        if data == before:
            return "unchanged", known.pk
        if known.state == State.PUBLISHED:
            raise Unprocessable(
                _("This shift is published already; change it on the page, with a reason."), code="published"
            )
        changes = {
            name: getattr(data, name) for name in ShiftData.__slots__ if getattr(data, name) != getattr(before, name)
        }
        services.change_planned_shift(shift_id=known.pk, version=known.version, changes=changes, by=self.by)
        return "changed", known.pk

    def shift(self, unit_id: int, start: datetime) -> PlannedShift | None:
        """The shift of a unit that begins just then."""
        rows = PlannedShift.objects.filter(unit_id=unit_id, starts_at=start).exclude(state=State.CANCELLED)
        return selectors.with_all(rows).first()

    def data(self, row: Mapping[str, str]) -> ShiftData:
        """A row as a shift. Raises Invalid with what is not known."""
        unit = self._unit(row.get("call_sign", ""), row.get("station", ""))
        zone = ZoneInfo(unit.organisation.time_zone)
        return ShiftData(
            unit_id=unit.pk,
            starts_at=instant(row.get("start", ""), zone),
            ends_at=instant(row.get("end", ""), zone),
            officer_ids=tuple(self._officer(badge) for badge in parts(row.get("crew", ""))),
            vehicle_id=self._vehicle(row.get("vehicle", "")),
            sector_id=self._area(row.get("sector", "")),
            skills_needed=parts(row.get("skills", "")),
            equipment=parts(row.get("equipment", "")),
            note=row.get("note", "")[:500],
            tasks=tuple(self._tasks(row.get("tasks", ""), zone)),
        )

    def _unit(self, call_sign: str, station: str) -> Unit:
        found = [unit for unit in self._units.get(call_sign, ()) if station in ("", unit.organisation.code)]
        if len(found) != 1:
            text = (
                _("There is no patrol %(name)s here.") if not found else _("More than one patrol is called %(name)s.")
            )
            raise Invalid(text % {"name": call_sign or "–"}, code="unknown_unit")
        return found[0]

    def _officer(self, badge: str) -> int:
        if badge not in self._officers:
            raise Invalid(_("No officer has the badge %(name)s.") % {"name": badge}, code="unknown_officer")
        return self._officers[badge]

    def _vehicle(self, plate: str) -> int | None:
        if not plate:
            return None
        if plate not in self._vehicles:
            raise Invalid(_("No vehicle has the plate %(name)s.") % {"name": plate}, code="unknown_vehicle")
        return self._vehicles[plate]

    def _area(self, code: str) -> int | None:
        if not code:
            return None
        found = self._areas.get(code, ())
        if len(found) != 1:
            raise Invalid(_("No area, or more than one, has the code %(name)s.") % {"name": code}, code="unknown_area")
        return found[0]

    def _tasks(self, cell: str, zone: ZoneInfo) -> Iterator[TaskData]:
        for line in cell.splitlines():
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != 7 or not parts[4].isdecimal():  # noqa: PLR2004 - as they are written above
                raise Invalid(_("The task “%(text)s” cannot be read.") % {"text": line.strip()[:80]}, code="bad_task")
            kind, area, start, end, minutes, place, text = parts
            yield TaskData(
                kind=kind,
                area_id=self._area(area),
                starts_at=instant(start, zone),
                ends_at=instant(end, zone),
                minutes=min(int(minutes[:6]), 10_000),
                place=place[:200],
                text=text[:500],
            )


def parts(cell: str) -> tuple[str, ...]:
    """The words of a cell that holds several, with semicolons between."""
    return tuple(part for piece in cell.split(";") if (part := piece.strip()))


def instant(cell: str, zone: ZoneInfo) -> datetime:
    """A time of a file; without an offset it is that on the wall. Raises Invalid."""
    try:
        at = parse_datetime(cell)
    except ValueError:
        at = None
    if at is None:
        raise Invalid(_("The time “%(text)s” cannot be read.") % {"text": cell[:40]}, code="bad_time")
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)  # Python compares folds of a zone unequal
