"""What the people of an operations centre write into its log; all else that the log shows has rows of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Board, User

LONGEST_TEXT = 1000


class LogEntry(models.Model):
    """A line that somebody wrote into the log of an operations centre. Only ever added: a correction is another line."""

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("operations centre"))
    text = models.CharField(_("text"), max_length=LONGEST_TEXT)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=20)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name"), max_length=150)

    class Meta:
        verbose_name = _("entry of the log")
        verbose_name_plural = _("entries of the log")
        ordering = ("-occurred_at", "-id")
        indexes = (models.Index(fields=("board", "-occurred_at"), name="log_entries_of_board"),)

    def __str__(self) -> str:
        return f"{self.board_id} {self.occurred_at:%Y-%m-%d %H:%M}"
