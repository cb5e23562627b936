"""Units, vehicles and officers are configuration; status, shifts, crews and positions are records to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core import clock
from core.admin import AuditedAdmin, ReadOnlyAdmin
from core.middleware import viewer_of
from patrols import services
from patrols.models import CrewMember, LatestPosition, Officer, Shift, StatusChange, Unit, Vehicle


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    """Units. Their status is changed on the console and in the field, never here."""

    list_display = ("call_sign", "organisation", "board", "kind", "sector", "status", "on_duty")
    list_filter = ("board", "kind", "on_duty", "external")
    search_fields = ("call_sign", "sector")
    autocomplete_fields = ("organisation", "board")
    readonly_fields = ("status", "status_since", "on_duty", "external")
    list_select_related = ("organisation", "board")

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        """Save, and show it on the boards; a new unit is off duty from now on."""
        if not change:
            obj.status_since = clock.now()
        super().save_model(request, obj, form, change)
        left = form.initial.get("board") if change else None
        services.show_configured_units([obj.pk], left_board=left, by=viewer_of(request, channel="admin"))


@admin.register(Vehicle)
class VehicleAdmin(AuditedAdmin):
    """Vehicles."""

    list_display = ("plate", "name", "organisation", "in_service")
    list_filter = ("in_service",)
    search_fields = ("plate", "name")
    autocomplete_fields = ("organisation",)
    list_select_related = ("organisation",)

    def save_model(self, request: HttpRequest, obj: Vehicle, form: Any, change: bool) -> None:
        """Save, and show the new plate on the boards."""
        super().save_model(request, obj, form, change)
        units = Shift.objects.filter(vehicle=obj, ended_at__isnull=True).values_list("unit_id", flat=True)
        services.show_configured_units(units, by=viewer_of(request, channel="admin"))


@admin.register(Officer)
class OfficerAdmin(AuditedAdmin):
    """Officers, and who they are when they sign in."""

    list_display = ("badge", "name", "organisation", "user")
    search_fields = ("badge", "name")
    autocomplete_fields = ("organisation", "user")
    list_select_related = ("organisation", "user")

    def save_model(self, request: HttpRequest, obj: Officer, form: Any, change: bool) -> None:
        """Save, and show the new name on the boards."""
        super().save_model(request, obj, form, change)
        units = CrewMember.objects.filter(officer=obj, left_at__isnull=True).values_list("shift__unit_id", flat=True)
        services.show_configured_units(units, by=viewer_of(request, channel="admin"))


class CrewInline(admin.TabularInline[CrewMember, Shift]):
    """The crew of a shift."""

    model = CrewMember
    extra = 0
    can_delete = False


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    """Shifts."""

    list_display = ("unit", "vehicle", "starts_at", "planned_end_at", "ended_at")
    search_fields = ("unit__call_sign",)
    date_hierarchy = "starts_at"
    inlines = (CrewInline,)
    list_select_related = ("unit", "vehicle")


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnlyAdmin):
    """The history of status."""

    list_display = ("unit", "status", "occurred_at", "recorded_at", "source", "by", "reason")
    list_filter = ("status", "source")
    search_fields = ("unit__call_sign",)
    list_select_related = ("unit", "by")


@admin.register(LatestPosition)
class LatestPositionAdmin(ReadOnlyAdmin):
    """Where units were last seen."""

    list_display = ("unit", "at", "recorded_at", "accuracy_m", "speed_mps")
    search_fields = ("unit__call_sign",)
    list_select_related = ("unit",)
