"""The equipment check: reads for it, and its record."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.access import Viewer
from core.errors import Invalid, NotFound
from core.models import Organisation
from patrols.equipment.models import EquipmentFinding, EquipmentItem
from patrols.models import Shift, Unit
from patrols.selectors import units, units_to_sign_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a crew says of one item."""

    item: int
    is_present: bool
    note: str = ""


def items_of(organisation_id: int) -> QuerySet[EquipmentItem]:
    """What a patrol of this node checks: the items of the node and of those above it, in order. Two queries."""
    node = Organisation.objects.with_tree_fields().get(pk=organisation_id)
    return EquipmentItem.objects.filter(organisation_id__in=node.tree_path, is_active=True)


def items_for_unit(viewer: Viewer, unit_id: int) -> QuerySet[EquipmentItem]:
    """What is checked on a unit that the viewer may see or sign on. Raises NotFound. Four queries."""
    found = Unit.objects.filter(pk=unit_id).first()
    if found is None or not (
        units(viewer).filter(pk=unit_id).exists() or units_to_sign_on(viewer).filter(pk=unit_id).exists()
    ):
        raise NotFound
    return items_of(found.organisation_id)


def record_findings_quietly(*, shift: Shift, findings: Sequence[Finding]) -> list[str]:
    """Store what the crew found, within the change that starts the shift; returns the names of what is missing.

    No check of rights, no event. Raises Invalid for an item that is not theirs to check, or named twice. Three queries.
    """
    if not findings:
        return []
    known = {item.pk: item.name for item in items_of(shift.unit.organisation_id)}
    asked = [finding.item for finding in findings]
    if len(set(asked)) < len(asked) or not set(asked) <= set(known):
        raise Invalid(_("This is not an item to check here."), code="unknown_item", field="equipment")
    EquipmentFinding.objects.bulk_create(
        EquipmentFinding(
            shift=shift, item_id=one.item, name=known[one.item], is_present=one.is_present, note=one.note.strip()
        )
        for one in findings
    )
    return [known[one.item] for one in findings if not one.is_present]
