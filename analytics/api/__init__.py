"""Reports over HTTP."""

from analytics.api.behind import ReportIncidentsView
from analytics.api.reports import ReportCancelView, ReportsView, ReportView, ResponseTimesView
from analytics.api.schedules import ReportReadersView, ScheduleEndView, SchedulesView

__all__ = [
    "ReportCancelView",
    "ReportIncidentsView",
    "ReportReadersView",
    "ReportView",
    "ReportsView",
    "ResponseTimesView",
    "ScheduleEndView",
    "SchedulesView",
]
