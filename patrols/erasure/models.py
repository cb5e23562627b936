"""A crew's device, who uses it, and orders to erase what it keeps of somebody."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User


class FieldDevice(models.Model):
    """A phone or tablet with the crew's page. It makes its own unguessable key; only the SHA-256 of that is kept."""

    key_digest = models.CharField(max_length=64, unique=True, editable=False)
    agent = models.CharField(_("browser"), max_length=200, blank=True)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("field device")
        verbose_name_plural = _("field devices")
        ordering = ("-last_seen_at",)

    def __str__(self) -> str:
        return self.key_digest[:8]


class FieldDeviceUse(models.Model):
    """A person on a device, from the first to the last time they were seen there."""

    device = models.ForeignKey(FieldDevice, on_delete=models.CASCADE, related_name="uses", verbose_name=_("device"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("person on a field device")
        verbose_name_plural = _("people on field devices")
        ordering = ("-last_seen_at",)
        constraints = (models.UniqueConstraint(fields=("device", "user"), name="one_use_a_person_and_device"),)

    def __str__(self) -> str:
        return f"{self.user} @ {self.device}"


class FieldErasure(models.Model):
    """An order to erase what a device keeps of a person; what became of it is said by the device.

    `with_unsent`: also what the person entered and is not sent. `left_unsent` is how many entries the device kept.
    """

    use = models.ForeignKey(FieldDeviceUse, on_delete=models.CASCADE, related_name="erasures", verbose_name=_("whose"))
    with_unsent = models.BooleanField(_("also what is not sent"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ordered_at = models.DateTimeField(_("ordered"))
    ordered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("ordered by")
    )
    ordered_by_name = models.CharField(_("name"), max_length=150)
    erased_at = models.DateTimeField(_("erased"), null=True)
    left_unsent = models.PositiveIntegerField(_("entries not sent that were kept"), null=True)

    class Meta:
        verbose_name = _("order to erase")
        verbose_name_plural = _("orders to erase")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("use", "with_unsent"), condition=Q(erased_at__isnull=True), name="one_open_erasure_a_use"
            ),
        )

    def __str__(self) -> str:
        return f"{self.use} {self.ordered_at:%Y-%m-%d %H:%M:%S}"
