"""The live event log: one gap-free sequence a board."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from core.models.organisation import Organisation
from core.models.people import User

LONGEST_KEY = 80
"""Of an idempotency key, in characters."""


class Board(models.Model):
    """The screen of one operations centre: it shows the units and incidents of `organisation` and below.

    `head_seq` is the number of its newest event. It is only moved by `core.live.append`, under a row lock.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, related_name="board", verbose_name=_("organisational unit")
    )
    name = models.CharField(_("name"), max_length=120)
    center = models.PointField(_("centre of the map"), srid=4326, null=True, blank=True)
    zoom = models.FloatField(_("zoom"), default=12)
    head_seq = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("operations centre")
        verbose_name_plural = _("operations centres")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class LiveEvent(models.Model):
    """One thing that happened on a board, with everything a console needs to show it."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_index=True)
    payload = models.JSONField()

    class Meta:
        verbose_name = _("live event")
        verbose_name_plural = _("live events")
        ordering = ("board", "seq")
        constraints = (models.UniqueConstraint(fields=("board", "seq"), name="one_event_a_seq"),)

    def __str__(self) -> str:
        return f"{self.board_id}/{self.seq} {self.kind}"


class Command(models.Model):
    """A command that was answered, by the key its sender made; a repeat gets the same answer."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("command")
        verbose_name_plural = _("commands")
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="one_answer_a_key"),)

    def __str__(self) -> str:
        return self.key
