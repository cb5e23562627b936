"""What skills are called."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    """The words for one code. Units, officers, shifts and kinds of incidents hold codes; one without a row is shown as it is."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, help_text=_("In English."))
    names = models.JSONField(_("names by language"), default=dict, blank=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name
