"""When shifts begin is set here; reports, schedules and deliveries are only looked at."""

from django.contrib import admin

from analytics.availability import admin as _availability  # noqa: F401 - registers itself
from analytics.models import Delivery, Report, ReportSchedule, ShiftStart
from core.admin import AuditedAdmin, ReadOnlyAdmin


@admin.register(ShiftStart)
class ShiftStartAdmin(AuditedAdmin):
    """Beginnings of shifts, by node."""

    list_display = ("organisation", "at")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Reports, with what was asked and by which code over which data."""

    list_display = ("id", "organisation", "state", "requested_by", "requested_at", "code_version")
    list_filter = ("state",)
    list_select_related = ("organisation", "requested_by")
    exclude = ("result",)


@admin.register(ReportSchedule)
class ReportScheduleAdmin(ReadOnlyAdmin):
    """Regular reports."""

    list_display = ("id", "organisation", "every", "created_by", "created_at", "ended_at")
    list_filter = ("every",)
    list_select_related = ("organisation", "created_by")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What came to whom, and when it was read."""

    list_display = ("report", "user", "delivered_at", "read_at", "emailed_at")
    list_select_related = ("report", "user")
