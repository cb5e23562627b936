"""Rules of alarms from positions, what each knows of each unit, and the alarms."""

from zoneinfo import ZoneInfo

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Board, Organisation, User
from geo.models import Area
from patrols.watch.rules import WATCHED, End, Kind, Window

_KINDS = {
    Kind.ENTER: _("a unit enters the area"),
    Kind.LEAVE: _("a unit leaves the area"),
    Kind.SECTOR: _("a unit is outside its sector"),
    Kind.STILL: _("a unit does not move"),
    Kind.SILENT: _("a unit sends no position"),
    Kind.COVERAGE: _("nobody is in the area"),
}
KINDS = [(kind.value, name) for kind, name in _KINDS.items()]
WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]
_ENDS = [(end.value, end.value) for end in End]


class WatchRule(models.Model):
    """What is watched of the units of a node and below, when, and from when on it is an alarm.

    The window is by the wall's clock of the node. `units`, `sector` and `statuses` narrow whom it is about.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisational unit")
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("As dispatchers read it."))
    kind = models.CharField(_("watches for"), max_length=20, choices=KINDS)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    board = models.ForeignKey(
        Board,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("operations centre"),
        help_text=_("Empty: that of the unit."),
    )
    after_s = models.PositiveIntegerField(
        _("after (s)"),
        default=0,
        validators=[MaxValueValidator(86_400)],
        help_text=_("How long it must be so. For „nobody is in the area”: the longest time without a visit."),
    )
    radius_m = models.PositiveIntegerField(
        _("radius (m)"),
        default=50,
        validators=[MinValueValidator(5), MaxValueValidator(5_000)],
        help_text=_("A unit that stays within it does not move."),
    )
    begins = models.TimeField(_("from (local time)"), null=True, blank=True)
    ends = models.TimeField(_("until (local time)"), null=True, blank=True, help_text=_("May lie after midnight."))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=WEEKDAYS),
        verbose_name=_("days"),
        default=list,
        blank=True,
        help_text=_("On which it begins. None: every day."),
    )
    sector = models.CharField(_("sector"), max_length=80, blank=True, help_text=_("Only units of it."))
    units = models.ManyToManyField(
        "patrols.Unit", blank=True, related_name="+", verbose_name=_("units"), help_text=_("Only these. None: all.")
    )
    statuses = ArrayField(
        models.CharField(max_length=20, choices=[(status.value, status.value) for status in WATCHED]),
        verbose_name=_("statuses"),
        default=list,
        blank=True,
        help_text=_("Only units in one of these count. None: all on duty."),
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("watch rule")
        verbose_name_plural = _("watch rules")
        ordering = ("organisation", "name")
        constraints = (
            models.CheckConstraint(
                name="watch_rule_has_its_area",
                condition=~Q(kind__in=("enter", "leave", "coverage")) | Q(area__isnull=False),
                violation_error_message=_("Name the area."),
            ),
            models.CheckConstraint(
                name="coverage_rule_has_its_board",
                condition=~Q(kind="coverage") | Q(board__isnull=False),
                violation_error_message=_("Say which operations centre is told that nobody is there."),
            ),
            models.CheckConstraint(
                name="watch_rule_has_its_time",
                condition=~Q(kind__in=("still", "silent", "coverage")) | Q(after_s__gte=10),
                violation_error_message=_("Say after how long, at least 10 s."),
            ),
            models.CheckConstraint(
                name="watch_rule_window_whole",
                condition=Q(begins__isnull=True, ends__isnull=True) | Q(begins__isnull=False, ends__isnull=False),
                violation_error_message=_("Give both times, or none."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def window(self) -> Window:
        """When it holds. Needs `organisation` at hand."""
        return Window(self.begins, self.ends, self.weekdays, ZoneInfo(self.organisation.time_zone))


class WatchAlarm(models.Model):
    """An alarm of a rule: about a unit, or (`unit` null) about an area where nobody is.

    Stands until it clears by itself or somebody takes it with a word. `since` is when what it is about began; names are
    copied: they mean the same after the rule is gone.
    """

    rule = models.ForeignKey(
        WatchRule, on_delete=models.SET_NULL, null=True, related_name="alarms", verbose_name=_("rule")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=KINDS)
    name = models.CharField(_("name"), max_length=120)
    area_name = models.CharField(_("area"), max_length=160, blank=True)
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("operations centre"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    unit = models.ForeignKey(
        "patrols.Unit", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    point = models.PointField(_("position"), srid=4326, null=True)
    since = models.DateTimeField(_("since"))
    raised_at = models.DateTimeField(_("raised"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.CharField(_("ended by"), max_length=20, choices=_ENDS, blank=True)
    taken_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("taken by")
    )
    taken_by_name = models.CharField(_("taken by"), max_length=150, blank=True)
    words = models.CharField(_("words"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("watch alarm")
        verbose_name_plural = _("watch alarms")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("rule", "unit"),
                condition=Q(ended_at__isnull=True, rule__isnull=False),
                nulls_distinct=False,
                name="one_open_watch_alarm",
            ),
            models.CheckConstraint(
                name="watch_alarm_ends_for_a_reason",
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
            ),
            models.CheckConstraint(
                name="watch_alarm_taken_with_a_word",
                condition=~Q(ended_by="taken") | (~Q(taken_by_name="") & ~Q(words="")),
            ),
        )
        indexes = (models.Index(fields=("board",), condition=Q(ended_at__isnull=True), name="open_watch_alarms"),)

    def __str__(self) -> str:
        return f"{self.name} {self.raised_at:%Y-%m-%d %H:%M:%S}"


class WatchState(models.Model):
    """What a rule knows of a unit (or, `unit` null, of its area). Working memory, in rows so that it survives a restart.

    `wrong` since `since`. `armed`: it was right once under this rule, so that being wrong is a change. `alarm`: the alarm
    of this spell, which is raised once. `anchor`: from where a unit has not moved. `checked_at`: up to when the history
    was read.
    """

    rule = models.ForeignKey(WatchRule, on_delete=models.CASCADE, related_name="+", db_index=False)  # by the constraint
    unit = models.ForeignKey("patrols.Unit", on_delete=models.CASCADE, null=True, related_name="+")
    wrong = models.BooleanField(default=False)
    armed = models.BooleanField(default=True)
    since = models.DateTimeField()
    anchor = models.PointField(srid=4326, null=True, spatial_index=False)
    checked_at = models.DateTimeField(null=True)
    alarm = models.ForeignKey(WatchAlarm, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("state of a watch rule")
        verbose_name_plural = _("states of watch rules")
        constraints = (models.UniqueConstraint(fields=("rule", "unit"), nulls_distinct=False, name="one_watch_state"),)

    def __str__(self) -> str:
        return f"{self.rule_id} {self.unit_id} {self.wrong}"
