"""Patterns, teams, planned shifts, their tasks; absences; the numbers of the rules; revisions and notices.

A planned shift is what should be; `patrols.models.Shift` is what was.
"""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from patrols.planning.rules import Limits, State, TaskKind

LONGEST_ON_OFF = 12
LIMITS = Limits()


class ShiftPattern(models.Model):
    """Hours on and off duty in turn, over and over, on the clock on the wall: 12/24/12/48 is day, night, two days off."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    name = models.CharField(_("name"), max_length=80)
    hours = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(24 * 28)]),
        verbose_name=_("hours on, off, on, off, …"),
        help_text=_("Hours on and off duty in turn, such as 12, 24, 12, 48."),
    )
    starts = models.TimeField(_("first duty starts at"), help_text=_("On the clock of the organisational unit."))
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("shift pattern")
        verbose_name_plural = _("shift patterns")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="one_pattern_a_name"),
            models.CheckConstraint(
                name="pattern_goes_on_and_off",
                condition=Q(hours__len__in=tuple(range(2, LONGEST_ON_OFF + 1, 2))),
                violation_error_message=_("Give hours on and off duty in turn: an even count, twelve at most."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """Crews that are on duty together; `anchor` is a local day on which the first duty of the pattern falls."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    name = models.CharField(_("name"), max_length=80)
    pattern = models.ForeignKey(ShiftPattern, on_delete=models.PROTECT, related_name="teams", verbose_name=_("pattern"))
    anchor = models.DateField(_("a day of the first duty"))
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("organisation", "name")
        constraints = (models.UniqueConstraint(fields=("organisation", "name"), name="one_team_a_name"),)

    def __str__(self) -> str:
        return self.name


class TeamPost(models.Model):
    """One patrol of a team: who rides where, unless the plan of the day says otherwise. The first officer leads."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="posts", verbose_name=_("team"))
    unit = models.ForeignKey("patrols.Unit", on_delete=models.CASCADE, related_name="+", verbose_name=_("unit"))
    vehicle = models.ForeignKey(
        "patrols.Vehicle", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vehicle")
    )
    sector = models.ForeignKey(
        "geo.Area", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    leader = models.ForeignKey(
        "patrols.Officer", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("leader")
    )
    officers = models.ManyToManyField("patrols.Officer", related_name="+", verbose_name=_("others"), blank=True)
    equipment = ArrayField(models.CharField(max_length=60), verbose_name=_("equipment"), default=list, blank=True)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = (models.UniqueConstraint(fields=("team", "unit"), name="one_post_a_unit_in_a_team"),)

    def __str__(self) -> str:
        return f"{self.team}: {self.unit}"


class PlannedShift(models.Model):
    """One tour of duty as planned. Changed by `patrols.planning.services` alone; `version` grows with each change."""

    unit = models.ForeignKey("patrols.Unit", on_delete=models.PROTECT, related_name="planned", verbose_name=_("unit"))
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    vehicle = models.ForeignKey(
        "patrols.Vehicle", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vehicle")
    )
    sector = models.ForeignKey(
        "geo.Area", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    skills_needed = ArrayField(models.CharField(max_length=40), verbose_name=_("skills"), default=list, blank=True)
    equipment = ArrayField(models.CharField(max_length=60), verbose_name=_("equipment"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=[(state.value, state.value) for state in State], default=State.DRAFT
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    calendar_uid = models.CharField(_("name in a calendar"), max_length=255, blank=True, editable=False)

    class Meta:
        verbose_name = _("planned shift")
        verbose_name_plural = _("planned shifts")
        ordering = ("starts_at", "id")
        constraints = (
            models.CheckConstraint(name="planned_shift_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="published_shift_says_since_when",
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_planned_shift_an_event",
                fields=("unit", "calendar_uid"),
                condition=~Q(calendar_uid="") & ~Q(state=State.CANCELLED),
            ),
        )
        indexes = (
            models.Index(fields=("unit", "starts_at"), name="planned_shifts_of_unit"),
            models.Index(fields=("starts_at", "ends_at"), name="planned_shifts_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.starts_at:%Y-%m-%d %H:%M}"


class PlannedCrew(models.Model):
    """An officer on a planned shift; seat 0 leads."""

    shift = models.ForeignKey(PlannedShift, on_delete=models.CASCADE, related_name="crew", verbose_name=_("shift"))
    officer = models.ForeignKey(
        "patrols.Officer", on_delete=models.PROTECT, related_name="planned", verbose_name=_("officer")
    )
    seat = models.PositiveSmallIntegerField(_("seat"))

    class Meta:
        verbose_name = _("planned crew")
        verbose_name_plural = _("planned crews")
        ordering = ("seat",)
        constraints = (models.UniqueConstraint(fields=("shift", "officer"), name="an_officer_once_a_planned_shift"),)

    def __str__(self) -> str:
        return f"{self.officer_id} @ {self.shift_id}"


class PlannedTask(models.Model):
    """What a shift is told to do: where, from when to when, how many minutes of it."""

    shift = models.ForeignKey(PlannedShift, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("shift"))
    kind = models.CharField(_("kind"), max_length=20, choices=[(kind.value, kind.value) for kind in TaskKind])
    area = models.ForeignKey(
        "geo.Area", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), help_text=_("How long to be there, within that time."))
    text = models.CharField(_("what to do"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ("starts_at", "id")
        constraints = (
            models.CheckConstraint(name="planned_task_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d %H:%M}"


class Absence(models.Model):
    """An officer who is away on whole local days, both inclusive."""

    class Kind(models.TextChoices):
        """Why."""

        LEAVE = "leave", _("annual leave")
        SICK = "sick", _("sick leave")
        TRAINING = "training", _("training")
        COURT = "court", _("court")
        OTHER = "other", _("other reason")

    officer = models.ForeignKey(
        "patrols.Officer", on_delete=models.CASCADE, related_name="absences", verbose_name=_("officer")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.LEAVE)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("-first_day",)
        constraints = (
            models.CheckConstraint(name="absence_ends_after_start", condition=Q(last_day__gte=F("first_day"))),
        )

    def __str__(self) -> str:
        return f"{self.officer} {self.first_day:%Y-%m-%d}"


class PlanLimits(models.Model):
    """The numbers of the rules at a node of the organisation, and at all below it without a row of their own."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisational unit")
    )
    min_rest_h = models.FloatField(_("rest between shifts (h)"), default=LIMITS.min_rest_h)
    max_week_h = models.FloatField(_("most hours a week"), default=LIMITS.max_week_h)
    max_shift_h = models.FloatField(_("longest shift (h)"), default=LIMITS.max_shift_h)
    min_crew = models.PositiveSmallIntegerField(_("fewest officers in a crew"), default=LIMITS.min_crew)

    class Meta:
        verbose_name = _("rules of the plan")
        verbose_name_plural = _("rules of the plan")
        constraints = (
            models.CheckConstraint(
                name="plan_limits_make_sense",
                condition=Q(min_rest_h__gte=0, min_rest_h__lte=72, max_week_h__gt=0, max_week_h__lte=168)
                & Q(max_shift_h__gt=0, max_shift_h__lte=48),
            ),
        )

    def __str__(self) -> str:
        return str(self.organisation)


class Override(models.Model):
    """A reason why a rule is broken in one shift. Holds while it is not broken worse. Only ever added."""

    shift = models.ForeignKey(PlannedShift, on_delete=models.CASCADE, related_name="overrides", verbose_name=_("shift"))
    key = models.CharField(_("rule"), max_length=80)
    amount = models.FloatField(_("by how much"))
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("by"), max_length=150)

    class Meta:
        verbose_name = _("overridden rule")
        verbose_name_plural = _("overridden rules")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.shift_id} {self.key}"


class PlanRevision(models.Model):
    """What was published, and each change after that: before, after, who, when, why. The database only lets it grow."""

    class Kind(models.TextChoices):
        """What happened."""

        PUBLISHED = "published", _("published")
        CHANGED = "changed", _("changed")
        CANCELLED = "cancelled", _("cancelled")

    shift = models.ForeignKey(PlannedShift, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("shift"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(User, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    by_name = models.CharField(_("by"), max_length=150)

    class Meta:
        verbose_name = _("revision of the plan")
        verbose_name_plural = _("revisions of the plan")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.shift_id} {self.kind} {self.at:%Y-%m-%d %H:%M}"


class PlanNotice(models.Model):
    """Tells an officer that a published shift of theirs is new, other, or off. `seen_at` once they have read it."""

    officer = models.ForeignKey("patrols.Officer", on_delete=models.CASCADE, related_name="plan_notices")
    revision = models.ForeignKey(PlanRevision, on_delete=models.CASCADE, related_name="notices")
    at = models.DateTimeField(_("at"))
    seen_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("notice of the plan")
        verbose_name_plural = _("notices of the plan")
        ordering = ("-id",)
        indexes = (models.Index(fields=("officer",), condition=Q(seen_at__isnull=True), name="plan_notices_unread"),)

    def __str__(self) -> str:
        return f"{self.officer_id} {self.revision_id}"
