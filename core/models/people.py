"""People, and the roles that they hold at nodes of the tree."""

from datetime import date, datetime
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Expression, Q
from django.utils.translation import gettext_lazy as _

from core.models.organisation import Organisation
from core.rules import Role


class User(AbstractUser):
    """Somebody who signs in."""

    class Theme(models.TextChoices):
        """How the screen looks."""

        AUTO = "auto", _("As the device")
        NIGHT = "night", _("Night")
        DAY = "day", _("Day")

    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.NIGHT)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("username",)

    @property
    def display_name(self) -> str:
        """The name that others see: „Jovana P.", or the user name where there is none."""
        if not self.first_name:
            return self.username
        return f"{self.first_name} {self.last_name[:1]}." if self.last_name else self.first_name


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    """Reads of role assignments."""

    def valid_at(self, now: datetime) -> Self:
        """Keep those in force at `now` (aware)."""
        return self.valid_on(now.date())

    def valid_on(self, today: date | Expression) -> Self:
        """Keep those in force on a day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        )


class RoleAssignment(models.Model):
    """`user` is `role` at `organisation` and below it, between two dates (both inclusive, both optional)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.value) for role in Role])
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = (
            models.UniqueConstraint(fields=("user", "role", "organisation"), name="one_role_assignment_a_node"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.role} @ {self.organisation.code}"
