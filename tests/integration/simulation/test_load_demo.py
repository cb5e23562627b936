"""The demo is complete, and loading it again changes nothing."""

import json
import stat
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db.models import Q

from core import clock
from core.access import Viewer
from core.models import AuditEntry, Board, Organisation, RoleAssignment, User
from core.rules import Role
from dispatch.models import Assignment
from incidents.models import Call, Incident, IncidentType, NumberCounter, Target
from incidents.rules import OPEN
from incidents.services import PlaceData, create_incident
from patrols.models import CrewMember, LatestPosition, PastPosition, Shift, Unit
from patrols.skills.models import Skill
from simulation import demo
from simulation.rules.route import distance_m
from simulation.services import tracks
from simulation.services.ground import lon_lat

pytestmark = pytest.mark.django_db

PEOPLE = {"admin", "commander", "dispatcher", "dispatcher2", "patrol"}


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def counted() -> dict[str, int]:
    """How many rows there are of each model of ours, but for audit entries."""
    ours = ("core", "geo", "patrols", "incidents", "dispatch")
    models = (model for name in ours for model in apps.get_app_config(name).get_models() if model._meta.managed)
    return {model._meta.label: model.objects.count() for model in models if model is not AuditEntry}


def opens(person: dict[str, str], username: str) -> bool:
    """Tell whether this user name and password are those of `username`."""
    user = User.objects.get(username=person["username"])
    return user.username == username and user.check_password(person["password"])


def test_tree_has_27_directorates_and_7_border_centres_each_with_a_board(load):
    load()
    kinds = Organisation.Kind
    assert Organisation.objects.filter(kind=kinds.DIRECTORATE).count() == 27
    assert Organisation.objects.filter(kind=kinds.BORDER_CENTRE).count() == 7
    assert Organisation.objects.filter(kind=kinds.STATION).count() > 100
    assert Board.objects.count() == 34
    assert Organisation.objects.get(parent=None).code == "RS"


def test_kinds_and_targets_are_there(load):
    load()
    assert IncidentType.objects.count() >= 20
    assert IncidentType.objects.get(code="fight").names == {"en": "Fight", "sr": "Туча", "sl": "Pretep"}
    assert set(Target.objects.values_list("priority", flat=True)) == {1, 2, 3, 4}
    used = {code for kind in IncidentType.objects.all() for code in kind.skills}
    assert used < set(Skill.objects.values_list("code", flat=True))


def test_credentials_are_for_their_owner_alone_and_open_the_door(load):
    outcome = load()
    for path in (outcome.credentials, outcome.roster):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    people = json.loads(outcome.credentials.read_text())
    assert set(people) == PEOPLE
    assert len({person["password"] for person in people.values()}) == 5
    for key, person in people.items():
        assert len(person["password"]) >= 16
        assert opens(person, key)


def test_roles_are_held_where_they_belong(load):
    load()
    held = {
        (username, role, code)
        for username, role, code in RoleAssignment.objects.values_list("user__username", "role", "organisation__code")
        if username in PEOPLE
    }
    assert held == {
        ("admin", Role.ADMINISTRATOR, "RS"),
        ("commander", Role.SHIFT_COMMANDER, "NS"),
        ("dispatcher", Role.DISPATCHER, "NS"),
        ("dispatcher2", Role.DISPATCHER, "NS"),
        ("patrol", Role.PATROL, "NS"),
    }
    assert list(User.objects.filter(is_superuser=True).values_list("username", flat=True)) == ["admin"]


def test_units_are_on_duty_with_crews_and_seen_on_the_map(load, small_city):
    load()
    units = Unit.objects.all()
    assert {unit.call_sign for unit in units} == {patrol.call_sign for patrol in small_city.fleet}
    assert all(unit.on_duty for unit in units)
    assert Shift.objects.filter(ended_at=None).count() == len(units)
    assert CrewMember.objects.filter(left_at=None, leads=True).count() == len(units)
    assert LatestPosition.objects.count() == len(units)


def test_patrol_rides_on_a_unit_that_the_simulation_leaves_alone(load):
    outcome = load()
    crew = CrewMember.objects.get(officer__user__username="patrol", left_at=None)
    assert crew.shift.unit.call_sign == demo.city().patrol
    roster = json.loads(outcome.roster.read_text())
    assert demo.city().patrol not in {unit["call_sign"] for unit in roster["units"]}


def test_past_keeps_every_rule_and_says_what_it_is(load):
    load(days=2)
    incidents = Incident.objects.all()
    assert incidents.count() > 100
    assert not incidents.exclude(source="system").exists()
    assert not incidents.filter(status__in=[str(status) for status in OPEN]).exists()
    assert not incidents.filter(closed_at__gt=clock.now()).exists()
    assert Call.objects.count() == incidents.filter(on_view=False).count()
    assert not Assignment.objects.filter(ended_at=None).exists()
    assert NumberCounter.objects.get().last == incidents.count()
    for incident in incidents.prefetch_related("assignments")[:200]:
        arrivals = [
            job.on_scene_at for job in incident.assignments.all() if job.status == "cleared" and job.on_scene_at
        ]
        assert incident.first_on_scene_at == min(arrivals, default=None)


def test_next_incident_has_the_next_number(load):
    load()
    last = Incident.objects.order_by("number").last().number
    dispatcher = Viewer.of(User.objects.get(username="dispatcher"))
    fresh = create_incident(type_code="fight", by=dispatcher)
    assert int(fresh.number[-6:]) == int(last[-6:]) + 1


def test_loading_again_adds_nothing_and_keeps_passwords(load):
    outcome = load()
    before = counted(), outcome.credentials.read_text(), outcome.roster.read_text()
    load()
    assert (counted(), outcome.credentials.read_text(), outcome.roster.read_text()) == before


def test_lost_file_gives_new_passwords_that_work(load):
    outcome = load()
    old = json.loads(outcome.credentials.read_text())
    outcome.credentials.unlink()
    load()
    new = json.loads(outcome.credentials.read_text())
    assert new["admin"]["password"] != old["admin"]["password"]
    assert opens(new["admin"], "admin")


def test_password_changed_elsewhere_is_brought_in_accord_with_the_file(load):
    outcome = load()
    user = User.objects.get(username="dispatcher")
    user.set_password("somebody else's")
    user.save()
    load()
    assert opens(json.loads(outcome.credentials.read_text())["dispatcher"], "dispatcher")


def test_what_an_administrator_changed_stays(load):
    load()
    Organisation.objects.filter(code="BG").update(name="ПУ за град Београд")
    IncidentType.objects.filter(code="fight").update(priority=1)
    load()
    assert Organisation.objects.get(code="BG").name == "ПУ за град Београд"
    assert IncidentType.objects.get(code="fight").priority == 1


def test_city_that_has_moved_takes_units_and_past_along(load):
    """As after `make region`: the operations centre stands elsewhere than the city now is."""
    load()
    board = Board.objects.get(organisation__code="NS")
    there = Point(21.0, 44.0, srid=4326)
    Board.objects.filter(pk=board.pk).update(center=there)
    LatestPosition.objects.update(point=there, at=clock.now() - timedelta(minutes=1))
    Incident.objects.update(location=there)
    dispatcher = Viewer.of(User.objects.get(username="dispatcher"))
    stranded = create_incident(type_code="fight", by=dispatcher, where=PlaceData(location=there))
    load()
    board.refresh_from_db()
    stranded.refresh_from_db()
    assert board.center.x == pytest.approx(19.845, abs=0.01)
    assert stranded.status == "cancelled"
    assert all(abs(position.point.x - 19.845) < 0.2 for position in LatestPosition.objects.all())
    assert all(abs(row.location.x - 19.845) < 0.2 for row in Incident.objects.filter(source="system"))


def test_more_units_for_load_have_no_people_of_their_own(load, small_city):
    outcome = load(extra_units=5)
    assert Unit.objects.filter(on_duty=True).count() == len(small_city.fleet) + 5
    extra = [unit for unit in json.loads(outcome.roster.read_text())["units"] if unit["call_sign"].startswith("X")]
    assert len(extra) == 5
    assert not any("password" in unit for unit in extra)


def test_command_shows_progress(load, settings, tmp_path, capsys):
    settings.STATE_DIR = tmp_path
    call_command("load_demo", "--days", "1")
    shown = capsys.readouterr().out
    assert "Demo loaded in" in shown
    assert shown.count("\n") >= 5
    for person in json.loads((tmp_path / "demo-credentials.json").read_text()).values():
        assert person["password"] not in shown


def _within_one_shift(job):
    """Who is relieved during a job drives on elsewhere."""
    over = Q(ended_at__isnull=True) | Q(ended_at__gte=job.ended_at)
    return Shift.objects.filter(over, unit_id=job.unit_id, starts_at__lte=job.dispatched_at).exists()


def test_last_night_is_there_to_be_replayed_and_is_not_added_twice(load):
    load()
    now = clock.now()
    fixes = PastPosition.objects.filter(at__lt=now - timedelta(minutes=1))
    assert 1_000 < fixes.count() < 20_000  # of four units
    assert not fixes.filter(at__lt=now - timedelta(hours=tracks.HOURS, minutes=1)).exists()
    for shift in Shift.objects.filter(ended_at__gt=now - timedelta(hours=tracks.HOURS - 1)):
        assert fixes.filter(unit_id=shift.unit_id, at__gte=shift.starts_at, at__lt=shift.ended_at).exists()
    came = Assignment.objects.filter(on_scene_at__gte=now - timedelta(hours=8), ended_at__isnull=False)
    distances = [
        distance_m(lon_lat(fix.point), lon_lat(job.incident.location))
        for job in came.select_related("incident")
        if _within_one_shift(job)
        for fix in fixes.filter(unit_id=job.unit_id, at__gt=job.on_scene_at, at__lte=job.ended_at)
    ]
    there = sum(distance < 60 for distance in distances)
    assert there >= 0.6 * len(distances)  # but for those sent on before they were free
    assert len(set(fixes.values_list("unit_id", flat=True))) >= 3
    before = PastPosition.objects.count()
    load()
    assert PastPosition.objects.count() == before
