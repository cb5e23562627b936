"""What a console shows of units and positions: plain JSON values, the same in snapshots, events and frames."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, FloatField, Func, Q, Value

from core.live import Card
from core.prepared import Among, Prepared
from patrols.models import CrewMember, LatestPosition, Shift, Unit
from patrols.welfare.cards import welfare_parts

_UNITS: Prepared[Unit] = Prepared(
    lambda: (
        Unit.objects.filter(pk__in=Among("ids")).annotate(station=F("organisation__name")).order_by("call_sign", "pk")
    )
)
_MISSING = Q(equipment__is_present=False)
_TOURS: Prepared[tuple[int, str | None, int, list[str], list[str]]] = Prepared(
    lambda: (
        Shift.objects.filter(unit_id__in=Among("units"), ended_at__isnull=True)
        .order_by()
        .annotate(
            checked=Count("equipment"),
            missing=ArrayAgg("equipment__name", filter=_MISSING, order_by="equipment__pk", default=Value([])),
            notes=ArrayAgg("equipment__note", filter=_MISSING, order_by="equipment__pk", default=Value([])),
        )
        .values_list("unit_id", "vehicle__plate", "checked", "missing", "notes")
    )
)
_CREWS: Prepared[CrewMember] = Prepared(
    lambda: (
        CrewMember.objects.filter(shift__unit_id__in=Among("units"), shift__ended_at__isnull=True, left_at__isnull=True)
        .select_related("officer", "shift")
        .order_by("-leads", "officer__name", "pk")
    )
)


def stamp(at: datetime) -> str:
    """An instant as ISO 8601 in UTC with Z, microseconds kept."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def unit_cards(unit_ids: Iterable[int]) -> list[Card]:
    """The cards of these units, by call sign. Four queries, whatever the number of units."""
    rows = _UNITS(ids=list(set(unit_ids)))
    tours, crews = _tours([row.pk for row in rows])
    welfare = welfare_parts(row.pk for row in rows)
    return [_unit_card(row, tours.get(row.pk, _NO_TOUR), crews.get(row.pk, ()), welfare.get(row.pk)) for row in rows]


class _Tour(NamedTuple):
    """What a patrol drives, and what it found of its equipment; None where it checked nothing."""

    plate: str | None
    equipment: dict[str, Any] | None


_NO_TOUR = _Tour(None, None)


def _tours(unit_ids: Sequence[int]) -> tuple[dict[int, _Tour], Mapping[int, list[CrewMember]]]:
    """The open shifts of these units, and their crews with the leader first. Two queries."""
    tours = {
        unit: _Tour(plate, _equipment(checked, missing, notes))
        for unit, plate, checked, missing, notes in _TOURS(units=unit_ids)
    }
    crews: dict[int, list[CrewMember]] = defaultdict(list)
    for member in _CREWS(units=unit_ids):
        crews[member.shift.unit_id].append(member)
    return tours, crews


def _equipment(checked: int, missing: Sequence[str], notes: Sequence[str]) -> dict[str, Any] | None:
    lacks = [{"name": name, "note": note} for name, note in zip(missing, notes, strict=True)]
    return {"checked": checked, "missing": lacks} if checked else None


def _unit_card(unit: Unit, tour: _Tour, crew: Sequence[CrewMember], welfare: dict[str, Any] | None) -> dict[str, Any]:
    skills = set(unit.skills).union(*(member.officer.skills for member in crew))
    return {
        "id": unit.pk,
        "call_sign": unit.call_sign,
        "organisation": unit.organisation_id,
        "station": unit.station,  # type: ignore[attr-defined]  # annotated above
        "sector": unit.sector or None,
        "kind": unit.kind,
        "availability": unit.availability.value,
        "status": unit.status,
        "status_since": stamp(unit.status_since),
        "on_duty": unit.on_duty,
        "crew": len(crew),
        "crew_names": [member.officer.name for member in crew],
        "vehicle": tour.plate,
        "equipment": tour.equipment,
        "skills": sorted(skills),
        "welfare": welfare,
        "version": unit.version,
    }


def position_cards(unit_ids: Iterable[int]) -> list[Card]:
    """Where these units were last seen; nothing for a unit that was never seen. One query."""
    lon, lat = (Func("point", function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    rows = LatestPosition.objects.filter(unit_id__in=set(unit_ids)).annotate(lon=lon, lat=lat).order_by("unit_id")
    fields = ("lon", "lat", "at", "accuracy_m", "heading_deg", "speed_mps")
    return [
        position_card(unit=unit_id, **dict(zip(fields, values, strict=True)))
        for unit_id, *values in rows.values_list("unit_id", *fields)
    ]


def position_card(
    *,
    unit: int,
    lon: float,
    lat: float,
    at: datetime,
    accuracy_m: float | None,
    heading_deg: float | None,
    speed_mps: float | None,
) -> Card:
    """One position: degrees in EPSG:4326, metres, degrees from north, metres a second."""
    return {
        "unit": unit,
        "lon": lon,
        "lat": lat,
        "at": stamp(at),
        "accuracy_m": accuracy_m,
        "heading_deg": heading_deg,
        "speed_mps": speed_mps,
    }
