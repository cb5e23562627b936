"""Kinds and targets are set here; what was recorded is only looked at."""

from django.contrib import admin

from core.admin import AuditedAdmin, ReadOnlyAdmin
from incidents.border.models import BorderAssessment, BorderCount, BorderEvent
from incidents.entering.models import Entry
from incidents.models import (
    Call,
    Hazard,
    ImportBatch,
    Incident,
    IncidentType,
    PriorityChange,
    Reopening,
    Target,
    TimelineEntry,
)
from incidents.questions.models import Disposition, Question


class QuestionInline(admin.TabularInline[Question, IncidentType]):
    """Questions of a kind, in order."""

    model = Question
    extra = 0
    fields = ("order", "code", "kind", "text", "texts", "choices", "raises", "is_active")


@admin.register(Disposition)
class DispositionAdmin(AuditedAdmin):
    """Ways in which incidents end."""

    list_display = ("order", "code", "name", "is_active")
    list_display_links = ("code",)
    list_filter = ("is_active", "types")
    search_fields = ("code", "name")
    filter_horizontal = ("types",)


@admin.register(Question)
class QuestionAdmin(AuditedAdmin):
    """Questions of all kinds."""

    list_display = ("type", "order", "code", "kind", "text", "is_active")
    list_filter = ("type", "kind", "is_active")
    list_select_related = ("type",)
    search_fields = ("code", "text")


@admin.register(IncidentType)
class IncidentTypeAdmin(AuditedAdmin):
    """Kinds of incidents with what they bring."""

    list_display = ("code", "name", "priority", "min_units", "is_active", "external")
    list_filter = ("is_active", "external", "priority")
    search_fields = ("code", "name")
    inlines = (QuestionInline,)


@admin.register(Target)
class TargetAdmin(AuditedAdmin):
    """Targets by node, priority and measure."""

    list_display = ("organisation", "priority", "start", "end", "seconds", "percentile", "valid_from")
    list_filter = ("priority", "start", "end")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """Incidents."""

    list_display = ("number", "organisation", "type", "priority", "status", "received_at", "place")
    list_filter = ("status", "priority", "source")
    list_select_related = ("organisation", "type")
    search_fields = ("number", "place")
    exclude = ("location", "search")


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Calls being taken, and what became of them; the list says nothing of callers."""

    list_display = ("begun_at", "board", "begun_by_name", "status", "incident", "ended_at")
    list_filter = ("status", "board")
    list_select_related = ("board", "incident")


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """Calls; callers' data is shown one call at a time."""

    list_display = ("received_at", "organisation", "channel", "incident")
    list_filter = ("channel", "source")
    list_select_related = ("organisation", "incident")
    exclude = ("location",)


@admin.register(TimelineEntry)
class TimelineEntryAdmin(ReadOnlyAdmin):
    """Lines of timelines."""

    list_display = ("occurred_at", "incident", "kind", "by_name", "source")
    list_filter = ("kind", "source")
    list_select_related = ("incident",)


@admin.register(PriorityChange)
class PriorityChangeAdmin(ReadOnlyAdmin):
    """Regradings."""

    list_display = ("occurred_at", "incident", "priority", "reason")
    list_select_related = ("incident",)


@admin.register(Reopening)
class ReopeningAdmin(ReadOnlyAdmin):
    """Reopenings."""

    list_display = ("occurred_at", "incident", "reason")
    list_select_related = ("incident",)


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """Imports of history."""

    list_display = ("file_name", "organisation", "started_at", "finished_at")
    list_select_related = ("organisation",)


@admin.register(Hazard)
class HazardAdmin(ReadOnlyAdmin):
    """Hazards, expired ones too; the list does not say what they say."""

    list_display = (
        "created_at",
        "organisation",
        "kind",
        "place",
        "author_name",
        "review_at",
        "expires_at",
        "withdrawn_at",
    )
    list_filter = ("kind", "review_at", "expires_at")
    list_select_related = ("organisation",)
    exclude = ("location",)


class BorderCountInline(admin.TabularInline[BorderCount, BorderEvent]):
    """Counts, the newest first."""

    model = BorderCount
    extra = 0


class BorderAssessmentInline(admin.TabularInline[BorderAssessment, BorderEvent]):
    """Judgements, the newest first."""

    model = BorderAssessment
    extra = 0


@admin.register(BorderEvent)
class BorderEventAdmin(ReadOnlyAdmin):
    """Events at the border, with all their counts and judgements."""

    list_display = ("detected_at", "section", "kind", "means", "incident")
    list_filter = ("kind", "means", "section")
    list_select_related = ("section", "incident")
    inlines = (BorderCountInline, BorderAssessmentInline)
