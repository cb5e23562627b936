"""What is recorded beside an alarm: which console showed it, and what was done about it. Only ever added."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User
from patrols.rules import AlarmStepCode


class AlarmReceipt(models.Model):
    """A console says that it has shown an alarm. `page` is what the page calls itself; one receipt each.

    `shown_at` is by the page's clock, set after ours; `recorded_at` is when we heard of it, and so never too early.
    """

    alarm = models.ForeignKey("patrols.Alarm", on_delete=models.CASCADE, related_name="receipts")
    page = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    user_name = models.CharField(max_length=150)
    shown_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("receipt of an alarm")
        verbose_name_plural = _("receipts of alarms")
        ordering = ("recorded_at", "id")
        constraints = (models.UniqueConstraint(fields=("alarm", "page"), name="one_receipt_a_page"),)

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.user_name}"


class AlarmStep(models.Model):
    """One thing on the list of what to do first, done. `text` is what was found, where that matters."""

    alarm = models.ForeignKey("patrols.Alarm", on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(_("step"), max_length=20, choices=[(code.value, code.value) for code in AlarmStepCode])
    text = models.CharField(_("words"), max_length=200, blank=True)
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name"), max_length=150)

    class Meta:
        verbose_name = _("step of an alarm")
        verbose_name_plural = _("steps of alarms")
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("alarm", "step"), name="one_step_of_a_kind_an_alarm"),)

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.step}"
