"""Offers of incidents from one operations centre to another, and how long they stand."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Board, Organisation, User
from dispatch.handover.rules import CAME_BACK, TIMEOUT_S, Status
from incidents.models import Incident

_STATUS = [(s.value, s.value) for s in Status]
_CAME_BACK = sorted(s.value for s in CAME_BACK)


class HandoverRule(models.Model):
    """How long an offer of this node and those below it stands, unless a nearer node says otherwise."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisational unit")
    )
    timeout_s = models.PositiveIntegerField(_("an offer times out after (s)"), default=TIMEOUT_S)

    class Meta:
        verbose_name = _("rule of hand-overs")
        verbose_name_plural = _("rules of hand-overs")
        constraints = (models.CheckConstraint(name="handover_timeout_sane", condition=Q(timeout_s__gte=10)),)

    def __str__(self) -> str:
        return f"{self.organisation}: {self.timeout_s} s"


class Handover(models.Model):
    """One offer of one incident, and the answer to it. Answered once; who tries again makes a new row.

    `noted_at` is when the sender has taken note that it came back (refused or timed out); until then it stays on the
    sender's board.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="handovers", verbose_name=_("incident")
    )
    from_board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("from"))
    to_board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("to"))
    from_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    status = models.CharField(_("status"), max_length=20, choices=_STATUS, default=Status.OFFERED)
    text = models.CharField(_("why it is offered"), max_length=200, blank=True)
    offered_at = models.DateTimeField(_("offered"))
    offered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("offered by")
    )
    offered_by_name = models.CharField(_("name"), max_length=150)
    expires_at = models.DateTimeField(_("times out"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_by_name = models.CharField(_("name"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    noted_at = models.DateTimeField(_("noted by the sender"), null=True, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("incident",), condition=Q(status=Status.OFFERED), name="one_open_offer_an_incident"
            ),
            models.CheckConstraint(
                name="handover_answered_when_it_is_over",
                condition=Q(status=Status.OFFERED, answered_at__isnull=True)
                | (~Q(status=Status.OFFERED) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="handover_refused_for_a_reason", condition=~Q(status=Status.REFUSED) | ~Q(reason="")
            ),
            models.CheckConstraint(name="handover_goes_elsewhere", condition=~Q(from_board=F("to_board"))),
        )
        indexes = (
            models.Index(fields=("expires_at",), condition=Q(status=Status.OFFERED), name="handovers_open"),
            models.Index(
                fields=("from_board",),
                condition=Q(status__in=_CAME_BACK, noted_at__isnull=True),
                name="handovers_to_note",
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident} → {self.to_board}: {self.status}"
