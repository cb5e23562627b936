"""Queries that are compiled once give what the queryset gives, in every thread."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import BigIntegerField, F
from django.test.utils import CaptureQueriesContext

from core.models import Organisation
from core.prepared import Among, Given, Prepared
from dispatch.models import Assignment
from patrols.models import Unit
from tests import factories


@pytest.mark.django_db
def test_models_come_with_what_is_selected_annotated_and_deferred():
    units = [factories.UnitFactory() for _ in range(3)]
    ask: Prepared[Unit] = Prepared(
        lambda: (
            Unit.objects.filter(pk__in=Among("ids"))
            .select_related("organisation")
            .annotate(station=F("organisation__name"))
            .defer("sector")
            .order_by("pk")
        )
    )
    for wanted in (units[:2], units[1:], []):
        with CaptureQueriesContext(connection) as captured:
            found = ask(ids=[unit.pk for unit in wanted])
            assert [(row, row.station, row.organisation.code) for row in found] == [
                (unit, unit.organisation.name, unit.organisation.code) for unit in wanted
            ]
        assert len(captured) == 1
    assert "sector" in ask(ids=[units[0].pk])[0].get_deferred_fields()


@pytest.mark.django_db
def test_rows_are_tuples_or_single_values_with_their_types():
    position = factories.LatestPositionFactory()
    ask: Prepared[tuple[str, object]] = Prepared(
        lambda: Unit.objects.filter(pk=Given("unit", BigIntegerField())).values_list("call_sign", "position__point")
    )
    assert ask(unit=position.unit_id) == [(position.unit.call_sign, position.point)]
    assert ask(unit=0) == []
    flat: Prepared[int] = Prepared(lambda: Unit.objects.order_by("pk").values_list("pk", flat=True))
    assert flat() == [position.unit_id]


@pytest.mark.django_db
def test_what_is_empty_related_and_optional_stays_none():
    factories.OrganisationFactory()
    ask: Prepared[Organisation] = Prepared(lambda: Organisation.objects.without_tree_fields().select_related("parent"))
    assert [row.parent for row in ask()] == [None]
    nothing: Prepared[Assignment] = Prepared(lambda: Assignment.objects.select_related("unit").all())
    assert nothing() == []


@pytest.mark.django_db(transaction=True)
def test_threads_ask_by_their_own_connections():
    unit = factories.UnitFactory()
    ask: Prepared[int] = Prepared(lambda: Unit.objects.values_list("pk", flat=True))

    def from_a_thread(_number: int) -> list[int]:
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(from_a_thread, range(40))) == [[unit.pk]] * 40
