"""Roles are held at a node and are valid at it and below it."""

from datetime import timedelta

import pytest

from core import selectors
from core.access import Viewer
from core.errors import Forbidden, NotFound
from core.rules import Permission, Role
from tests import factories
from tests.conftest import person

pytestmark = pytest.mark.django_db


def test_a_role_is_valid_below_its_node_and_nowhere_else(directorate, elsewhere):
    station = factories.OrganisationFactory(parent=directorate)
    viewer = Viewer.of(person(Role.DISPATCHER, directorate))
    assert viewer.organisations(Permission.ASSIGN) == {directorate.pk, station.pk}
    assert not viewer.can(Permission.ASSIGN, elsewhere.pk)
    assert not viewer.can(Permission.ASSIGN, directorate.parent_id)


def test_a_right_at_the_root_reaches_everything(service, directorate, elsewhere):
    viewer = Viewer.of(person(Role.READ_ONLY, service))
    assert viewer.organisations(Permission.INCIDENT_VIEW) == {service.pk, directorate.pk, elsewhere.pk}


@pytest.mark.parametrize(("field", "days"), [("valid_from", 1), ("valid_to", -1)])
def test_a_role_out_of_its_time_gives_nothing(directorate, frozen_clock, field, days):
    user = person(Role.DISPATCHER, directorate)
    user.roles.update(**{field: frozen_clock().date() + timedelta(days=days)})
    assert not Viewer.of(user).can(Permission.ASSIGN, directorate.pk)


def test_somebody_switched_off_has_no_rights(dispatcher, directorate):
    dispatcher.is_active = False
    dispatcher.save()
    assert not Viewer.of(dispatcher).reach


def test_rights_cost_two_queries(dispatcher, django_assert_num_queries):
    with django_assert_num_queries(2):
        Viewer.of(dispatcher)


def test_what_one_may_not_know_of_is_not_found_and_the_rest_is_forbidden(directorate, elsewhere):
    viewer = Viewer.of(person(Role.READ_ONLY, directorate))
    with pytest.raises(NotFound):
        viewer.require(Permission.ASSIGN, elsewhere.pk, view=Permission.INCIDENT_VIEW)
    with pytest.raises(Forbidden):
        viewer.require(Permission.ASSIGN, directorate.pk, view=Permission.INCIDENT_VIEW)


def test_a_station_belongs_to_the_nearest_operations_centre_above(board, directorate):
    post = factories.OrganisationFactory(parent=factories.OrganisationFactory(parent=directorate))
    assert selectors.board_of(post.pk) == board


def test_where_no_operations_centre_answers_none_is_found(service):
    with pytest.raises(NotFound):
        selectors.board_of(service.pk)
