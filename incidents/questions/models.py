"""Questions of kinds of incidents, answers to them, and dispositions: all of them rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import User
from incidents.questions.rules import Kind

_KINDS = [(kind.value, kind.value) for kind in Kind]


class Question(models.Model):
    """Something that is asked about a kind of incident, in order. An answer may ask for a more urgent priority."""

    type = models.ForeignKey(
        "incidents.IncidentType", on_delete=models.CASCADE, related_name="questions", verbose_name=_("kind of incident")
    )
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    kind = models.CharField(_("kind of answer"), max_length=10, choices=_KINDS, default=Kind.YES_NO)
    text = models.CharField(_("text"), max_length=200, help_text=_("In English."))
    texts = models.JSONField(_("texts by language"), default=dict, blank=True)
    choices = models.JSONField(
        _("choices"), default=list, blank=True, help_text=_('For choices: [{"code": "…", "names": {"en": "…"}}, …]')
    )
    raises = models.JSONField(
        _("priority by answer"), default=dict, blank=True, help_text=_('{"yes": 1}; for numbers also {">=3": 1}')
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("type", "order", "pk")
        constraints = (models.UniqueConstraint(fields=("type", "code"), name="one_question_a_code"),)

    def __str__(self) -> str:
        return self.text


class Answer(models.Model):
    """What is answered now; what was before stands in the timeline. `version` counts its changes."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    value = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_by_name = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = (models.UniqueConstraint(fields=("incident", "question"), name="one_answer_a_question"),)

    def __str__(self) -> str:
        return f"{self.incident_id} {self.question_id}: {self.value}"


class Disposition(models.Model):
    """A way in which incidents end; for all kinds, or for those named."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, help_text=_("In English."))
    names = models.JSONField(_("names by language"), default=dict, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    types = models.ManyToManyField(
        "incidents.IncidentType",
        blank=True,
        related_name="+",
        verbose_name=_("kinds of incidents"),
        help_text=_("None: it is for all."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.name
