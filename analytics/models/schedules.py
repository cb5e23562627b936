"""When shifts begin, for reports by shift; and reports that are made regularly, for whom."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analytics.models.reports import Report
from core.models import Organisation, User


class ShiftStart(models.Model):
    """A time of day, on the local clock, at which a shift begins at an organisational unit and below.

    A unit without rows of its own has those of the nearest one above it. A shift lasts until the next one begins.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisational unit")
    )
    at = models.TimeField(_("begins at"), help_text=_("On the clock of the organisational unit, to the minute."))

    class Meta:
        verbose_name = _("beginning of a shift")
        verbose_name_plural = _("beginnings of shifts")
        ordering = ("organisation", "at")
        constraints = (models.UniqueConstraint(fields=("organisation", "at"), name="one_shift_begins_at_a_time"),)

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.at:%H:%M}"


class ReportSchedule(models.Model):
    """A report that is made after each day, week, month or shift, and delivered to people.

    `parameters` are those of a report without its period. Which periods it has been made for stands in its reports.
    """

    class Every(models.TextChoices):
        """After what."""

        SHIFT = "shift", _("every shift")
        DAY = "day", _("every day")
        WEEK = "week", _("every week")
        MONTH = "month", _("every month")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    every = models.CharField(_("how often"), max_length=10, choices=Every)
    parameters = models.JSONField(_("parameters"), default=dict)
    language = models.CharField(_("language"), max_length=10)
    recipients = models.ManyToManyField(User, related_name="+", verbose_name=_("for whom"))
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("created"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.every} {self.organisation_id}"


class Delivery(models.Model):
    """A report that came to a person: read in the application, and sent by e-mail where that is set up."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("report"))
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    delivered_at = models.DateTimeField(_("delivered"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    emailed_at = models.DateTimeField(_("sent by e-mail"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("report", "user"), name="one_delivery_a_person"),)
        indexes = (models.Index(fields=("user",), condition=Q(read_at__isnull=True), name="deliveries_unread"),)

    def __str__(self) -> str:
        return f"{self.report_id} → {self.user_id}"
