"""What a published plan leaves behind: revisions, notices to officers, events on boards; and what stands in its way."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core.change import Change
from core.errors import Unprocessable
from patrols import events
from patrols.planning import selectors
from patrols.planning.cards import core_of, violation_cards
from patrols.planning.models import Override, PlannedShift, PlanNotice, PlanRevision
from patrols.planning.rules import State, Violation, still_overridden

LOCK = 0x504C414E
"""The advisory lock of all who write the plan."""
TOLD_OF = ("starts_at", "ends_at", "unit", "call_sign", "vehicle", "crew", "sector", "tasks", "equipment", "note")
"""What concerns the crew."""


def lock_plan() -> None:
    """Wait until nobody else writes the plan; held until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def open_violations(shift: PlannedShift, wrong: Iterable[Violation]) -> list[Violation]:
    """What is wrong with a shift and has no reason that lets it be."""
    known = selectors.overridden(shift)
    return [one for one in wrong if not still_overridden(one, known)]


def override(shift: PlannedShift, wrong: Iterable[Violation], *, reason: str, c: Change) -> None:
    """Note a reason for each of these that a reason may let be, and forget what was prefetched."""
    rows = [one for one in wrong if one.may_be_overridden]
    Override.objects.bulk_create(
        Override(
            shift=shift, key=one.key, amount=one.amount, reason=reason, at=c.now, by_id=c.by.user_id, by_name=c.by.name
        )
        for one in rows
    )
    for one in rows:
        c.audit(
            "plan.rule_overridden",
            shift,
            organisation=shift.unit.organisation_id,
            detail={"rule": one.key, "amount": round(one.amount, 4), "reason": reason},
        )
    getattr(shift, "_prefetched_objects_cache", {}).pop("overrides", None)


def refuse_violations(shifts: Iterable[PlannedShift], wrong: Mapping[int, list[Violation]]) -> None:
    """Raise Unprocessable with all that is wrong and has no reason; the state holds it by shift, in words."""
    stopped = [
        {
            "id": shift.pk,
            "call_sign": shift.unit.call_sign,
            "starts_at": shift.starts_at,
            "violations": violation_cards(open_ones, shift),
        }
        for shift in shifts
        if (open_ones := open_violations(shift, wrong.get(shift.pk, ())))
    ]
    if stopped:
        raise Unprocessable(
            _("The plan breaks rules. Mend it, or give reasons where they may be broken."),
            code="plan_violations",
            state={"shifts": stopped},
        )


def record(
    shift: PlannedShift, kind: PlanRevision.Kind, *, before: dict[str, Any] | None, reason: str, c: Change
) -> PlanRevision:
    """Add the revision of a published shift, tell its crew (of before and of after), and audit. Three queries."""
    after = core_of(shift)
    revision = PlanRevision.objects.create(
        shift=shift,
        kind=kind,
        before=before,
        after=after,
        reason=reason,
        at=c.now,
        by_id=c.by.user_id,
        by_name=c.by.name,
    )
    if before is None or kind != PlanRevision.Kind.CHANGED or any(before[name] != after[name] for name in TOLD_OF):
        concerned = {member["id"] for card in (before or {}, after) for member in card.get("crew", ())}
        PlanNotice.objects.bulk_create(
            PlanNotice(officer_id=pk, revision=revision, at=c.now) for pk in sorted(concerned)
        )
    c.audit(
        f"plan.{kind.value}",
        shift,
        organisation=shift.unit.organisation_id,
        detail={"call_sign": shift.unit.call_sign, "starts_at": after["starts_at"], "reason": reason},
    )
    return revision


def record_published(shifts: Sequence[PlannedShift], c: Change) -> None:
    """Add the first revision of each of these shifts, tell their crews, and audit. Two queries, whatever the number."""
    revisions = PlanRevision.objects.bulk_create(
        PlanRevision(
            shift=shift,
            kind=PlanRevision.Kind.PUBLISHED,
            after=core_of(shift),
            at=c.now,
            by_id=c.by.user_id,
            by_name=c.by.name,
        )
        for shift in shifts
    )
    PlanNotice.objects.bulk_create(
        PlanNotice(officer_id=member.officer_id, revision=revision, at=c.now)
        for shift, revision in zip(shifts, revisions, strict=True)
        for member in shift.crew.all()
    )
    for shift in shifts:
        c.audit(
            "plan.published",
            shift,
            organisation=shift.unit.organisation_id,
            detail={"call_sign": shift.unit.call_sign, "starts_at": shift.starts_at.isoformat()},
        )


def tell_boards(shifts: Iterable[PlannedShift], kind: PlanRevision.Kind, *, reason: str, c: Change) -> None:
    """Let the boards of these units know that the published plan is another."""
    boards: dict[int, list[PlannedShift]] = {}
    for shift in shifts:
        boards.setdefault(shift.unit.board_id, []).append(shift)
    for board_id, rows in boards.items():
        c.emit(
            board_id,
            events.PlanChanged(
                at=c.now,
                change=kind.value,
                shifts=tuple(row.pk for row in rows),
                call_signs=tuple(row.unit.call_sign for row in rows),
                first_start=min(row.starts_at for row in rows),
                reason=reason,
            ),
        )


def fresh(shift_id: int) -> PlannedShift:
    """The shift as it stands in the rows, with all that a card shows."""
    return selectors.with_all(PlannedShift.objects.filter(pk=shift_id)).get()


def is_public(shift: PlannedShift) -> bool:
    """Tell whether people were told of the shift."""
    return shift.state == State.PUBLISHED
