"""Writes of analytics: the import of history, and reports."""

from analytics.services.delivering import deliver_report, email_deliveries
from analytics.services.imports import import_calls
from analytics.services.reports import cancel_report, request_report, rescue_reports, run_report
from analytics.services.schedules import end_schedule, mark_read, request_due_reports, schedule_report

__all__ = [
    "cancel_report",
    "deliver_report",
    "email_deliveries",
    "end_schedule",
    "import_calls",
    "mark_read",
    "request_due_reports",
    "request_report",
    "rescue_reports",
    "run_report",
    "schedule_report",
]
