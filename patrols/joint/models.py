"""Joint patrols."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from geo.models import Area


class JointPatrol(models.Model):
    """One unit of ours with a partner service on a border section. Times are UTC.

    Planned with a meeting point; `met_at` when they met, `ended_at` when they parted, `called_off_at` when nothing came
    of it. Each is set once, by `patrols.joint.services`.
    """

    unit = models.ForeignKey(
        "patrols.Unit", on_delete=models.PROTECT, related_name="joint_patrols", verbose_name=_("unit")
    )
    section = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("border section"),
        limit_choices_to={"kind": Area.Kind.SECTION},
    )
    partner_service = models.CharField(_("partner service"), max_length=120)
    partner_country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166-1, two letters"))
    partner_sign = models.CharField(_("call sign of the partner"), max_length=40, blank=True)
    partner_officers = models.PositiveSmallIntegerField(_("officers of the partner"), default=2)
    meeting_place = models.CharField(_("meeting point"), max_length=200)
    meeting_point = models.PointField(_("meeting point on the map"), srid=4326, null=True, blank=True)
    meets_at = models.DateTimeField(_("to meet at"))
    until = models.DateTimeField(_("planned until"))
    met_at = models.DateTimeField(_("met"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)
    note = models.CharField(_("how it went"), max_length=400, blank=True)
    planned_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("planned by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("joint patrol")
        verbose_name_plural = _("joint patrols")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="joint_patrol_ends_after_start", condition=Q(until__gt=F("meets_at"))),
            models.CheckConstraint(
                name="joint_patrol_ends_after_meeting",
                condition=Q(ended_at__isnull=True) | Q(met_at__isnull=False, ended_at__gte=F("met_at")),
            ),
            models.CheckConstraint(
                name="joint_patrol_met_or_called_off",
                condition=Q(called_off_at__isnull=True) | Q(met_at__isnull=True),
            ),
        )
        indexes = (models.Index(fields=("section", "meets_at"), name="joint_patrols_by_time"),)

    def __str__(self) -> str:
        return f"{self.unit_id} + {self.partner_service} {self.meets_at:%Y-%m-%d %H:%M}"

    @property
    def state(self) -> str:
        """`planned`, `under_way`, `ended` or `called_off`."""
        if self.called_off_at is not None:
            return "called_off"
        if self.met_at is None:
            return "planned"
        return "under_way" if self.ended_at is None else "ended"
