"""Writes of analytics: the import of history, and reports."""

from analytics.services.imports import import_calls
from analytics.services.reports import cancel_report, request_report, rescue_reports, run_report

__all__ = ["cancel_report", "import_calls", "request_report", "rescue_reports", "run_report"]
