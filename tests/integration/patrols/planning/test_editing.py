"""One planned shift at a time."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from core.access import Viewer
from core.errors import Conflict, Forbidden, Invalid, NotFound, Unprocessable
from core.models import AuditEntry, LiveEvent
from core.rules import Role
from patrols.planning import selectors, services
from patrols.planning.cards import shift_cards
from patrols.planning.models import Override, PlannedShift, PlanNotice, PlanRevision
from patrols.planning.services import TaskData
from tests import factories
from tests.conftest import person
from tests.integration.patrols.planning.conftest import NIGHT

pytestmark = pytest.mark.django_db


def change(scene, shift, **values):
    keys = {"reason", "override_reason", "by", "version"}
    given = {"by": scene.by, "version": shift.version} | {k: v for k, v in values.items() if k in keys}
    changes = {k: v for k, v in values.items() if k not in keys}
    return services.change_planned_shift(shift_id=shift.pk, changes=changes, **given)


def texts(shift):
    return [wrong["text"] for wrong in shift_cards([shift])[0]["violations"]]


def task(start=NIGHT, hours=2.0, minutes=40, **values):
    ends = start + timedelta(hours=hours)
    return TaskData(kind="directed_patrol", starts_at=start, ends_at=ends, minutes=minutes, **values)


def test_a_draft_keeps_all_that_was_said(scene):
    shift = scene.draft(
        crew=(1, 0),
        vehicle_id=scene.vehicle.pk,
        sector_id=scene.sector.pk,
        skills_needed=("k9",),
        equipment=("алкотест",),
        note="Кеј",
        tasks=(task(area_id=scene.sector.pk, text="Пешице"),),
    )
    (card,) = shift_cards([shift])
    assert (card["call_sign"], card["state"], card["vehicle"]["plate"], card["sector"]["name"]) == (
        "201", "draft", "П-1", "Лиман",
    )  # fmt: skip
    assert [member["name"] for member in card["crew"]] == ["Ана", "Марко"]
    assert (card["tasks"][0]["minutes"], card["tasks"][0]["area"]["name"]) == (40, "Лиман")
    assert (card["equipment"], card["note"], card["violations"]) == (["алкотест"], "Кеј", [])
    assert LiveEvent.objects.count() == 0
    assert AuditEntry.objects.get().action == "plan.drafted"


def test_what_is_wrong_is_said_in_words_with_who_and_by_how_much(scene):
    scene.draft()
    late = scene.draft(1, NIGHT + timedelta(hours=17), 8)
    assert texts(late) == ["Марко: 5 h of rest after patrol 201, 7 h short of 12 h."]
    twice = scene.draft(1, NIGHT + timedelta(hours=11, minutes=30), 5, crew=(0,))
    assert "Марко rides on patrol 201 at the same time, for 30 min." in texts(twice)


def test_the_earlier_of_two_that_collide_says_so_too(scene):
    early = scene.draft()
    scene.draft(1, NIGHT + timedelta(hours=11), 5)
    assert texts(news_of(early)) == ["Марко rides on patrol 202 at the same time, for 1 h."]


def news_of(shift):
    return selectors.with_all(PlannedShift.objects.filter(pk=shift.pk)).get()


def test_leave_and_limits_of_the_nearest_node_count(scene):
    factories.AbsenceFactory(officer=scene.officers[0], kind="sick")
    services_limits = selectors.PlanLimits.objects.create(organisation=scene.node.parent, max_shift_h=10, min_crew=2)
    shift = scene.draft()
    assert texts(shift) == [
        "The shift is longer than 10 h, by 2 h.",
        "1 officer is missing in the crew.",
        "Марко is away (sick leave), for 5 h of this shift.",
    ]
    services_limits.delete()
    selectors.PlanLimits.objects.create(organisation=scene.node, max_shift_h=14)
    assert len(texts(news_of(shift))) == 1


def test_a_missing_skill_is_said_by_its_name(scene):
    factories.SkillFactory(code="k9", name="police dog")
    shift = scene.draft(crew=(0,), skills_needed=("k9", "diver"))
    assert [text for text in texts(shift) if "skill" in text] == [
        "Nobody in the crew has the skill diver.",
        "Nobody in the crew has the skill police dog.",
    ]


def test_trying_keeps_nothing_and_says_what_would_be_wrong(scene):
    known = scene.draft()
    _, wrong = services.try_shift(data=scene.data(1, skills_needed=("k9",)), shift_id=None, by=scene.by)
    assert [one.rule.value for one in wrong] == ["skill", "officer_twice"]
    _, wrong = services.try_shift(data=scene.data(0, NIGHT + timedelta(hours=1)), shift_id=known.pk, by=scene.by)
    assert wrong == []
    assert PlannedShift.objects.count() == 1


def test_a_shift_that_is_moved_takes_its_tasks_along(scene):
    shift = scene.draft(tasks=(task(),))
    hour = timedelta(hours=1)
    moved = change(scene, shift, starts_at=shift.starts_at + hour, ends_at=shift.ends_at + hour)
    assert [t.starts_at for t in moved.tasks.all()] == [NIGHT + hour]
    with pytest.raises(Unprocessable) as refused:
        change(scene, moved, starts_at=NIGHT + timedelta(hours=2))
    assert refused.value.code == "task_outside_shift"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"hours": 0}, "ends_before_start"),
        ({"hours": 73}, "too_long"),
        ({"tasks": (task(NIGHT - timedelta(minutes=1)),)}, "task_outside_shift"),
        ({"tasks": (task(minutes=121),)}, "task_too_long"),
        ({"sector_id": 987654}, "unknown_area"),
        ({"vehicle_id": 987654}, "unknown_vehicle"),
        ({"crew": (0, 0)}, "unknown_officer"),
    ],
)
def test_what_makes_no_sense_is_refused(scene, values, code):
    with pytest.raises((Unprocessable, Invalid)) as refused:
        scene.draft(**values)
    assert refused.value.code == code
    assert not PlannedShift.objects.exists()


def test_officers_and_vehicles_of_others_are_not_known(scene, elsewhere):
    stranger = factories.OfficerFactory(organisation=elsewhere)
    with pytest.raises(Invalid):
        services.create_planned_shift(
            data=scene.data(crew=()).__class__(
                unit_id=scene.units[0].pk,
                starts_at=NIGHT,
                ends_at=NIGHT + timedelta(hours=1),
                officer_ids=(stranger.pk,),
            ),
            by=scene.by,
        )


def test_only_who_plans_here_may_change_it(scene, elsewhere, dispatcher):
    shift = scene.draft()
    with pytest.raises(Forbidden):
        change(scene, shift, note="x", by=Viewer.of(dispatcher))
    with pytest.raises(NotFound):
        change(scene, shift, note="x", by=Viewer.of(person(Role.SHIFT_COMMANDER, elsewhere)))


def test_the_second_of_two_who_change_it_sees_how_it_stands(scene):
    shift = scene.draft()
    change(scene, shift, note="one")
    with pytest.raises(Conflict) as lost:
        change(scene, shift, note="two")
    assert lost.value.state["note"] == "one"


def test_nothing_changed_is_no_change(scene):
    shift = scene.draft()
    assert change(scene, shift, note="").version == shift.version


# --- published ----------------------------------------------------------------------------------------------------


def test_publishing_tells_crews_and_boards_and_keeps_what_was_published(scene):
    shift = scene.draft(crew=(0, 1))
    scene.publish()
    revision = PlanRevision.objects.get()
    assert (revision.kind, revision.shift_id, revision.after["call_sign"]) == ("published", shift.pk, "201")
    assert set(PlanNotice.objects.values_list("officer__name", flat=True)) == {"Марко", "Ана"}
    event = LiveEvent.objects.get()
    assert (event.kind, event.payload["data"]["call_signs"]) == ("PlanChanged", ["201"])


def test_a_plan_that_breaks_rules_is_not_published_until_each_has_a_reason(scene):
    scene.draft()
    late = scene.draft(1, NIGHT + timedelta(hours=17), 8)
    with pytest.raises(Unprocessable) as refused:
        scene.publish()
    assert refused.value.code == "plan_violations"
    assert [row["id"] for row in refused.value.state["shifts"]] == [late.pk]
    assert not PlannedShift.objects.filter(state="published").exists()
    services.override_violations(shift_id=late.pk, version=late.version, reason="Утакмица", by=scene.by)
    (wrong,) = shift_cards([news_of(late)])[0]["violations"]
    assert (wrong["reason"], wrong["reason_by"]) == ("Утакмица", "Јована П.")
    assert len(scene.publish()) == 2


def test_a_reason_does_not_cover_what_gets_worse(scene):
    scene.draft()
    late = scene.draft(1, NIGHT + timedelta(hours=17), 8)
    services.override_violations(shift_id=late.pk, version=late.version, reason="Утакмица", by=scene.by)
    change(scene, late, starts_at=late.starts_at - timedelta(minutes=30))
    with pytest.raises(Unprocessable):
        scene.publish()


def test_no_reason_lets_an_officer_be_in_two_places(scene):
    scene.draft()
    twice = scene.draft(1)
    with pytest.raises(Unprocessable):
        services.override_violations(shift_id=twice.pk, version=twice.version, reason="?", by=scene.by)
    assert not Override.objects.exists()


def test_a_published_shift_changes_with_a_reason_and_all_concerned_are_told(scene):
    shift = scene.draft(crew=(0,))
    (shift,) = scene.publish()
    PlanNotice.objects.all().update(seen_at=NIGHT)
    with pytest.raises(Invalid):
        change(scene, shift, officer_ids=(scene.officers[1].pk,))
    change(scene, shift, officer_ids=(scene.officers[1].pk,), reason="Боловање")
    revision = PlanRevision.objects.last()
    assert (revision.kind, revision.reason, revision.by_name) == ("changed", "Боловање", "Јована П.")
    assert [m["name"] for card in (revision.before, revision.after) for m in card["crew"]] == ["Марко", "Ана"]
    told = PlanNotice.objects.filter(seen_at__isnull=True).values_list("officer__name", flat=True)
    assert set(told) == {"Марко", "Ана"}
    assert LiveEvent.objects.last().payload["data"]["reason"] == "Боловање"


def test_a_published_shift_may_not_come_to_break_a_rule_without_a_reason_for_it(scene):
    scene.draft()
    scene.draft(1, NIGHT + timedelta(hours=30), 8)
    _, second = scene.publish()
    sooner = second.starts_at - timedelta(hours=12)
    with pytest.raises(Unprocessable) as refused:
        change(scene, second, starts_at=sooner, reason="Утакмица")
    assert refused.value.code == "plan_violations"
    assert (news_of(second).starts_at, PlanRevision.objects.count()) == (second.starts_at, 2)
    changed = change(scene, second, starts_at=sooner, reason="Утакмица", override_reason="Добровољно")
    assert [wrong["reason"] for wrong in shift_cards([changed])[0]["violations"]] == ["Добровољно"] * 2


def test_calling_off_is_recorded_and_told(scene):
    scene.draft()
    (shift,) = scene.publish()
    off = services.cancel_planned_shift(shift_id=shift.pk, version=shift.version, reason="Квар", by=scene.by)
    assert off.state == "cancelled"
    assert PlanRevision.objects.last().kind == "cancelled"
    with pytest.raises(Conflict):
        change(scene, off, note="x", reason="x")


def test_an_officer_sees_what_is_published_for_them_and_reads_their_notices(scene):
    mine = Viewer.of(scene.officers[0].user)
    scene.draft(crew=(0,))
    assert list(selectors.own_shifts(mine, since=NIGHT, until=NIGHT + timedelta(days=9))) == []
    (shift,) = scene.publish()
    assert list(selectors.own_shifts(mine, since=NIGHT, until=NIGHT + timedelta(days=9))) == [shift]
    (notice,) = selectors.own_notices(mine)
    assert services.mark_notices_seen(notice_ids=[notice.pk], by=Viewer.of(scene.officers[1].user)) == 0
    assert services.mark_notices_seen(notice_ids=[notice.pk], by=mine) == 1
    assert list(selectors.own_notices(mine)) == []


def test_revisions_only_grow(scene):
    scene.draft()
    scene.publish()
    for touch in (PlanRevision.objects.all().delete, lambda: PlanRevision.objects.update(reason="x")):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            touch()
    assert PlanRevision.objects.get().reason == ""


def test_a_change_that_fails_leaves_nothing(scene):
    scene.draft()
    (shift,) = scene.publish()
    events = LiveEvent.objects.count()
    with pytest.raises(Unprocessable):
        change(scene, shift, ends_at=shift.starts_at, reason="x")
    assert (LiveEvent.objects.count(), PlanRevision.objects.count()) == (events, 1)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("address", ["plan/", "plan/csv/", "availability/", "availability/time-split/"])
def test_days_at_the_ends_of_the_calendar_are_refused(scene, client_of, day, address):
    client = client_of(factories.User.objects.get(username="commander"))
    answer = client.get(f"/api/v1/{address}", {"organisation": scene.node.pk, "first": day, "last": day})
    assert (answer.status_code, answer.json()["code"]) == (400, "out_of_range")
    shift = {"unit": scene.units[0].pk, "starts_at": f"{day}T00:00Z", "ends_at": f"{day}T01:00Z"}
    assert client.post("/api/v1/plan/shifts/", shift, format="json").status_code == 400
