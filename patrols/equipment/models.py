"""Items to check, and what a crew found."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Organisation


class EquipmentItem(models.Model):
    """Something that a patrol of `organisation`, or of any unit below it, checks when it signs on."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("In Cyrillic where it is Serbian; Latin is derived."))
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("item of equipment")
        verbose_name_plural = _("equipment to check")
        ordering = ("order", "name")
        constraints = (models.UniqueConstraint(fields=("organisation", "name"), name="one_item_a_name"),)

    def __str__(self) -> str:
        return self.name


class EquipmentFinding(models.Model):
    """What the crew of a shift said of one item. The name is copied: it means the same after the item is renamed."""

    shift = models.ForeignKey("patrols.Shift", on_delete=models.CASCADE, related_name="equipment")
    item = models.ForeignKey(EquipmentItem, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    is_present = models.BooleanField(_("there and in order"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("equipment check")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("shift", "item"), name="one_finding_an_item"),)

    def __str__(self) -> str:
        return self.name
