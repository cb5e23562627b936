"""Drafts by pattern and by copying."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import Forbidden, NotFound, Unprocessable
from patrols.planning import selectors, services
from patrols.planning.models import PlannedShift
from patrols.planning.services import TaskData
from tests import factories

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 2)


@pytest.fixture
def team(scene):
    team = factories.TeamFactory(organisation=scene.node, anchor=MONDAY)
    for unit, officer in zip(scene.units, scene.officers, strict=False):
        factories.TeamPostFactory(team=team, unit=unit, leader=officer, vehicle=None, sector=scene.sector)
    return team


def apply(scene, team, first=MONDAY, last=MONDAY + timedelta(days=6)):
    return services.apply_pattern(team_id=team.pk, first=first, last=last, by=scene.by)


def test_a_pattern_drafts_each_duty_of_each_post_with_its_crew(scene, team):
    made = apply(scene, team)
    rows = PlannedShift.objects.filter(pk__in=made.ids).order_by("unit__call_sign", "starts_at")
    assert [(r.unit.call_sign, f"{r.starts_at:%d %H}", f"{r.ends_at:%d %H}") for r in rows] == [
        (sign, *hours)
        for sign in ("201", "202")
        for hours in (("02 06", "02 18"), ("03 18", "04 06"), ("06 06", "06 18"), ("07 18", "08 06"))
    ]
    assert {row.sector for row in rows} == {scene.sector}
    assert [row.crew.get().officer.name for row in rows] == ["Марко"] * 4 + ["Ана"] * 4


def test_applying_it_again_adds_nothing_and_says_so(scene, team):
    first = apply(scene, team)
    again = apply(scene, team)
    assert (again.ids, again.skipped) == ((), len(first.ids))


def test_a_unit_that_is_planned_already_is_left_as_it_is(scene, team):
    scene.draft(0, datetime(2026, 11, 2, 10, tzinfo=UTC), 1)
    made = apply(scene, team)
    assert (len(made.ids), made.skipped) == (7, 1)


def test_a_copied_week_keeps_times_on_the_wall_over_the_change_of_the_clock(scene):
    saturday = datetime(2026, 10, 17, 17, tzinfo=UTC)  # 19:00 in summer
    task = TaskData(
        kind="checkpoint",
        starts_at=saturday + timedelta(hours=10),
        ends_at=saturday + timedelta(hours=11),
        minutes=30,
        place="Мост",
    )
    scene.draft(0, saturday, 12, tasks=(task,))
    made = services.copy_plan(
        organisation_id=scene.node.pk,
        first=date(2026, 10, 12),
        last=date(2026, 10, 18),
        to=date(2026, 10, 19),
        by=scene.by,
    )
    copy = PlannedShift.objects.get(pk__in=made.ids)
    assert copy.ends_at - copy.starts_at == timedelta(hours=13)
    assert (copy.starts_at, copy.ends_at) == (
        datetime(2026, 10, 24, 17, tzinfo=UTC),
        datetime(2026, 10, 25, 6, tzinfo=UTC),
    )
    copied = copy.tasks.get()
    assert (copied.starts_at, copied.place) == (datetime(2026, 10, 25, 4, tzinfo=UTC), "Мост")
    assert copy.crew.get().officer == scene.officers[0]


def test_a_day_of_the_change_of_the_clock_has_25_hours(scene):
    start, end = selectors.bounds(scene.node, date(2026, 10, 25), date(2026, 10, 25))
    assert end - start == timedelta(hours=25)


def test_copying_published_shifts_makes_drafts(scene):
    scene.draft()
    scene.publish()
    made = services.copy_plan(
        organisation_id=scene.node.pk, first=MONDAY, last=MONDAY, to=MONDAY + timedelta(days=1), by=scene.by
    )
    assert [row.state for row in PlannedShift.objects.filter(pk__in=made.ids)] == ["draft"]


def test_drafts_that_nobody_has_touched_can_be_taken_back(scene, team):
    made = apply(scene, team)
    touched = made.ids[0]
    services.change_planned_shift(shift_id=touched, version=1, changes={"note": "x"}, by=scene.by)
    assert services.discard_drafts(shift_ids=made.ids, by=scene.by) == len(made.ids) - 1
    assert list(PlannedShift.objects.exclude(state="cancelled").values_list("pk", flat=True)) == [touched]


@pytest.mark.parametrize("days", [-1, 70])
def test_a_period_that_makes_no_sense_is_refused(scene, team, days):
    with pytest.raises(Unprocessable):
        apply(scene, team, MONDAY, MONDAY + timedelta(days=days))


def test_only_who_plans_here_may_draft(scene, team, viewer):
    with pytest.raises(Forbidden):
        services.apply_pattern(team_id=team.pk, first=MONDAY, last=MONDAY, by=viewer)
    with pytest.raises(NotFound):
        services.apply_pattern(team_id=0, first=MONDAY, last=MONDAY, by=scene.by)
