"""How many units are needed is configuration; warnings are looked at."""

from django.contrib import admin

from analytics.availability.models import MinimumStaffing, StaffingWarning
from core.admin import AuditedAdmin, ReadOnlyAdmin


@admin.register(MinimumStaffing)
class MinimumStaffingAdmin(AuditedAdmin):
    """Minimum staffing by node, area, weekday and time."""

    list_display = ("organisation", "area", "units", "weekdays", "starts", "ends", "valid_from", "valid_to")
    list_select_related = ("organisation", "area")
    autocomplete_fields = ("organisation", "area")


@admin.register(StaffingWarning)
class StaffingWarningAdmin(ReadOnlyAdmin):
    """What was warned of."""

    list_display = ("minimum", "starts_at", "ends_at", "has", "needs", "warned_at", "closed_at")
    date_hierarchy = "starts_at"
    list_select_related = ("minimum__organisation", "minimum__area")
