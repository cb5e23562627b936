"""Patterns, teams, absences and the numbers of the rules are configuration; plans and revisions are looked at."""

from django.contrib import admin

from core.admin import AuditedAdmin, ReadOnlyAdmin
from patrols.planning.models import (
    Absence,
    PlanLimits,
    PlannedShift,
    PlanRevision,
    ShiftPattern,
    Team,
    TeamPost,
)


@admin.register(ShiftPattern)
class ShiftPatternAdmin(AuditedAdmin):
    """Patterns of hours on and off duty."""

    list_display = ("name", "organisation", "hours", "starts", "active")
    search_fields = ("name",)
    autocomplete_fields = ("organisation",)
    list_select_related = ("organisation",)


class PostInline(admin.TabularInline[TeamPost, Team]):
    """Who rides where."""

    model = TeamPost
    extra = 1
    autocomplete_fields = ("unit", "vehicle", "sector", "leader", "officers")


@admin.register(Team)
class TeamAdmin(AuditedAdmin):
    """Teams with their posts."""

    inlines = (PostInline,)
    list_display = ("name", "organisation", "pattern", "anchor", "active")
    list_filter = ("active",)
    search_fields = ("name",)
    autocomplete_fields = ("organisation", "pattern")
    list_select_related = ("organisation", "pattern")


@admin.register(Absence)
class AbsenceAdmin(AuditedAdmin):
    """Officers who are away."""

    list_display = ("officer", "kind", "first_day", "last_day")
    list_filter = ("kind",)
    search_fields = ("officer__name", "officer__badge")
    autocomplete_fields = ("officer",)
    date_hierarchy = "first_day"
    list_select_related = ("officer",)


@admin.register(PlanLimits)
class PlanLimitsAdmin(AuditedAdmin):
    """The numbers of the rules, by node."""

    list_display = ("organisation", "min_rest_h", "max_week_h", "max_shift_h", "min_crew")
    autocomplete_fields = ("organisation",)
    list_select_related = ("organisation",)


@admin.register(PlannedShift)
class PlannedShiftAdmin(ReadOnlyAdmin):
    """Planned shifts."""

    list_display = ("unit", "starts_at", "ends_at", "team", "state", "published_at")
    list_filter = ("state",)
    search_fields = ("unit__call_sign",)
    date_hierarchy = "starts_at"
    list_select_related = ("unit", "team")


@admin.register(PlanRevision)
class PlanRevisionAdmin(ReadOnlyAdmin):
    """What was published, and what changed after that."""

    list_display = ("at", "shift", "kind", "by_name", "reason")
    list_filter = ("kind",)
    date_hierarchy = "at"
    list_select_related = ("shift__unit",)
