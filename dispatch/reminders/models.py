"""What the desk must not forget."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Board, User
from incidents.models import Incident
from patrols.models import Unit


class Reminder(models.Model):
    """One thing not to be forgotten at an operations centre, due at `due_at`; put off as often as it was `snoozes`.

    That it is due is no change of the row: consoles count down by themselves, so neither a restart nor a lost message
    can make it silent. The audit trail holds each time that it was put off.
    """

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("operations centre"))
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("incident")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    text = models.CharField(_("text"), max_length=200)
    set_at = models.DateTimeField(_("set"))
    set_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("set by"))
    set_by_name = models.CharField(_("name"), max_length=150)
    due_at = models.DateTimeField(_("due"))
    snoozes = models.PositiveIntegerField(_("put off"), default=0)
    ended_at = models.DateTimeField(_("done"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    ended_by_name = models.CharField(_("name"), max_length=150, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="reminder_done_by_a_name",
                condition=Q(ended_at__isnull=True, ended_by_name="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by_name="")),
            ),
        )
        indexes = (models.Index(fields=("board",), condition=Q(ended_at__isnull=True), name="reminders_open"),)

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M} {self.text}"
