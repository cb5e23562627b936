"""Addresses of `analytics`."""

from django.urls import URLPattern, path

from analytics import api, views
from analytics.availability import api as availability
from analytics.availability import minimums_api as minimums
from analytics.availability.views import availability_page
from analytics.border import api as border

api_urlpatterns: list[URLPattern] = [
    path("reports/", api.ReportsView.as_view(), name="reports"),
    path("reports/response-times/", api.ResponseTimesView.as_view(), name="response-times"),
    path("reports/readers/", api.ReportReadersView.as_view(), name="report-readers"),
    path("reports/<int:report_id>/", api.ReportView.as_view(), name="report"),
    path("reports/<int:report_id>/cancel/", api.ReportCancelView.as_view(), name="report-cancel"),
    path("reports/<int:report_id>/incidents/", api.ReportIncidentsView.as_view(), name="report-incidents"),
    path("reports/<int:report_id>/export/", api.ReportExportView.as_view(), name="report-export"),
    path("border/situation/", border.SituationView.as_view(), name="border-situation"),
    path("border/situation.csv", border.SituationFileView.as_view(), name="border-situation-csv"),
    path("border/situation.pdf", border.SituationPaperView.as_view(), name="border-situation-pdf"),
    path("report-schedules/", api.SchedulesView.as_view(), name="report-schedules"),
    path("report-schedules/<int:schedule_id>/end/", api.ScheduleEndView.as_view(), name="report-schedule-end"),
    path("availability/", availability.AvailabilityView.as_view(), name="availability"),
    path("availability/gaps/", availability.StaffingGapsView.as_view(), name="staffing-gaps"),
    path("availability/time-split/", availability.TimeSplitView.as_view(), name="time-split"),
    path("availability/minimums/", minimums.MinimumsView.as_view(), name="minimums"),
    path("availability/minimums/<int:minimum_id>/", minimums.MinimumView.as_view(), name="minimum"),
    path("availability/minimums/<int:minimum_id>/end/", minimums.MinimumEndView.as_view(), name="end-minimum"),
    path("availability/plan-and-fact/", availability.PlanAndFactView.as_view(), name="plan-and-fact"),
]
page_urlpatterns: list[URLPattern] = [
    path("reports/", views.reports_page, name="reports-page"),
    path("border/", views.border_page, name="border-page"),
    path("availability/", availability_page, name="availability-page"),
]
