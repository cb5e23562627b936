"""The admin of the ground floor, and the two bases that every other admin stands on."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import audit
from core.middleware import viewer_of
from core.models import AuditEntry, Board, Organisation, RoleAssignment, User

admin.site.site_header = "Patrulja"
admin.site.site_title = "Patrulja"
admin.site.index_title = _("Administration")


class AuditedAdmin(admin.ModelAdmin[Any]):
    """Configuration: may be changed here, and each change leaves an audit row in the same transaction."""

    actions = None

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Note that `obj` was added."""
        self._audit(request, "added", obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        """Note which fields of `obj` were changed."""
        self._audit(request, "changed", obj, message)
        return super().log_change(request, obj, message)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Note that `obj` was removed, and remove it."""
        self._audit(request, "removed", obj, str(obj))
        super().delete_model(request, obj)

    def _audit(self, request: HttpRequest, verb: str, obj: models.Model, message: Any) -> None:
        viewer = viewer_of(request, channel="admin")
        node = obj.pk if isinstance(obj, Organisation) else getattr(obj, "organisation_id", None)
        detail = {"name": str(obj), "change": message}
        audit.record_view(viewer, f"{obj._meta.model_name}.{verb}", obj, organisation=node, detail=detail)


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Operational records: to be looked at, and every look leaves an audit row. They change through services alone."""

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:  # noqa: ARG002
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Nobody removes here."""
        return False

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Show one record, and note who looked."""
        response = super().changeform_view(request, object_id, *args, **kwargs)
        if (obj := self.get_object(request, object_id or "")) is not None:
            audit.record_view(viewer_of(request, channel="admin"), f"{obj._meta.model_name}.viewed", obj)
        return response


class RolesInline(admin.TabularInline[RoleAssignment, User]):
    """Roles of a person."""

    model = RoleAssignment
    extra = 0
    autocomplete_fields = ("organisation",)


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin[User]):
    """People and their roles. What a person may do in Patrulja is said by roles, not by Django's permissions."""

    add_form = AdminUserCreationForm
    inlines = (RolesInline,)
    list_display = ("username", "first_name", "last_name", "is_active", "is_staff", "last_login")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "language", "theme")}),
        (_("Sign-in"), {"fields": ("is_active", "is_staff", "is_superuser", "last_login", "date_joined")}),
    )
    filter_horizontal = ()
    list_filter = ("is_active", "is_staff", "roles__role")


@admin.register(Organisation)
class OrganisationAdmin(AuditedAdmin):
    """The tree."""

    list_display = ("code", "name", "kind", "parent", "valid_from", "valid_to")
    list_filter = ("kind",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)
    exclude = ("location",)


@admin.register(Board)
class BoardAdmin(AuditedAdmin):
    """Operations centres."""

    list_display = ("name", "organisation")
    search_fields = ("name", "organisation__code")
    autocomplete_fields = ("organisation",)
    exclude = ("center",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The audit trail; looking at it leaves a row, too."""

    list_display = ("at", "actor_name", "action", "object_type", "object_id", "channel", "address")
    list_filter = ("channel", "action")
    search_fields = ("actor_name", "object_id", "request_id")
    date_hierarchy = "at"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """List, and note who looked and for what."""
        audit.record_view(viewer_of(request, channel="admin"), "audit.viewed", detail={"query": request.GET.dict()})
        return super().changelist_view(request, extra_context)
