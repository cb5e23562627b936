"""The equipment check: what a unit checks, and what was missing."""

import pytest

from core.access import Viewer
from core.errors import Invalid
from core.models import AuditEntry, LiveEvent
from patrols.cards import unit_cards
from patrols.equipment.models import EquipmentItem
from patrols.equipment.services import Finding, items_of
from patrols.models import Shift
from patrols.services import sign_off, sign_on
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(board, frozen_clock):
    return factories.UnitFactory(board=board, status="off_duty", on_duty=False)


@pytest.fixture
def items(board, service, elsewhere):
    """What the whole service checks, what this directorate does, what is not in use, what others check."""
    own = board.organisation
    return [
        EquipmentItem.objects.create(organisation=node, name=name, order=order, is_active=active)
        for node, name, order, active in [
            (service, "Радио", 1, True),
            (own, "Дефибрилатор", 2, True),
            (own, "Телекс", 3, False),
            (elsewhere, "Чамац", 4, True),
        ]
    ]


def test_a_unit_checks_what_its_node_asks_and_those_above(items, unit):
    assert [item.name for item in items_of(unit.organisation_id)] == ["Радио", "Дефибрилатор"]


def test_what_is_missing_is_kept_with_the_shift_told_and_audited(items, unit, viewer):
    officer = factories.OfficerFactory(organisation=unit.organisation)
    found = [
        Finding(item=items[0].pk, is_present=True),
        Finding(item=items[1].pk, is_present=False, note=" батерија празна "),
    ]
    shift = sign_on(unit_id=unit.pk, officer_ids=[officer.pk], equipment=found, by=viewer)
    rows = list(shift.equipment.values_list("name", "is_present", "note"))
    assert rows == [("Радио", True, ""), ("Дефибрилатор", False, "батерија празна")]
    assert LiveEvent.objects.get(kind="ShiftStarted").payload["data"]["missing"] == ["Дефибрилатор"]
    assert AuditEntry.objects.get(action="shift.started").detail["missing"] == ["Дефибрилатор"]
    missing = [{"name": "Дефибрилатор", "note": "батерија празна"}]
    assert unit_cards([unit.pk])[0]["equipment"] == {"checked": 2, "missing": missing}
    sign_off(shift_id=shift.pk, by=viewer)
    assert unit_cards([unit.pk])[0]["equipment"] is None
    items[1].delete()
    assert shift.equipment.filter(name="Дефибрилатор").exists()


def test_the_card_says_how_much_was_checked_where_all_is_there_and_nothing_where_none_was(items, unit, viewer):
    officer = factories.OfficerFactory(organisation=unit.organisation)
    found = [Finding(item=item.pk, is_present=True) for item in items[:2]]
    sign_on(unit_id=unit.pk, officer_ids=[officer.pk], equipment=found, by=viewer)
    other = factories.ShiftFactory(unit__board=unit.board).unit
    cards = {card["id"]: card["equipment"] for card in unit_cards([unit.pk, other.pk])}
    assert cards == {unit.pk: {"checked": 2, "missing": []}, other.pk: None}


@pytest.mark.parametrize("which", [[3], [2], [0, 0]])
def test_what_is_not_theirs_to_check_is_refused_and_nobody_is_signed_on(items, unit, viewer, which):
    officer = factories.OfficerFactory(organisation=unit.organisation)
    findings = [Finding(item=items[index].pk, is_present=True) for index in which]
    with pytest.raises(Invalid) as refused:
        sign_on(unit_id=unit.pk, officer_ids=[officer.pk], equipment=findings, by=viewer)
    assert refused.value.code == "unknown_item"
    assert not Shift.objects.exists()


def test_over_http_the_list_is_asked_and_the_check_comes_with_the_shift(items, unit, dispatcher, client_of):
    client = client_of(dispatcher)
    assert Viewer.of(dispatcher).user_id == dispatcher.pk
    asked = client.get(f"/api/v1/units/{unit.pk}/equipment/").json()
    assert [item["name"] for item in asked] == ["Радио", "Дефибрилатор"]
    officer = factories.OfficerFactory(organisation=unit.organisation)
    body = {
        "unit": unit.pk,
        "crew": [officer.pk],
        "equipment": [{"item": item["id"], "is_present": False} for item in asked],
    }
    shift = client.post("/api/v1/shifts/", body, format="json").json()
    assert [finding["is_present"] for finding in shift["equipment"]] == [False, False]
