"""An event at the border stands beside its incident. What is counted and judged is only added to; the newest counts."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import User
from geo.models import Area
from incidents.border.rules import Confidence, Direction, Impact, Kind, Means
from incidents.rules import Source


def _choices(words: type[Kind | Means | Direction | Impact | Confidence | Source]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class BorderEvent(models.Model):
    """What makes an incident one of the border. It belongs to one border section.

    `detected_at` is when the state knew of it: a camera may see long before somebody calls. Times are UTC.
    """

    incident = models.OneToOneField(
        "incidents.Incident", on_delete=models.PROTECT, related_name="border", verbose_name=_("incident")
    )
    section = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("border section"),
        limit_choices_to={"kind": Area.Kind.SECTION},
    )
    kind = models.CharField(_("kind"), max_length=24, choices=_choices(Kind))
    means = models.CharField(_("detected by"), max_length=16, choices=_choices(Means))
    direction = models.CharField(_("direction"), max_length=8, choices=_choices(Direction), default=Direction.UNKNOWN)
    crossing_point = models.CharField(_("border crossing point"), max_length=120, blank=True)
    goods = models.CharField(_("goods or vehicle"), max_length=200, blank=True)
    detected_at = models.DateTimeField(_("detected"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=20, choices=_choices(Source), default=Source.CONSOLE)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("event at the border")
        verbose_name_plural = _("events at the border")
        ordering = ("-id",)
        indexes = (models.Index(fields=("section", "detected_at"), name="border_events_by_time"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.detected_at:%Y-%m-%d %H:%M}"


class BorderCount(models.Model):
    """How many persons an event was about, as known at that time. Only ever added; the newest counts."""

    event = models.ForeignKey(BorderEvent, on_delete=models.CASCADE, related_name="counts", verbose_name=_("event"))
    detected = models.PositiveIntegerField(_("persons detected"), default=0)
    apprehended = models.PositiveIntegerField(_("apprehended"), default=0)
    turned_back = models.PositiveIntegerField(_("turned back"), default=0)
    asylum = models.PositiveIntegerField(_("referred to asylum"), default=0)
    occurred_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"))
    reason = models.CharField(_("why it was corrected"), max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("count of persons")
        verbose_name_plural = _("counts of persons")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="each_person_has_one_outcome",
                condition=Q(detected__gte=F("apprehended") + F("turned_back") + F("asylum")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.event_id}: {self.detected}"


class BorderAssessment(models.Model):
    """How somebody weighed an event, and how sure they were. Only ever added; the newest holds."""

    event = models.ForeignKey(
        BorderEvent, on_delete=models.CASCADE, related_name="assessments", verbose_name=_("event")
    )
    impact = models.CharField(_("impact"), max_length=8, choices=_choices(Impact))
    confidence = models.CharField(_("confidence"), max_length=8, choices=_choices(Confidence))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    occurred_at = models.DateTimeField(_("judged"))
    recorded_at = models.DateTimeField(_("recorded"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.event_id}: {self.impact} ({self.confidence})"
