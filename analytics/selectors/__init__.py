"""Reads of analytics, scoped to what the viewer may see."""

from analytics.selectors.behind import OUTCOMES, PAGE, Cases, Part, incidents_behind
from analytics.selectors.questions import Question, bounds, local_days, scope_of, shift_starts, shifts_of
from analytics.selectors.reports import (
    access_node,
    access_report,
    access_schedule,
    readers,
    report_nodes,
    reports,
    schedules,
)
from analytics.selectors.response_times import PERCENTILE_METHOD, response_times

__all__ = [
    "OUTCOMES",
    "PAGE",
    "PERCENTILE_METHOD",
    "Cases",
    "Part",
    "Question",
    "access_node",
    "access_report",
    "access_schedule",
    "bounds",
    "incidents_behind",
    "local_days",
    "readers",
    "report_nodes",
    "reports",
    "response_times",
    "schedules",
    "scope_of",
    "shift_starts",
    "shifts_of",
]
