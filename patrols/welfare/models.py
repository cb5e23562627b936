"""Rules of welfare timers, the timers, and the signs of life that end them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Board, Organisation, User
from patrols.welfare.rules import TIMED, End, Rule, Sign, Stage, Terms, Times

_STAGES = [(stage.value, stage.value) for stage in Stage]
_SIGNS = [(sign.value, sign.value) for sign in Sign]
_ENDS = [(end.value, end.value) for end in End]
_TIMED = [(status.value, status.value) for status in TIMED]


class WelfareRule(models.Model):
    """After how long in a status a unit that gave no sign of life is asked, and others are told.

    Holds at its node and below, until a nearer node has a rule of its own for the same status and kind.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisational unit")
    )
    status = models.CharField(_("status"), max_length=20, choices=_TIMED)
    kind = models.CharField(
        _("kind of incident"),
        max_length=40,
        blank=True,
        help_text=_("Its code. Empty: all kinds, and no incident at all."),
    )
    due_after_s = models.PositiveIntegerField(
        _("ask the unit after (s)"), null=True, blank=True, help_text=_("Empty: no timer here.")
    )
    dispatcher_after_s = models.PositiveIntegerField(
        _("then tell the dispatcher after (s)"), default=60, help_text=_("Counted from when the unit was asked.")
    )
    commander_after_s = models.PositiveIntegerField(
        _("then tell the shift commander after (s)"),
        default=60,
        help_text=_("Counted from when the dispatcher was told."),
    )

    class Meta:
        verbose_name = _("welfare timer rule")
        verbose_name_plural = _("welfare timer rules")
        ordering = ("organisation", "status", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "status", "kind"),
                name="one_welfare_rule_a_node",
                violation_error_message=_("This node has a rule for this status and kind already."),
            ),
            models.CheckConstraint(
                name="welfare_rule_makes_sense",
                condition=(Q(due_after_s__isnull=True) | Q(due_after_s__gte=10, due_after_s__lte=86_400))
                & Q(dispatcher_after_s__gte=5, dispatcher_after_s__lte=3_600)
                & Q(commander_after_s__gte=5, commander_after_s__lte=3_600),
                violation_error_message=_(
                    "Ask the unit after 10 s to 24 h; tell the dispatcher and the commander after 5 s to 1 h each."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation}: {self.status} {self.kind}".rstrip()

    def as_rule(self) -> Rule:
        """The rule as pure rules read it."""
        terms = None
        if self.due_after_s is not None:
            terms = Terms(self.due_after_s, self.dispatcher_after_s, self.commander_after_s)
        return Rule(self.organisation_id, self.status, self.kind, terms)


class WelfareTimer(models.Model):
    """One wait for a sign of life of one unit, from `started_at` on. A unit has one that runs: the database holds that.

    What has been escalated stays written: a sign of life ends the row and begins another. `next_at` is when the next
    stage begins, null after the last. `incident_id` is a plain number, for incidents are no business of this app.
    """

    unit = models.ForeignKey(
        "patrols.Unit", on_delete=models.PROTECT, related_name="welfare_timers", verbose_name=_("unit")
    )
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("operations centre"))
    status = models.CharField(_("status"), max_length=20)
    kind = models.CharField(_("kind of incident"), max_length=40, blank=True)
    incident_id = models.BigIntegerField(_("incident"), null=True)
    started_at = models.DateTimeField(_("counts from"))
    recorded_at = models.DateTimeField(_("recorded"))
    due_at = models.DateTimeField(_("asks the unit"))
    dispatcher_at = models.DateTimeField(_("tells the dispatcher"))
    commander_at = models.DateTimeField(_("tells the commander"))
    stage = models.CharField(_("stage"), max_length=20, choices=_STAGES, default=Stage.RUNNING)
    next_at = models.DateTimeField(_("next stage"), null=True)
    asked_at = models.DateTimeField(_("unit asked"), null=True)
    dispatcher_told_at = models.DateTimeField(_("dispatcher told"), null=True)
    commander_told_at = models.DateTimeField(_("commander told"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.CharField(_("ended by"), max_length=20, choices=_ENDS, blank=True)

    class Meta:
        verbose_name = _("welfare timer")
        verbose_name_plural = _("welfare timers")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit",), condition=Q(ended_at__isnull=True), name="one_running_welfare_timer_a_unit"
            ),
            models.CheckConstraint(
                name="welfare_stages_in_order",
                condition=Q(
                    due_at__gte=F("started_at"), dispatcher_at__gte=F("due_at"), commander_at__gte=F("dispatcher_at")
                ),
            ),
            models.CheckConstraint(
                name="welfare_timer_ends_for_a_reason",
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
            ),
        )
        indexes = (models.Index(fields=("next_at",), condition=Q(ended_at__isnull=True), name="welfare_due"),)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.status} {self.started_at:%Y-%m-%d %H:%M:%S}"

    @property
    def times(self) -> Times:
        """When each stage begins."""
        return Times(self.due_at, self.dispatcher_at, self.commander_at)


class WelfareContact(models.Model):
    """A sign of life of a unit. Only ever added."""

    unit = models.ForeignKey(
        "patrols.Unit", on_delete=models.PROTECT, related_name="welfare_contacts", verbose_name=_("unit")
    )
    sign = models.CharField(_("sign of life"), max_length=20, choices=_SIGNS)
    timer = models.ForeignKey(
        WelfareTimer, on_delete=models.PROTECT, null=True, related_name="contacts", verbose_name=_("timer")
    )
    stage = models.CharField(_("stage of the timer"), max_length=20, choices=_STAGES, blank=True)
    text = models.CharField(_("words"), max_length=200, blank=True)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=20)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name"), max_length=150)

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")
        ordering = ("-occurred_at", "-id")
        indexes = (models.Index(fields=("unit", "-occurred_at"), name="welfare_contacts_of_unit"),)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.sign} {self.occurred_at:%Y-%m-%d %H:%M:%S}"
