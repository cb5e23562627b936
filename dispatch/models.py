"""Assignments: one unit on one incident, and the history of each. Requests for back-up."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Board, User
from dispatch.handover.models import Handover, HandoverRule
from dispatch.log.models import LogEntry
from dispatch.reminders.models import Reminder
from dispatch.rules import ENDED, BackupLevel, BackupStatus, Status
from incidents.models import Incident
from incidents.rules import Source
from patrols.models import Unit

__all__ = [
    "Assignment",
    "AssignmentChange",
    "BackupRequest",
    "ConsoleLayout",
    "ConsoleWatch",
    "Handover",
    "HandoverRule",
    "LogEntry",
    "Reminder",
]

_STATUS = [(s.value, s.value) for s in Status]
_SOURCE = [(s.value, s.value) for s in Source]
_ENDED = sorted(s.value for s in ENDED)


class Assignment(models.Model):
    """One unit sent to one incident. A unit has at most one that has not ended: the database holds that.

    Each time is when it happened (UTC), null when it did not or is not known. `ended_at` is set by every end; it is
    null for imported rows whose end is not known. `eta_s` is the routed estimate at dispatch.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("incident")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("unit"))
    status = models.CharField(_("status"), max_length=20, choices=_STATUS, default=Status.DISPATCHED)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    en_route_at = models.DateTimeField(_("en route"), null=True, blank=True)
    on_scene_at = models.DateTimeField(_("on scene"), null=True, blank=True)
    action_taken_at = models.DateTimeField(_("action taken"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("cleared"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("reason of the end"), max_length=200, blank=True)
    arrival_source = models.CharField(_("source of the arrival"), max_length=20, choices=_SOURCE, blank=True)
    eta_s = models.FloatField(_("estimated travel (s)"), null=True, blank=True)
    eta_source = models.CharField(_("source of the estimate"), max_length=20, blank=True)
    short_reason = models.CharField(_("why fewer units than the minimum"), max_length=200, blank=True)
    previous_unit_status = models.CharField(max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=20, choices=_SOURCE, default=Source.CONSOLE)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit",), condition=~Q(status__in=_ENDED), name="one_active_assignment_a_unit"
            ),
            models.CheckConstraint(
                name="active_assignment_has_not_ended", condition=Q(ended_at__isnull=True) | Q(status__in=_ENDED)
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} → {self.incident}"


class AssignmentChange(models.Model):
    """One step of an assignment. Only ever added; a row that `undoes` another puts the job where it was before that."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="changes")
    status = models.CharField(max_length=20, choices=_STATUS)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=20, choices=_SOURCE)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("step of an assignment")
        verbose_name_plural = _("steps of assignments")
        ordering = ("occurred_at", "id")

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.status}"


class BackupRequest(models.Model):
    """A crew asks for more units where it is: open until enough are on it, somebody refuses by name, or it is moot.

    `needed` is how many units the incident needs with it, `needed_before` without. `assignment` is the crew's job there;
    null where its status let it have none. At `escalate_at` one that is still open goes to the shift commander.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="backup_requests", verbose_name=_("incident")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="backup_requests", verbose_name=_("unit"))
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("assignment")
    )
    level = models.CharField(_("level"), max_length=20, choices=[(level.value, level.value) for level in BackupLevel])
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    wanted = models.PositiveSmallIntegerField(_("units asked for"), default=1)
    needed_before = models.PositiveSmallIntegerField()
    needed = models.PositiveSmallIntegerField(_("units needed"))
    requested_at = models.DateTimeField(_("asked"))
    recorded_at = models.DateTimeField(_("recorded"))
    requested_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    source = models.CharField(_("source"), max_length=20, choices=_SOURCE)
    presses = models.PositiveIntegerField(_("presses"), default=1)
    escalate_at = models.DateTimeField(_("escalates"))
    escalated_at = models.DateTimeField(_("escalated"), null=True)
    status = models.CharField(
        _("status"), max_length=20, choices=[(s.value, s.value) for s in BackupStatus], default=BackupStatus.OPEN
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    ended_by_name = models.CharField(_("name"), max_length=150, blank=True)
    refusal = models.CharField(_("why refused"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("request for back-up")
        verbose_name_plural = _("requests for back-up")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit",), condition=Q(status=BackupStatus.OPEN), name="one_open_backup_request_a_unit"
            ),
            models.CheckConstraint(
                name="backup_refused_by_a_name_with_words",
                condition=(Q(status=BackupStatus.REFUSED) & ~Q(refusal="") & ~Q(ended_by_name=""))
                | (~Q(status=BackupStatus.REFUSED) & Q(refusal="")),
            ),
            models.CheckConstraint(
                name="backup_open_until_it_ends",
                condition=Q(status=BackupStatus.OPEN, ended_at__isnull=True)
                | (~Q(status=BackupStatus.OPEN) & Q(ended_at__isnull=False)),
            ),
        )
        indexes = (
            models.Index(fields=("incident",), condition=Q(status=BackupStatus.OPEN), name="backup_requests_open"),
            models.Index(
                fields=("escalate_at",),
                condition=Q(status=BackupStatus.OPEN, escalated_at__isnull=True),
                name="backup_requests_to_escalate",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.level} {self.requested_at:%Y-%m-%d %H:%M:%S}"


class ConsoleLayout(models.Model):
    """How one person has arranged the console; see `dispatch.console`."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="console_layout", verbose_name=_("person"))
    layout = models.JSONField(_("arrangement"), default=dict)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("arrangement of the console")
        verbose_name_plural = _("arrangements of the console")

    def __str__(self) -> str:
        return str(self.user)


class ConsoleWatch(models.Model):
    """One socket of one page that watches a board, from `opened_at` until `closed_at`; `seen_at` is renewed meanwhile.

    A process that dies closes nothing: a watch that was not seen for `dispatch.watches.LOST_AFTER` is over, too. `page`
    is what the page calls itself, empty for a program.
    """

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    user_name = models.CharField(max_length=150)
    opened_at = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("console that watches")
        verbose_name_plural = _("consoles that watch")
        indexes = (models.Index(fields=("board", "opened_at"), name="watches_of_board"),)

    def __str__(self) -> str:
        return f"{self.user_name} {self.opened_at:%Y-%m-%d %H:%M}"
