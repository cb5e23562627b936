"""What is needed as a commander sets it: what held on past days stays, what contradicts itself is refused."""

from datetime import date, time

import pytest

from analytics.availability import minimums
from analytics.availability.minimums import MinimumData, minimum_card
from analytics.models import MinimumStaffing
from core.access import Viewer
from core.errors import Conflict, Invalid, NotFound, Unprocessable
from core.models import AuditEntry
from core.rules import Role
from tests import factories
from tests.conftest import person
from tests.factories import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
EVERY = (1, 2, 3, 4, 5, 6, 7)


@pytest.fixture
def by(directorate, frozen_clock):
    return Viewer.of(person(Role.SHIFT_COMMANDER, directorate, "commander"))


@pytest.fixture
def needed(directorate, by):
    """A function that says what is needed; two units each night unless it says otherwise."""

    def data(**values):
        usual = {"units": 2, "weekdays": EVERY, "starts": time(19), "ends": time(7), "valid_from": TODAY}
        return MinimumData(organisation_id=directorate.pk, **usual | values)

    return data


def old(directorate):
    """One that has held for long."""
    row = factories.MinimumStaffingFactory(organisation=directorate)
    return MinimumStaffing.objects.select_related("organisation", "area").get(pk=row.pk)


def test_a_change_holds_from_today_and_what_held_before_stays(directorate, by, needed):
    row = old(directorate)
    new = minimums.change_minimum(
        minimum_id=row.pk, version=minimum_card(row)["version"], data=needed(units=5, valid_from=row.valid_from), by=by
    )
    row.refresh_from_db()
    assert (row.units, row.valid_to) == (2, date.fromordinal(TODAY.toordinal() - 1))
    assert (new.units, new.valid_from) == (5, TODAY)
    detail = AuditEntry.objects.get(action="minimum.changed").detail
    assert (detail["before"]["units"], detail["after"]["units"]) == (2, 5)


def test_one_that_has_not_begun_is_changed_in_place_and_goes_when_it_ends_before(by, needed):
    later = date.fromordinal(TODAY.toordinal() + 10)
    row = minimums.add_minimum(data=needed(valid_from=later), by=by)
    row = minimums.change_minimum(
        minimum_id=row.pk, version=minimum_card(row)["version"], data=needed(valid_from=later, units=3), by=by
    )
    assert MinimumStaffing.objects.get().units == 3
    minimums.end_minimum(minimum_id=row.pk, version=minimum_card(row)["version"], last_day=TODAY, by=by)
    assert not MinimumStaffing.objects.exists()
    assert AuditEntry.objects.filter(action="minimum.removed").count() == 1


def test_it_ends_today_at_the_earliest_and_only_for_who_saw_it_as_it_stands(directorate, by):
    row = old(directorate)
    version = minimum_card(row)["version"]
    with pytest.raises(Unprocessable):
        minimums.end_minimum(
            minimum_id=row.pk, version=version, last_day=date.fromordinal(TODAY.toordinal() - 2), by=by
        )
    minimums.end_minimum(minimum_id=row.pk, version=version, last_day=TODAY, by=by)
    with pytest.raises(Conflict) as refused:
        minimums.end_minimum(minimum_id=row.pk, version=version, last_day=TODAY, by=by)
    assert refused.value.state["valid_to"] == TODAY.isoformat()


@pytest.mark.parametrize(
    ("values", "is_refused"),
    [
        ({"starts": time(6), "ends": time(8)}, True),  # the night reaches into it
        ({"starts": time(7), "ends": time(19)}, False),
        ({"starts": time(0), "ends": time(0)}, True),  # all day
        ({"skill": "k9"}, False),
        ({"valid_from": date(2030, 1, 1)}, True),  # the other has no end
    ],
)
def test_two_minimums_never_say_otherwise_of_the_same_hours(by, needed, values, is_refused):
    minimums.add_minimum(data=needed(), by=by)
    if is_refused:
        with pytest.raises(Unprocessable) as refused:
            minimums.add_minimum(data=needed(**values), by=by)
        assert "from 19:00 to 07:00 already" in str(refused.value.message)
    else:
        minimums.add_minimum(data=needed(**values), by=by)


def test_the_night_of_sunday_reaches_into_monday(by, needed):
    minimums.add_minimum(data=needed(weekdays=(7,)), by=by)
    with pytest.raises(Unprocessable):
        minimums.add_minimum(data=needed(weekdays=(1,), starts=time(5), ends=time(6)), by=by)
    minimums.add_minimum(data=needed(weekdays=(7,), starts=time(5), ends=time(6)), by=by)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"weekdays": ()}, Invalid),
        ({"units": 0}, Invalid),
        ({"area_id": 999_999}, Invalid),
        ({"valid_to": date(2020, 1, 1)}, Unprocessable),
    ],
)
def test_what_makes_no_sense_is_refused(by, needed, values, error):
    with pytest.raises(error):
        minimums.add_minimum(data=needed(**values), by=by)


def test_others_set_nothing_here(needed, elsewhere, frozen_clock):
    with pytest.raises(NotFound):
        minimums.add_minimum(data=needed(), by=Viewer.of(person(Role.SHIFT_COMMANDER, elsewhere, "stranger")))


def test_minimums_over_http(directorate, by, client_of):
    client = client_of(factories.User.objects.get(username="commander"))
    url = "/api/v1/availability/minimums/"
    body = {"organisation": directorate.pk, "units": 3, "weekdays": [1, 2], "starts": "19:00", "ends": "07:00"}
    made = client.post(url, body | {"valid_from": TODAY.isoformat()}, content_type="application/json")
    assert made.status_code == 201
    listed = client.get(url, {"organisation": directorate.pk}).json()
    assert listed == {"minimums": [made.json()], "may_edit": True}
    change = body | {"valid_from": TODAY.isoformat(), "units": 4, "version": made.json()["version"]}
    changed = client.patch(f"{url}{made.json()['id']}/", change, content_type="application/json")
    assert (changed.status_code, changed.json()["units"]) == (200, 4)
    ended = {"version": changed.json()["version"], "last_day": TODAY.isoformat()}
    assert client.post(f"{url}{changed.json()['id']}/end/", ended, content_type="application/json").status_code == 204
