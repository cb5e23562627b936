"""Reports that people asked for."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User


class Report(models.Model):
    """A report: what was asked, how far it is, what came out, by which code over which data.

    Of a schedule, `occasion` names the period (such as `2026-06-01/19:00-07:00`): there is one report for each.
    """

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being computed")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("kind"), max_length=40, default="response_times")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    parameters = models.JSONField(_("parameters"), default=dict)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.QUEUED)
    progress = models.FloatField(_("progress"), default=0)
    result = models.JSONField(_("result"), null=True)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    code_version = models.CharField(_("version of the program"), max_length=40, blank=True)
    data_fingerprint = models.CharField(_("fingerprint of the data"), max_length=64, blank=True)
    requested_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("asked for by")
    )
    requested_at = models.DateTimeField(_("asked for"))
    schedule = models.ForeignKey(
        "analytics.ReportSchedule",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("schedule"),
    )
    occasion = models.CharField(_("occasion"), max_length=40, blank=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="report_progress", condition=Q(progress__gte=0) & Q(progress__lte=1)),
            models.UniqueConstraint(
                fields=("schedule", "occasion"), condition=Q(schedule__isnull=False), name="one_report_an_occasion"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
