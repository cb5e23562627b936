"""The situation of a border section and period, over the events that the viewer may see."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from analytics.border.rules import Reaction, reaction
from analytics.rules import MIN_CASES, History, Sent, Why, as_numbers, summarise
from analytics.selectors import local_days
from core import clock
from core.access import Viewer
from core.errors import Invalid, NotFound
from core.rules import Permission
from dispatch.models import Assignment
from dispatch.rules import Status
from geo.models import Area
from incidents.border.models import BorderEvent
from incidents.border.rules import OUTCOMES, Persons
from incidents.border.selectors import border_events
from incidents.models import Incident, Reopening
from patrols.joint.models import JointPatrol
from patrols.joint.selectors import joint_patrols

MOST_EVENTS = 5000
BROKEN_OFF = frozenset({Status.CANCELLED, Status.PRE_EMPTED, Status.REFUSED})

type Numbers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BorderQuestion:
    """A section (None: all that the viewer may see) and local days, both inclusive."""

    since: date
    until: date
    section_id: int | None = None

    def __post_init__(self) -> None:
        """Raise Invalid for a period that ends before it begins."""
        if self.since > self.until:
            raise Invalid(_("The period ends before it begins."), code="empty_period", field="to")


def situation(viewer: Viewer, question: BorderQuestion, *, now: datetime | None = None) -> Numbers:
    """What happened at a section in a period: persons by outcome, reaction beside first arrival, joint patrols.

    The preceding period of the same length stands beside the totals. Some twelve queries, whatever the numbers. Raises
    NotFound for a section that does not exist; Invalid for more than 5,000 events (ask about a shorter period).
    """
    now = now or clock.now()
    section = _section(question.section_id)
    zone = ZoneInfo(section.organisation.time_zone if section and section.organisation else settings.DISPLAY_TIME_ZONE)
    since, until = local_days(question.since, question.until, zone)
    days = (question.until - question.since).days + 1
    before = local_days(question.since - timedelta(days=days), question.since - timedelta(days=1), zone)
    events = _events(viewer, section, since, until)
    if len(events) > MOST_EVENTS:
        raise Invalid(_("These are more than 5,000 events; ask about a shorter period."), code="too_many", field="to")
    reactions = _reactions(events)
    return {
        "section": None if section is None else {"id": section.pk, "code": section.code, "name": section.name},
        "period": {
            "from": question.since.isoformat(),
            "to": question.until.isoformat(),
            "days": days,
            "time_zone": zone.key,
        },
        "computed_at": now.isoformat(),
        "total": _sums(events),
        "preceding": _sums(_events(viewer, section, *before)),
        "corrected": sum(len(event.counts.all()) > 1 for event in events),
        "by_kind": _grouped(events, lambda event: event.kind),
        "by_means": _grouped(events, lambda event: event.means),
        "by_direction": _grouped(events, lambda event: event.direction),
        "by_section": _grouped(events, lambda event: event.section.code),
        "by_impact": _grouped(events, _impact),
        "reaction": _summary(one.all_in_place for one in reactions.values()),
        "first_arrival": _summary(one.first for one in reactions.values()),
        "joint_patrols": _joint(viewer, section, since, until, now),
        "events": [_row(event, reactions[event.pk]) for event in events],
    }


def _section(section_id: int | None) -> Area | None:
    if section_id is None:
        return None
    found = Area.objects.filter(pk=section_id, kind=Area.Kind.SECTION).select_related("organisation").first()
    if found is None:
        raise NotFound
    return found


def _events(viewer: Viewer, section: Area | None, since: datetime, until: datetime) -> list[BorderEvent]:
    rows: QuerySet[BorderEvent] = border_events(viewer, Permission.REPORT_VIEW)
    rows = rows.filter(detected_at__gte=since, detected_at__lt=until)
    if section is not None:
        rows = rows.filter(section=section)
    return list(rows.order_by("detected_at", "pk")[: MOST_EVENTS + 1])


def persons_of(event: BorderEvent) -> Persons:
    """The newest count of an event; needs its counts at hand."""
    newest = next(iter(event.counts.all()), None)
    if newest is None:
        return Persons()
    return Persons(detected=newest.detected, **{name: getattr(newest, name) for name in OUTCOMES})


def _impact(event: BorderEvent) -> str:
    newest = next(iter(event.assessments.all()), None)
    return newest.impact if newest else "not_assessed"


def _sums(events: Sequence[BorderEvent]) -> Numbers:
    counted = [persons_of(event) for event in events]
    return {
        "events": len(events),
        "persons": {
            name: sum(getattr(persons, name) for persons in counted)
            for name in ("detected", *OUTCOMES, "detected_only")
        },
    }


def _grouped(events: Sequence[BorderEvent], key: Callable[[BorderEvent], str]) -> list[Numbers]:
    """The sums of each group, the largest first."""
    groups: dict[str, list[BorderEvent]] = {}
    for event in events:
        groups.setdefault(key(event), []).append(event)
    found = [{"key": name, **_sums(rows)} for name, rows in groups.items()]
    return sorted(found, key=lambda group: (-group["events"], group["key"]))


def _summary(outcomes: Iterable[float | Why]) -> Numbers:
    return dict(as_numbers(summarise(outcomes, min_cases=MIN_CASES)))


def _reactions(events: Sequence[BorderEvent]) -> dict[int, Reaction]:
    """The clocks of each event, over the units of its incident and of those merged with it. Five queries."""
    roots = _roots({event.incident_id for event in events})
    wanted = set(roots.values())
    members: dict[int, list[int]] = {root: [root] for root in wanted}
    for pk, root in _merged_into(wanted).items():
        members[root].append(pk)
    everybody = [pk for group in members.values() for pk in group]
    opened: dict[int, datetime] = {}
    for pk, at in Reopening.objects.filter(incident_id__in=everybody).values_list("incident_id", "occurred_at"):
        opened[pk] = min(at, opened.get(pk, at))
    sent: dict[int, list[Sent]] = {}
    for row in Assignment.objects.filter(incident_id__in=everybody):
        sent.setdefault(row.incident_id, []).append(
            Sent(
                unit=str(row.unit_id),
                dispatched_at=row.dispatched_at,
                en_route_at=row.en_route_at,
                on_scene_at=row.on_scene_at,
                broken_off=row.status in BROKEN_OFF,
            )
        )
    return {
        event.pk: reaction(
            History(
                received_at=event.detected_at,
                on_view=event.incident.on_view,
                sent=tuple(sent.get(roots[event.incident_id], ())),
                reopened_at=opened.get(roots[event.incident_id]),
                duplicates=tuple(
                    History(received_at=event.detected_at, sent=tuple(sent.get(pk, ())), reopened_at=opened.get(pk))
                    for pk in members[roots[event.incident_id]][1:]
                ),
            ),
            detected_at=event.detected_at,
            required=event.incident.min_units,
        )
        for event in events
    }


def _roots(incident_ids: set[int]) -> dict[int, int]:
    """Each incident and the one in which its chain of mergers ends. A query for each link of the longest chain."""
    root = {pk: pk for pk in incident_ids}
    while True:
        rows = Incident.objects.filter(pk__in=set(root.values()), merged_into__isnull=False)
        into = dict(rows.values_list("pk", "merged_into_id"))
        if not into:
            return root
        root = {pk: into.get(last, last) or last for pk, last in root.items()}


def _merged_into(roots: set[int]) -> dict[int, int]:
    """Incidents merged into these, directly or through others, with their root. A query for each link."""
    found: dict[int, int] = {}
    edge = {pk: pk for pk in roots}
    while edge:
        rows = Incident.objects.filter(merged_into_id__in=edge).values_list("pk", "merged_into_id")
        edge = {pk: edge[into] for pk, into in rows if into is not None}
        found |= edge
    return found


def _joint(viewer: Viewer, section: Area | None, since: datetime, until: datetime, now: datetime) -> Numbers:
    rows = joint_patrols(viewer, Permission.REPORT_VIEW).filter(meets_at__gte=since, meets_at__lt=until)
    if section is not None:
        rows = rows.filter(section=section)
    found = list(rows.order_by("meets_at", "pk")[:MOST_EVENTS])
    states = Counter(patrol.state for patrol in found)
    return {
        **{name: states[name] for name in ("planned", "under_way", "ended", "called_off")},
        "not_met": sum(patrol.state == "planned" and patrol.until < now for patrol in found),
        "hours": round(sum(_hours(patrol, now) for patrol in found), 2),
        "list": [
            {
                "id": patrol.pk,
                "call_sign": patrol.unit.call_sign,
                "partner_service": patrol.partner_service,
                "partner_country": patrol.partner_country,
                "section": patrol.section.code,
                "meeting_place": patrol.meeting_place,
                "meets_at": patrol.meets_at,
                "until": patrol.until,
                "state": patrol.state,
            }
            for patrol in found
        ],
    }


def _hours(patrol: JointPatrol, now: datetime) -> float:
    """Hours together so far."""
    return ((patrol.ended_at or now) - patrol.met_at).total_seconds() / 3600 if patrol.met_at else 0.0


def _row(event: BorderEvent, found: Reaction) -> Numbers:
    incident, persons = event.incident, persons_of(event)
    return {
        "id": event.pk,
        "incident": incident.pk,
        "number": incident.number,
        "section": event.section.code,
        "kind": event.kind,
        "means": event.means,
        "direction": event.direction,
        "place": incident.place,
        "location": [incident.location.x, incident.location.y] if incident.location else None,
        "detected_at": event.detected_at,
        "persons": {name: getattr(persons, name) for name in ("detected", *OUTCOMES, "detected_only")},
        "impact": _impact(event),
        "required": found.required,
        "in_place": found.in_place,
        "reaction_s": _number(found.all_in_place),
        "first_arrival_s": _number(found.first),
    }


def _number(outcome: float | Why) -> float | None:
    return None if isinstance(outcome, Why) else outcome
