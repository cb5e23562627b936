"""Assignments are only looked at; what changes them are the services."""

from django.contrib import admin

from core.admin import AuditedAdmin, ReadOnlyAdmin
from dispatch.models import (
    Assignment,
    AssignmentChange,
    BackupRequest,
    ConsoleLayout,
    Handover,
    HandoverRule,
    LogEntry,
    Reminder,
)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """Assignments."""

    list_display = ("id", "incident", "unit", "status", "dispatched_at", "on_scene_at", "ended_at")
    list_filter = ("status", "source")
    list_select_related = ("incident", "unit")
    search_fields = ("incident__number", "unit__call_sign")


@admin.register(AssignmentChange)
class AssignmentChangeAdmin(ReadOnlyAdmin):
    """Steps of assignments."""

    list_display = ("assignment_id", "status", "occurred_at", "recorded_at", "source", "by")
    list_filter = ("status", "source")
    list_select_related = ("by",)


@admin.register(BackupRequest)
class BackupRequestAdmin(ReadOnlyAdmin):
    """Requests for back-up, to look at afterwards."""

    list_display = (
        "requested_at",
        "unit",
        "incident",
        "level",
        "wanted",
        "escalated_at",
        "status",
        "ended_at",
        "ended_by_name",
        "refusal",
    )
    list_filter = ("status", "level")
    list_select_related = ("incident", "unit")
    search_fields = ("incident__number", "unit__call_sign")


@admin.register(ConsoleLayout)
class ConsoleLayoutAdmin(ReadOnlyAdmin):
    """How people have arranged the console."""

    list_display = ("user", "changed_at")
    list_select_related = ("user",)


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin):
    """Offers of incidents to other operations centres."""

    list_display = ("incident", "from_board", "to_board", "status", "offered_at", "answered_at", "answered_by_name")
    list_filter = ("status", "from_board", "to_board")
    list_select_related = ("incident", "from_board", "to_board")
    search_fields = ("incident__number",)


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """What desks wanted to be reminded of."""

    list_display = (
        "due_at",
        "board",
        "text",
        "incident",
        "unit",
        "set_by_name",
        "snoozes",
        "ended_at",
        "ended_by_name",
    )
    list_filter = ("board",)
    list_select_related = ("board", "incident", "unit")
    search_fields = ("text", "incident__number", "unit__call_sign")


@admin.register(HandoverRule)
class HandoverRuleAdmin(AuditedAdmin):
    """How long an offer stands."""

    list_display = ("organisation", "timeout_s")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """What people wrote into the logs of their operations centres."""

    list_display = ("occurred_at", "board", "text", "by_name", "recorded_at")
    list_filter = ("board",)
    list_select_related = ("board",)
    search_fields = ("text", "by_name")
