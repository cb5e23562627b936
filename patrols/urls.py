"""Addresses of `patrols`."""

from django.urls import URLPattern, path

from patrols import api
from patrols.safety import api as safety
from patrols.welfare import api as welfare

api_urlpatterns: list[URLPattern] = [
    path("units/", api.UnitsView.as_view(), name="units"),
    path("units/<int:unit_id>/", api.UnitView.as_view(), name="unit"),
    path("units/<int:unit_id>/status/", api.UnitStatusView.as_view(), name="unit-status"),
    path("units/<int:unit_id>/positions/", api.UnitPositionsView.as_view(), name="unit-positions"),
    path("shifts/", api.ShiftsView.as_view(), name="shifts"),
    path("shifts/<int:shift_id>/", api.ShiftView.as_view(), name="shift"),
    path("shifts/<int:shift_id>/end/", api.ShiftEndView.as_view(), name="shift-end"),
    path("officers/", api.OfficersView.as_view(), name="officers"),
    path("vehicles/", api.VehiclesView.as_view(), name="vehicles"),
    path("alarms/", safety.AlarmsView.as_view(), name="alarms"),
    path("alarms/<int:alarm_id>/acknowledge/", safety.AlarmAcknowledgeView.as_view(), name="acknowledge-alarm"),
    path("alarms/<int:alarm_id>/resolve/", safety.AlarmResolveView.as_view(), name="resolve-alarm"),
    path("alarms/<int:alarm_id>/withdraw/", safety.AlarmWithdrawView.as_view(), name="withdraw-alarm"),
    path("welfare/", welfare.WelfareView.as_view(), name="welfare"),
    path("welfare/<int:timer_id>/answer/", welfare.WelfareAnswerView.as_view(), name="answer-welfare"),
    path("units/<int:unit_id>/contact/", welfare.UnitContactView.as_view(), name="unit-contact"),
]
page_urlpatterns: list[URLPattern] = []
gps_urlpatterns: list[URLPattern] = []  # positions have a door of their own: `patrols.gps.asgi`
