"""Rules of alarms from positions; their alarms, to look at afterwards."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin import AuditedAdmin, ReadOnlyAdmin
from patrols.watch.models import WEEKDAYS, WatchAlarm, WatchRule
from patrols.watch.rules import WATCHED


class WatchRuleForm(forms.ModelForm[WatchRule]):
    """A rule, its days and statuses to be ticked."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("days"),
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("On which it begins. None: every day."),
    )
    statuses = forms.MultipleChoiceField(
        label=_("statuses"),
        choices=[(status.value, status.value) for status in WATCHED],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only units in one of these count. None: all on duty."),
    )

    class Meta:
        model = WatchRule
        fields = "__all__"  # noqa: DJ007 - all of it is configuration


@admin.register(WatchRule)
class WatchRuleAdmin(AuditedAdmin):
    """What is watched, when, and from when on it is an alarm."""

    form = WatchRuleForm
    list_display = ("name", "kind", "organisation", "area", "after_s", "begins", "ends", "active")
    list_filter = ("kind", "active")
    search_fields = ("name",)
    autocomplete_fields = ("organisation", "area", "board", "units")
    list_select_related = ("organisation", "area")
    fieldsets = (
        (None, {"fields": ("name", "kind", "organisation", "area", "after_s", "radius_m", "board", "active")}),
        (_("When"), {"fields": ("begins", "ends", "weekdays")}),
        (_("Which units count"), {"fields": ("sector", "units", "statuses")}),
    )


@admin.register(WatchAlarm)
class WatchAlarmAdmin(ReadOnlyAdmin):
    """Alarms of rules, and who took them."""

    list_display = ("raised_at", "name", "kind", "unit", "area_name", "ended_at", "ended_by", "taken_by_name", "words")
    list_filter = ("kind", "board", "ended_by")
    search_fields = ("name", "unit__call_sign", "words")
    date_hierarchy = "raised_at"
    list_select_related = ("unit",)
