"""Reports over HTTP."""

from analytics.api.behind import ReportIncidentsView
from analytics.api.exports import ReportExportView
from analytics.api.reports import ReportCancelView, ReportsView, ReportView, ResponseTimesView
from analytics.api.schedules import ReportReadersView, ScheduleEndView, SchedulesView

__all__ = [
    "ReportCancelView",
    "ReportExportView",
    "ReportIncidentsView",
    "ReportReadersView",
    "ReportView",
    "ReportsView",
    "ResponseTimesView",
    "ScheduleEndView",
    "SchedulesView",
]
