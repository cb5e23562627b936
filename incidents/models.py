"""Calls, kinds of incidents with their targets, incidents, notes, timeline."""

from datetime import datetime
from typing import Self

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Lower, Replace
from django.utils.translation import gettext_lazy as _

from core.models import Board, Organisation, User
from incidents.border.models import BorderAssessment, BorderCount, BorderEvent  # noqa: F401 - Django looks here
from incidents.entering.models import Entry  # noqa: F401 - Django looks here
from incidents.questions.models import Answer, Disposition, Question  # noqa: F401 - Django looks here
from incidents.rules import ENDED, OPEN, Source, Status

# What `geo.rules.text.fold` does, said in SQL, so that rows of every origin are found in both scripts.
_FROM = "абвгдђежзијклмнопрстћуфхцчшАБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШđčćžšĐČĆŽŠäöüÄÖÜáéíóúÁÉÍÓÚ"
_TO = "abvgddezzijklmnoprstcufhccs" * 2 + "dcczs" * 2 + "aou" * 2 + "aeiou" * 2
_PAIRS = {"љ": "lj", "Љ": "lj", "њ": "nj", "Њ": "nj", "џ": "dz", "Џ": "dz"}


def _folded(*names: str) -> Func:
    """The words of some text columns: Latin, small, without diacritics or punctuation, by one space."""
    kind = models.TextField()
    parts = [part for name in names for part in (F(name), Value(" "))]
    text: Func = Concat(*parts, output_field=kind)
    for letter, pair in _PAIRS.items():
        text = Replace(text, Value(letter), Value(pair), output_field=kind)
    text = Lower(Func(text, Value(_FROM), Value(_TO), function="translate", output_field=kind), output_field=kind)
    text = Replace(text, Value("dj"), Value("d"), output_field=kind)
    return Func(text, Value("[^0-9a-z]+"), Value(" "), Value("g"), function="regexp_replace", output_field=kind)


_STATUS = [(s.value, s.value) for s in Status]
_SOURCE = [(s.value, s.value) for s in Source]
_OPEN, _ENDED = sorted(s.value for s in OPEN), sorted(s.value for s in ENDED)


class IncidentType(models.Model):
    """A kind of incident, with what it brings: priority, minimum units, skills."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120, help_text=_("In English; the catalogue translates it."))
    names = models.JSONField(_("names by language"), default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=3)
    min_units = models.PositiveSmallIntegerField(_("minimum units"), default=1)
    skills = models.JSONField(_("skills"), default=list, blank=True)
    plan = models.JSONField(
        _("plan by language"),
        default=dict,
        blank=True,
        help_text=_('What to send and do, in words: {"en": "…", "sr": "…"}'),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    external = models.BooleanField(_("from imported history"), default=False)

    class Meta:
        verbose_name = _("kind of incident")
        verbose_name_plural = _("kinds of incidents")
        ordering = ("priority", "name")
        constraints = (models.CheckConstraint(name="type_min_units_positive", condition=Q(min_units__gte=1)),)

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """Within how many seconds, in what share of cases, `end` must follow `start`. Services differ in both ends."""

    class Moment(models.TextChoices):
        """An event where a clock may start or stop."""

        RECEIVED = "received", _("call received")
        ANSWERED = "answered", _("call answered")
        CREATED = "created", _("incident created")
        READY = "ready", _("ready for dispatch")
        DISPATCHED = "dispatched", _("first unit dispatched")
        EN_ROUTE = "en_route", _("first unit en route")
        ON_SCENE = "on_scene", _("first unit on scene")
        ACTION_TAKEN = "action_taken", _("action taken")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="targets", verbose_name=_("organisational unit")
    )
    priority = models.PositiveSmallIntegerField(_("priority"))
    start = models.CharField(_("clock starts"), max_length=20, choices=Moment, default=Moment.RECEIVED)
    end = models.CharField(_("clock stops"), max_length=20, choices=Moment, default=Moment.ON_SCENE)
    seconds = models.PositiveIntegerField(_("seconds"))
    percentile = models.PositiveSmallIntegerField(_("percentile"), default=90)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("organisation", "priority", "start", "end", "-valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "priority", "start", "end", "valid_from"), name="one_target_a_day"
            ),
            models.CheckConstraint(name="target_percentile", condition=Q(percentile__gte=1, percentile__lte=100)),
        )

    def __str__(self) -> str:
        return f"{self.priority}: {self.start} → {self.end} ≤ {self.seconds} s ({self.percentile} %)"


class ImportBatch(models.Model):
    """One run of an import of history; the digest of a file is taken once an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    mapping = models.TextField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    summary = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name


class Incident(models.Model):
    """Something that needs police. Many calls may report one.

    Times are UTC and null until they happen; those of units (`first_…`) are kept by `dispatch` as the minimum over
    assignments that were not broken off. After a reopening they belong to the first interval; see `Reopening`.
    `version` grows with each change.
    """

    number = models.CharField(_("number"), max_length=40)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="incidents", verbose_name=_("organisational unit")
    )
    board = models.ForeignKey(
        Board, on_delete=models.PROTECT, related_name="incidents", verbose_name=_("operations centre"), null=True
    )
    type = models.ForeignKey(IncidentType, on_delete=models.PROTECT, related_name="+", verbose_name=_("kind"))
    priority = models.PositiveSmallIntegerField(_("priority"))
    first_priority = models.PositiveSmallIntegerField(_("first priority"))
    highest_priority = models.PositiveSmallIntegerField(_("highest priority"))
    status = models.CharField(_("status"), max_length=20, choices=_STATUS, default=Status.WAITING)
    on_view = models.BooleanField(_("on-view"), default=False)
    min_units = models.PositiveSmallIntegerField(_("minimum units"), default=1)

    location = models.PointField(_("location"), srid=4326, null=True, blank=True)
    location_accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    location_source = models.CharField(_("source of the location"), max_length=20, blank=True)
    gazetteer_id = models.CharField(_("place in the gazetteer"), max_length=80, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    place_detail = models.CharField(_("detail of the place"), max_length=200, blank=True)
    summary = models.TextField(_("what happened"), blank=True)

    received_at = models.DateTimeField(_("call received"))
    answered_at = models.DateTimeField(_("call answered"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    ready_at = models.DateTimeField(_("ready for dispatch"), null=True, blank=True)
    first_dispatched_at = models.DateTimeField(_("first dispatched"), null=True, blank=True)
    first_en_route_at = models.DateTimeField(_("first en route"), null=True, blank=True)
    first_on_scene_at = models.DateTimeField(_("first on scene"), null=True, blank=True)
    action_taken_at = models.DateTimeField(_("action taken"), null=True, blank=True)
    last_cleared_at = models.DateTimeField(_("last cleared"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    disposition = models.CharField(_("disposition"), max_length=40, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    opened_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    source = models.CharField(_("source"), max_length=20, choices=_SOURCE, default=Source.CONSOLE)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    version = models.PositiveIntegerField(default=1, editable=False)
    search = models.GeneratedField(
        expression=_folded("number", "place", "place_detail", "summary"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("organisation", "number"), name="one_number_an_organisation"),
            models.CheckConstraint(
                name="open_incident_has_a_board",
                condition=Q(board__isnull=False) | ~Q(status__in=_OPEN),
            ),
            models.CheckConstraint(
                name="merged_names_its_target",
                condition=Q(status=Status.MERGED, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(name="not_merged_into_itself", condition=~Q(merged_into=F("id"))),
        )
        indexes = (
            models.Index(fields=("board",), condition=~Q(status__in=_ENDED), name="incidents_open"),
            models.Index(fields=("organisation", "received_at"), name="incidents_by_time"),
            GistIndex(fields=("location",), name="incidents_by_place"),
            GinIndex(fields=("search",), name="incidents_by_words", opclasses=("gin_trgm_ops",)),
        )

    def __str__(self) -> str:
        return self.number


class Call(models.Model):
    """Somebody asked for help. The caller's data is personal: reading it leaves an audit row."""

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("incident")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    channel = models.CharField(_("channel"), max_length=20, default="phone")
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    caller_name = models.CharField(_("name of the caller"), max_length=120, blank=True)
    text = models.TextField(_("what was said"), blank=True)
    location = models.PointField(_("location of the caller"), srid=4326, null=True, blank=True)
    location_accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    taken_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )
    source = models.CharField(_("source"), max_length=20, choices=_SOURCE, default=Source.CONSOLE)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M:%S}"


class PriorityChange(models.Model):
    """A regrading. The first row of an incident is its first priority. Only ever added."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="priority_changes")
    priority = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=20, choices=_SOURCE)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("regrading")
        verbose_name_plural = _("regradings")
        ordering = ("occurred_at", "id")

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.priority}"


class Reopening(models.Model):
    """An ended incident was opened again: the interval before it is frozen, a new one starts here."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="reopenings")
    ended_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("reopening")
        verbose_name_plural = _("reopenings")
        ordering = ("occurred_at", "id")

    def __str__(self) -> str:
        return f"{self.incident_id} {self.occurred_at:%Y-%m-%d %H:%M}"


class TimelineEntry(models.Model):
    """One line of an incident's timeline, written by the services of all apps. Only ever added.

    A note is an entry of kind `note`. `data` holds what the kind needs to be said in any language.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="timeline")
    kind = models.CharField(_("kind"), max_length=40)
    text = models.TextField(_("text"), blank=True)
    data = models.JSONField(_("data"), default=dict)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=20, choices=_SOURCE)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    by_name = models.CharField(_("name"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("line of the timeline")
        verbose_name_plural = _("timeline")
        ordering = ("occurred_at", "id")
        indexes = (models.Index(fields=("incident", "occurred_at"), name="timeline_of_incident"),)

    def __str__(self) -> str:
        return f"{self.occurred_at:%H:%M:%S} {self.kind}"


class NumberCounter(models.Model):
    """The last number given in a year at an operations centre; moved under a row lock, so numbers have no gaps."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "year"), name="one_counter_a_year"),)

    def __str__(self) -> str:
        return f"{self.organisation_id}-{self.year}: {self.last}"


class HazardQuerySet(models.QuerySet["Hazard"]):
    """Hazards by time."""

    def current(self, now: datetime) -> Self:
        """Those that hold at `now`: begun, neither expired nor withdrawn."""
        return self.filter(valid_from__lte=now, expires_at__gt=now, withdrawn_at__isnull=True)


class Hazard(models.Model):
    """A danger at an address (and flat), or from a person, as somebody knew it from some source, until it expires.

    Never changed: it is renewed or withdrawn. What it says is shown one at a time, and each opening is logged.
    """

    class Kind(models.TextChoices):
        """What kind of danger."""

        WEAPON = "weapon", _("weapon")
        VIOLENCE = "violence", _("violence")
        DOG = "dog", _("dangerous dog")
        ILLNESS = "illness", _("illness")
        SUBSTANCE = "substance", _("dangerous substance")
        STRUCTURE = "structure", _("dangerous structure")
        OTHER = "other", _("other")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisational unit")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    text = models.TextField(_("what is known"))
    source = models.CharField(_("source"), max_length=200)
    place = models.CharField(_("place"), max_length=200, blank=True)
    place_detail = models.CharField(_("flat"), max_length=200, blank=True)
    gazetteer_id = models.CharField(_("place in the gazetteer"), max_length=80, blank=True)
    location = models.PointField(_("location"), srid=4326, null=True, blank=True)
    person = models.CharField(_("person"), max_length=120, blank=True)
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("author"))
    author_name = models.CharField(_("name of the author"), max_length=150)
    created_at = models.DateTimeField(_("recorded"))
    valid_from = models.DateTimeField(_("valid from"))
    expires_at = models.DateTimeField(_("expires"))
    review_at = models.DateTimeField(_("to be reviewed"))
    renews = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewed_by", verbose_name=_("renews")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=200, blank=True)

    objects = HazardQuerySet.as_manager()

    class Meta:
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="hazard_belongs_to_a_place_or_person", condition=Q(location__isnull=False) | ~Q(person="")
            ),
            models.CheckConstraint(
                name="hazard_is_reviewed_before_it_expires",
                condition=Q(review_at__lte=F("expires_at"), valid_from__lt=F("expires_at")),
            ),
            models.CheckConstraint(
                name="hazard_withdrawn_for_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        )
        indexes = (GistIndex(fields=("location",), name="hazards_by_place"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"
