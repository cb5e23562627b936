"""Units, vehicles and officers are configuration; status, shifts, crews and positions are records to look at."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import clock
from core.admin import AuditedAdmin, ReadOnlyAdmin
from core.middleware import viewer_of
from patrols import services
from patrols.equipment.models import EquipmentFinding, EquipmentItem
from patrols.erasure.models import FieldDeviceUse, FieldErasure
from patrols.erasure.services import order_erasure
from patrols.gps.devices import digest_of, new_secret
from patrols.messages.models import Message, MessageReceipt, MessageRecipient
from patrols.models import (
    Alarm,
    AlarmStep,
    CrewMember,
    Device,
    DeviceHolding,
    IntakeCount,
    JointPatrol,
    LatestPosition,
    Officer,
    RefusedDevice,
    SafetySetting,
    Shift,
    StatusChange,
    Unit,
    Vehicle,
    WelfareContact,
    WelfareRule,
    WelfareTimer,
)
from patrols.planning import admin as _planning  # noqa: F401 - registers itself
from patrols.skills.models import Skill
from patrols.watch import admin as _watch  # noqa: F401 - registers itself


class DeviceForm(forms.ModelForm[Device]):
    """A device, with a way to make it a new secret."""

    renew_secret = forms.BooleanField(
        label=_("New token"), required=False, help_text=_("The old one is refused within seconds.")
    )

    class Meta:
        model = Device
        fields = ("organisation", "ident", "name", "proof", "is_gateway", "active")


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


class FindingInline(admin.TabularInline[EquipmentFinding, Shift]):
    """What the crew found of its equipment."""

    model = EquipmentFinding
    extra = 0
    can_delete = False


@admin.register(Skill)
class SkillAdmin(AuditedAdmin):
    """What codes of skills are called."""

    list_display = ("code", "name")
    search_fields = ("code", "name")


@admin.register(EquipmentItem)
class EquipmentItemAdmin(AuditedAdmin):
    """What patrols check when they sign on, by node; what a node asks is asked below it too."""

    list_display = ("name", "organisation", "order", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    autocomplete_fields = ("organisation",)
    list_select_related = ("organisation",)


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin):
    """Shifts."""

    list_display = ("unit", "vehicle", "starts_at", "planned_end_at", "ended_at")
    search_fields = ("unit__call_sign",)
    date_hierarchy = "starts_at"
    inlines = (CrewInline, FindingInline)
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


class HoldingInline(admin.TabularInline[DeviceHolding, Device]):
    """To whom a device belongs, and since when."""

    model = DeviceHolding
    extra = 1
    autocomplete_fields = ("unit", "vehicle", "officer")


@admin.register(Device)
class DeviceAdmin(AuditedAdmin):
    """Devices that send positions."""

    form = DeviceForm
    inlines = (HoldingInline,)
    list_display = ("ident", "name", "organisation", "proof", "is_gateway", "active")
    list_filter = ("active", "proof", "is_gateway")
    search_fields = ("ident", "name")
    autocomplete_fields = ("organisation",)
    list_select_related = ("organisation",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Propose an identifier that nobody can guess."""
        return {"ident": new_secret()[:22], "proof": Device.Proof.IDENT, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Device, form: Any, change: bool) -> None:
        """Save; make the secret where one is needed or asked for, and show it this once."""
        needs_secret = obj.proof == Device.Proof.SECRET
        if needs_secret and (not obj.secret_digest or form.cleaned_data["renew_secret"]):
            secret = new_secret()
            obj.secret_digest = digest_of(secret)
            words = _("The token (or password) of %(device)s is %(secret)s. It is shown only now.")
            self.message_user(request, words % {"device": obj, "secret": secret}, messages.WARNING)
        elif not needs_secret:
            obj.secret_digest = ""
        super().save_model(request, obj, form, change)


@admin.register(RefusedDevice)
class RefusedDeviceAdmin(ReadOnlyAdmin):
    """Devices that were refused, each with a way to adopt it."""

    list_display = ("ident", "reason", "protocol", "address", "first_seen_at", "last_seen_at", "adopt")
    list_filter = ("reason", "protocol")
    search_fields = ("ident",)

    @admin.display(description=_("adopt"))
    def adopt(self, obj: RefusedDevice) -> str:
        """A link to register the device, or to the device that belongs to nobody."""
        known = Device.objects.filter(ident=obj.ident).first()
        if known is not None:
            return format_html('<a href="{}">{}</a>', reverse("admin:patrols_device_change", args=[known.pk]), known)
        query = urlencode({"ident": obj.ident, "proof": Device.Proof.GATEWAY})
        return format_html('<a href="{}?{}">{}</a>', reverse("admin:patrols_device_add"), query, _("Register"))


@admin.register(IntakeCount)
class IntakeCountAdmin(ReadOnlyAdmin):
    """What became of positions, by hour, way in and outcome: why a device's positions do not show."""

    list_display = ("hour", "protocol", "outcome", "count")
    list_filter = ("protocol", "outcome")
    date_hierarchy = "hour"


@admin.register(SafetySetting)
class SafetySettingAdmin(AuditedAdmin):
    """How alarms are handled, by node."""

    list_display = (
        "organisation",
        "escalate_after_s",
        "backup_urgent_after_s",
        "backup_routine_after_s",
        "backup_kind",
    )
    autocomplete_fields = ("organisation",)
    list_select_related = ("organisation",)


class AlarmStepInline(admin.TabularInline[AlarmStep, Alarm]):
    """What was done first."""

    model = AlarmStep
    extra = 0
    can_delete = False


@admin.register(Alarm)
class AlarmAdmin(ReadOnlyAdmin):
    """Alarms, to look at afterwards."""

    inlines = (AlarmStepInline,)

    list_display = ("raised_at", "unit", "is_drill", "acknowledged_by_name", "escalated_at", "resolved_at", "withdrawn")
    list_filter = ("is_drill", "board", "withdrawn")
    search_fields = ("unit__call_sign",)
    list_select_related = ("unit",)


@admin.register(WelfareRule)
class WelfareRuleAdmin(AuditedAdmin):
    """After how long without a sign of life somebody is asked, by status and kind of incident."""

    list_display = (
        "organisation",
        "status",
        "kind",
        "due_after_s",
        "dispatcher_after_s",
        "commander_after_s",
    )
    list_filter = ("status",)
    search_fields = ("kind", "organisation__name")
    autocomplete_fields = ("organisation",)
    list_select_related = ("organisation",)


@admin.register(WelfareTimer)
class WelfareTimerAdmin(ReadOnlyAdmin):
    """Welfare timers, to look at afterwards: how far each went, and what ended it."""

    list_display = ("unit", "status", "kind", "started_at", "due_at", "stage", "ended_at", "ended_by")
    list_filter = ("stage", "ended_by", "board")
    search_fields = ("unit__call_sign",)
    list_select_related = ("unit",)


@admin.register(WelfareContact)
class WelfareContactAdmin(ReadOnlyAdmin):
    """Signs of life."""

    list_display = ("unit", "sign", "stage", "occurred_at", "recorded_at", "source", "by_name", "text")
    list_filter = ("sign", "stage", "source")
    search_fields = ("unit__call_sign",)
    list_select_related = ("unit",)


class RecipientInline(admin.TabularInline[MessageRecipient, Message]):
    """Whom a message was for."""

    model = MessageRecipient
    extra = 0


class ReceiptInline(admin.TabularInline[MessageReceipt, Message]):
    """Who had it, and who read it."""

    model = MessageReceipt
    extra = 0


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Messages, to look at afterwards."""

    list_display = ("occurred_at", "board", "from_unit", "to", "by_name", "recorded_at")
    list_filter = ("board", "to")
    search_fields = ("by_name", "from_unit__call_sign")
    inlines = (RecipientInline, ReceiptInline)
    list_select_related = ("board", "from_unit")


@admin.register(JointPatrol)
class JointPatrolAdmin(ReadOnlyAdmin):
    """Joint patrols."""

    list_display = ("meets_at", "unit", "section", "partner_service", "met_at", "ended_at", "called_off_at")
    list_filter = ("partner_country", "section")
    list_select_related = ("unit", "section")
    exclude = ("meeting_point",)


class ErasureInline(admin.TabularInline[FieldErasure, FieldDeviceUse]):
    """Orders to erase, and what became of them."""

    model = FieldErasure
    extra = 0


@admin.register(FieldDeviceUse)
class FieldDeviceUseAdmin(ReadOnlyAdmin):
    """Who uses which phone or tablet in the field, with the orders to erase what it keeps of them."""

    list_display = ("user", "device", "agent", "first_seen_at", "last_seen_at", "standing")
    search_fields = ("user__username", "user__first_name", "user__last_name", "device__key_digest")
    list_select_related = ("user", "device")
    date_hierarchy = "last_seen_at"
    inlines = (ErasureInline,)
    actions = ("erase_kept", "erase_all")  # type: ignore[assignment]  # other records have none

    @admin.display(description=_("browser"))
    def agent(self, obj: FieldDeviceUse) -> str:
        """What the device calls itself."""
        return obj.device.agent

    @admin.display(description=_("erasure"))
    def standing(self, obj: FieldDeviceUse) -> str:
        """What became of the newest order."""
        order = obj.erasures.first()
        if order is None:
            return ""
        at = date_format(timezone.localtime(order.erased_at or order.ordered_at), "SHORT_DATETIME_FORMAT")
        if order.erased_at is None:
            return str(_("ordered %(time)s, not seen since") % {"time": at})
        return str(_("erased %(time)s, entries kept: %(left)s") % {"time": at, "left": order.left_unsent or 0})

    @admin.action(description=_("Erase what these devices keep; what is not sent stays"))
    def erase_kept(self, request: HttpRequest, rows: QuerySet[FieldDeviceUse]) -> None:
        """Order it."""
        self._erase(request, rows, with_unsent=False)

    @admin.action(description=_("Erase all that these devices keep, also what is not sent"))
    def erase_all(self, request: HttpRequest, rows: QuerySet[FieldDeviceUse]) -> None:
        """Order it."""
        self._erase(request, rows, with_unsent=True)

    def _erase(self, request: HttpRequest, rows: QuerySet[FieldDeviceUse], *, with_unsent: bool) -> None:
        by = viewer_of(request, channel="admin")
        orders = order_erasure(use_ids=rows.values_list("pk", flat=True), with_unsent=with_unsent, by=by)
        words = ngettext(
            "%(count)s order given; it is carried out when the device next calls.",
            "%(count)s orders given; each is carried out when its device next calls.",
            len(orders),
        )
        self.message_user(request, words % {"count": len(orders)})
