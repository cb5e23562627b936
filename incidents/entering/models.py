"""Calls being taken."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Board, Organisation, User
from incidents.entering.rules import Status

_STATUS = [(s.value, s.value) for s in Status]


class Entry(models.Model):
    """A call being taken. `fields`: by name, its value, version, who wrote it last and when.

    Once an incident is opened from it, or it is attached to one, its fields are there and are emptied here. One that is
    dropped keeps them for whoever asks what became of a call.
    """

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("operations centre"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    status = models.CharField(_("status"), max_length=20, choices=_STATUS, default=Status.ENTERING)
    fields = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1, editable=False)
    begun_at = models.DateTimeField(_("begun"))
    begun_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    begun_by_name = models.CharField(_("name"), max_length=150)
    recorded_at = models.DateTimeField(_("recorded"))
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("incident")
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by_name = models.CharField(_("ended by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("call being taken")
        verbose_name_plural = _("calls being taken")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="entry_ends_once",
                condition=Q(status=Status.ENTERING, ended_at__isnull=True)
                | (~Q(status=Status.ENTERING) & Q(ended_at__isnull=False)),
            ),
        )
        indexes = (models.Index(fields=("board",), condition=Q(status=Status.ENTERING), name="entries_open"),)

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M:%S} {self.status}"
