"""Who did or looked at what, when, from where. Rows are only ever added; the database refuses the rest."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change, consultation or export.

    Names are copied, not joined, so that a row means the same after the person or thing is gone. `detail` never
    holds what was erased. A trigger refuses UPDATE, DELETE and TRUNCATE.
    """

    at = models.DateTimeField(_("time"), db_index=True)
    actor_id = models.BigIntegerField(_("person"), null=True, db_index=True)
    actor_name = models.CharField(_("name of the person"), max_length=150)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind of record"), max_length=60, blank=True)
    object_id = models.CharField(_("record"), max_length=60, blank=True)
    organisation_id = models.BigIntegerField(_("organisational unit"), null=True, db_index=True)
    channel = models.CharField(_("way in"), max_length=20)
    address = models.GenericIPAddressField(_("address"), null=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        ordering = ("-id",)
        indexes = (models.Index(fields=("object_type", "object_id", "-id"), name="audit_by_object"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.action}"
