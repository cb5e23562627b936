"""A message, whom it is for, and what became of it with each person."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Board, User

LONGEST_TEXT = 1000


class Message(models.Model):
    """A text between an operations centre and its units. Never changed once it is sent.

    `from_unit` is null where the centre sends; then `recipients` are its units. A unit sends to its centre. The number
    of the incident is a plain one, for incidents stand beside this app. `occurred_at` is when it was written: a field
    unit may have been without a network.
    """

    class To(models.TextChoices):
        """Whom it was sent to."""

        CENTRE = "centre", _("the operations centre")
        UNITS = "units", _("named units")
        INCIDENT = "incident", _("all units on an incident")
        BOARD = "board", _("all units of an operations centre")

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", verbose_name=_("operations centre"))
    from_unit = models.ForeignKey(
        "patrols.Unit", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("from the unit")
    )
    to = models.CharField(_("to"), max_length=20, choices=To)
    incident_id = models.BigIntegerField(_("incident"), null=True)
    text = models.CharField(_("text"), max_length=LONGEST_TEXT)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name"), max_length=150)
    occurred_at = models.DateTimeField(_("written"))
    recorded_at = models.DateTimeField(_("recorded"), db_index=True)
    source = models.CharField(_("source"), max_length=20)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="a_unit_writes_to_its_centre",
                condition=Q(from_unit__isnull=False, to="centre") | (Q(from_unit__isnull=True) & ~Q(to="centre")),
            ),
            models.CheckConstraint(name="a_message_says_something", condition=~Q(text="")),
        )
        indexes = (models.Index(fields=("board", "-id"), name="messages_of_board"),)

    def __str__(self) -> str:
        return f"{self.by_name} {self.occurred_at:%Y-%m-%d %H:%M:%S}"


class MessageRecipient(models.Model):
    """A unit that a message from the centre is for."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="recipients")
    unit = models.ForeignKey("patrols.Unit", on_delete=models.PROTECT, related_name="messages", verbose_name=_("unit"))

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = (models.UniqueConstraint(fields=("message", "unit"), name="a_unit_gets_a_message_once"),)

    def __str__(self) -> str:
        return str(self.unit)


class MessageReceipt(models.Model):
    """What a person has of a message: since when it is on their device, since when it was opened there."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="receipts")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=150)
    unit = models.ForeignKey(
        "patrols.Unit", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    delivered_at = models.DateTimeField(_("delivered"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = (
            models.UniqueConstraint(fields=("message", "user"), name="one_receipt_a_person"),
            models.CheckConstraint(
                name="read_after_delivered", condition=Q(read_at__isnull=True) | Q(read_at__gte=F("delivered_at"))
            ),
        )

    def __str__(self) -> str:
        return self.name
