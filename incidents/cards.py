"""Cards of incidents: what a console shows of one without asking again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from core.live import Card
from core.models import Organisation
from core.prepared import Among, Prepared
from incidents import ports
from incidents.models import Call, Incident, Reopening, Target, TimelineEntry
from incidents.rules import OPEN, TargetRow, choose_target, due_at

_CALLERS = (
    Call.objects.filter(incident=OuterRef("pk")).order_by().values("incident").annotate(n=Count("pk")).values("n")
)
_REOPENED = (
    Reopening.objects.filter(incident=OuterRef("pk"))
    .order_by()
    .values("incident")
    .annotate(at=Max("occurred_at"))
    .values("at")
)
_ARRIVED_AGAIN = (
    TimelineEntry.objects.filter(
        incident=OuterRef("pk"), kind="unit_on_scene", occurred_at__gte=OuterRef("reopened_at")
    )
    .order_by("occurred_at")
    .values("occurred_at")[:1]
)
_ROWS: Prepared[Incident] = Prepared(
    lambda: (
        Incident.objects.filter(pk__in=Among("ids"))
        .select_related("type", "opened_by", "organisation")
        .annotate(
            callers=Coalesce(Subquery(_CALLERS, output_field=IntegerField()), 0),
            reopened_at=Subquery(_REOPENED),
            arrived_again_at=Subquery(_ARRIVED_AGAIN),
        )
        .defer("search", "outcome")
        .order_by("pk")
    )
)
_PATHS: Prepared[Organisation] = Prepared(lambda: Organisation.objects.with_tree_fields().filter(pk__in=Among("nodes")))
_TARGETS: Prepared[tuple[int, int, int, date]] = Prepared(
    lambda: Target.objects.filter(
        organisation_id__in=Among("nodes"), start=Target.Moment.RECEIVED, end=Target.Moment.ON_SCENE
    ).values_list("organisation_id", "priority", "seconds", "valid_from")
)


class Shown(NamedTuple):
    """What a board must put up and take down after a change, as the fields of an event."""

    upserts: Mapping[str, list[Card]]
    removes: Mapping[str, list[int]]


def incident_cards(incident_ids: Iterable[int]) -> list[Card]:
    """Cards of these incidents, by id, whatever their status. Three queries."""
    rows: list[Any] = _ROWS(ids=list(incident_ids))
    targets = _Targets(rows)
    return [_card(row, targets.of(row)) for row in rows]


def shown(incident_ids: Iterable[int], *, assignments: bool = False) -> Shown:
    """What boards must show of these incidents now: open ones as cards, ended ones taken down with their assignments.

    `assignments` puts up those of open ones too, as after a reopening. To be asked when all rows are final.
    """
    cards = incident_cards(incident_ids)
    is_open = {card["id"]: card["status"] in OPEN for card in cards}
    up = [pk for pk, opened in is_open.items() if opened]
    down = [pk for pk, opened in is_open.items() if not opened]
    upserts = {"incidents": [card for card in cards if is_open[card["id"]]]}
    if assignments and up:
        upserts["assignments"] = list(ports.jobs.cards(up))
    removes = {"incidents": down, "assignments": list(ports.jobs.ids(down))} if down else {}
    return Shown({name: found for name, found in upserts.items() if found}, removes)


class _Targets:
    """Targets from call to first arrival for some incidents. Two queries, none when there are no incidents."""

    def __init__(self, incidents: Sequence[Incident]) -> None:
        nodes = {incident.organisation_id for incident in incidents}
        tree: list[Any] = _PATHS(nodes=list(nodes)) if nodes else []
        self._paths = {node.pk: list(node.tree_path) for node in tree}
        above = {pk for path in self._paths.values() for pk in path}
        rows = _TARGETS(nodes=list(above)) if above else []
        self._rows = [TargetRow(*row) for row in rows]

    def of(self, incident: Any) -> dict[str, Any] | None:
        """The target of one incident with its clock: from the call, or from the last reopening."""
        if incident.on_view:
            return None
        started = incident.reopened_at or incident.received_at
        target = choose_target(
            self._rows,
            path=self._paths[incident.organisation_id],
            priority=incident.priority,
            day=started.astimezone(ZoneInfo(incident.organisation.time_zone)).date(),
        )
        if target is None:
            return None
        return {
            "measure": "response",
            "seconds": target.seconds,
            "started_at": started,
            "due_at": due_at(started, target),
            "stopped_at": incident.arrived_again_at if incident.reopened_at else incident.first_on_scene_at,
        }


def _card(incident: Any, target: dict[str, Any] | None) -> Card:
    return {
        "id": incident.pk,
        "number": incident.number,
        "type": {"code": incident.type.code, "name": incident.type.name},
        "priority": incident.priority,
        "first_priority": incident.first_priority,
        "status": incident.status,
        "received_at": incident.received_at,
        "created_at": incident.created_at,
        "place": incident.place,
        "place_detail": incident.place_detail,
        "location": [incident.location.x, incident.location.y] if incident.location else None,
        "location_accuracy_m": incident.location_accuracy_m,
        "summary": incident.summary,
        "min_units": incident.min_units,
        "target": target,
        "on_view": incident.on_view,
        "organisation": incident.organisation_id,
        "version": incident.version,
        "callers": incident.callers,
        "first_dispatched_at": incident.first_dispatched_at,
        "first_on_scene_at": incident.first_on_scene_at,
        "opened_by": {"id": incident.opened_by_id, "name": incident.opened_by.display_name}
        if incident.opened_by
        else None,
    }
