"""How many units are needed where and when, and what was warned of."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Organisation
from geo.models import Area

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


def every_day() -> list[int]:
    """All days of the week."""
    return list(EVERY_DAY)


class MinimumStaffing(models.Model):
    """So many units are needed at a node and below (or in an area of it), on these weekdays, between two local times."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisational unit")
    )
    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    skill = models.CharField(_("skill"), max_length=40, blank=True)
    units = models.PositiveSmallIntegerField(_("units needed"), validators=[MinValueValidator(1)])
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("days of the week"),
        default=every_day,
        help_text=_("1 is Monday, 7 is Sunday; a night belongs to the day on which it begins."),
    )
    starts = models.TimeField(_("from"), help_text=_("On the clock of the organisational unit."))
    ends = models.TimeField(_("to"), help_text=_("Earlier than the start is on the next day; the same is all day."))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    warn_before_h = models.PositiveSmallIntegerField(
        _("warn so many hours before"), default=24, validators=[MaxValueValidator(14 * 24)]
    )

    class Meta:
        verbose_name = _("minimum staffing")
        verbose_name_plural = _("minimum staffing")
        ordering = ("organisation", "starts")
        constraints = (
            models.CheckConstraint(name="minimum_needs_a_unit", condition=Q(units__gte=1)),
            models.CheckConstraint(
                name="minimum_valid_period", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation}: {self.units}"


class StaffingWarning(models.Model):
    """A gap that the commander was warned of before it began; `closed_at` once it is none any more, or is over."""

    minimum = models.ForeignKey(MinimumStaffing, on_delete=models.CASCADE, related_name="warnings")
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    has = models.PositiveSmallIntegerField(_("units there"))
    needs = models.PositiveSmallIntegerField(_("units needed"))
    warned_at = models.DateTimeField(_("warned"))
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        verbose_name = _("staffing warning")
        verbose_name_plural = _("staffing warnings")
        ordering = ("starts_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("minimum", "starts_at"), condition=Q(closed_at__isnull=True), name="one_open_warning_a_gap"
            ),
        )

    def __str__(self) -> str:
        return f"{self.minimum} {self.starts_at:%Y-%m-%d %H:%M}"
